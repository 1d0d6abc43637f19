// Which calls are relayed for signed-in accounts, and for whom. Default deny: a function that no module names is refused.
import type { RefusalCode } from "../../circuits/statement/refusal.ts";
import type { Connectable } from "../../contracts/connect.ts";
import type { Database } from "../store/database.ts";

export type ForwardRequest = {
  readonly from: string;
  readonly to: string;
  readonly value: string;
  readonly gas: string;
  readonly deadline: string;
  readonly data: string;
  readonly signature: string;
};

/** 0x and four bytes. */
export const SELECTOR_LENGTH = 10;

/** Whoever has a call relayed. The contract checks again. */
export type Caller = {
  readonly is: (db: Database, request: ForwardRequest) => Promise<boolean>;
  /** What all others are told, where nobody else may. */
  readonly refusal: RefusalCode;
};

/** Callers of each function, by contract. */
export type RelayRights = Readonly<
  Partial<Record<Connectable, Readonly<Record<string, readonly Caller[]>>>>
>;

/** For a call that the contract takes from whoever sends it, and that does nothing twice. */
export const anyone: Caller = { is: async () => true, refusal: "NotAllowed" };

/** Contracts that forwarded calls may go to. */
export const contractsOf = (rights: readonly RelayRights[]) =>
  rights.flatMap((one) => Object.keys(one) as Connectable[]);

/** Who may have a function of a contract called; nobody for one that is not relayed. */
export function callersOf(
  rights: readonly RelayRights[],
  contract: Connectable,
  name: string,
): readonly Caller[] {
  return rights.flatMap((one) => {
    const calls = one[contract] ?? {};
    return Object.hasOwn(calls, name) ? calls[name]! : [];
  });
}
