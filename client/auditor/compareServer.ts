// What a server tells people against what the auditor replayed from the chain; every difference is
// named.
import {
  hashDocument,
  PARTICIPANT_STATES,
  scopeOf,
  TRIAL_STATUSES,
  ZERO_BYTES32,
} from "../../circuits/statement/trial.ts";
import type { Deployment } from "../../contracts/deployment.ts";
import type { PublicState, TrialSummary } from "../api/trial.ts";
import type { Audit } from "./audit.ts";
import type { Finding } from "./finding.ts";
import type { Told } from "./serverState.ts";
import { ROLES, type Trial, type World } from "./state.ts";
import { refuseRunning } from "./trials.ts";

/** Names a difference between what was told and what is. */
type Compare = (what: string, told: unknown, due: unknown) => void;

/** Every difference, as findings without a place. The audit must be as of the same block. */
export function compareServer(told: Told, audit: Audit): Finding[] {
  const findings: Finding[] = [];
  const { world, source, limits } = audit;
  const compare: Compare = (what, said, due) => {
    const [a, b] = [write(said), write(due)];
    if (a !== b) {
      findings.push({ rule: "server/differs", reason: `${what}: told ${a}, on the chain ${b}` });
    }
  };
  compareDeployment(told, source.deployment, compare);
  compareAccreditations(told, world, compare);
  compareRecords(told, world, compare);
  const trials = told.trials.filter(
    ({ summary }) => limits.trial === undefined || world.trials.has(summary.trialId),
  );
  const ids = (all: Iterable<string>) => [...all].sort();
  compare("trials", ids(trials.map(({ summary }) => summary.trialId)), ids(world.trials.keys()));
  for (const { summary, state } of trials) {
    const trial = world.trials.get(summary.trialId);
    if (trial === undefined) continue;
    compareTrial({ summary, trial, deployment: source.deployment }, compare);
    compareState({ state, trial, world, now: source.head.timestamp }, compare);
  }
  return findings;
}

function compareDeployment(told: Told, deployment: Deployment, compare: Compare): void {
  const { chainId, deployBlock, keys, rootWindowSeconds, contracts } = told.deployment;
  compare("chain id", chainId, deployment.chainId);
  compare("first block", deployBlock, deployment.deployBlock);
  compare("kind of keys", keys, deployment.keys);
  compare("window of records roots", rootWindowSeconds, deployment.rootWindowSeconds);
  for (const [name, address] of Object.entries(contracts)) {
    const due = deployment.addresses[name as keyof Deployment["addresses"]];
    compare(`address of ${name}`, address, due?.toLowerCase());
  }
}

function compareAccreditations({ accreditations }: Told, world: World, compare: Compare): void {
  const told = accreditations
    .filter(({ active, role }) => active && role in ROLES)
    .map(({ role, account }) => `${ROLES[role as keyof typeof ROLES]} ${account}`);
  compare("accreditations", [...new Set(told)].sort(), [...world.accredited.keys()].sort());
}

function compareRecords({ records: told }: Told, { records }: World, compare: Compare): void {
  compare("records root", told.root, records.root);
  compare("number of leaves", told.leaves.length, records.leaves.length);
  told.leaves.forEach((leaf, i) => {
    const due = records.leaves[i];
    if (due === undefined) return;
    const isRevoked = records.tombstones.has(due.leaf);
    const hash = isRevoked || due.leavesHash === ZERO_BYTES32 ? null : due.leavesHash;
    compare(`leaf ${i}`, leaf.value, due.leaf);
    compare(`place of leaf ${i}`, leaf.index, i);
    compare(`clinic of leaf ${i}`, leaf.issuer, due.clinic);
    compare(`records under leaf ${i}`, leaf.size, due.size);
    compare(`hash of the leaves under leaf ${i}`, leaf.leavesHash, hash);
    compare(`leaf ${i} revoked`, leaf.kind === "revoked", isRevoked);
  });
  const current = told.roots.at(-1)?.root;
  compare("newest root in the list", current ?? 0n, records.root);
  for (const { root, supersededAt, voided } of told.roots) {
    const old = records.superseded.get(root);
    const isGood = root === records.root || old?.epoch === records.epoch;
    compare(`records root ${root} voided`, voided, !isGood);
    if (isGood) compare(`records root ${root} superseded`, supersededAt, old?.since ?? null);
  }
}

function compareTrial(
  of: { summary: TrialSummary; trial: Trial; deployment: Deployment },
  compare: Compare,
): void {
  const { summary, trial, deployment } = of;
  const { trialId, protocolNumber, sponsor, board, current, status } = trial;
  const named = (what: string) => `${what} of trial ${protocolNumber}`;
  const enrollment = deployment.addresses.Enrollment;
  compare(named("protocol number"), summary.protocolNumber, protocolNumber);
  compare(named("sponsor"), summary.sponsor, sponsor);
  compare(named("board"), summary.board, board);
  compare(named("status"), summary.status, TRIAL_STATUSES[status]);
  compare(named("version in force"), summary.currentVersion, current);
  compare(
    named("scope"),
    summary.scope,
    scopeOf({ chainId: deployment.chainId, enrollment, trialId }),
  );
}

type StateOf = { state: PublicState; trial: Trial; world: World; now: number };

function compareState({ state, trial, world, now }: StateOf, compare: Compare): void {
  const named = (what: string) => `${what} of trial ${trial.protocolNumber}`;
  compare(named("status"), state.status, TRIAL_STATUSES[trial.status]);
  compare(named("version in force"), state.currentVersion, trial.current);
  const digests = [...trial.versions.values()].map(({ number, digest }) => [number, digest]);
  compare(
    named("versions"),
    state.versions.map((v) => [v.version, v.digest]),
    digests,
  );
  const told = new Map(state.groups.map((group) => [group.version, group]));
  for (const [version, groupId] of trial.groups) {
    const { leaves } = world.groups.get(groupId)!.tree;
    compare(named(`group of version ${version}`), told.get(version)?.groupId ?? null, groupId);
    compare(named(`members of version ${version}`), told.get(version)?.members ?? [], leaves);
  }
  const screened = new Map(
    state.screenings.map((one) => [one.nullifier as bigint, one.commitment]),
  );
  compare(named("number of people screened"), screened.size, trial.screened.size);
  for (const [nullifier, { commitment }] of trial.screened) {
    compare(
      named(`commitment of nullifier ${nullifier}`),
      screened.get(nullifier) ?? null,
      commitment,
    );
  }
  compareDocuments({ state, trial }, compare);
  compareParticipants({ state, trial, world, now }, compare);
}

/** The texts that people are shown are those whose hashes the board approved. */
function compareDocuments(
  { state, trial }: Pick<StateOf, "state" | "trial">,
  compare: Compare,
): void {
  for (const { version, documents } of state.versions) {
    const terms = trial.versions.get(version)?.terms;
    if (terms === undefined || documents === undefined) continue;
    const due = {
      document: terms.documentHash,
      consentForm: terms.consentFormHash,
      attestations: terms.attestationsHash,
    };
    for (const name of ["document", "consentForm", "attestations"] as const) {
      const content = documents[name]?.content;
      if (content === undefined) continue;
      const what = `text (${name}) of version ${version} of trial ${trial.protocolNumber}`;
      compare(what, hashDocument(content), due[name]);
    }
  }
}

function compareParticipants({ state, trial, now }: StateOf, compare: Compare): void {
  const named = (what: string) => `${what} of trial ${trial.protocolNumber}`;
  const running = refuseRunning(trial, { time: now, recruiting: false }) === undefined;
  const required = trial.versions.get(trial.current)?.consentVersion ?? 0;
  const told = new Map(state.participants.map((one) => [one.pseudonym as bigint, one]));
  compare(named("number of participants"), told.size, trial.participants.size);
  for (const [pseudonym, who] of trial.participants) {
    const one = told.get(pseudonym);
    const said = one && [one.state, one.sequence, one.version, one.siteId];
    const due = [PARTICIPANT_STATES[who.state], who.sequence, who.version, who.siteId];
    compare(named(`participant ${pseudonym}`), said ?? null, due);
    const isCurrent = who.version >= required && who.validUntil >= BigInt(now);
    if (one)
      compare(named(`hold of participant ${pseudonym}`), one.onHold, !(running && isCurrent));
  }
}

function write(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(write).join(" ")}]`;
  return String(value);
}
