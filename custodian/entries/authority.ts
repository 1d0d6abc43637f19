// Who made an entry: checked again here, from the chain's events, whatever the exchange says about it. An operator that
// invents an entry then neither gets one released nor hides another behind a correction.
import type {
  ParticipantAuthority,
  StaffAuthority,
} from "../../circuits/statement/exchange/authority.ts";
import { TASKS } from "../../circuits/statement/exchange/delegation.ts";
import {
  DEPOSIT_TYPES,
  depositDomain,
  depositMessage,
  type Entry,
  SOURCES,
} from "../../circuits/statement/exchange/entry.ts";
import { isMessageSignedBy } from "../../circuits/statement/exchange/signed.ts";
import { verifyBatch } from "../../circuits/statement/proof/proofBatch.ts";
import type { VerificationKey } from "../../circuits/statement/proof/proofKey.ts";
import { semaphoreClaim } from "../../circuits/statement/proof/semaphoreProof.ts";
import { CONSENT_PROOF_DEPTH } from "../../circuits/statement/trial/consent.ts";
import { scopeOf, ZERO_BYTES32 } from "../../circuits/statement/trial/trial.ts";
import type { Deployment } from "../../contracts/deployment.ts";
import type { Block } from "../chain/blocks.ts";
import type { ChainNode } from "../chain/node.ts";
import { placeOf, type Trial } from "../chain/trials.ts";
import type { Row } from "./row.ts";

/** An entry that the exchange took is on the chain after this long at most. */
const MOST_WAITED_SECONDS = 86_400;
/** Stands after all events of a block. */
const END_OF_BLOCK = 2 ** 20 - 1;

/** A row, and where the batch that holds it stands on the chain. */
export type Placed = Row & {
  readonly batch: { readonly block: number; readonly place: number } | undefined;
};
type At = {
  readonly node: ChainNode;
  readonly deployment: Deployment;
  /** The final block that was read. */
  readonly final: Block;
  /** Semaphore's, of its ceremony. */
  readonly key: VerificationKey;
};

/** For each row whether whoever its authority names could make it, and did. Refuses as the node does. */
export async function checkAuthorities(at: At, rows: readonly Placed[]): Promise<boolean[]> {
  const verdicts = await Promise.all(
    rows.map(async ({ authority, ...row }) =>
      authority.kind === "staff"
        ? await isByStaff(at, row, authority)
        : mayBeByParticipant(at, row, authority),
    ),
  );
  const proven = rows.flatMap(({ entry, authority }, i) =>
    verdicts[i] && authority.kind === "participant" ? [{ i, entry, authority }] : [],
  );
  if (proven.length === 0) return verdicts;
  const claims = proven.map(({ entry, authority }) =>
    semaphoreClaim(proofOf(at.deployment, entry, authority)),
  );
  const holds = await verifyBatch(at.key, claims);
  proven.forEach(({ i }, n) => {
    verdicts[i] = holds[n]!;
  });
  return verdicts;
}

type Unsigned = Omit<Placed, "authority">;

/** All but the proof itself: which group's root it is about. */
function mayBeByParticipant(
  { node: { facts } }: At,
  { entry }: Unsigned,
  { version, groupRoot }: ParticipantAuthority,
): boolean {
  const trial = facts.trial(entry.trialId);
  const group = trial?.groupOf(version);
  const isIn = trial?.participants.has(entry.pseudonym) ?? false;
  const isRoot = group !== undefined && (facts.roots.get(group)?.has(groupRoot) ?? false);
  return isIn && isRoot && entry.source !== SOURCES.site;
}

function proofOf(
  { chainId, addresses }: Deployment,
  entry: Entry,
  { groupRoot, points }: ParticipantAuthority,
) {
  const scope = scopeOf({ chainId, screening: addresses.Screening, trialId: entry.trialId });
  return {
    merkleTreeDepth: CONSENT_PROOF_DEPTH,
    merkleTreeRoot: groupRoot.toString(),
    nullifier: entry.pseudonym.toString(),
    message: depositMessage(entry).toString(),
    scope: scope.toString(),
    points: points.map(String),
  };
}

async function isByStaff(at: At, row: Unsigned, authority: StaffAuthority): Promise<boolean> {
  const { entry } = row;
  const { siteId, key, deadline, signature } = authority;
  const trial = at.node.facts.trial(entry.trialId);
  // A site speaks for its own participants only.
  if (trial === undefined || trial.participants.get(entry.pseudonym) !== siteId) return false;
  if (entry.source !== SOURCES.site) return false;
  const seconds = await timeOfDeposit(at, trial, row, authority);
  if (seconds === undefined || BigInt(seconds) > deadline) return false;
  const domain = depositDomain({
    chainId: at.deployment.chainId,
    depositLog: at.deployment.addresses.DepositLog,
  });
  const message = { entry: row.hash, siteId, deadline };
  return isMessageSignedBy({ account: key, domain, types: DEPOSIT_TYPES, message, signature });
}

/**
 * Unix seconds of the block as of which the key was staff with this task; undefined when it was not. It counts when the
 * entry was taken, as the exchange says, if it was anchored within a day; and else when it was anchored.
 */
async function timeOfDeposit(
  { node, final }: At,
  trial: Trial,
  row: Unsigned,
  { siteId, key }: StaffAuthority,
): Promise<number | undefined> {
  const isCorrection = row.entry.replaces !== ZERO_BYTES32;
  const tasks = TASKS.deposit | (isCorrection ? TASKS.correct : 0);
  const wasStaff = (place: number, seconds: number) =>
    trial.wasStaff({ siteId, key, tasks }, { place, seconds });
  const anchored = row.batch?.block ?? final.number;
  const end = await node.timeOf(anchored);
  if (row.block <= anchored) {
    const seconds = await node.timeOf(row.block);
    const place = placeOf({ block: row.block, index: END_OF_BLOCK });
    if (end - seconds <= MOST_WAITED_SECONDS && wasStaff(place, seconds)) return seconds;
  }
  const place = row.batch?.place ?? placeOf({ block: final.number, index: END_OF_BLOCK });
  return wasStaff(place, end) ? end : undefined;
}
