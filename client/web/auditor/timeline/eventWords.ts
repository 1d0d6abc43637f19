// What each event of the contracts says, in words, and who did it.
import {
  IconBan,
  IconBuildingHospital,
  IconChecks,
  IconClipboardText,
  IconClockX,
  IconDoorExit,
  IconFileText,
  IconFlag,
  IconGavel,
  IconHandStop,
  IconMessage,
  IconPlus,
  IconRefresh,
  IconShieldCheck,
  IconSignature,
  IconUserCheck,
  IconUserPlus,
  IconUsersGroup,
} from "@tabler/icons-react";
import { isRefusalCode, Refusal } from "../../../../circuits/statement/refusal.ts";
import { OPINIONS, TRIAL_STATUSES } from "../../../../circuits/statement/trial/trial.ts";
import { interfaceOf } from "../../../../contracts/connect.ts";
import type { AuditEvent } from "../../../api/event.ts";
import { opinionTitle } from "../../../trial/opinions.ts";
import { formatTime, shorten } from "../../shared/format.ts";
import { statusWords } from "../../shared/trialStatus.tsx";
import { DATA_WORDS, type Words } from "./dataWords.ts";
import { actWords, stateWords } from "./stateWords.ts";

type Arguments = AuditEvent["arguments"];
const site = (of: Arguments) => `site ${structOf(of.act)?.siteId ?? of.siteId ?? "?"}`;
const account = (role: string, address: string | undefined) =>
  address === undefined ? role : `${role} ${shorten(address)}`;
const participant = ({ pseudonym }: Arguments) => `participant ${shorten(pseudonym ?? "")}`;

/** Only the board opens a trial, suspends it and lets it go on. */
const BY_BOARD = new Set(
  (["active", "temporarily-closed-to-accrual"] as const).map((one) => TRIAL_STATUSES.indexOf(one)),
);

const WORDS: Readonly<Record<string, Words>> = {
  ...DATA_WORDS,
  TrialRegistered: {
    kind: "Registered",
    icon: IconPlus,
    says: ({ protocolNumber }) => `Trial ${protocolNumber} was registered`,
    by: ({ sponsor }) => account("sponsor", sponsor),
  },
  ProtocolReleased: {
    kind: "Number released",
    icon: IconRefresh,
    says: () => "The protocol number was released: nothing was ever approved under it",
    by: () => "governance",
  },
  HeldByGovernance: {
    kind: "Hold",
    icon: IconHandStop,
    says: ({ held }) =>
      held === "true" ? "Governance put the trial on hold" : "Governance lifted its hold",
    by: () => "governance",
  },
  BoardChanged: {
    kind: "Board changed",
    icon: IconRefresh,
    says: ({ board }) => `The ethics board became ${shorten(board ?? "")}`,
    by: () => "governance",
  },
  VersionPublished: {
    kind: "Version published",
    icon: IconFileText,
    says: ({ version }) => `Version ${version} was published`,
    by: () => "sponsor",
  },
  VersionApproved: {
    kind: "Version approved",
    icon: IconGavel,
    says: ({ version, expiresAt }) =>
      `Version ${version} was approved until ${formatTime(Number(expiresAt))}`,
    by: () => "ethics board",
  },
  OpinionGiven: {
    kind: "Board's words",
    icon: IconMessage,
    says: ({ opinion, version }) =>
      opinionTitle({ opinion: OPINIONS[Number(opinion)] ?? "comment", version: Number(version) }),
    by: ({ by }) => account("ethics board", by),
  },
  StatusChanged: {
    kind: "Status changed",
    icon: IconFlag,
    says: ({ status }) => `Status: ${statusWords(TRIAL_STATUSES[Number(status)] ?? "none")}`,
    by: ({ status, by }) => account(BY_BOARD.has(Number(status)) ? "ethics board" : "account", by),
  },
  GroupOpened: {
    kind: "Group opened",
    icon: IconUsersGroup,
    says: ({ screeningVersion }) => `Group of those screened for version ${screeningVersion}`,
    by: () => "the contract",
  },
  Screened: {
    kind: "Screened",
    icon: IconShieldCheck,
    says: ({ version, parts }) =>
      `Somebody proved that they meet the criteria of version ${version}${partsWords(parts)}`,
    by: () => "a patient, unnamed",
  },
  Consented: {
    kind: "Consented",
    icon: IconSignature,
    says: () => "Consent was given or changed, proven from within the group",
    by: participant,
  },
  WithdrawnByProof: {
    kind: "Withdrew",
    icon: IconDoorExit,
    says: () => "Withdrew, with a proof",
    by: participant,
  },
  WithdrawnByCode: {
    kind: "Withdrew",
    icon: IconDoorExit,
    says: () => "Withdrew, with the printed code",
    by: participant,
  },
  StateChanged: {
    kind: "State changed",
    icon: IconUserCheck,
    says: ({ state }) => `The participant ${stateWords(state)}`,
    by: () => "the contract",
  },
  Enrolled: {
    kind: "Enrolled",
    icon: IconUserPlus,
    says: (of) => `Enrolled at ${site(of)}, to arrive by ${formatTime(Number(of.arriveBy))}`,
    by: () => "sponsor",
  },
  NotEnrolled: {
    kind: "Not enrolled",
    icon: IconClockX,
    says: (of) => `Not enrolled: ${skippedWords(of.reason)}`,
    by: () => "sponsor",
  },
  NoShow: {
    kind: "No-show",
    icon: IconClockX,
    says: () => "Did not arrive in time",
    by: () => "sponsor",
  },
  SiteSigned: {
    kind: "Site signed",
    icon: IconBuildingHospital,
    says: ({ kind }) => `The site signed ${actWords(kind)}`,
    by: (of) => account(site(of), of.signer),
  },
  Succeeded: {
    kind: "Succession",
    icon: IconChecks,
    says: () =>
      "A lost wallet was replaced: the same person's new one proved that the criteria are met",
    by: ({ signer }) => account("site", signer),
  },
};

const OTHER: Words = {
  kind: "Other",
  icon: IconClipboardText,
  says: () => "An event of the contracts",
  by: () => "the contract",
};
const PROVEN: ReadonlySet<string> = new Set([
  "Screened",
  "Succeeded",
  "Consented",
  "WithdrawnByProof",
]);
const REFUSED: ReadonlySet<string> = new Set(["5"]);

export function wordsOf(event: AuditEvent) {
  const words = WORDS[event.name] ?? { ...OTHER, kind: event.name };
  const isFailure = event.name === "StateChanged" && REFUSED.has(event.arguments.state ?? "");
  return {
    kind: words.kind,
    icon: isFailure ? IconBan : words.icon,
    says: words.says(event.arguments),
    by: words.by(event.arguments),
  };
}

/** Events that carry a proof which a page can verify by itself. */
export function hasProof({ name }: AuditEvent): boolean {
  return PROVEN.has(name);
}

/** Events that say something in words: the argument with the hash of these. */
const SPEAKING: Readonly<Record<string, string>> = {
  OpinionGiven: "textHash",
  Requested: "purpose",
  GlassBroken: "reason",
  CaseClosed: "outcome",
  CopyPurged: "statement",
};

/** The hash of what an event says in words, where it says something. */
export function wordsHashOf({ name, arguments: args }: AuditEvent): string | undefined {
  const argument = SPEAKING[name];
  return argument && args[argument];
}

/** How many proofs, when it took several. */
function partsWords(parts: string | undefined): string {
  const list = structOf(parts);
  return Array.isArray(list) && list.length > 1 ? `, in ${list.length} parts` : "";
}

/** Why the sponsor could not take somebody, from the refusal's selector. */
function skippedWords(selector: string | undefined): string {
  const refusal = selector === undefined ? null : interfaceOf("Enrollment").getError(selector);
  if (refusal === null || !isRefusalCode(refusal.name)) return "for a reason without a name";
  return new Refusal(refusal.name).message;
}

/** A struct among the arguments, which travels as JSON. */
function structOf(text: string | undefined): Readonly<Record<string, string>> | undefined {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return typeof value === "object" && value !== null
      ? (value as Readonly<Record<string, string>>)
      : undefined;
  } catch {
    return undefined;
  }
}
