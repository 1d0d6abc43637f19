// What may be refused about data of one's own, as a kind person would put it to a patient.
import type { RefusalCode } from "../../../circuits/statement/refusal.ts";

type Words = { readonly title: string; readonly text: string };
const say = (title: string, text: string): Words => ({ title, text });

export const DATA_WORDS: Readonly<Partial<Record<RefusalCode, Words>>> = {
  CustodianAway: say(
    "One of those who hold the keys cannot be reached",
    "Nothing was sent: sealed without it, your data could be lost. Try again later.",
  ),
  TooFewCustodians: say(
    "Those who hold the keys do not all know you yet",
    "They need a few minutes after you have come to the site. Nothing was sent: try again later.",
  ),
  OtherCustodian: say(
    "Somebody else answers in place of one who holds the keys",
    "Nothing was sent. Please tell the study's site. It may be a mistake of the exchange, or somebody who wants to read along.",
  ),
  WrongKeys: say(
    "The keys of one who holds them are not signed by it",
    "Nothing was sent. Please tell the study's site. It may be a mistake of the exchange, or somebody who wants to read along.",
  ),
  KeysChanged: say(
    "One who holds the keys gives another key for you than before",
    "Nothing was sent. Please tell the study's site. Whoever lost its keys has to be replaced, and whoever slipped in another one must not read along.",
  ),
  WrongCustodians: say(
    "The study has changed who holds the keys",
    "Nothing was sent: please do it again.",
  ),
  UnknownCollection: say("The study does not ask for this any more", "Nothing was sent."),
  WrongSequence: say(
    "Something was sent from another device meanwhile",
    "Load the page again, and do it again if it is still due.",
  ),
  NotReplaceable: say(
    "This was corrected already",
    "Load the page again, and correct what stands there now.",
  ),
  NotCovered: say(
    "Your consent does not cover this now",
    "Nothing was sent. Look at what you allow on the study's page.",
  ),
  Erased: say(
    "You have asked that your data be erased",
    "Nothing more is kept about you in this study.",
  ),
  NothingToShow: say(
    "Your record shows nothing of this",
    "Ask your clinic for a newer record, then try again.",
  ),
  PackageMissing: say(
    "The exchange does not have it any more",
    "It was erased, or the exchange has lost it. If you did not ask for that, tell the site.",
  ),
  NotYourPackage: say(
    "This cannot be opened with your key",
    "Whoever sealed it left you out. Please tell the site: you may read all that is kept about you.",
  ),
  MalformedPackage: say(
    "This holds something else than it should",
    "It was damaged, or wrongly made. Please tell the site.",
  ),
  NotThisEntry: say(
    "What is in it was made for somebody or something else",
    "Please tell the study's ethics board.",
  ),
  UnreadableHealthData: say(
    "This file cannot be read",
    "Nothing was taken from it. Choose its kind, or export it again.",
  ),
  TooManyReadings: say(
    "The file has more than a wallet takes",
    "Nothing was taken from it. Export fewer days, or from something that measures less often.",
  ),
  DayTooLarge: say(
    "One day of it is too large to be sent",
    "Nothing was sent. Use something that measures less often.",
  ),
  MalformedMapping: say(
    "What was said of the columns cannot be used",
    "Correct it, or ask your site for one that fits your device.",
  ),
  NoCollections: say("The study collects nothing here", "Nothing was sent."),
};
