// Every expected "no" of the exchange: Solidity custom error, GraphQL union member, CLI text, one
// name. A test compares the contract ones with contracts/Refusals.sol.

export type Layer = "contract" | "server" | "wallet";
type Entry = { readonly layer: Layer; readonly meaning: string; readonly next: string };

const entry = (layer: Layer, meaning: string, next: string): Entry => ({ layer, meaning, next });
const byContract = (meaning: string, next: string) => entry("contract", meaning, next);
const byServer = (meaning: string, next: string) => entry("server", meaning, next);
const byWallet = (meaning: string, next: string) => entry("wallet", meaning, next);

/** Code, who refuses, what it means in plain words, what to do next. */
export const REFUSALS = {
  // Who may act
  NotGovernance: byContract(
    "only governance may do this",
    "act with the governance account, or through its timelock",
  ),
  NotAccredited: byContract(
    "the account is not accredited for this role",
    "ask governance to accredit it",
  ),
  AlreadyAccredited: byContract(
    "the account already has this role",
    "nothing to do; de-accredit it first to change its name",
  ),
  NotYourTrial: byContract(
    "the account is neither this trial's sponsor nor its board, as this act requires",
    "act with the account the trial was registered with",
  ),
  NotYourLeaf: byContract(
    "the leaf was anchored by another clinic",
    "act with the clinic that anchored it",
  ),
  InvalidSignature: byContract(
    "the signature is not by the expected clinic or site over exactly this statement",
    "sign again with the registered key; check chain, contract and every field",
  ),
  DeadlinePassed: byContract("the signed statement's deadline has passed", "sign a fresh one"),

  // Records
  NotInField: byContract(
    "a number is zero or not below the field order",
    "send the canonical number that the wallet or clinic computed",
  ),
  AlreadyAnchored: byContract(
    "the leaf is or was anchored before, and a leaf is anchored only once",
    "issue the record again with a fresh blinding",
  ),
  RevokedBeforeAnchoring: byContract(
    "the clinic revoked this record before it was anchored",
    "ask the clinic for a new record",
  ),
  NotAnchored: byContract(
    "there is no such leaf in the registry now",
    "rebuild the tree from the registry's events and look again",
  ),
  WrongSiblings: byContract(
    "the path does not lead to the registry's current root",
    "rebuild the tree from the registry's events and send a fresh path",
  ),
  BatchSize: byContract("a batch holds 1 to 4,096 records", "split the batch"),
  RegistryFull: byContract("the registry holds its 2^20 leaves", "replace old batches"),
  UnknownRoot: byContract(
    "the records root is not current, its window has ended, or a revocation voided it",
    "download the registry again and prove against the current root",
  ),
  DictionaryOrder: byContract(
    "dictionary versions are registered in order and never changed",
    "register the next version number",
  ),

  // Circuits
  ForgeableKey: byContract(
    "anyone can forge proofs for this verifying key (no phase-2 contribution, or a broken one)",
    "run the ceremony and export the verifier again",
  ),
  UnknownCircuit: byContract("no verifier is registered for this circuit", "register it first"),
  CircuitTaken: byContract(
    "this circuit already has a verifier, and verifiers never change",
    "register the new key under a new circuit name",
  ),

  // Trials
  ProtocolTaken: byContract(
    "the protocol number is registered already",
    "amend the registered trial instead of copying it",
  ),
  UnknownTrial: byContract("no trial has this id", "check the protocol number"),
  UnknownVersion: byContract("the trial has no such version", "check the version number"),
  InvalidTerms: byContract(
    "the version's terms contradict themselves",
    "check capacity, sites, permissions, arrival days and hashes",
  ),
  DigestMismatch: byContract(
    "the digest is not the one of the published version",
    "recompute it from the terms you reviewed; if they differ, do not approve",
  ),
  InvalidExpiry: byContract("an approval must expire in the future", "choose a later time"),
  TrialNotApproved: byContract(
    "the board has not approved any version of the trial yet",
    "wait for the board's approval",
  ),
  ApprovalExpired: byContract(
    "the board's approval has expired",
    "ask the board to review and approve again",
  ),
  TrialOnHold: byContract("the trial is suspended", "wait until the board resumes it"),
  TrialClosed: byContract("the trial takes no more participants", "look for another trial"),
  WrongStatus: byContract("the trial's status does not allow this", "look at the trial's status"),

  // Screening
  VersionSuperseded: byContract(
    "the statement names a version that is not the trial's current one",
    "download the trial again and make a new proof",
  ),
  DayOutOfRange: byContract(
    "the proof's day is after the chain's day, too old, or names the wrong date",
    "make a new proof for today",
  ),
  AlreadyScreened: byContract(
    "this person or this participant commitment was screened for this trial already",
    "go on with consent; after an amendment use the same participant commitment",
  ),
  CommitmentMismatch: byContract(
    "a re-screening must use the participant commitment of the first screening",
    "use the wallet that was screened first",
  ),
  InvalidProof: byContract(
    "the proof does not verify for exactly these public values",
    "make a new proof; if it fails again, check the artifacts",
  ),

  // Consent
  NotScreened: byContract(
    "the proof is not about the group of those screened under the required version",
    "be screened under the current version, then prove against that group",
  ),
  ConsentMissing: byContract(
    "there is no active consent to the required version",
    "ask the participant to consent to the current form",
  ),
  ConsentExpired: byContract("the consent's validity has ended", "consent again"),
  WrongForm: byContract(
    "the statement names another consent form than the version's",
    "show the current form and sign that",
  ),
  WrongPermissions: byContract(
    "the permissions lack a required one, hold one that was not asked for, or widen an old consent",
    "choose among the offered permissions",
  ),
  InvalidStatement: byContract(
    "the consent statement contradicts itself",
    "check decision, givenBy, validity, submitBy and the withdrawal code hash",
  ),
  StaleSequence: byContract(
    "a statement with this or a higher sequence number was accepted already",
    "use a higher sequence number",
  ),
  SubmitByPassed: byContract("the grant was submitted too late", "sign a fresh grant"),
  SubmitByTooFar: byContract(
    "a grant must be submitted within a day",
    "choose an earlier submitBy",
  ),
  UnknownSite: byContract("the trial version has no such site", "choose one of its sites"),
  WrongSite: byContract(
    "the participant belongs to another site",
    "act at the site named in the consent",
  ),
  UnknownParticipant: byContract("no participant has this pseudonym", "check trial and pseudonym"),
  WrongState: byContract(
    "the participant's state does not allow this",
    "look at the participant's state",
  ),
  WrongCode: byContract("the withdrawal code is not the printed one", "check for typing errors"),

  // Enrollment
  TrialFull: byContract("every place of the trial is taken", "wait for a free place"),
  SiteFull: byContract("every place of the site is taken", "wait, or consent at another site"),
  ArrivalLate: byContract("the time to arrive has ended", "free the place and enroll again"),
  ArrivalPending: byContract("the time to arrive has not ended yet", "wait until it has"),
  WrongAttestations: byContract(
    "the site attested another list than the approved version's",
    "attest exactly the list of the current version",
  ),

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
  NotEligible: byWallet("the record does not meet the criteria", "nothing leaves this device"),
  WrongPassphrase: byWallet("the passphrase does not open the wallet", "try again"),
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
