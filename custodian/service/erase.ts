// Erasure: the keys go at once, and then the chain is told. At a start all erasures of the chain are done again, before
// anything is answered: what an older copy of the folder brought back is gone before anybody can ask for it.
import { Refusal } from "../../circuits/statement/refusal.ts";
import type { Bytes32 } from "../../circuits/statement/trial/trial.ts";
import type { Facts } from "../chain/facts.ts";
import type { Log } from "../log.ts";
import type { Keys } from "../store/keys.ts";
import type { Store } from "../store/store.ts";
import type { Sender } from "./send.ts";

/** Told in one transaction. */
const AT_ONCE = 100;
/** What is not final on the chain by then was lost with its block, and is told again. */
const AGAIN_SECONDS = 3_600;

type Options = {
  readonly facts: Facts;
  readonly store: Store;
  readonly keys: Keys;
  readonly sender: Sender;
  readonly log: Log;
  /** Unix seconds. */
  readonly clock: () => number;
};

const nameOf = (trialId: Bytes32, pseudonym: bigint) => `${trialId} ${pseudonym}`;

export class Erasure {
  readonly #of: Options;
  /** Since this start: at the next one all of it is done again. */
  readonly #done = new Set<string>();
  /** When it was told what may not be final yet. Unix seconds. */
  readonly #told = new Map<string, number>();

  constructor(of: Options) {
    this.#of = of;
  }

  /** Destroys the keys of everybody whose erasure is on the chain. Returns how many there were. */
  destroy(): number {
    const { facts, store, keys, log } = this.#of;
    const whose = [...facts.erased].flatMap(([trialId, pseudonyms]) =>
      [...pseudonyms]
        .filter((pseudonym) => !this.#done.has(nameOf(trialId, pseudonym)))
        .map((pseudonym) => ({ trialId, pseudonym })),
    );
    if (whose.length === 0) return 0;
    const removed = store.destroyKeys(whose);
    for (const { trialId, pseudonym } of whose) this.#done.add(nameOf(trialId, pseudonym));
    if (removed > 0) {
      keys.forgetLists();
      log.info({ keys: removed }, "keys destroyed");
    }
    return removed;
  }

  /** Says on the chain whose keys were destroyed, of trials that ever named this custodian. Throws as the sender does. */
  async tell(): Promise<void> {
    for (const [trialId, pseudonyms] of this.#untold()) {
      for (let at = 0; at < pseudonyms.length; at += AT_ONCE) {
        await this.#send(trialId, pseudonyms.slice(at, at + AT_ONCE));
      }
    }
  }

  async #send(trialId: Bytes32, pseudonyms: readonly bigint[]): Promise<void> {
    try {
      await this.#of.sender.send("destroyed", [trialId, pseudonyms]);
    } catch (problem) {
      // Told before, in a block that is not final yet.
      if (!(problem instanceof Refusal) || problem.code !== "AlreadyUsed") throw problem;
      if (pseudonyms.length > 1) {
        for (const pseudonym of pseudonyms) await this.#send(trialId, [pseudonym]);
      }
    }
    const now = this.#of.clock();
    for (const pseudonym of pseudonyms) this.#told.set(nameOf(trialId, pseudonym), now);
  }

  #untold(): [Bytes32, bigint[]][] {
    const { facts, clock } = this.#of;
    const toldLately = (name: string) =>
      clock() - (this.#told.get(name) ?? Number.NEGATIVE_INFINITY) < AGAIN_SECONDS;
    return facts.ownTrials("ever").map(([trialId]) => {
      const erased = [...(facts.erased.get(trialId) ?? [])];
      const isUntold = (pseudonym: bigint) =>
        !facts.destroyed.get(trialId)?.has(pseudonym) && !toldLately(nameOf(trialId, pseudonym));
      return [trialId, erased.filter(isUntold)];
    });
  }
}
