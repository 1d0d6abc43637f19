// Versions of a trial as a server tells them, made without one: texts, terms and digests that agree unless a test says otherwise.
import {
  type TrialStatus,
  trialIdOf,
  type VersionTerms,
  versionDigest,
} from "../../circuits/statement/trial/trial.ts";
import { parseTrialFile, type TrialFile } from "../../circuits/statement/trial/trialFile.ts";
import type { Api } from "../../client/api/api.ts";
import type { PublicState, TrialVersion } from "../../client/api/trial.ts";
import { draftTrialDocument, termsOf, writeTrialDocument } from "../../client/trial/document.ts";

export const PROTOCOL = "CZ-MADE/1.0";
const CHAIN_ID = 31_337;
const TRIAL_REGISTRY = "0x5555555555555555555555555555555555555555";
const SIGNERS = {
  1: "0x1111111111111111111111111111111111111111",
  2: "0x2222222222222222222222222222222222222222",
};
type Participant = PublicState["participants"][number];

/** A trial file of two sites. */
export function trialOf(change: Partial<Record<keyof TrialFile, unknown>> = {}): TrialFile {
  return parseTrialFile({
    protocolNumber: PROTOCOL,
    title: "A trial of two sites",
    phase: "phase-2",
    sponsor: "Test sponsor",
    summary: "For tests.",
    identityDocument: "National patient number",
    criteria: { inclusion: [{ age: { min: 18 } }], exclusion: [] },
    consentForm: {
      version: 1,
      title: "Consent",
      text: "I take part.",
      permissions: [{ id: "participate", label: "Take part", required: true }],
    },
    sites: [
      { id: 1, name: "Site one", capacity: 20 },
      { id: 2, name: "Site two", capacity: 20 },
    ],
    capacity: 20,
    arrivalDeadlineDays: 30,
    requires: { reconsent: false, rescreening: false },
    ...change,
  });
}

type Made = {
  readonly trial?: TrialFile;
  readonly version?: number;
  /** Day of publication. */
  readonly today?: number;
  readonly isApproved?: boolean;
  /** What the sponsor put on the chain beside what follows from the text. */
  readonly tamper?: (terms: VersionTerms) => VersionTerms;
};

/** A version with its text. */
export function versionOf(made: Made = {}): TrialVersion {
  const { trial = trialOf(), version = 1, today = 46_000, isApproved = true } = made;
  const document = draftTrialDocument({ trial, today });
  const content = writeTrialDocument(document);
  const own = termsOf({ document, published: content, isSealed: false, siteSigners: SIGNERS });
  const terms = made.tamper?.(own) ?? own;
  const trialId = trialIdOf(trial.protocolNumber);
  const at = { chainId: CHAIN_ID, trialRegistry: TRIAL_REGISTRY, trialId, version, terms };
  return {
    version,
    terms,
    digest: versionDigest(at),
    groupId: null,
    members: 0,
    approvedAt: isApproved ? 1_700_000_000 : null,
    approvedUntil: isApproved ? 1_900_000_000 : null,
    documents: {
      document: { hash: terms.documentHash, mediaType: "application/json", content },
      consentForm: null,
      attestations: null,
    },
  };
}

export const participantAt = (siteId: number, state: Participant["state"]) => ({ siteId, state });

/** A server that tells these versions; the last approved one is in force. */
export function tellingApi(
  versions: readonly TrialVersion[],
  participants: readonly Pick<Participant, "siteId" | "state">[] = [],
): Api {
  const approved = versions.filter(({ approvedAt }) => approvedAt !== null);
  const status: TrialStatus = approved.length > 0 ? "active" : "in-review";
  const state = {
    trialId: trialIdOf(PROTOCOL),
    status,
    held: false,
    currentVersion: approved.at(-1)?.version ?? 0,
    versions,
    participants,
  };
  const contracts = { TrialRegistry: TRIAL_REGISTRY };
  return {
    publicState: async () => state,
    deployment: async () => ({ chainId: CHAIN_ID, contracts }),
  } as unknown as Api;
}
