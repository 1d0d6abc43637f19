// What is checked of a person at the desk, in the order in which the library does it, and each refusal in plain
// words with what to do.
import type { Refusal, RefusalCode } from "../../../../circuits/statement/refusal.ts";
import type { VisitKind } from "./visit.ts";

type Check = {
  readonly text: string;
  /** Refusals that mean that this check failed; with the part where one code serves several. */
  readonly fails: readonly (RefusalCode | `InvalidProof ${string}`)[];
};

const ANSWER: readonly Check[] = [
  {
    text: "The answer is to a challenge of this desk, in time, and to no other visit",
    fails: ["ChallengeUsed", "ChallengeExpired"],
  },
  {
    text: "The wallet shown here owns this participation",
    fails: ["InvalidProof membership"],
  },
  {
    text: "A clinic's record is about the person with this birth date, sex and document",
    fails: ["NotThisPerson"],
  },
  {
    text: "That record is anchored, in force and not revoked",
    fails: ["InvalidProof person", "DayOutOfRange", "RegistryBlocked", "UnknownRoot"],
  },
];
/** Place in every visit's checks of the one that makes an arrival's pseudonym the wallet's own. */
export const OWNERSHIP = 1;
const ARRIVING: readonly Check[] = [
  {
    text: "This participant is expected at this site and has not arrived yet",
    fails: ["UnknownParticipant", "WrongSite", "WrongState"],
  },
  {
    text: "The person who was screened is the one standing here",
    fails: ["NotScreened", "CommitmentMismatch"],
  },
];
const CRITERIA = ["NotEligible", "InvalidProof eligibility"] as const;
const FRESH: Check = { text: "The criteria hold today", fails: CRITERIA };
const GIVER: Check = {
  text: "Whoever consented may do so in this trial, and signed it where it was somebody else",
  fails: ["NotRepresentable", "NoRepresentative", "OwnConsentNeeded"],
};
/** Whose records they were, and whether the person is a new one here. */
const SAME: readonly Check[] = [
  {
    text: "Every clinic whose record the trial has seen has one about this person",
    fails: ["OtherIssuer"],
  },
  {
    text: "This document has not come here under another pseudonym",
    fails: ["DocumentKnown", "NotTheirPseudonym"],
  },
];
const SUCCEEDING: readonly Check[] = [
  {
    text: "The lost pseudonym belongs to this site and still counts",
    fails: ["UnknownParticipant", "WrongSite", "WrongState", "WrongCode"],
  },
  {
    text: "The new wallet has not been screened for this trial before",
    fails: ["AlreadyScreened"],
  },
  { text: "The new wallet's record meets the criteria", fails: CRITERIA },
];

/** The checks of a visit, in order. */
export function checksOf(kind: VisitKind, isFresh: boolean): readonly Check[] {
  if (kind === "succession") return [...ANSWER, ...SUCCEEDING, ...SAME];
  return [...ANSWER, ...ARRIVING, ...(isFresh ? [FRESH] : []), ...SAME, GIVER];
}

/** Which check a refusal is about; undefined when it is about none, as when the trial is suspended. */
export function failedCheck(checks: readonly Check[], refusal: Refusal): number | undefined {
  const { code, details } = refusal;
  const name = code === "InvalidProof" ? (`InvalidProof ${details.part}` as const) : code;
  const index = checks.findIndex(({ fails }) => fails.includes(name));
  return index < 0 ? undefined : index;
}

const ADVICE: Readonly<Partial<Record<RefusalCode, string>>> = {
  ChallengeUsed:
    "This answer is to another challenge, to one for another pseudonym, or to one that was answered before. Show the challenge on this page and have the wallet answer that one.",
  ChallengeExpired:
    "The challenge was older than 15 minutes. Make a new one and have the wallet answer again.",
  NotThisPerson:
    "What you typed is not what the clinic put into the record. Compare birth date, sex and document with the document in your hand; spaces and capitals do not matter. If they match, the record is about somebody else: do not admit this person.",
  UnknownRoot:
    "The record was replaced or revoked after the wallet made its answer. Have the patient refresh the wallet; if it happens again, the clinic has to issue the record again.",
  RegistryBlocked:
    "Governance has struck a clinic off, and its records are still being cleared out of the registry: until that is done no record counts. Try again later, or have the person come back.",
  DayOutOfRange: "The answer was made for another day. Have the wallet answer a new challenge.",
  UnknownParticipant:
    "Nobody takes part in this trial with this wallet. Check that the trial is the right one.",
  WrongSite: "This participant chose another site. They arrive there, or consent again for yours.",
  WrongState:
    "This participant is not expected: not enrolled yet, arrived already, or out of the trial. Look at the list of participants.",
  NotScreened:
    "Nobody was screened with this person's record. The pseudonym may have been bought or borrowed: do not admit this person, and tell the sponsor.",
  CommitmentMismatch:
    "This person was screened with another wallet. Have them use the wallet they were screened with; otherwise do not admit them.",
  NotEligible:
    "The wallet gave no proof that the criteria hold today. If the person does not qualify any more, record a screen failure of this pseudonym in the list of participants.",
  OtherIssuer:
    "The trial was shown a record from a clinic of which this wallet has none about the person in front of you. The pseudonym may have been bought or borrowed: do not admit this person, and tell the sponsor. If they say that they were screened with several clinics' records, have the wallet answer with all of them.",
  DocumentKnown:
    "Somebody with this document came here before, under another pseudonym of this trial. Do not admit the person a second time. If the earlier wallet was lost, use Lost wallet for the earlier pseudonym.",
  NotTheirPseudonym:
    "This desk has no note that somebody with this document arrived under the lost pseudonym. Open the file of the desk where they arrived, or go there; if nobody knows them, do not replace it.",
  NotRepresentable:
    "This trial lets nobody consent for this person in this way, or for so long. Do not admit them on this consent: the person, or somebody whom the consent form names, consents anew.",
  NoRepresentative:
    "The wallet shows no signature of a representative on this very consent, or the person is under age and consented alone. Have the representative sign in a wallet of their own, and the person's wallet consent again.",
  OwnConsentNeeded:
    "The person is of age now. Have them read the form and consent themselves; then they arrive.",
  WrongCode:
    "Until a person has arrived, only the printed withdrawal code says whose the pseudonym was. Check it for typing errors.",
  AlreadyScreened:
    "The new wallet has been screened for this trial on its own. It cannot take over another participation.",
  MalformedInput: "This is not a wallet's answer. Have the wallet show all of it again.",
};

/** What a refusal means at the desk, and what to do. */
export function adviceOf({ code }: Refusal): string | undefined {
  if (code === "InvalidProof") {
    return "A proof does not hold. Have the wallet answer once more; if it fails again, do not admit this person.";
  }
  return ADVICE[code];
}
