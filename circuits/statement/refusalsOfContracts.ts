// Every "no" of the contracts, under the names of contracts/Refusals.sol (a test compares them): what it means in plain
// words, and what to do next.

const byContract = (meaning: string, next: string) =>
  ({ layer: "contract", meaning, next }) as const;

/** By the name of the Solidity custom error. */
export const CONTRACT_REFUSALS = {
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
  RegistryFull: byContract(
    "the registry holds its 65,536 leaves",
    "reuse the place of a revoked batch, or replace one",
  ),
  QuotaReached: byContract(
    "the clinic uses all the places that governance gives it in the registry",
    "anchor into the place of a revoked batch, replace a batch by a larger one, or ask governance",
  ),
  TooManyRevocations: byContract(
    "the clinic has voided older roots as often as it may today",
    "go on tomorrow (UTC), or ask governance for a higher limit",
  ),
  ClinicIsVoided: byContract(
    "governance declared all records of this clinic void",
    "ask another clinic; the clinic itself asks governance",
  ),
  NotVoided: byContract(
    "governance has not declared this clinic void",
    "let the clinic revoke its own leaves, or ask governance",
  ),
  ReservedLeaf: byContract(
    "numbers below 2^128 stand for revoked leaves and are never anchored",
    "send the commitment or batch root that the clinic's program computed",
  ),
  RegistryBlocked: byContract(
    "a clinic was struck off and its records are still being cleared: no records root is good now",
    "wait until the registry is cleared (anyone may clear leaves), and try again",
  ),
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
  InvalidProtocolNumber: byContract(
    "a protocol number is 3 to 40 characters of A to Z, 0 to 9, hyphen, slash and full stop",
    "write it as on the protocol, in upper case and without spaces",
  ),
  ProtocolTaken: byContract(
    "the protocol number is registered already",
    "amend the registered trial; one never approved lapses after a year, or governance releases it",
  ),
  UnknownTrial: byContract("no trial has this id", "check the protocol number"),
  UnknownVersion: byContract("the trial has no such version", "check the version number"),
  InvalidTerms: byContract(
    "the version's terms contradict themselves",
    "check parts, capacity, sites, permissions, arrival days and hashes",
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
  TrialOnHold: byContract(
    "the trial is suspended by its board or held by governance",
    "wait until whoever stopped it lets it go on",
  ),
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
  WrongParts: byContract(
    "the screening has not one proof for each part of the trial's criteria",
    "download the trial again and prove every part, in order",
  ),
  NotInOrder: byContract(
    "the people of one call are not in ascending order of their nullifiers",
    "sort them by nullifier; order then says nothing about who came first",
  ),
  InvalidProof: byContract(
    "a proof does not verify for exactly these public values",
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
    "a grant must be submitted before the end of the next day (UTC)",
    "choose an earlier submitBy",
  ),
  NotWholeDay: byContract(
    "times in a consent are whole days (UTC), so that they do not tell when it was signed",
    "round validUntil and submitBy to midnight",
  ),
  NothingChanged: byContract(
    "the grant says what the one before said",
    "nothing to do; change something, or wait until it should be renewed",
  ),
  TooManyGrants: byContract(
    "a participant grants once an hour and twelve times in thirty days at most",
    "wait until the named time; withdrawing is always possible",
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
  WrongEnrollment: byContract(
    "the site signed about another enrollment of this participant",
    "sign again with the present enrollment's time of arrival",
  ),
} as const;
