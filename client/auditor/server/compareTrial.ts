// Trials as a server tells them, against the replayed ones: what is approved, who was screened, and
// where everybody stands.
import { showableSeconds } from "../../../circuits/statement/encoding/day.ts";
import {
  hashDocument,
  PARTICIPANT_STATES,
  scopeOf,
  TRIAL_STATUSES,
} from "../../../circuits/statement/trial/trial.ts";
import type { PublicState, TrialVersion } from "../../api/trial.ts";
import type { Audit } from "../audit/audit.ts";
import {
  type Compare,
  compareEntries,
  compareFields,
  compareLists,
} from "../finding/difference.ts";
import type { ChainTerms } from "../node/event.ts";
import { type Chronicle, chronicleKey } from "../replay/chronicle.ts";
import type { Trial, Version } from "../replay/state.ts";
import { isOnHold } from "../replay/trials.ts";
import { compareOpinions } from "./compareOpinions.ts";
import type { Told } from "./serverState.ts";

type Due = Pick<Audit, "world" | "source" | "limits"> & {
  readonly chronicle: Chronicle | undefined;
};
type Pair = Due & { readonly state: PublicState; readonly trial: Trial };

/** Compares all trials under audit. */
export function compareTrials({ trials }: Told, due: Due, compare: Compare): void {
  const { world, limits } = due;
  const asked = trials.filter(
    ({ summary }) => limits.trial === undefined || world.trials.has(summary.trialId),
  );
  compareEntries(
    compare,
    (trialId) => `trial ${world.trials.get(trialId)?.protocolNumber ?? trialId}`,
    asked.map(({ summary }) => [summary.trialId, summary]),
    new Map([...world.trials].map(([trialId, trial]) => [trialId, dueSummary(trial, due)])),
  );
  for (const { summary, state, opinions } of asked) {
    const trial = world.trials.get(summary.trialId);
    if (trial === undefined) continue;
    const { trialId, current: currentVersion } = trial;
    const blockNumber = due.source.head.number;
    const status = TRIAL_STATUSES[trial.status];
    const fields = { trialId, blockNumber, status, held: trial.isHeld, currentVersion };
    compareFields(compare, `the public state of ${nameOf(trial)}`, state, fields);
    const pair = { ...due, state, trial };
    compareVersions(pair, compare);
    compareOpinions(trial, opinions, compare);
    compareScreened(pair, compare);
    compareParticipants(pair, compare);
  }
}

const nameOf = ({ protocolNumber }: Trial) => `trial ${protocolNumber}`;

function dueSummary(trial: Trial, { source }: Due) {
  const { trialId, protocolNumber, sponsor, board, current: currentVersion, isHeld: held } = trial;
  const { chainId, addresses } = source.deployment;
  const status = TRIAL_STATUSES[trial.status];
  const scope = scopeOf({ chainId, screening: addresses.Screening, trialId });
  return { protocolNumber, sponsor, board, status, held, currentVersion, scope };
}

function compareVersions(pair: Pair, compare: Compare): void {
  const { state, trial, world } = pair;
  const where = (version: number) => `version ${version} of ${nameOf(trial)}`;
  const due = [...trial.versions.values()].map((version) => {
    const groupId = trial.groups.get(version.screeningVersion) ?? null;
    const members = groupId === null ? 0 : world.groups.get(groupId)!.tree.size;
    const { number, digest } = version;
    return [number, { digest, groupId, members, ...dueApproval(pair, version) }] as const;
  });
  compareEntries(
    compare,
    where,
    state.versions.map((one) => [one.version, one]),
    new Map(due),
  );
  for (const told of state.versions) {
    const terms = trial.versions.get(told.version)?.terms;
    if (terms === undefined) continue;
    const circuit = world.circuits.get(terms.circuit)?.name ?? terms.circuit;
    compareTerms({ where: where(told.version), told, terms, circuit }, compare);
  }
}

type Terms = { where: string; told: TrialVersion; terms: ChainTerms; circuit: string };

function compareTerms({ where, told, terms, circuit }: Terms, compare: Compare): void {
  const { sites, criteriaHashes, successorHashes, ...rest } = terms;
  compareFields(compare, where, told.terms, { ...rest, circuit });
  compareLists(compare, `criteria hashes of ${where}`, told.terms.criteriaHashes, criteriaHashes);
  const { successorHashes: toldSuccessor } = told.terms;
  compareLists(compare, `successor hashes of ${where}`, toldSuccessor, successorHashes);
  compareEntries(
    compare,
    (siteId) => `site ${siteId} of ${where}`,
    told.terms.sites.map((site) => [site.siteId, site]),
    new Map(sites.map(({ siteId, signer, capacity }) => [siteId, { signer, capacity }])),
  );
  // A text that is missing is named where texts are read (`checkToldCriteria`).
  for (const { name, hash } of textsOf(terms)) {
    const text = told.documents[name];
    if (text === null) continue;
    compare(`hash given with the text (${name}) of ${where}`, text.hash, hash);
    compare(`text (${name}) of ${where}`, hashDocument(text.content), hash);
  }
}

/** The texts of a version, each with the hash that the board approves; zero: there is none. */
export function textsOf(terms: ChainTerms) {
  return [
    { name: "document", hash: terms.documentHash },
    { name: "consentForm", hash: terms.consentFormHash },
    { name: "attestations", hash: terms.attestationsHash },
  ] as const;
}

/** When a version was approved last, and until when. */
function dueApproval({ trial, chronicle }: Pair, version: Version) {
  if (version.approvedAt === undefined) return { approvedAt: null, approvedUntil: null };
  const inDates = (seconds: bigint) => BigInt(showableSeconds(seconds));
  const approval = chronicle?.approvals.get(chronicleKey(trial.trialId, version.number));
  if (approval !== undefined) {
    return { ...approval, approvedUntil: inDates(approval.approvedUntil) };
  }
  // The replay keeps the end of the newest approval, which is that of the version in force.
  const isCurrent = version.number === trial.current;
  return isCurrent ? { approvedUntil: inDates(trial.approvedUntil) } : {};
}

function compareScreened({ state, trial, world, chronicle }: Pair, compare: Compare): void {
  compareEntries(
    compare,
    (version) => `group of version ${version} of ${nameOf(trial)}`,
    state.groups.map((group) => [group.version, group]),
    new Map([...trial.groups].map(([version, groupId]) => [version, { groupId }])),
  );
  for (const { version, members } of state.groups) {
    const group = world.groups.get(trial.groups.get(version) ?? -1n);
    const what = `members of the group of version ${version} of ${nameOf(trial)}`;
    if (group !== undefined) compareLists(compare, what, members, group.tree.leaves);
  }
  const screened = [...trial.screened].map(([nullifier, { commitment, issuerTags: tags }]) => {
    const version = chronicle?.screenedUnder.get(chronicleKey(trial.trialId, nullifier));
    const issuerTags = tags.join(" ");
    return [nullifier, { commitment, issuerTags, ...(chronicle && { version }) }] as const;
  });
  compareEntries<bigint>(
    compare,
    (nullifier) => `screening of nullifier ${nullifier} of ${nameOf(trial)}`,
    state.screenings.map((one) => [
      one.nullifier,
      { ...one, issuerTags: one.issuerTags.join(" ") },
    ]),
    new Map(screened),
  );
}

function compareParticipants({ state, trial, world, source }: Pair, compare: Compare): void {
  const { timestamp: time } = source.head;
  const due = [...trial.participants].map(([pseudonym, who]) => {
    const { sequence, version, siteId } = who;
    const onHold = isOnHold(world, trial, who, time);
    const standing = { state: PARTICIPANT_STATES[who.state], onHold };
    const arriveBy = who.arriveBy === 0n ? null : Number(who.arriveBy);
    return [pseudonym, { ...standing, sequence, version, siteId, arriveBy }] as const;
  });
  compareEntries<bigint>(
    compare,
    (pseudonym) => `participant ${pseudonym} of ${nameOf(trial)}`,
    state.participants.map((one) => [one.pseudonym, one]),
    new Map(due),
  );
}
