// Everything the library may refuse, as a kind person would put it to a patient.
import { Refusal, type RefusalCode } from "../../../circuits/statement/refusal.ts";
import { ServerUnavailable } from "../../api/unavailable.ts";
import { Cancelled } from "../prover/worker.ts";
import { sentence } from "../shared/format.ts";
import { t } from "../shared/language.ts";
import { MissingPart, nameMissing } from "../shared/missingPart.ts";
import { StorageFails } from "../shared/storage.ts";
import { DATA_WORDS } from "./dataWords.ts";
import { guardianWords } from "./guardianWords.ts";
import { PasskeyFails } from "./vault/passkeyProblem.ts";

type Words = { readonly title: string; readonly text: string };
type English = Words & { readonly values?: Parameters<typeof t>[1] };
/** In English, to be translated when it is shown. */
const say = (title: string, text: string, values: English["values"] = {}): English => ({
  ...{ title, text, values },
});

const WORDS: Readonly<Partial<Record<RefusalCode, English>>> = {
  ...DATA_WORDS,
  WrongPassphrase: say("That passphrase is wrong", "Check capitals and spaces, and try again."),
  WeakPassphrase: say("The passphrase is too short", "Use at least 10 characters."),
  NotAWallet: say(
    "This is not a wallet file",
    "Choose the recovery file that you saved; its name ends in .age. If it is the right one, it is damaged: use another copy.",
  ),
  ForeignRecord: say(
    "This record was made for another wallet",
    "Show your clinic the code of this wallet, and ask for a record made for it.",
  ),
  MalformedRecord: say(
    "This is not a valid clinic record",
    "Make sure it is the whole file that the clinic gave you. If it is, ask the clinic for a new one.",
  ),
  MalformedInput: say(
    "This cannot be read",
    "Make sure that you have all of it, and that it is what the site or the clinic shows.",
  ),
  HandoverGone: say(
    "Nothing waits under this code",
    "It works once, for one day. Ask the clinic for a new one; if you did not fetch the record yourself, tell them so.",
  ),
  RecordNotAnchored: say(
    "The clinic has not registered this record yet, or has replaced it",
    "Try again later, or ask the clinic for its newest file.",
  ),
  NotEligible: say(
    "You do not meet all the criteria today",
    "Nothing left this device: nobody will know that you looked.",
  ),
  NarrowCriteria: say(
    "Your wallet does not answer this study",
    "A yes would give away your birth date or who you are. Please tell the study's ethics board.",
  ),
  BudgetSpent: say(
    "This sponsor has had as many answers as you allow",
    "Wait, or raise the limit in the settings of this wallet.",
  ),
  SmallCrowd: say(
    "Too few others could be behind a yes",
    "Wait until clinics have registered more records, or change this in the settings.",
  ),
  TrialTampered: say(
    "Do not answer this study",
    "Its text is not what the ethics board approved. Please tell the board.",
  ),
  AlteredState: say(
    "The download was changed on its way here",
    "None of it was used. Try again; if it keeps happening, use another connection.",
  ),
  TrialNotApproved: say("Not open yet", "The ethics board has not approved this study yet."),
  ApprovalExpired: say("Not open now", "The ethics board's approval of this study has ended."),
  TrialOnHold: say(
    "Paused",
    "The ethics board has paused this study: nobody joins it meanwhile. Whoever takes part can wait, or withdraw.",
  ),
  NotAccredited: say(
    "Not open now",
    "The study's sponsor or ethics board is no longer accredited at this exchange. Whoever takes part can wait, or withdraw.",
  ),
  TrialClosed: say("Closed", "This study takes no more participants."),
  TrialFull: say("This study is full", "Every place is taken. Look again later."),
  SiteFull: say("This site is full", "Choose another site, or look again later."),
  AlreadyScreened: say(
    "You have shown this already",
    "Continue with the consent form. If you cannot, another wallet of yours took part.",
  ),
  NotScreened: say("Not yet", "First show that you meet the criteria of the current version."),
  WrongPermissions: say(
    "These permissions do not fit the form",
    "Load the page again to see the form as it is now.",
  ),
  VersionSuperseded: say("The study has changed since", "Look at the new version, then continue."),
  UnknownRoot: say(
    "The registry of records has changed since",
    "Nothing is lost: please do it again.",
  ),
  CommitmentMismatch: say(
    "You took part with another wallet",
    "Use the wallet with which you joined this study, or go to your site.",
  ),
  InvalidProof: say("The proof was not accepted", "Nothing is lost: please do it again."),
  DayOutOfRange: say("The day has changed since", "Please do it again."),
  RegistryBlocked: say(
    "Not possible today",
    "A clinic was struck off, and its records are being cleared from the registry. Try again later: nothing is lost.",
  ),
  OtherIssuer: say(
    "A record is missing from your wallet",
    "You joined with a record from a clinic of which this wallet now has none. Add that clinic's record, and come back.",
  ),
  FirstProtocol: say(
    "This was made for the first version of the exchange",
    "It cannot be used any more. Make a new wallet, and ask your clinic for a new record.",
  ),
  TooManyGrants: say(
    "You have changed this often recently",
    "Nothing is lost. You may change this once an hour and twelve times a month; taking back never waits.",
  ),
  NothingChanged: say("That is what you allow already", "There was nothing to send."),
  StaleSequence: say("You have made a newer decision", "Load the page again to see it."),
  SubmitByPassed: say("It was sent too late", "Please do it again."),
  WrongForm: say("The consent form has changed", "Read the new form, and decide again."),
  UnknownSite: say("The study has no such site now", "Choose one of its sites."),
  AlreadySubmitted: say("It is on its way", "Wait a little, and look again."),
  UnknownTrial: say("No such study", "Check the study's number."),
  NotFound: say("The text of this study is missing", "Its sponsor has not uploaded it."),
  NotRepresentable: say(
    "Nobody can consent for this person in this way",
    "The consent form says who may consent for whom. Choose another relation, or let the person consent.",
  ),
  NoRepresentative: say(
    "A representative's signature is needed",
    "Whoever is under age does not consent alone here. The representative signs in a wallet of their own, for what is ticked now: make a new request after any change.",
  ),
  OwnConsentNeeded: say(
    "Their own consent is needed",
    "The person is of age, or will be within three months: nobody else consents for them any more. From the birthday on they read the form and consent themselves; nothing is used meanwhile.",
  ),
  NotParticipating: say(
    "You have not joined this study",
    "There is nothing to check in for. If you joined with a wallet that is lost, ask the site for the code that lets this one take its place.",
  ),
  WrongState: say("Not possible now", "Your place in the study does not allow this step now."),
  WrongCode: say(
    "This code does not fit this study",
    "Check every letter and the study's number, and try again.",
  ),
  ChallengeExpired: say("The site's code is too old", "Ask the site to show you a new one."),
  ChallengeUsed: say("The site's code was used already", "Ask the site to show you a new one."),
  NotThisPerson: say(
    "The number of your document does not match",
    "Type it exactly as on the document that you showed at the clinic.",
  ),
  NoDocumentTag: say(
    "Your record does not say which document you showed",
    "Ask your clinic for a record that does; the site cannot check you in without it.",
  ),
  TooManyRequests: say("One moment", "Too much was asked at once. Wait a minute and try again."),
  QueueFull: say("One moment", "The exchange is very busy. Try again later."),
  ChainUnavailable: say("The exchange is not ready", "Nothing is lost. Try again later."),
  StorageUnavailable: say("The exchange is not ready", "Nothing is lost. Try again later."),
};

/** Where the reader of a file says what is wrong with it. */
const WITH_REASON: ReadonlySet<RefusalCode> = new Set(["UnreadableHealthData", "MalformedMapping"]);

/** What went wrong, in words for a patient. */
export function wordsFor(thrown: unknown): Words {
  const { title, text, values = {} } = englishFor(thrown);
  return { title: t(title), text: t(text, values) };
}

function englishFor(thrown: unknown): English {
  const problem = nameMissing(thrown);
  if (problem instanceof Cancelled) {
    return say("Stopped", "Nothing was sent, and your wallet is as it was.");
  }
  if (problem instanceof MissingPart) {
    return say(
      "A part of this page did not arrive",
      "The connection was lost, or the exchange was updated. Load the page again: what was saved is still there.",
    );
  }
  if (problem instanceof PasskeyFails) {
    return say("The passkey did not work", sentence(problem.message));
  }
  if (problem instanceof StorageFails) {
    return say("Your browser stores nothing for this page", sentence(problem.message));
  }
  if (problem instanceof ServerUnavailable) {
    return say(
      "No connection",
      "This step needs the internet. Nothing is lost: try again when you are connected.",
    );
  }
  if (problem instanceof Refusal) {
    const { code, details } = problem;
    if (code === "TrialOnHold" && details.by === "governance") {
      return say(
        "On hold",
        "The exchange's governance has put this study on hold: nobody joins it meanwhile. Whoever takes part can wait, or withdraw.",
      );
    }
    const ofGuardians = guardianWords(problem);
    if (ofGuardians !== undefined) return ofGuardians;
    if (code === "CorruptArtifact") {
      return say(
        "A file needed for proofs is damaged",
        "The file {{file}} is not the one that this program expects, even after downloading it again. It was not used. Try again later; if it keeps happening, tell the exchange.",
        { file: String(details.file) },
      );
    }
    if (code === "MalformedRecord" && typeof details.problem === "string") {
      return say(WORDS[code]!.title, `${t(WORDS[code]!.text)} (${details.problem})`);
    }
    if (WITH_REASON.has(code) && typeof details.reason === "string") {
      const where = typeof details.where === "string" ? `, ${details.where}` : "";
      return say(WORDS[code]!.title, `${t(WORDS[code]!.text)} (${details.reason}${where})`);
    }
    return (
      WORDS[code] ??
      say(
        "Not possible now",
        "Nothing is lost. If it keeps happening, tell the exchange: {{code}}.",
        { code },
      )
    );
  }
  const message = problem instanceof Error ? problem.message : "Something unexpected happened";
  return say("That did not work", message);
}
