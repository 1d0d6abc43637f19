// How much one address may ask for, and how large a request may be.
import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { readUpTo } from "../bytes.ts";

/** A hundred packages with paths of 32 levels take some 300 kB. */
const MAX_BODY_BYTES = 1_000_000;
/** Addresses remembered at once; the oldest are forgotten first. */
const MOST_ADDRESSES = 50_000;

/** Takes units off an address's budget of a minute; false, and nothing taken, when it has too few. */
export type Rate = (address: string, units: number) => boolean;

/** A token bucket an address: all at once, if unused. `now` in milliseconds. */
export function createRate(perMinute: number, now: () => number = Date.now): Rate {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return (address, units) => {
    const time = now();
    const { tokens, at } = buckets.get(address) ?? { tokens: perMinute, at: time };
    const filled = Math.min(perMinute, tokens + ((time - at) * perMinute) / 60_000);
    const isEnough = filled >= units;
    buckets.delete(address);
    buckets.set(address, { tokens: isEnough ? filled - units : filled, at: time });
    if (buckets.size > MOST_ADDRESSES) buckets.delete(buckets.keys().next().value!);
    return isEnough;
  };
}

/** Whom a request is charged to: an IPv4 address, or the /64 network of an IPv6 one, which one subscriber has (RFC 6177). */
export function addressOf(request: IncomingMessage, trustedProxies: number): string {
  const direct = request.socket.remoteAddress ?? "unknown";
  const forwarded = String(request.headers["x-forwarded-for"] ?? "").split(",");
  const told = trustedProxies > 0 ? forwarded.at(-trustedProxies)?.trim() : undefined;
  const address = told || direct;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined || isIP(address) !== 6) return mapped ?? address;
  const [head = "", tail] = address.split("%")[0]!.toLowerCase().split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":"));
  const [left, right] = [groups(head), groups(tail ?? "")];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const all = [...left, ...Array<string>(zeros).fill("0"), ...right];
  return `${all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}

/** A request's body; undefined when it is larger than the limit. Rejects when the client goes away. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > MAX_BODY_BYTES) return undefined;
  return await readUpTo(request as AsyncIterable<Buffer>, MAX_BODY_BYTES);
}
