// Sending through another server of the exchange: whoever does not trust the operator's relayer, or
// the way to it, takes one that cannot be told together with what this wallet downloads.
import { Refusal } from "../../circuits/statement/refusal.ts";
import { type Api, connect } from "../api/api.ts";

const SAME = ["Enrollment", "Screening"] as const;

/**
 * Where submissions go: the given server, after it has named the same chain and contracts; the
 * wallet's own without one. Refuses with `OtherExchange`.
 */
export async function relayerOf(api: Api, url: string | null | undefined): Promise<Api> {
  if (url === null || url === undefined) return api;
  const { fetch, timeoutMs, retries } = api.transport;
  const relayer = connect({ url, fetch, timeoutMs, retries });
  const [ours, theirs] = await Promise.all([api.deployment(), relayer.deployment()]);
  const isSame =
    ours.chainId === theirs.chainId &&
    SAME.every((name) => ours.contracts[name] === theirs.contracts[name]);
  if (!isSame) throw new Refusal("OtherExchange");
  return relayer;
}
