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
  AlreadyAccredited: byContract("the account already has this role", "to rename it, end it first"),
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
    "this was anchored before: a leaf, or a batch of deposits, is anchored only once",
    "issue a record again with a fresh blinding; of a batch of deposits nothing is left to do",
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
  BatchSize: byContract(
    "a batch holds 1 to 4,096 records, or 1 to 1,024 deposits, or at least one receipt",
    "split the batch",
  ),
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
    "continue tomorrow (UTC), or ask governance for a higher limit",
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
    "a clinic was struck off and its records are still being cleared: no records root is valid now",
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
    "check parts, capacity, sites, permissions, arrival days, hashes and custodians (none, or 2 to 7 in ascending order with a threshold of at least 2)",
  ),
  DigestMismatch: byContract(
    "the digest is not that of the published version",
    "recompute it from the terms you reviewed; if they differ, do not approve",
  ),
  InvalidExpiry: byContract("an approval must expire in the future", "choose a later time"),
  VersionRejected: byContract(
    "the board rejected this version, and a rejected version is never approved",
    "publish a new version that answers what the board said; the board can approve that one",
  ),
  EmptyText: byContract("the board gave no words", "say why in words, and send their hash"),
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
    "wait until whoever stopped it lets it continue",
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
    "continue with consent; after an amendment use the same participant commitment",
  ),
  CommitmentMismatch: byContract(
    "a re-screening must use the participant commitment of the first screening",
    "use the wallet that was screened first",
  ),
  WrongParts: byContract(
    "the screening does not have one proof for each part of the trial's criteria",
    "download the trial again and prove every part, in order",
  ),
  NotInOrder: byContract(
    "the people in one call are not in ascending order of their nullifiers or pseudonyms",
    "sort them, each once; order then says nothing about who came first",
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
    "the grant says the same as the one before",
    "change something, or wait",
  ),
  TooManyGrants: byContract(
    "a participant may grant once an hour and twelve times in thirty days at most",
    "wait until the named time; taking permissions back and withdrawing are always possible",
  ),
  UnknownSite: byContract("the trial version has no such site", "choose one of its sites"),
  WrongSite: byContract("the participant belongs to another site", "act at the consent's site"),
  UnknownParticipant: byContract("no participant has this pseudonym", "check trial and pseudonym"),
  WrongState: byContract("the participant's state does not allow this", "look at their state"),
  WrongCode: byContract("the withdrawal code is not the printed one", "check for typing errors"),

  // Enrollment
  TrialFull: byContract("every place of the trial is taken", "wait for a free place"),
  SiteFull: byContract("every place of the site is taken", "wait, or consent at another site"),
  ArrivalLate: byContract("the time to arrive has ended", "free the place and enroll again"),
  ArrivalPending: byContract("the time to arrive has not ended yet", "wait until it has"),
  WrongAttestations: byContract(
    "the site attested a different list from the approved version's",
    "attest exactly the list of the current version",
  ),
  WrongEnrollment: byContract(
    "the site signed for another enrollment of this participant",
    "sign again with the present enrollment's time of arrival",
  ),

  // Exchange
  AlreadyUsed: byContract(
    "this was signed, said or asked for before, and it counts once",
    "nothing to do; to change something, sign or say it anew",
  ),
  InvalidDelegation: byContract(
    "the delegation names no key, no task or an unknown one, or a time that is over",
    "check key, tasks, and that it ends after it begins and in the future",
  ),
  KeyRevoked: byContract(
    "this key's delegation was revoked, and a revoked key never comes back",
    "let the person make a new key, and delegate to that",
  ),
  NotStaff: byContract(
    "the account has no delegation for this task now",
    "ask the site's signer, or the sponsor, to delegate the task to this key",
  ),
  NotCovered: byContract(
    "a participant's consent does not cover the permission now",
    "leave the named participant out; the reason is the refusal that this one alone would meet",
  ),
  EmptyRoot: byContract("the root is zero", "compute the root of the batch and send that"),
  InvalidCut: byContract(
    "a cut names a permission, at least one participant and at least one package",
    "check the permission, and that some package is left",
  ),
  EmergencyOnly: byContract(
    "what people permit for emergencies is opened by an emergency clinician's case, never by a cut",
    "seal a cut for another permission",
  ),
  InvalidRequest: byContract(
    "a purpose, reason, statement, outcome, entry or key is empty, or a request is for more than a day",
    "fill in what is empty; let the request end in the future, within 24 hours",
  ),
  UnknownCut: byContract("no cut has this number", "check the number of the cut"),
  UnknownRequest: byContract("no request has this number", "check the number of the request"),
  NothingToErase: byContract(
    "nobody has asked for the erasure of this participant's keys",
    "wait until the participant, or their site, asks",
  ),
  OptedOut: byContract(
    "the participant does not permit access in an emergency, or has withdrawn",
    "treat without the record; there is no other way to it here",
  ),
  CaseOverdue: byContract(
    "the trial's board has not closed a case of this clinician within 7 days",
    "ask the board to look into the named case; until then nothing more is opened",
  ),
  UnknownCase: byContract("no emergency case has this number", "check the number of the case"),
  TooManyCases: byContract(
    "an emergency clinician opens 5 cases a day (UTC) at most",
    "ask another emergency clinician, or continue tomorrow",
  ),
  InvalidTag: byContract(
    "the person's tag is empty",
    "check the document at the desk again, and let the custodians evaluate it",
  ),
  TagTaken: byContract(
    "this person takes part in the trial already, or did, under the named pseudonym",
    "do not sign the arrival; for a lost wallet make a succession first",
  ),
} as const;
