// All public entries, complete: every batch on the chain has to be here, recomputed to its root. So the exchange cannot
// keep back a newer entry, or one that corrects another, from those who decide by it.
import type { Entry } from "../../circuits/statement/exchange/entry.ts";
import { rootOver } from "../../circuits/statement/exchange/entryTree.ts";
import type { VerificationKey } from "../../circuits/statement/proof/proofKey.ts";
import { semaphoreKey } from "../../circuits/statement/proof/semaphoreKeys.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { CONSENT_PROOF_DEPTH } from "../../circuits/statement/trial/consent.ts";
import { type Bytes32, ROLES, ZERO_BYTES32 } from "../../circuits/statement/trial/trial.ts";
import type { Deployment } from "../../contracts/deployment.ts";
import type { Now } from "../chain/blocks.ts";
import type { ChainNode } from "../chain/node.ts";
import { checkAuthorities, type Placed } from "./authority.ts";
import type { Row } from "./row.ts";

/** Entries of a trial as one exchange serves them: by position, and which of them are a batch. */
export type ServedLog = {
  readonly rows: readonly Row[];
  readonly batches: readonly {
    readonly root: Bytes32;
    readonly first: number;
    readonly count: number;
  }[];
};

/** A trial's entries as of now, a log an exchange. Refuses with `EntriesIncomplete` when one does not answer. */
export type Download = (trialId: Bytes32) => Promise<readonly ServedLog[]>;

type Options = {
  readonly node: ChainNode;
  readonly deployment: Deployment;
  readonly download: Download;
  /** Another than the ceremony's, for tests. */
  readonly semaphoreKey?: VerificationKey;
};
type Held = Row & { readonly root: Bytes32 | undefined; readonly position: number };
/** What is to be said of an entry. */
export type Standing = {
  readonly entry: Entry;
  /** Under a root that is on the chain, at the final block. */
  readonly isAnchored: boolean;
  /** Made by whom its authority names, who could; the first of its number. */
  readonly isValid: boolean;
  readonly isSuperseded: boolean;
};

export class Entries {
  readonly #of: Options;
  /** Batches that were recomputed: they never change. */
  readonly #batches = new Map<Bytes32, readonly Held[]>();
  readonly #byHash = new Map<Bytes32, Held>();
  /** A participant's of one collection. */
  readonly #byPerson = new Map<string, Held[]>();
  /** By trial, what is in no batch yet; replaced with each download. */
  readonly #waiting = new Map<Bytes32, readonly Held[]>();
  /** Verdicts about anchored entries' authorities: they never change. */
  readonly #verdicts = new Map<Bytes32, boolean>();

  constructor(of: Options) {
    this.#of = of;
  }

  /** Brings a trial's entries up to the moment. Refuses with `EntriesIncomplete`. */
  async refresh(trialId: Bytes32, now: Now): Promise<void> {
    await this.#take(trialId);
    if ((await this.#missing(now)).length === 0) return;
    // Batches do not say of which trial they are.
    const { trials } = this.#of.node.facts;
    for (const [other, trial] of trials) {
      if (other !== trialId && trial.hasCustodians) await this.#take(other);
    }
    const missing = await this.#missing(now);
    if (missing.length === 0) return;
    throw new Refusal("EntriesIncomplete", { batches: missing.length, first: missing[0]! });
  }

  /** What is to be said of entries; nothing of those that nobody knows. Call {@link refresh} first. */
  async judge(hashes: readonly Bytes32[], now: Now): Promise<Map<Bytes32, Standing>> {
    const asked = hashes.flatMap((hash) => this.#find(hash) ?? []);
    await this.#checkAuthorities(asked, now);
    const standings = new Map<Bytes32, Standing>();
    for (const held of asked) {
      const others = this.#inOrder(held.entry);
      const correcting = others.filter(({ entry }) => entry.replaces === held.hash);
      standings.set(held.hash, {
        entry: held.entry,
        isAnchored: this.#placed(held).batch !== undefined,
        isValid: this.#isValid(held, others),
        isSuperseded: correcting.some((one) => this.#isValid(one, others)),
      });
    }
    return standings;
  }

  async #take(trialId: Bytes32): Promise<void> {
    const waiting: Held[] = [];
    const add = (rows: readonly Row[], from: number) => {
      rows.forEach((row, i) => {
        waiting.push({ ...row, root: undefined, position: from + i });
      });
    };
    for (const { rows, batches } of await this.#of.download(trialId)) {
      if (rows.some(({ entry }) => entry.trialId !== trialId)) throw incomplete("of another trial");
      let end = 0;
      for (const { root, first, count } of batches) {
        if (first !== end) throw incomplete("batches with holes between");
        end = first + count;
        const own = rows.slice(first, end);
        // Formed and not on the chain yet, or only made up: its entries wait. Were they held under its root, they would
        // be under no other one, and never released.
        if (!this.#of.node.facts.batches.has(root)) add(own, first);
        else if (!this.#batches.has(root)) this.#hold(root, own, first);
      }
      add(rows.slice(end), end);
    }
    this.#waiting.set(trialId, waiting);
  }

  #hold(root: Bytes32, rows: readonly Row[], first: number): void {
    if (rootOver(rows.map(({ hash }) => hash)) !== root)
      throw incomplete("a batch of another root");
    const held = rows.map((row, i) => ({ ...row, root, position: first + i }));
    this.#batches.set(root, held);
    for (const one of held) {
      if (this.#byHash.has(one.hash)) continue;
      this.#byHash.set(one.hash, one);
      const person = personOf(one.entry);
      const known = this.#byPerson.get(person);
      if (known === undefined) this.#byPerson.set(person, [one]);
      else known.push(one);
    }
  }

  /** Anchored batches of operators who are accredited, and which nobody serves. */
  async #missing({ final }: Now): Promise<Bytes32[]> {
    const { node } = this.#of;
    const { facts } = node;
    const missing = [...facts.batches].filter(([root, { count }]) => {
      return this.#batches.get(root)?.length !== count;
    });
    const accredited = new Map<string, boolean>();
    for (const operator of new Set(missing.map(([, batch]) => batch.operator))) {
      const is = await node.at(final, ["Accreditation", "isAccredited", ROLES.operator, operator]);
      accredited.set(operator, is === true);
    }
    return missing.filter(([, { operator }]) => accredited.get(operator)).map(([root]) => root);
  }

  #find(hash: Bytes32): Held | undefined {
    const held = this.#byHash.get(hash);
    if (held !== undefined) return held;
    for (const waiting of this.#waiting.values()) {
      const found = waiting.find((one) => one.hash === hash);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** All of a participant's entries in a collection, in the order of the chain; what waits comes last. */
  #inOrder(entry: Entry): Held[] {
    const person = personOf(entry);
    const held = this.#byPerson.get(person) ?? [];
    const all = this.#waiting.get(entry.trialId) ?? [];
    const waiting = all.filter(
      (one) => personOf(one.entry) === person && !this.#byHash.has(one.hash),
    );
    const placeOf = (one: Held) => this.#placed(one).batch?.place ?? Number.MAX_SAFE_INTEGER;
    return [...held, ...waiting].sort((a, b) => placeOf(a) - placeOf(b) || a.position - b.position);
  }

  /** Those asked about, those that correct them or the same as they do, and whatever has one of their numbers. */
  async #checkAuthorities(asked: readonly Held[], now: Now): Promise<void> {
    const open = new Map<Bytes32, Held>();
    for (const held of asked) {
      const others = this.#inOrder(held.entry);
      const near = others.filter(
        (one) =>
          one.hash === held.hash ||
          one.entry.replaces === held.hash ||
          (one.entry.replaces === held.entry.replaces && one.entry.replaces !== ZERO_BYTES32),
      );
      const numbers = new Set(near.map(({ entry }) => entry.sequence));
      for (const one of others) {
        const isNear = numbers.has(one.entry.sequence);
        const isKnown = this.#verdicts.has(one.hash) && this.#placed(one).batch !== undefined;
        if (isNear && !isKnown) open.set(one.hash, one);
      }
    }
    const rows = [...open.values()].map((one) => this.#placed(one));
    if (rows.length === 0) return;
    const { node, deployment } = this.#of;
    const key = this.#of.semaphoreKey ?? (await semaphoreKey(CONSENT_PROOF_DEPTH));
    const verdicts = await checkAuthorities({ node, deployment, final: now.final, key }, rows);
    rows.forEach(({ hash }, i) => {
      this.#verdicts.set(hash, verdicts[i]!);
    });
  }

  #isValid({ hash, entry }: Held, others: readonly Held[]): boolean {
    const holds = (one: Held) => this.#verdicts.get(one.hash) === true;
    const at = others.findIndex((one) => one.hash === hash);
    const before = others.slice(0, Math.max(0, at));
    if (at < 0 || !holds(others[at]!)) return false;
    if (before.some((one) => one.entry.sequence === entry.sequence && holds(one))) return false;
    if (entry.replaces === ZERO_BYTES32) return true;
    // It corrects what was there, and what no other has corrected before.
    const isThere = before.some((one) => one.hash === entry.replaces);
    return isThere && !before.some((one) => one.entry.replaces === entry.replaces && holds(one));
  }

  #placed(held: Held): Placed {
    const batch = held.root === undefined ? undefined : this.#of.node.facts.batches.get(held.root);
    return { ...held, batch };
  }
}

const personOf = ({ trialId, pseudonym, collection }: Entry) =>
  `${trialId} ${pseudonym} ${collection}`;

const incomplete = (reason: string) => new Refusal("EntriesIncomplete", { reason });
