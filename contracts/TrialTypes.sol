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

/// A site of a version; it keeps its number through all versions.
struct SiteTerms {
    uint32 siteId;
    address signer;
    uint32 capacity;
}

/// All that the board approves; documented in circuits/statement/trial.ts.
struct VersionTerms {
    uint256 criteriaHash;
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
}

/// What Enrollment reads of a version.
struct Version {
    uint256 criteriaHash;
    IEligibilityVerifier verifier;
    uint32 capacity;
    /// The version under which one must be screened, and the oldest whose consent is enough. Set at
    /// approval.
    uint32 screeningVersion;
    uint32 consentVersion;
    bytes32 consentFormHash;
    uint32 requiredPermissions;
    uint32 offeredPermissions;
    uint32 arrivalDays;
    bool requiresReconsent;
    bool requiresRescreening;
    bytes32 attestationsHash;
    bytes32 digest;
}

struct Trial {
    address sponsor;
    /// Newest published version, and the approved one in force (0: none).
    uint32 latest;
    uint32 current;
    Status status;
    address board;
    /// Unix time in seconds.
    uint64 approvedUntil;
    /// What a suspended trial resumes as.
    Status beforeHold;
}

struct Site {
    address signer;
    uint32 capacity;
}

/// What a grant must fit.
struct ConsentRules {
    uint32 current;
    uint32 screeningVersion;
    uint32 requiredPermissions;
    uint32 offeredPermissions;
    bytes32 formHash;
}
