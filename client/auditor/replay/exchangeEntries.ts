// The exchange's public entries against the chain: who made each, whether its number and what it
// corrects fit, and whether the anchored batches are exactly these entries in this order. An entry
// that was dropped, put elsewhere or made up shows in a batch's root.
import { sha256, toUtf8Bytes } from "ethers";
import type {
  ParticipantAuthority,
  StaffAuthority,
} from "../../../circuits/statement/exchange/authority.ts";
import {
  CORRECTIONS,
  DEPOSIT_TYPES,
  depositDomain,
  depositMessage,
  type Entry,
  hashEntry,
  isKeyEntry,
  LAST_SIZE_STEP,
  SOURCES,
} from "../../../circuits/statement/exchange/entry.ts";
import { entryTree } from "../../../circuits/statement/exchange/entryTree.ts";
import { semaphoreSignals } from "../../../circuits/statement/proof/semaphoreProof.ts";
import { CONSENT_PROOF_DEPTH } from "../../../circuits/statement/trial/consent.ts";
import { type Bytes32, scopeOf, ZERO_BYTES32 } from "../../../circuits/statement/trial/trial.ts";
import type { Deployment } from "../../../contracts/deployment.ts";
import type { Place, Report, Rule } from "../finding/finding.ts";
import type { Block } from "../node/source.ts";
import { spanOf, wasStaff } from "./exchangeMoments.ts";
import type { PublicEntries, ToldEntry } from "./exchangeRows.ts";
import { type BatchState, during, personKey } from "./exchangeState.ts";
import type { OpenSignature, ProofClaim } from "./handler.ts";
import type { World } from "./state.ts";
import { stateNumber } from "./transitions.ts";
import { hashTypedData, recovers } from "./typedData.ts";

/**
 * Entries are anchored within minutes. One that is said to have waited for longer than a day could have been made after
 * its maker's rights had ended.
 */
const ANCHORED_WITHIN_SECONDS = 86_400;

export type EntriesOptions = {
  readonly deployment: Deployment;
  readonly head: Block;
  /** All trials' entries are there: a batch of which nobody shows an entry is missing. */
  readonly isWhole: boolean;
  /** What is told may be of blocks after the head: what stands after the last batch known is then passed over. */
  readonly mayBeNewer: boolean;
  readonly report: Report;
  readonly claim: (claim: ProofClaim) => unknown;
  readonly askSigner: (open: OpenSignature) => unknown;
};

export type IndexedEntry = {
  readonly entry: Entry;
  /** Block of the batch that holds it; undefined while it waits. */
  readonly anchoredIn: number | undefined;
  /** Block of the batch that holds the entry that corrects it. */
  supersededIn?: number;
};
/** By the entry's hash. */
export type EntryIndex = ReadonlyMap<Bytes32, IndexedEntry>;
export type EntriesCheck = {
  readonly index: EntryIndex;
  readonly entries: number;
  /** Those in no batch yet. */
  readonly waiting: number;
};

/** Checks every entry and every batch; proofs are left to `claim`. */
export function checkEntries(
  world: World,
  told: PublicEntries,
  options: EntriesOptions,
): EntriesCheck {
  const index = new Map<Bytes32, IndexedEntry>();
  let waiting = 0;
  for (const [trialId, rows] of told) {
    const chain = { world, trialId, options, index, last: new Map<string, number>() };
    let before: BatchState | "waiting" | undefined;
    const known = options.mayBeNewer
      ? rows.findLastIndex((row) => isAnchored(world, row))
      : rows.length;
    rows.slice(0, known + 1).forEach((row, position) => {
      const batch = row.batch === undefined ? undefined : world.exchange.batches.get(row.batch);
      const placed = { ...chain, row, position, batch, hash: hashEntry(row.entry) };
      checkOrder(placed, before);
      checkForm(placed);
      checkAuthority(placed);
      checkSequence(placed);
      checkCorrection(placed);
      index.set(placed.hash, { entry: row.entry, anchoredIn: batch?.place.block });
      if (row.batch === undefined) waiting++;
      before = row.batch === undefined ? "waiting" : (batch ?? before);
    });
  }
  checkBatches(world, told, options);
  const { size: entries } = index;
  return { index, entries, waiting };
}

function isAnchored({ exchange }: World, { batch }: ToldEntry): boolean {
  return batch !== undefined && exchange.batches.has(batch);
}

type Placed = {
  readonly world: World;
  readonly trialId: Bytes32;
  readonly options: EntriesOptions;
  readonly index: Map<Bytes32, IndexedEntry>;
  /** Last sequence of each pseudonym in each collection. */
  readonly last: Map<string, number>;
  readonly row: ToldEntry;
  readonly position: number;
  readonly batch: BatchState | undefined;
  readonly hash: Bytes32;
};

function expectEntry(of: Placed, condition: boolean, rule: Rule, reason: string): boolean {
  const { options, position, trialId, batch } = of;
  const words = `entry ${position} of trial ${trialId}: ${reason}`;
  if (!condition) options.report(rule, words, batch?.place);
  return condition;
}

/**
 * When it was made: between two events, where its server says after which block; when it was anchored,
 * if that would be more than a day before.
 */
function madeIn({ world, row, batch, options }: Placed): { from: number; to: number } {
  const last = batch?.anchoredAt ?? options.head.timestamp;
  const first = last - ANCHORED_WITHIN_SECONDS;
  const told = row.block === undefined ? undefined : spanOf(world, row.block);
  if (told !== undefined && told.to < first) return { from: last, to: last };
  const { from, to } = told ?? { from: first, to: last };
  return { from: Math.max(first, from), to: Math.min(last, to) };
}

/** Waiting ones come last, batches in the order in which they were anchored. */
function checkOrder(of: Placed, before: BatchState | "waiting" | undefined): void {
  const { row, batch } = of;
  if (row.batch === undefined) return;
  const unknown = `its batch ${row.batch} was never anchored`;
  if (!expectEntry(of, batch !== undefined, "entry/batch", unknown)) return;
  const isLater =
    before === undefined || (before !== "waiting" && !isBefore(batch!.place, before.place));
  expectEntry(of, isLater, "entry/batch", "it is anchored before the one in front of it");
}

function isBefore(a: Place, b: Place): boolean {
  return a.block < b.block || (a.block === b.block && a.logIndex < b.logIndex);
}

const KNOWN_SOURCES: readonly number[] = Object.values(SOURCES);

function checkForm(of: Placed): void {
  const { row, trialId } = of;
  const { entry } = row;
  const isKey = isKeyEntry(entry);
  const isSound =
    entry.trialId === trialId &&
    KNOWN_SOURCES.includes(entry.source) &&
    isKey === (entry.source === SOURCES.key) &&
    entry.sizeStep <= LAST_SIZE_STEP;
  expectEntry(of, isSound, "entry/form", "another trial's, or of no known source or size");
  if (!isKey) return;
  const fits =
    row.recipient !== undefined && sha256(toUtf8Bytes(row.recipient)) === entry.ciphertextHash;
  expectEntry(of, fits, "entry/form", "the participant's key beside it is another one");
}

function checkAuthority(of: Placed): void {
  const { world, row, trialId } = of;
  const { entry, authority } = row;
  const trial = world.trials.get(trialId);
  const who = trial?.participants.get(entry.pseudonym);
  const unknown = `pseudonym ${entry.pseudonym} never consented`;
  if (!expectEntry(of, who !== undefined && who.state !== 0, "entry/consent", unknown)) return;
  checkStanding(of);
  const isStaffs = entry.source === SOURCES.site;
  const kind = `source ${entry.source} by a ${authority.kind}`;
  expectEntry(of, isStaffs === (authority.kind === "staff"), "entry/authority", kind);
  if (authority.kind === "staff") checkStaff(of, authority, who!.siteId);
  else checkParticipant(of, authority);
}

/** Somebody who had not withdrawn nor failed at the site when it was made. */
function checkStanding(of: Placed): void {
  const { world, trialId, row } = of;
  const moments = world.exchange.consentsAt.get(personKey(trialId, row.entry.pseudonym));
  const out = [stateNumber("withdrawn"), stateNumber("ineligible")];
  const isIn = during(moments, madeIn(of)).some(({ state }) => state !== 0 && !out.includes(state));
  expectEntry(of, isIn, "entry/consent", "its participant had withdrawn, or was not in the trial");
}

function checkStaff(of: Placed, authority: StaffAuthority, ownSite: number): void {
  const { world, trialId, row, hash, options } = of;
  const { siteId, key, deadline, signature } = authority;
  const { from, to } = madeIn(of);
  const isCorrection = row.entry.replaces !== ZERO_BYTES32;
  const may = wasStaff(world, {
    ...{ trialId, siteId, key },
    tasks: isCorrection ? ["deposit", "correct"] : ["deposit"],
    ...{ from, to: Math.min(to, Number(deadline)) },
  });
  const reason = `key ${key} did not deposit for site ${siteId} then`;
  expectEntry(of, may, "entry/authority", reason);
  const other = `site ${siteId} for a participant of site ${ownSite}`;
  expectEntry(of, siteId === ownSite, "entry/authority", other);
  const { chainId, addresses } = options.deployment;
  const domain = depositDomain({ chainId, depositLog: addresses.DepositLog });
  const message = { entry: hash, siteId, deadline };
  const digest = hashTypedData({ domain, types: DEPOSIT_TYPES, message });
  world.counts.signatures++;
  const signer = key.toLowerCase();
  if (!recovers({ digest, signature, signer })) {
    options.askSigner({ signer, digest, signature, place: placeOf(of) });
  }
}

function checkParticipant(of: Placed, { version, groupRoot, points }: ParticipantAuthority): void {
  const { world, trialId, row, options } = of;
  const trial = world.trials.get(trialId);
  const screening = trial?.versions.get(version)?.screeningVersion ?? 0;
  const group = world.groups.get(trial?.groups.get(screening) ?? -1n);
  const hadRoot = group?.roots.has(groupRoot) === true;
  const reason = `the group of version ${version} never had root ${groupRoot}`;
  expectEntry(of, hadRoot, "entry/authority", reason);
  const { chainId, addresses } = options.deployment;
  const signals = semaphoreSignals({
    merkleTreeDepth: CONSENT_PROOF_DEPTH,
    merkleTreeRoot: groupRoot.toString(),
    nullifier: row.entry.pseudonym.toString(),
    message: depositMessage(row.entry).toString(),
    scope: scopeOf({ chainId, screening: addresses.Screening, trialId }).toString(),
    points: [],
  });
  const place = placeOf(of);
  options.claim({ key: "semaphore", points, signals, rule: "entry/proof", place });
}

/** Of what waits for its batch no event tells: the last block stands for it. */
function placeOf({ batch, options }: Placed): Place {
  return batch?.place ?? { block: options.head.number, transaction: ZERO_BYTES32, logIndex: 0 };
}

function checkSequence(of: Placed): void {
  const { last, row } = of;
  const { pseudonym, collection, sequence } = row.entry;
  const key = `${pseudonym} ${collection}`;
  const due = (last.get(key) ?? 0) + 1;
  const reason = `number ${sequence} of ${collection}, due was ${due}`;
  expectEntry(of, sequence === due, "entry/sequence", reason);
  last.set(key, Math.max(sequence, due));
}

function checkCorrection(of: Placed): void {
  const { row, index, batch } = of;
  const { replaces, correction, pseudonym, collection } = row.entry;
  const known: readonly number[] = Object.values(CORRECTIONS);
  const isOne = replaces !== ZERO_BYTES32;
  const hasReason = known.includes(correction) && isOne === (correction !== CORRECTIONS.none);
  expectEntry(of, hasReason, "entry/correction", "a correction without a reason, or the reverse");
  if (!isOne) return;
  const before = index.get(replaces);
  const isOwn = before?.entry.pseudonym === pseudonym && before?.entry.collection === collection;
  const isFresh = before !== undefined && before.supersededIn === undefined;
  const reason = "what it corrects is not there, somebody else's, or was corrected before";
  if (!expectEntry(of, isOwn && isFresh, "entry/correction", reason)) return;
  // What waits has not superseded anything that a custodian could know of.
  before!.supersededIn = batch?.place.block ?? Number.POSITIVE_INFINITY;
}

/** Each anchored batch is exactly the entries that name it, in their order. */
function checkBatches(world: World, told: PublicEntries, options: EntriesOptions): void {
  const byBatch = new Map<Bytes32, ToldEntry[]>();
  for (const row of [...told.values()].flat()) {
    if (row.batch === undefined) continue;
    const rows = byBatch.get(row.batch) ?? [];
    if (rows.length === 0) byBatch.set(row.batch, rows);
    rows.push(row);
  }
  for (const [root, { number, operator, count, place }] of world.exchange.batches) {
    const rows = byBatch.get(root) ?? [];
    // Of a batch that other trials' entries share, one trial's show nothing.
    if (rows.length !== count && !options.isWhole) continue;
    const what = `batch ${number} of ${operator}`;
    if (rows.length !== count) {
      options.report("entry/missing", `${what}: ${rows.length} of ${count} entries shown`, place);
    } else if (entryTree(inOrder(rows)).root !== root) {
      const reason = `${what}: the entries shown have another root`;
      options.report("entry/batch", reason, place);
    }
  }
}

/** Entries of several trials in one batch stand by their place among all. */
function inOrder(rows: readonly ToldEntry[]): Bytes32[] {
  const sorted = [...rows].sort((a, b) => (a.position ?? 0) - (b.position ?? 0));
  return sorted.map(({ entry }) => hashEntry(entry));
}
