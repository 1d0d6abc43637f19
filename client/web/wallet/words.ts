// Everything the library may refuse, as a patient would be told by a kind person.
import { Refusal, type RefusalCode } from "../../../circuits/statement/refusal.ts";
import { ServerUnavailable } from "../../api/unavailable.ts";
import { Cancelled } from "../prover/worker.ts";

type Words = { readonly title: string; readonly text: string };
const say = (title: string, text: string): Words => ({ title, text });

const WORDS: Readonly<Partial<Record<RefusalCode, Words>>> = {
  WrongPassphrase: say("That passphrase does not fit", "Check capitals and spaces, and try again."),
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
    "This is not a record as clinics write it",
    "Make sure it is the whole file that the clinic gave you. If it is, ask the clinic for a new one.",
  ),
  MalformedInput: say(
    "This cannot be read",
    "Make sure that you took all of it, and that it is what the site shows.",
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
  TrialNotApproved: say("Not open yet", "The ethics board has not approved this study yet."),
  ApprovalExpired: say("Not open now", "The ethics board's approval of this study has ended."),
  TrialOnHold: say("Paused", "The ethics board has paused this study. You can wait, or withdraw."),
  NotAccredited: say(
    "Not open now",
    "The study's sponsor or ethics board is no longer accredited at this exchange. You can wait, or withdraw.",
  ),
  TrialClosed: say("Closed", "This study takes no more participants."),
  TrialFull: say("This study is full", "Every place is taken. Look again later."),
  SiteFull: say("This site is full", "Choose another site, or look again later."),
  AlreadyScreened: say(
    "You have shown this already",
    "Go on with the consent form. If you cannot, another wallet of yours took part.",
  ),
  NotScreened: say("Not yet", "Show first that you meet the criteria of the present version."),
  WrongPermissions: say(
    "These permissions do not fit the form",
    "Load the page again to see the form as it is now.",
  ),
  VersionSuperseded: say("The study was changed meanwhile", "Look at the new version, and go on."),
  UnknownRoot: say(
    "The register of records changed meanwhile",
    "Nothing is lost: please do it once more.",
  ),
  CommitmentMismatch: say(
    "You took part with another wallet",
    "Use the wallet with which you joined this study, or go to your site.",
  ),
  InvalidProof: say("The proof was not accepted", "Nothing is lost: please do it once more."),
  DayOutOfRange: say("The day has changed meanwhile", "Please do it once more."),
  RegistryBlocked: say(
    "Not possible today",
    "A clinic was struck off, and its records are being cleared from the register. Try again later: nothing is lost.",
  ),
  OtherIssuer: say(
    "A record is missing from your wallet",
    "You joined with a record of a clinic that this wallet holds none of now. Take in that clinic's record, and come back.",
  ),
  FirstProtocol: say(
    "This was made for the first version of the exchange",
    "It cannot be used any more. Make a new wallet, and ask your clinic for a new record.",
  ),
  TooManyGrants: say(
    "You have changed this often just now",
    "Nothing is lost. A study takes at most one change an hour and twelve a month: try again later.",
  ),
  NothingChanged: say("That is what you allow already", "There was nothing to send."),
  StaleSequence: say("A newer decision of yours is known", "Load the page again to see it."),
  SubmitByPassed: say("It was sent too late", "Please do it once more."),
  WrongForm: say("The consent form has changed", "Read the new form, and decide again."),
  UnknownSite: say("The study has no such site now", "Choose one of its sites."),
  AlreadySubmitted: say("It is on its way", "Wait a little, and look again."),
  UnknownTrial: say("No such study", "Check the study's number."),
  NotFound: say("The text of this study is missing", "Its sponsor has not uploaded it."),
  NotParticipating: say(
    "You have not joined this study",
    "There is nothing to check in for. If you joined with a wallet that is lost, ask the site for the code with which this one takes its place.",
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

/** What went wrong, for the eyes of a patient. */
export function wordsFor(problem: unknown): Words {
  if (problem instanceof Cancelled) {
    return say("Stopped", "Nothing was sent, and your wallet is as it was.");
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
        "The exchange's governance holds this study. You can wait, or withdraw.",
      );
    }
    if (code === "CorruptArtifact") {
      return say(
        "A file for proving is damaged",
        `The file ${details.file} is not the one that this program expects, even after fetching it again. It was not used. Try again later; if it stays so, tell the exchange.`,
      );
    }
    if (code === "MalformedRecord" && typeof details.problem === "string") {
      return say(WORDS[code]!.title, `${WORDS[code]!.text} (${details.problem})`);
    }
    return (
      WORDS[code] ??
      say("Not possible now", `Nothing is lost. If it stays so, tell the exchange: ${code}.`)
    );
  }
  const message = problem instanceof Error ? problem.message : "Something unexpected happened";
  return say("That did not work", message);
}
