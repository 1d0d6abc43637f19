// The person's tag at an arrival: evaluated and registered before the arrival is signed.
import { hashSet } from "../../circuits/statement/exchange/tagKey.ts";
import type { Bytes32 } from "../../circuits/statement/trial/trial.ts";
import type { Api } from "../api/api.ts";
import type { PublicState } from "../api/trial.ts";
import type { Custodian } from "../exchange/custodian.ts";
import {
  evaluateTag,
  openTagKey,
  registerTag,
  type TagDesk,
  tagSetOf,
} from "../exchange/personTag.ts";

export type Tagging = {
  readonly api: Api;
  readonly desk: TagDesk;
  readonly state: PublicState;
  /** Reaches those of these accounts that answer. */
  readonly reach: (accounts: readonly string[]) => Promise<readonly Custodian[]>;
  /** The key that this desk went by before with these holders, and how to keep the one that it goes by from now on. */
  readonly pinned: (holders: Bytes32) => Bytes32 | undefined;
  readonly keep: (holders: Bytes32, hash: Bytes32) => Promise<void> | void;
  readonly say: (step: string) => void;
};

export type Tagged = {
  readonly tag: Bytes32;
  /** Custodians who answered wrongly: governance is to be told. */
  readonly wrong: readonly string[];
};

/**
 * Registers the tag of whoever is at the desk; undefined in a trial without custodians. Refuses as `openTagKey`,
 * `evaluateTag` and `registerTag` do: with `TagTaken` when the person is in the trial under another pseudonym.
 */
export async function tagPerson(of: Tagging): Promise<Tagged | undefined> {
  const { api, desk, state, say } = of;
  const set = tagSetOf(state);
  if (set === undefined) return undefined;
  say("Asking the custodians for the person's tag…");
  const custodians = await of.reach(set.members);
  const holders = hashSet(set);
  const pinned = of.pinned(holders);
  const key = await openTagKey({ set, custodians, place: desk.place, pinned });
  if (pinned === undefined) await of.keep(holders, key.hash);
  const { tag, wrong } = await evaluateTag(desk, key, custodians);
  say("Registering the tag, and waiting until it is final…");
  await registerTag(api, desk, { trialId: state.trialId, tag });
  return { tag, wrong };
}
