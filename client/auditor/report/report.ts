// What an audit says, as data: the same history gives the same text and hash, online, offline or
// resumed. So there is no wall-clock time in it and no address of a node.

import { keccak256, toUtf8Bytes } from "ethers";
import { counted } from "../../../circuits/statement/encoding/print.ts";
import { PARTICIPANT_STATES, TRIAL_STATUSES } from "../../../circuits/statement/trial/trial.ts";
import { canonicalJson } from "../../trial/document.ts";
import type { Audit } from "../audit/audit.ts";
import { type Place, RULES, type Rule } from "../finding/finding.ts";
import type { ActCounts, Milestone, Trial, Version, World } from "../replay/state.ts";
import { isOnHold } from "../replay/trials.ts";
import type { ExchangeCheck } from "../server/compareExchange.ts";
import type { OpenedCriteria } from "../server/criteria.ts";
import { type ExchangeReport, exchangeLimits, exchangeReport } from "./exchangeReport.ts";

export const REPORT_FORMAT = "cohort-zero/audit/2";

type VersionReport = {
  readonly version: number;
  readonly digest: string;
  /** One a part, in order. */
  readonly criteriaHashes: readonly string[];
  readonly circuit: string;
  readonly isSealed: boolean;
  readonly documentHash: string;
  readonly capacity: number;
  readonly sites: readonly { siteId: number; signer: string; capacity: number }[];
  readonly publishedAt: number;
  readonly approvedAt: number | null;
  readonly firstScreeningAt: number | null;
  readonly screeningVersion: number;
  readonly consentVersion: number;
};
export type TrialReport = {
  readonly trialId: string;
  readonly protocolNumber: string;
  readonly sponsor: string;
  readonly board: string;
  readonly status: string;
  readonly currentVersion: number;
  readonly approvedUntil: number;
  readonly versions: readonly VersionReport[];
  readonly groups: readonly { version: number; groupId: string; members: number; root: string }[];
  readonly screened: number;
  /** Participants by FHIR ResearchSubject code. */
  readonly participants: Readonly<Record<string, number>>;
  /** Of those who take part or may yet: with whom nothing may go on at the last block. */
  readonly onHold: number;
  readonly placesTaken: number;
  readonly milestones: readonly Milestone[];
  /** Acts in steps of time: each begins at `from` and lasts `stepSeconds`. */
  readonly stepSeconds: number;
  readonly steps: readonly ({ readonly from: number } & ActCounts)[];
};
export type AuditReport = {
  readonly format: typeof REPORT_FORMAT;
  readonly verdict: "clean" | "findings";
  readonly chain: {
    readonly chainId: number;
    readonly firstBlock: number;
    readonly head: { readonly number: number; readonly hash: string; readonly timestamp: number };
  };
  readonly deployment: {
    readonly keys: string;
    readonly addresses: Readonly<Record<string, string>>;
    readonly codeHashes: Readonly<Record<string, string>>;
    readonly keyHashes: Readonly<Record<string, string>>;
  };
  readonly limits: { readonly trial?: string; readonly from?: number };
  readonly checked: {
    readonly events: number;
    readonly eligibilityProofs: number;
    readonly membershipProofs: number;
    readonly proofsVerifiedAgain: number;
    readonly siteSignatures: number;
    readonly answersCompared: number;
    readonly batches: number;
    readonly batchesRebuilt: number;
  };
  readonly records: {
    readonly root: string;
    readonly leaves: number;
    readonly records: number;
    readonly revoked: number;
    readonly epoch: number;
    readonly clinics: number;
  };
  readonly trials: readonly TrialReport[];
  readonly exchange: ExchangeReport;
  readonly criteria: readonly OpenedCriteria[];
  /** What this audit could not or was told not to look at, in words. */
  readonly limitsSaid: readonly string[];
  readonly findings: readonly {
    readonly rule: Rule;
    readonly says: string;
    readonly reason: string;
    readonly place: Place | null;
  }[];
};

/** The report of an audit. `told`: what came of comparing it with what the exchange tells of data. */
export function makeReport(
  audit: Audit,
  { criteria = [], told }: { criteria?: readonly OpenedCriteria[]; told?: ExchangeCheck } = {},
): AuditReport {
  const { source, world, limits } = audit;
  const { deployment, head } = source;
  const { events, screeningProofs, consentProofs, signatures } = world.counts;
  return {
    format: REPORT_FORMAT,
    verdict: audit.findings.length === 0 ? "clean" : "findings",
    chain: { chainId: deployment.chainId, firstBlock: deployment.deployBlock, head },
    deployment: {
      keys: deployment.keys,
      addresses: deployment.addresses,
      codeHashes: audit.codeHashes,
      keyHashes: deployment.keyHashes,
    },
    limits: {
      ...(limits.trial === undefined ? {} : { trial: limits.trial }),
      ...(limits.from === undefined ? {} : { from: limits.from }),
    },
    checked: {
      events,
      eligibilityProofs: screeningProofs,
      membershipProofs: consentProofs,
      proofsVerifiedAgain: audit.verifiedProofs + (told?.verifiedProofs ?? 0),
      siteSignatures: signatures,
      answersCompared: audit.comparedAnswers,
      batches: audit.leaves.batches,
      batchesRebuilt: audit.leaves.checked,
    },
    records: recordsOf(world),
    trials: [...world.trials.values()].map((trial) =>
      trialReport(world, trial, source.head.timestamp),
    ),
    exchange: exchangeReport(audit, told),
    criteria,
    limitsSaid: [...limitsOf(audit), ...exchangeLimits(audit, told)],
    findings: audit.findings.map(({ rule, reason, place }) => ({
      ...{ rule, says: RULES[rule], reason },
      place: place ?? null,
    })),
  };
}

/** The report as one text for one content (RFC 8785); what is hashed and signed. */
export function reportText(report: AuditReport): string {
  return canonicalJson(report);
}

/** keccak256 of {@link reportText}. */
export function reportHash(report: AuditReport): string {
  return keccak256(toUtf8Bytes(reportText(report)));
}

function recordsOf({ records }: World): AuditReport["records"] {
  const { leaves, tombstones, root, epoch } = records;
  return {
    root: root.toString(),
    leaves: leaves.length,
    records: leaves.reduce((sum, { size }) => sum + size, 0),
    revoked: tombstones.size,
    epoch: Number(epoch),
    clinics: new Set(leaves.map(({ clinic }) => clinic)).size,
  };
}

/** Where a participation has not ended. */
const LIVE = ["eligible", "pending-on-study", "on-study"];

function trialReport(world: World, trial: Trial, time: number): TrialReport {
  const { trialId, protocolNumber, sponsor, board, current, approvedUntil, milestones } = trial;
  const participants: Record<string, number> = {};
  let onHold = 0;
  for (const who of trial.participants.values()) {
    const name = PARTICIPANT_STATES[who.state]!;
    participants[name] = (participants[name] ?? 0) + 1;
    if (LIVE.includes(name) && isOnHold(world, trial, who, time)) onHold++;
  }
  return {
    ...{ trialId, protocolNumber, sponsor, board, currentVersion: current, milestones },
    status: TRIAL_STATUSES[trial.status]!,
    approvedUntil: Number(approvedUntil),
    versions: [...trial.versions.values()].map((version) => versionReport(world, version)),
    groups: [...trial.groups].map(([version, groupId]) => {
      const { tree } = world.groups.get(groupId)!;
      const root = tree.size === 0 ? "0" : tree.root.toString();
      return { version, groupId: groupId.toString(), members: tree.size, root };
    }),
    screened: trial.screened.size,
    participants,
    onHold,
    placesTaken: trial.placesTaken,
    stepSeconds: trial.steps.seconds,
    steps: [...trial.steps.counts]
      .sort(([a], [b]) => a - b)
      .map(([step, counts]) => ({ from: step * trial.steps.seconds, ...counts })),
  };
}

function versionReport({ circuits }: World, version: Version): VersionReport {
  const { number, digest, terms, publishedAt, screeningVersion, consentVersion } = version;
  const { isSealed, documentHash, capacity, sites } = terms;
  return {
    ...{ version: number, digest, isSealed, documentHash, capacity, sites },
    criteriaHashes: terms.criteriaHashes.map(String),
    circuit: circuits.get(terms.circuit)?.name ?? terms.circuit,
    publishedAt,
    approvedAt: version.approvedAt ?? null,
    firstScreeningAt: version.firstScreeningAt ?? null,
    ...{ screeningVersion, consentVersion },
  };
}

/** What the verdict is about when it is not about everything, as " (blocks from 7 on only)". */
export function scopeOf({ limits: { trial, from } }: Pick<AuditReport, "limits">): string {
  const parts = [
    trial === undefined ? [] : `trial ${trial}`,
    from === undefined ? [] : `blocks from ${from} on`,
  ].flat();
  return parts.length === 0 ? "" : ` (${parts.join(", ")} only)`;
}

function limitsOf({ source, limits, leaves }: Audit): string[] {
  const { keys } = source.deployment;
  const said: string[] = [];
  if (keys === "DEV") {
    said.push(
      "The keys are development keys: whoever made them can forge proofs that verify here.",
    );
  }
  if (limits.trial !== undefined) said.push(`Only trial ${limits.trial} was audited.`);
  if (limits.from !== undefined) {
    said.push(
      `Proofs and signatures before block ${limits.from} were not verified again, and findings there are not shown.`,
    );
  }
  const unseen = leaves.batches - leaves.checked;
  if (unseen > 0)
    said.push(`Not at hand to rebuild: the leaves of ${counted(unseen, "batch", "batches")}.`);
  said.push(
    source.isProven
      ? `Every log and time was proven from the hash of block ${source.head.number}, ${source.head.hash}: that this block is the chain's, compare where you trust it.`
      : "That no log was left out rests on the node: what it left out would have to fit its answers about the contracts' state.",
    "What an accredited clinic attests, and what a site's staff see at the desk, no audit of a chain can check.",
  );
  return said;
}
