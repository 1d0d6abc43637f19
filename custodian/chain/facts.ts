// What a custodian takes from the chain's events up to the final block. It is in memory only: read again at each start.
import type { Bytes32 } from "../../circuits/statement/trial/trial.ts";
import type { Event } from "./logs.ts";
import { placeOf, type Trial, type Trials, tellTrial } from "./trials.ts";

export type Cut = {
  readonly trialId: Bytes32;
  readonly permission: number;
  readonly packagesRoot: Bytes32;
  readonly pseudonyms: ReadonlySet<bigint>;
};
export type Request = {
  readonly cutId: bigint;
  /** Lower case. */
  readonly staff: string;
  readonly recipientKey: Bytes32;
  /** Unix seconds. */
  readonly until: number;
};
export type Batch = {
  /** Lower case. */
  readonly operator: string;
  readonly count: number;
  readonly block: number;
  readonly place: number;
};

export class Facts {
  readonly trials: Trials = new Map();
  readonly cuts = new Map<bigint, Cut>();
  readonly requests = new Map<bigint, Request>();
  /** By root. */
  readonly batches = new Map<Bytes32, Batch>();
  /** Roots that a Semaphore group ever had. */
  readonly roots = new Map<bigint, Set<bigint>>();
  /** Whose keys have to be destroyed. */
  readonly erased = new Map<Bytes32, Set<bigint>>();
  /** Whose this custodian has said that it destroyed. */
  readonly destroyed = new Map<Bytes32, Set<bigint>>();
  /** Number of the newest receipt that this custodian anchored, and its block. */
  lastReceipt = { number: 0n, block: 0 };
  readonly #custodian: string;

  constructor(custodian: string) {
    this.#custodian = custodian.toLowerCase();
  }

  trial(trialId: Bytes32): Trial | undefined {
    return this.trials.get(trialId);
  }

  /** Trials whose version in force, or any before it, names this custodian. */
  ownTrials(kind: "now" | "ever"): [Bytes32, Trial][] {
    const isOwn = (trial: Trial) =>
      kind === "now" ? trial.names(this.#custodian) : trial.hasNamed(this.#custodian);
    return [...this.trials].filter(([, trial]) => isOwn(trial));
  }

  isErased(trialId: Bytes32, pseudonym: bigint): boolean {
    return this.erased.get(trialId)?.has(pseudonym) ?? false;
  }

  /** Takes the next event. */
  tell(event: Event): void {
    if (tellTrial(this.trials, event)) return;
    const { name, values } = event;
    switch (name) {
      case "MemberAdded":
      case "MembersAdded":
        addTo(this.roots, values.groupId as bigint, values.merkleTreeRoot as bigint);
        return;
      case "DepositsAnchored":
        this.#anchor(event);
        return;
      case "Sealed":
        this.cuts.set(values.cutId as bigint, {
          trialId: wordOf(values.trialId),
          permission: Number(values.permission),
          packagesRoot: wordOf(values.packagesRoot),
          pseudonyms: new Set(values.pseudonyms as bigint[]),
        });
        return;
      case "Requested":
        this.requests.set(values.requestId as bigint, {
          cutId: values.cutId as bigint,
          staff: wordOf(values.staff),
          recipientKey: wordOf(values.recipientKey),
          until: Number(values.until),
        });
        return;
      case "ErasureByProof":
      case "ErasureByCode":
      case "ErasureBySite":
        addTo(this.erased, wordOf(values.trialId), values.pseudonym as bigint);
        return;
      default:
        this.#tellOwn(event);
    }
  }

  #tellOwn({ name, values, block }: Event): void {
    if (String(values.custodian).toLowerCase() !== this.#custodian) return;
    if (name === "KeyDestroyed") {
      addTo(this.destroyed, wordOf(values.trialId), values.pseudonym as bigint);
    }
    if (name === "ReceiptsAnchored") this.lastReceipt = { number: values.last as bigint, block };
  }

  #anchor(event: Event): void {
    const operator = wordOf(event.values.operator);
    const count = Number(event.values.count);
    const batch = { operator, count, block: event.block, place: placeOf(event) };
    this.batches.set(wordOf(event.values.root), batch);
  }
}

const wordOf = (value: unknown): string => String(value).toLowerCase();

function addTo<K>(map: Map<K, Set<bigint>>, key: K, value: bigint): void {
  const found = map.get(key);
  if (found === undefined) map.set(key, new Set([value]));
  else found.add(value);
}
