// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

/// FHIR R4 ResearchSubject.status of a pseudonym, plus None.
enum State {
    None,
    Eligible,
    PendingOnStudy,
    OnStudy,
    OffStudy,
    Ineligible,
    Withdrawn
}

/// A participant in one trial, known by the Semaphore nullifier of their consent proofs.
struct Participant {
    State state;
    uint8 givenBy;
    /// Version of the last full consent.
    uint32 version;
    uint32 permissions;
    uint32 siteId;
    /// Of the last accepted statement.
    uint64 sequence;
    /// Unix times in seconds. 0: retired by a succession; before any enrollment.
    uint40 validUntil;
    uint40 arriveBy;
    /// The first half of the hash that the last grant to name one named; 0: none.
    bytes16 withdrawalCodeHash;
}

/// The same as it is kept, with what limits grants (GrantLimit.sol). Two slots, the second written
/// by grants only. Half of a hash is enough: who would find another code for it searches 2^128.
struct StoredParticipant {
    State state;
    uint32 version;
    uint32 permissions;
    uint32 siteId;
    uint64 sequence;
    uint24 validUntilDay;
    uint40 arriveBy;
    uint24 lastGrantHour;
    bytes16 withdrawalCodeHash;
    uint112 grantGaps;
    uint8 givenBy;
}

/// Documented in circuits/statement/trial/consent.ts. givenBy: 1 self, 2 representative, 3 assent with
/// parent. decision: 1 grant, 2 withdraw.
struct ConsentStatement {
    bytes32 trialId;
    uint32 version;
    bytes32 formHash;
    uint32 permissions;
    uint32 siteId;
    uint40 validUntil;
    uint8 givenBy;
    uint64 sequence;
    uint8 decision;
    uint40 submitBy;
    bytes32 withdrawalCodeHash;
}

/// A Semaphore proof without what the contract knows: depth, message and scope.
struct ConsentProof {
    uint256 pseudonym;
    uint256 groupRoot;
    uint256[8] points;
}

/// What a site signs about a participant (EIP-712 types Arrival, ScreenFailure, Completion,
/// Withdrawal).
struct SiteAct {
    bytes32 trialId;
    uint256 pseudonym;
    uint32 siteId;
    /// The enrollment that the act is about, by its deadline of arrival; 0 before any.
    uint40 arriveBy;
    bytes32 evidence;
    uint256 deadline;
}

/// A site vouches that a new wallet is that of a participant who lost the old one.
struct Succession {
    bytes32 trialId;
    uint256 pseudonym;
    uint32 siteId;
    uint256 successorNullifier;
    uint256 successorCommitment;
    uint256 deadline;
}

// EIP-712 type hashes of what sites sign. Each is written out: a text put together is put together
// again at each use.
bytes32 constant ARRIVAL = keccak256(
    "Arrival(bytes32 trialId,uint256 pseudonym,uint32 siteId,uint40 arriveBy,"
    "bytes32 evidence,uint256 deadline)"
);
bytes32 constant SCREEN_FAILURE = keccak256(
    "ScreenFailure(bytes32 trialId,uint256 pseudonym,uint32 siteId,uint40 arriveBy,"
    "bytes32 evidence,uint256 deadline)"
);
bytes32 constant COMPLETION = keccak256(
    "Completion(bytes32 trialId,uint256 pseudonym,uint32 siteId,uint40 arriveBy,"
    "bytes32 evidence,uint256 deadline)"
);
bytes32 constant WITHDRAWAL = keccak256(
    "Withdrawal(bytes32 trialId,uint256 pseudonym,uint32 siteId,uint40 arriveBy,"
    "bytes32 evidence,uint256 deadline)"
);
bytes32 constant SUCCESSION = keccak256(
    "Succession(bytes32 trialId,uint256 pseudonym,uint32 siteId,"
    "uint256 successorNullifier,uint256 successorCommitment,uint256 deadline)"
);
