// The custodians that a page can reach: the policy lets it reach its own server only, which passes on
// what goes to them. What they answer is sealed or signed, so that the way does not matter.
import { z } from "zod";
import { ServerUnavailable } from "../../../api/unavailable.ts";
import { type Custodian, reachCustodian } from "../../../exchange/custodian.ts";

const LIST = "/exchange/custodians";
const list = z.array(z.object({ address: z.string(), path: z.string().max(100) })).max(100);

/** A custodian that the server knows of; without `custodian` it did not answer. */
export type Reached = {
  readonly address: string;
  readonly custodian: Custodian | undefined;
  /** Somebody answers there, under another name. */
  readonly isOther: boolean;
};

/**
 * All whom the server knows of and who are among the named; those who do not answer are named too.
 * Throws ServerUnavailable when the server itself is away.
 */
export async function reachCustodians(named: readonly string[]): Promise<Reached[]> {
  const wanted = new Set(named.map((one) => one.toLowerCase()));
  const known = await listCustodians();
  return await Promise.all(
    [...wanted].map(async (address): Promise<Reached> => {
      const path = known.get(address);
      const found = path === undefined ? undefined : await reach(path);
      const isOther = found !== undefined && found.address.toLowerCase() !== address;
      return { address, custodian: isOther ? undefined : found, isOther };
    }),
  );
}

/** Paths by the custodians' addresses in lower case. Throws ServerUnavailable when the server is away. */
async function listCustodians(): Promise<ReadonlyMap<string, string>> {
  const response = await fetch(LIST, { cache: "no-store" }).catch(() => undefined);
  if (response === undefined) throw new ServerUnavailable("no connection");
  const listed = response.ok ? list.parse(await response.json()) : [];
  return new Map(listed.map(({ address, path }) => [address.toLowerCase(), path]));
}

/** The same of everybody whom the server knows of, whoever names them. */
export async function reachAllCustodians(): Promise<Reached[]> {
  return await reachCustodians([...(await listCustodians()).keys()]);
}

/** Whoever answers there; it must be that custodian: its receipts count under its own name. */
async function reach(path: string): Promise<Custodian | undefined> {
  try {
    const url = new URL(path, location.origin).href;
    return await reachCustodian({ url, retries: 0 });
  } catch {
    return undefined;
  }
}

/** Those that answered. */
export function answering(reached: readonly Reached[]): Custodian[] {
  return reached.flatMap(({ custodian }) => (custodian === undefined ? [] : [custodian]));
}
