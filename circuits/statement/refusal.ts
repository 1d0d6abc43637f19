// Every expected "no" of the exchange: Solidity custom error, GraphQL union member, CLI text, one
// name.
import { CONTRACT_REFUSALS } from "./refusalsOfContracts.ts";

export type Layer = "contract" | "server" | "wallet";
type Entry = { readonly layer: Layer; readonly meaning: string; readonly next: string };

const entry = (layer: Layer, meaning: string, next: string): Entry => ({ layer, meaning, next });
const byServer = (meaning: string, next: string) => entry("server", meaning, next);
const byWallet = (meaning: string, next: string) => entry("wallet", meaning, next);

/** Code, who refuses, what it means in plain words, what to do next. */
export const REFUSALS = {
  ...CONTRACT_REFUSALS,

  // Server
  NotSignedIn: byServer("this needs a signed-in account", "sign in with Ethereum"),
  NotAllowed: byServer("the signed-in account may not do this", "sign in with another account"),
  NotFound: byServer("there is no such thing", "check the identifier"),
  MalformedInput: byServer("the input is not in the expected form", "correct the named field"),
  TooLarge: byServer("the input is larger than the limit", "send less"),
  TooManyRequests: byServer("too many requests from here", "wait and try again"),
  AlreadySubmitted: byServer("the same submission is on its way", "wait for its result"),
  QueueFull: byServer("the relayer's queue is full", "try again later, or send it yourself"),
  ChainUnavailable: byServer("the chain does not answer", "try again later"),
  StorageUnavailable: byServer("the database does not answer", "try again later"),

  // Wallet and clients
  FirstProtocol: byWallet(
    "the file was made for the first protocol of this exchange, which is no longer spoken",
    "nothing of it can be used: have it made again with this version",
  ),
  NotEligible: byWallet("the record does not meet the criteria", "nothing leaves this device"),
  WrongPassphrase: byWallet("the passphrase does not open it", "try again"),
  ForeignRecord: byWallet(
    "the record belongs to another identity",
    "ask the clinic to re-issue it",
  ),
  MalformedRecord: byWallet(
    "the record breaks the record's rules",
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
  WeakPassphrase: byWallet(
    "the passphrase is shorter than 10 characters",
    "choose a longer one, for instance five random words",
  ),
  NotAWallet: byWallet(
    "the file is not a wallet of this program, or is damaged",
    "open the right file, or restore the recovery file",
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
    "the person at the desk was checked against other clinics' records than those that were screened",
    "have the wallet show a record of every clinic whose record was screened; if it holds none that names this person, do not admit them",
  ),
  DocumentKnown: byWallet(
    "this document came to this desk before, under another pseudonym of the trial",
    "do not admit the person a second time; if the earlier wallet was lost, replace it instead",
  ),
  NotTheirPseudonym: byWallet(
    "this desk keeps nothing that says that the lost pseudonym was this document's",
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
    "this clinic keeps no roster here, and attests nobody without one",
    "name its file, or begin one with cohort clinic roster create; on the page: open or begin it",
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
    "ask them for its code; if it is lost for good, re-bind them (--rebind): trials that run already then refuse the new one",
  ),
  NotInRoster: byWallet(
    "the record is of nobody in this clinic's roster, or of a wallet that was replaced",
    "attest the person again with this roster, then anchor that",
  ),
  LeavesMissing: byWallet(
    "the leaves of a batch are published nowhere, so nobody can tell what it holds",
    "bring the batch's file of leaves (--leaves), or revoke the whole batch by its root",
  ),
  StillProvable: byWallet(
    "the record can still be used to prove something",
    "revoke again later; until the root named has ended its window, the record leads to it",
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
