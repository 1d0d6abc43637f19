// Every expected "no" of the exchange: Solidity custom error, GraphQL union member, CLI text, one
// name.
import { CONTRACT_REFUSALS } from "./refusalsOfContracts.ts";
import { EXCHANGE_REFUSALS } from "./refusalsOfExchange.ts";

type Layer = "contract" | "server" | "wallet" | "custodian";
type Entry = { readonly layer: Layer; readonly meaning: string; readonly next: string };

const entry = (layer: Layer, meaning: string, next: string): Entry => ({ layer, meaning, next });
const byServer = (meaning: string, next: string) => entry("server", meaning, next);
const byWallet = (meaning: string, next: string) => entry("wallet", meaning, next);

/** Code, who refuses, what it means in plain words, what to do next. */
export const REFUSALS = {
  ...CONTRACT_REFUSALS,
  ...EXCHANGE_REFUSALS,

  // Server
  NotSignedIn: byServer("this needs a signed-in account", "sign in with Ethereum"),
  NotAllowed: byServer("the signed-in account may not do this", "sign in with another account"),
  NotFound: byServer("it was not found", "check the identifier"),
  MalformedInput: byServer("the input is not in the expected form", "correct the named field"),
  TooLarge: byServer("the input is larger than the limit", "send less"),
  TooManyRequests: byServer("too many requests from here", "wait and try again"),
  AlreadySubmitted: byServer("the same submission is on its way", "wait for its result"),
  QueueFull: byServer("the relayer's queue is full", "try again later, or send it yourself"),
  ChainUnavailable: byServer("the chain does not answer", "try again later"),
  StorageUnavailable: byServer("the database does not answer", "try again later"),
  HandoverGone: byServer(
    "nothing waits under this code: it was fetched before, or its day is over",
    "ask the clinic for a new code; if you did not fetch it, tell them",
  ),

  // Wallet and clients
  FirstProtocol: byWallet(
    "the file was made for the first protocol of this exchange, which is no longer supported",
    "it cannot be used: have it made again with this version",
  ),
  NotEligible: byWallet("the record does not meet the criteria", "nothing leaves this device"),
  WrongPassphrase: byWallet("the passphrase does not open it", "try again"),
  ForeignRecord: byWallet(
    "the record belongs to another identity",
    "ask the clinic to re-issue it",
  ),
  MalformedRecord: byWallet(
    "the record breaks the rules for records",
    "ask the clinic to re-issue it",
  ),
  RecordNotAnchored: byWallet(
    "the record is not in the registry",
    "ask the clinic when it will be",
  ),
  SmallCrowd: byWallet(
    "too few records or clinics could satisfy this trial for the answer to stay anonymous",
    "wait until more records are anchored",
  ),
  CorruptArtifact: byWallet("a proving file differs from the manifest", "fetch it again"),
  AlteredState: byWallet(
    "a part of the public state is not what the server's own list names",
    "ask again; if it keeps happening, somebody changes it on the way: use another connection or server",
  ),
  WeakPassphrase: byWallet(
    "the passphrase is shorter than 10 characters",
    "choose a longer one, for instance five random words",
  ),
  NotAWallet: byWallet(
    "the file is not a wallet of this program, or is damaged",
    "open the right file, or restore the recovery file",
  ),
  NotAShare: byWallet(
    "the file is not a guardian's share of a wallet, or is damaged",
    "choose the file that the guardian was given, or another copy of it",
  ),
  FalseShare: byWallet(
    "a guardian's share is not the one that was made",
    "do without the share that is named, or ask its guardian for another copy",
  ),
  MixedShares: byWallet(
    "the guardians' shares were made at different times and do not fit together",
    "bring more shares of one set, or type its check code",
  ),
  TooFewShares: byWallet(
    "more guardians' shares are needed to bring the wallet back",
    "ask another guardian",
  ),
  WrongCheckCode: byWallet(
    "none of the guardians' shares belongs to this check code",
    "check its digits; if they are right, these shares were made by somebody else or at another time",
  ),
  NoWallet: byWallet("there is no wallet file here", "create one, or name the right file"),
  WalletExists: byWallet("there is a wallet file here already", "use it, or name another file"),
  TrialTampered: byWallet(
    "the trial's text does not compile to what the board approved",
    "do not answer; tell the ethics board",
  ),
  NarrowCriteria: byWallet(
    "a yes would give away a birth date or name a person",
    "do not answer; tell the ethics board",
  ),
  BudgetSpent: byWallet(
    "this sponsor has had as many answers as the wallet allows",
    "wait, or raise the limit in the wallet's settings",
  ),
  NotRepresentable: byWallet(
    "the trial does not let this person be represented so",
    "read in the consent form who may consent for whom; otherwise the person consents themselves",
  ),
  NoRepresentative: byWallet(
    "a consent for somebody else needs the representative's own signature on it",
    "have the representative sign the request in a wallet of their own, for exactly this consent",
  ),
  OwnConsentNeeded: byWallet(
    "the person is of age, or will be within three months: nobody else consents for them any more",
    "on the birthday the person reads the form and consents themselves; nothing is released meanwhile",
  ),
  NotParticipating: byWallet("this wallet has not joined the trial", "be screened first"),
  ChallengeExpired: byWallet("the site's challenge is too old", "ask the site for a fresh one"),
  ChallengeUsed: byWallet(
    "the site's challenge was not issued here or has been answered",
    "ask the site for a fresh one",
  ),
  NotThisPerson: byWallet(
    "the record is not about the person at the desk",
    "check the document's text; do not sign the arrival",
  ),
  NoDocumentTag: byWallet(
    "the record holds no hash of an identity document",
    "ask the clinic to re-issue it with one",
  ),
  OtherIssuer: byWallet(
    "the person at the desk was checked against records of other clinics than those screened",
    "have the wallet show a record of every clinic whose record was screened; if it holds none that names this person, do not admit them",
  ),
  DocumentKnown: byWallet(
    "this document came to this desk before, under another pseudonym of the trial",
    "do not admit the person a second time; if the earlier wallet was lost, replace it instead",
  ),
  NotTheirPseudonym: byWallet(
    "this desk has no note that the lost pseudonym belonged to this document",
    "use the desk, or its file, where the person arrived; if nobody with this document arrived under it, do not replace it",
  ),
  SiteDropped: byWallet(
    "the trial's version in force no longer lists this site, which therefore signs nothing",
    "ask the sponsor for an amendment that lists the site: with capacity 0 it takes nobody new and signs for those it has",
  ),
  OtherExchange: byWallet(
    "that server works for another exchange: its chain or contracts differ",
    "name a server of this exchange, or none",
  ),

  // The clinic's roster and its revocations
  NoRoster: byWallet(
    "this clinic has no roster here, and can attest nobody without one",
    "name its file, or start one with cohort clinic roster create; on the page: open or start it",
  ),
  RosterExists: byWallet("there is a roster here already", "use it, or name another file"),
  NotARoster: byWallet(
    "this is not this clinic's roster, or it is damaged",
    "open the right file, or restore it from a copy",
  ),
  RosterConflict: byWallet(
    "the roster knows this chart's patient as somebody else",
    "correct the chart's id or numbers; where it truly is one person, say so (--same-person)",
  ),
  IdentityTaken: byWallet(
    "this identity code is another person's at this clinic: one wallet holds one person's records",
    "ask this person for the code of their own wallet; where it is one person with two charts, say so (--same-person)",
  ),
  PersonHasIdentity: byWallet(
    "this person has another wallet at this clinic",
    "ask them for its code; if it is lost for good, re-bind them (--rebind): trials already running then refuse the new one",
  ),
  NotInRoster: byWallet(
    "the record belongs to nobody in this clinic's roster, or to a wallet that was replaced",
    "attest the person again with this roster, then anchor that",
  ),
  LeavesMissing: byWallet(
    "the leaves of a batch are published nowhere, so nobody can tell what it holds",
    "bring the batch's file of leaves (--leaves), or revoke the whole batch by its root",
  ),
  StillProvable: byWallet(
    "the record can still be used to prove something",
    "revoke again later; until the window of the root named has ended, the record leads to it",
  ),
} as const satisfies Record<string, Entry>;

export type RefusalCode = keyof typeof REFUSALS;
/**
 * Public values only: ids, versions, days, counts, states, commitments. Never a fact or a secret.
 */
export type RefusalDetails = Readonly<Record<string, string | number | bigint | boolean>>;

/** An expected "no". Carries public values only, so it may be shown, logged and sent. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: RefusalCode;
  readonly details: RefusalDetails;

  constructor(code: RefusalCode, details: RefusalDetails = {}) {
    const { meaning, next } = REFUSALS[code];
    super(`${code}: ${meaning}; ${next}`);
    this.code = code;
    this.details = details;
  }
}

/** True for a known code. */
export function isRefusalCode(code: string): code is RefusalCode {
  return Object.hasOwn(REFUSALS, code);
}
