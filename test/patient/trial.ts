// A small published trial for the wallet's tests: document, terms, digest, and the public state
// around it.
import { EPOCH_DAY } from "../../circuits/statement/encoding/day.ts";
import { scopeOf, trialIdOf, versionDigest } from "../../circuits/statement/trial/trial.ts";
import { parseTrialFile, type TrialFile } from "../../circuits/statement/trial/trialFile.ts";
import type { PublicState } from "../../client/api/trial.ts";
import { draftTrialDocument, termsOf, writeTrialDocument } from "../../client/trial/document.ts";
import type { Downloads } from "../../client/trial/review.ts";
import { noonOf, registryOf, TODAY } from "./support.ts";

export const SPONSOR = "0x3333333333333333333333333333333333333333";
export const SITE_SIGNER = "0x4444444444444444444444444444444444444444";
const TRIAL_REGISTRY = "0x5555555555555555555555555555555555555555";
const ENROLLMENT = "0x6666666666666666666666666666666666666666";
const SCREENING = "0x7777777777777777777777777777777777777777";
export const BOARD = "0x8888888888888888888888888888888888888888";
const CHAIN_ID = 31_337;

export const CRITERIA = {
  inclusion: [
    { id: "I1", age: { min: 18, max: 80 } },
    { id: "I2", condition: { snomed: "44054006" } },
    {
      id: "I3",
      observation: { concept: "hba1c" },
      within: "120 days",
      value: { min: "7.0", max: "10.0", unit: "%" },
    },
  ],
  exclusion: [],
};

const [, DIABETES, HBA1C] = CRITERIA.inclusion;
/** Leaves that everybody meets, so many that what stands before and after them are two parts. */
const FILLERS = Array.from({ length: 34 }, (_, i) => ({ age: { min: i + 1, max: 110 } }));
/** A diabetes in the first part, the HbA1c in the second. */
export const TWO_PARTS = { inclusion: [DIABETES, ...FILLERS, HBA1C], exclusion: [] };

/** A trial file around criteria. */
export function trialFile(criteria: unknown, protocolNumber = "CZ-TEST-1"): TrialFile {
  return parseTrialFile({
    protocolNumber,
    title: "A test of the wallet",
    phase: "phase-2",
    sponsor: "Test sponsor",
    summary: "For tests.",
    criteria,
    consentForm: {
      version: 1,
      title: "Consent",
      text: "I take part.",
      permissions: [
        { id: "participate", label: "Take part", required: true },
        { id: "contact", label: "Be contacted", required: false },
      ],
    },
    sites: [{ id: 1, name: "Site one", capacity: 20 }],
    capacity: 20,
    arrivalDeadlineDays: 30,
    identityDocument: "any passport",
    requires: { reconsent: false, rescreening: false },
  });
}

/** What the server would answer about an approved trial. */
export function publish(
  options: {
    criteria?: unknown;
    protocolNumber?: string;
    today?: number;
    registry?: Downloads["registry"];
    /** Who may consent for somebody else. */
    representation?: TrialFile["consentForm"]["representation"];
    /** The form in other languages. */
    translations?: TrialFile["consentForm"]["translations"];
  } = {},
): Downloads {
  const { criteria = CRITERIA, protocolNumber = "CZ-TEST-1", today = TODAY } = options;
  const trial = trialFile(criteria, protocolNumber);
  const { representation, translations } = options;
  const consentForm = {
    ...trial.consentForm,
    ...(representation && { representation }),
    ...(translations && { translations }),
  };
  const document = draftTrialDocument({
    trial: { ...trial, consentForm },
    today: today - 30,
  });
  const published = writeTrialDocument(document);
  const terms = termsOf({ document, published, isSealed: false, siteSigners: { 1: SITE_SIGNER } });
  const trialId = trialIdOf(protocolNumber);
  const at = { chainId: CHAIN_ID, trialRegistry: TRIAL_REGISTRY, trialId, version: 1, terms };
  const version: PublicState["versions"][number] = {
    version: 1,
    terms,
    digest: versionDigest(at),
    groupId: 0n,
    members: 0,
    approvedAt: noonOf(today - 20),
    approvedUntil: noonOf(today + 300),
    documents: {
      document: { hash: terms.documentHash, mediaType: "application/json", content: published },
      consentForm: null,
      attestations: null,
    },
  };
  return {
    deployment: {
      chainId: CHAIN_ID,
      contracts: { TrialRegistry: TRIAL_REGISTRY, Enrollment: ENROLLMENT, Screening: SCREENING },
      deployBlock: 1,
      keys: "DEV",
      dictionaryVersion: 1,
      rootWindowSeconds: 3_600,
      blockNumber: 10,
      chainTime: (today + EPOCH_DAY) * 86_400 + 3_600,
      signInDomain: "localhost",
    },
    trial: {
      trialId,
      protocolNumber,
      sponsor: SPONSOR,
      board: BOARD,
      status: "active",
      held: false,
      currentVersion: 1,
      scope: scopeOf({ chainId: CHAIN_ID, screening: SCREENING, trialId }),
    },
    state: {
      trialId,
      blockNumber: 10,
      status: "active",
      held: false,
      currentVersion: 1,
      versions: [version],
      groups: [{ version: 1, groupId: 0n, members: [] }],
      screenings: [],
      participants: [],
    },
    registry: options.registry ?? registryOf([{ value: 5n, size: 1 }]),
    accreditations: [
      { account: SPONSOR, name: "Test sponsor", role: "sponsor", active: true, since: 1 },
      { account: BOARD, name: "Test board", role: "board", active: true, since: 1 },
    ],
  };
}
