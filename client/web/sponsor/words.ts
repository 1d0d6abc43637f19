// What the console calls things: states by FHIR's codes, in a sponsor's words.
import type {
  ParticipantState,
  Permission,
  VersionTerms,
} from "../../../circuits/statement/trial/trial.ts";
import { PERMISSIONS } from "../../../circuits/statement/trial/trial.ts";
import type { OpinionInfo } from "../../api/opinions.ts";
import type { Recruitment } from "../../api/recruitment.ts";
import { isRejected } from "../../trial/opinions.ts";
import { formatDate } from "../shared/format.ts";

export const STATE_WORDS: Readonly<Record<ParticipantState, string>> = {
  none: "Unknown",
  eligible: "Consented, waiting",
  "pending-on-study": "Enrolled, expected",
  "on-study": "On study",
  "off-study": "Finished",
  ineligible: "Screen failure",
  withdrawn: "Withdrawn",
};

export const PERMISSION_WORDS: Readonly<Record<Permission, { name: string; label: string }>> = {
  participate: { name: "Take part", label: "I take part in this study." },
  shareRecord: {
    name: "Share the record",
    label: "I share the part of my record that the study needs with the study team.",
  },
  contact: {
    name: "Be contacted",
    label: "The study team may contact me about my participation.",
  },
  storeSamples: { name: "Store samples", label: "My samples may be stored after the study." },
  genetics: { name: "Genetic tests", label: "My samples may be used for genetic tests." },
  futureResearch: {
    name: "Later research",
    label: "My data may be used for later research on the same disease.",
  },
  shareAbroad: { name: "Share abroad", label: "My data may be shared with researchers abroad." },
  emergency: {
    name: "Emergency access",
    label: "In an emergency, accredited clinicians may open my emergency summary.",
  },
};

/** Names of the permissions in a mask, in order. */
export function permissionNames(mask: number): string[] {
  const all = Object.entries(PERMISSIONS) as [Permission, number][];
  return all.filter(([, bit]) => (mask & bit) !== 0).map(([id]) => PERMISSION_WORDS[id].name);
}

/** A trial's phase as people write it. */
export function phaseWords(phase: string): string {
  const words = phase.replaceAll("-", " ");
  return phase === "n-a" ? "Not applicable" : words.slice(0, 1).toUpperCase() + words.slice(1);
}

export const sameAddress = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

/** "eligibility-32, 3 parts": what a screening brings. */
export function circuitWords(terms: Pick<VersionTerms, "circuit" | "criteriaHashes">): string {
  const parts = terms.criteriaHashes.length;
  return parts === 1 ? terms.circuit : `${terms.circuit}, ${parts} parts`;
}

/** Where the board stands, at the chain's time. */
export function boardWords(
  { status, held, versions, currentVersion }: Recruitment,
  { chainTime, opinions }: { chainTime: number; opinions: readonly OpinionInfo[] },
): string {
  if (held) return "Held by governance";
  if (status === "temporarily-closed-to-accrual") return "Suspended by the board";
  const newest = Math.max(0, ...versions.map(({ version }) => version));
  if (newest === 0) return "No version published yet";
  if (newest > currentVersion && isRejected(opinions, newest)) {
    return `Version ${newest} was rejected by the board`;
  }
  if (newest > currentVersion) return `Version ${newest} is waiting for the board`;
  const until = versions.find(({ version }) => version === currentVersion)?.approvedUntil ?? 0;
  const date = formatDate(new Date(until * 1000));
  return until < chainTime ? `Approval expired on ${date}` : `Approved until ${date}`;
}
