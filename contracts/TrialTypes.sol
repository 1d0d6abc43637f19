// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {IEligibilityVerifier} from "./CircuitRegistry.sol";

/// FHIR R4 ResearchStudy.status, plus None.
enum Status {
    None,
    InReview,
    Active,
    TemporarilyClosedToAccrual,
    ClosedToAccrual,
    Completed
}

/// What a board says in words. Only a rejection and a suspension change anything.
enum Opinion {
    Comment,
    ChangesRequested,
    Rejection,
    Suspension
}

/// A site of a version; it keeps its number through all versions. In an amendment capacity 0 names
/// who signs for a site's participants when it takes nobody new.
struct SiteTerms {
    uint32 siteId;
    address signer;
    uint32 capacity;
}

/// All that the board approves; documented in circuits/statement/trial/trial.ts.
struct VersionTerms {
    uint256[] criteriaHashes;
    uint256[] successorHashes;
    bytes32 circuit;
    bytes32 consentFormHash;
    uint32 consentFormVersion;
    uint32 requiredPermissions;
    uint32 offeredPermissions;
    uint32 capacity;
    uint32 arrivalDays;
    bool requiresReconsent;
    bool requiresRescreening;
    bool isSealed;
    bytes32 attestationsHash;
    bytes32 documentHash;
    SiteTerms[] sites;
    /// Who holds shares of the keys to what the trial collects, in ascending order, and how many of
    /// them open a package; none and 0: it collects nothing. Not stored: the event tells them.
    address[] custodians;
    uint32 custodianThreshold;
}

/// What the other contracts read of a version.
/// In the order that lets a consent read two slots and a screening two.
struct Version {
    IEligibilityVerifier verifier;
    /// The version under which one must be screened. Set at approval.
    uint32 screeningVersion;
    uint32 requiredPermissions;
    uint32 offeredPermissions;
    bytes32 consentFormHash;
    /// The oldest version whose consent is enough. Set at approval.
    uint32 consentVersion;
    /// Proofs of one screening.
    uint8 parts;
    uint32 capacity;
    uint32 arrivalDays;
    bool requiresReconsent;
    bool requiresRescreening;
    /// By the board, for good.
    bool rejected;
    bytes32 attestationsHash;
    bytes32 digest;
}

/// One hash a part, in order; as many as the version has parts, the rest is zero.
struct PartHashes {
    uint256[4] criteria;
    uint256[4] successor;
}

struct Trial {
    address sponsor;
    /// Newest published version, and the approved one in force (0: none).
    uint32 latest;
    uint32 current;
    Status status;
    /// Governance's own hold, which only governance lifts.
    bool held;
    address board;
    /// Unix times in seconds: when the approval ends, and from when on another sponsor may take the
    /// protocol number if no version was ever approved.
    uint64 approvedUntil;
    /// What a suspended trial resumes as.
    Status beforeHold;
    uint64 lapsesAt;
}

struct Site {
    address signer;
    uint32 capacity;
}

/// What the proofs of a screening (or succession) must fit: one for each hash, in order.
struct ScreeningRules {
    uint32 current;
    uint32 screeningVersion;
    IEligibilityVerifier verifier;
    uint256[] hashes;
}

/// What enrolling and arriving must fit.
struct EnrollmentRules {
    uint32 current;
    /// The oldest version whose consent is enough.
    uint32 consentVersion;
    uint32 capacity;
    uint32 arrivalDays;
    bytes32 attestationsHash;
}

/// What a grant to a version must fit.
struct ConsentRules {
    uint32 version;
    uint32 screeningVersion;
    uint32 requiredPermissions;
    uint32 offeredPermissions;
    bytes32 formHash;
    /// Whether the version lists the site asked about.
    bool listsSite;
}
