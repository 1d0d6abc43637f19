// Heads and segments over HTTP: by the digest of their bytes, checked whoever sent them.
import { Refusal } from "../../../circuits/statement/refusal.ts";
import { count } from "../scalars.ts";
import { ApiError, sendRepeatedly, type Transport } from "../transport.ts";
import { ServerUnavailable } from "../unavailable.ts";
import type { Received } from "./head.ts";

/** What a digest named is not there any more: the head is out of date. */
export class Overtaken extends Error {}

/** The head of now; undefined when the server knows no such subject. */
export async function fetchHead(
  transport: Transport,
  { path, known }: { readonly path: string; readonly known: Received | undefined },
): Promise<Received | undefined> {
  const headers = known?.etag ? { "if-none-match": known.etag } : {};
  const init = { method: "GET", headers };
  const response = await sendRepeatedly({ transport, path, repeatable: true, init });
  if (response.status === 404) return undefined;
  const isSame = response.status === 304 && known !== undefined;
  if (!isSame && !response.ok) throw failed(path, response.status);
  const at = (name: string) => count.parse(Number(response.headers.get(name) ?? Number.NaN));
  const text = isSame ? known.text : await textOf(response, path);
  const etag = response.headers.get("etag") ?? "";
  return { text, etag, block: at("x-block-number"), seconds: at("x-block-time") };
}

/**
 * The bytes of this digest. Refuses with `AlteredState` when what comes is something else, also
 * past all caches. Throws {@link Overtaken} when there is nothing of that name.
 */
export async function fetchByDigest(
  transport: Transport,
  { subject, digest }: { readonly subject: string; readonly digest: string },
): Promise<string> {
  const path = `/state/segments/${subject}/${digest}`;
  for (const cache of [undefined, "reload"] as const) {
    const init = { method: "GET", headers: {}, ...(cache && { cache }) };
    const response = await sendRepeatedly({ transport, path, repeatable: true, init });
    if (response.status === 404) throw new Overtaken(path);
    if (!response.ok) throw failed(path, response.status);
    const text = await textOf(response, path);
    if ((await digestOf(text)) === digest) return text;
  }
  throw new Refusal("AlteredState", { subject, digest });
}

export async function digestOf(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const failed = (path: string, status: number) =>
  new ApiError({ message: `${path}: HTTP ${status}`, code: "BAD_REQUEST" });

async function textOf(response: Response, path: string): Promise<string> {
  try {
    return await response.text();
  } catch {
    throw new ServerUnavailable(`${path}: broke off`);
  }
}
