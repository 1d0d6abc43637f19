// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

// Every "no" of the contracts, under the names of circuits/statement/refusal.ts (a test compares
// them). Parameters are public values: what was refused, and where it helps what would have been
// accepted.

// Who may act
error NotGovernance(address account);
error NotAccredited(address account);
error AlreadyAccredited(address account);
error NotYourTrial(address account);
error NotYourLeaf(address account);
error InvalidSignature();
error DeadlinePassed(uint256 deadline);

// Records
error NotInField(uint256 value);
error AlreadyAnchored(uint256 leaf);
error RevokedBeforeAnchoring(uint256 commitment);
error NotAnchored(uint256 leaf);
error WrongSiblings();
error BatchSize(uint256 size);
error RegistryFull();
error QuotaReached(uint256 quota);
error TooManyRevocations(uint256 limit);
error ClinicIsVoided(address clinic);
error NotVoided(address clinic);
error ReservedLeaf(uint256 leaf);
error RegistryBlocked(uint256 leavesLeft);
error UnknownRoot(uint256 root);
error DictionaryOrder(uint256 expected);

// Circuits
error ForgeableKey();
error UnknownCircuit(bytes32 circuit);
error CircuitTaken(bytes32 circuit);

// Trials
error InvalidProtocolNumber();
error ProtocolTaken(bytes32 trialId);
error UnknownTrial(bytes32 trialId);
error UnknownVersion(uint32 version);
error InvalidTerms();
error DigestMismatch(bytes32 expected);
error InvalidExpiry();
error VersionRejected(uint32 version);
error EmptyText();
error TrialNotApproved();
error ApprovalExpired();
error TrialOnHold();
error TrialClosed();
error WrongStatus();

// Screening
error VersionSuperseded(uint32 current);
error DayOutOfRange(uint256 today);
error AlreadyScreened();
error CommitmentMismatch();
error WrongParts(uint256 expected);
error NotInOrder();
error InvalidProof();

// Consent
error NotScreened();
error ConsentMissing();
error ConsentExpired();
error WrongForm(bytes32 expected);
error WrongPermissions();
error InvalidStatement();
error StaleSequence(uint64 last);
error SubmitByPassed();
error SubmitByTooFar();
error NotWholeDay(uint256 time);
error NothingChanged();
error TooManyGrants(uint256 until);
error UnknownSite(uint32 siteId);
error WrongSite(uint32 expected);
error UnknownParticipant();
error WrongState();
error WrongCode();

// Enrollment
error TrialFull();
error SiteFull(uint32 siteId);
error ArrivalLate();
error ArrivalPending();
error WrongAttestations(bytes32 expected);
error WrongEnrollment(uint40 expected);

// Exchange
error AlreadyUsed();
error InvalidDelegation();
error KeyRevoked(address key);
error NotStaff(address key);
error NotCovered(uint256 pseudonym, bytes4 reason);
error EmptyRoot();
error InvalidCut();
error EmergencyOnly();
error InvalidRequest();
error UnknownCut(uint256 cutId);
error UnknownRequest(uint256 requestId);
error NothingToErase();
error OptedOut();
error CaseOverdue(uint256 caseId);
error UnknownCase(uint256 caseId);
error TooManyCases(uint256 limit);
error InvalidTag();
error TagTaken(uint256 pseudonym);

/// Refuses with an error without parameters, unless its selector is 0.
function refuse(bytes4 reason) pure {
    if (reason == 0) return;
    assembly ("memory-safe") {
        mstore(0, reason)
        revert(0, 4)
    }
}
