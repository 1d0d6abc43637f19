// The verdict as text, for a terminal.
import { counted } from "../../../circuits/statement/encoding/print.ts";
import { owedLines } from "./exchangeReport.ts";
import { type AuditReport, scopeOf, type TrialReport } from "./report.ts";

const SHOWN_FINDINGS = 50;

/** A report in some twenty lines; findings one each. */
export function renderSummary(report: AuditReport, hash: string): string {
  const { chain, checked, records, trials, findings, criteria } = report;
  const { head } = chain;
  return [
    verdictLine(report),
    "",
    `Chain ${chain.chainId}, blocks ${chain.firstBlock} to ${head.number} (${date(head.timestamp)}).`,
    `${counted(checked.events, "event")}; ${counted(checked.eligibilityProofs, "proof")} of eligibility and ${checked.membershipProofs} of membership, ${checked.proofsVerifiedAgain} verified again; ${counted(checked.siteSignatures, "site signature")}.`,
    `Registry: ${counted(records.leaves, "leaf", "leaves")} for ${counted(records.records, "record")} of ${counted(records.clinics, "clinic")}, ${records.revoked} revoked; ${checked.batchesRebuilt} of ${counted(checked.batches, "batch", "batches")} rebuilt from published leaves.`,
    `${counted(checked.answersCompared, "answer")} about the contracts' state compared.`,
    ...trials.map(trialLine),
    ...exchangeLines(report),
    ...criteria.map(
      (one) => `Opened: ${one.protocolNumber} version ${one.version} says what the board approved.`,
    ),
    "",
    ...findings.slice(0, SHOWN_FINDINGS).map(findingLine),
    ...(findings.length > SHOWN_FINDINGS
      ? [`... and ${findings.length - SHOWN_FINDINGS} more.`]
      : []),
    ...(findings.length > 0 ? [""] : []),
    ...report.limitsSaid.map((said) => `Note: ${said}`),
    `Report hash ${hash}`,
  ].join("\n");
}

function verdictLine(report: AuditReport): string {
  const { verdict, findings } = report;
  const { silent } = report.exchange;
  const but =
    silent.length === 0 ? "" : `, but for ${counted(silent.length, "custodian")} without receipts`;
  if (verdict === "clean") return `CLEAN: every check held${scopeOf(report)}${but}.`;
  return `${counted(findings.length, "FINDING", "FINDINGS")}: this history is not what the exchange promises.`;
}

function trialLine(trial: TrialReport): string {
  const states = Object.entries(trial.participants).map(([state, n]) => `${n} ${state}`);
  if (trial.onHold > 0) states.push(`${trial.onHold} of them on hold`);
  const people = states.length === 0 ? "no participants" : states.join(", ");
  return `Trial ${trial.protocolNumber}: ${trial.status}, version ${trial.currentVersion}; ${trial.screened} screened; ${people}.`;
}

/** Nothing where no data are exchanged. */
function exchangeLines({ exchange }: AuditReport): string[] {
  const { batches, entriesAnchored, entries, cuts, requests, receipts, released } = exchange;
  if (batches === 0 && cuts.length === 0 && exchange.emergencies === 0) return [];
  const shown = entries === null ? "" : `, ${entries} shown and checked`;
  const answered =
    receipts === null ? "" : `; ${counted(receipts, "receipt")}, ${released} of releases`;
  return [
    `Data: ${counted(entriesAnchored, "entry", "entries")} in ${counted(batches, "batch", "batches")}${shown}; ${counted(cuts.length, "cut")}, ${counted(requests, "request")}, ${counted(exchange.emergencies, "emergency", "emergencies")}${answered}.`,
    ...owedLines(exchange).map((line) => `Owed: ${line}.`),
  ];
}

function findingLine({ rule, reason, place }: AuditReport["findings"][number]): string {
  const where = place === null ? "" : ` [block ${place.block}, transaction ${place.transaction}]`;
  return `${rule}: ${reason}${where}`;
}

/** Unix seconds as YYYY-MM-DD HH:MM UTC. */
export function date(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
