// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Accreditation} from "./Accreditation.sol";
import {Acting} from "./Acting.sol";
import {
    ConsentRules,
    EnrollmentRules,
    PartHashes,
    ScreeningRules,
    Site,
    Status,
    Trial,
    Version,
    VersionTerms
} from "./TrialTypes.sol";
import "./Refusals.sol";

/// @title What is known of trials: storage and views of TrialRegistry.
abstract contract TrialStore is Acting {
    mapping(bytes32 trialId => Trial) internal _trials;
    mapping(bytes32 trialId => mapping(uint32 version => Version)) internal _versions;
    /// Apart from the version: only a screening reads them.
    mapping(bytes32 trialId => mapping(uint32 version => PartHashes)) internal _hashes;
    mapping(bytes32 trialId => mapping(uint32 version => mapping(uint32 siteId => Site)))
        internal _sites;

    constructor(
        address forwarder,
        Accreditation accreditation_
    ) Acting(forwarder, accreditation_) {}

    /// @notice What enrolling and arriving need of the version in force, if the trial is running;
    /// refuses otherwise, saying why.
    /// @param recruiting Also refuse a trial that is closed to accrual.
    function enrollmentRules(
        bytes32 trialId,
        bool recruiting
    ) external view returns (EnrollmentRules memory rules) {
        rules.current = _requireRunning(trialId, recruiting);
        Version storage version = _versions[trialId][rules.current];
        rules.consentVersion = version.consentVersion;
        rules.capacity = version.capacity;
        rules.arrivalDays = version.arrivalDays;
        rules.attestationsHash = version.attestationsHash;
    }

    /// @notice Refuses unless the trial runs, saying why: approved, neither stopped nor over, its
    /// sponsor and its board accredited.
    function requireRunning(bytes32 trialId) external view {
        _requireRunning(trialId, false);
    }

    /// @notice The same as `enrollmentRules` for a screening, reading no more than it needs.
    function screeningRules(bytes32 trialId) external view returns (ScreeningRules memory rules) {
        rules = _rulesOf(trialId);
        _read(_hashes[trialId][rules.current].criteria, rules.hashes);
    }

    /// @notice The same for the wallet that succeeds another.
    function successionRules(bytes32 trialId) external view returns (ScreeningRules memory rules) {
        rules = _rulesOf(trialId);
        _read(_hashes[trialId][rules.current].successor, rules.hashes);
    }

    /// @notice The same for a consent.
    function consentRules(
        bytes32 trialId,
        bool recruiting,
        uint32 siteId
    ) external view returns (ConsentRules memory rules) {
        rules = consentRulesOf(trialId, _requireRunning(trialId, recruiting));
        rules.listsSite = _sites[trialId][rules.version][siteId].signer != address(0);
    }

    /// @notice What a published version asks of a grant, whether the trial runs or not. It says
    /// nothing of sites.
    function consentRulesOf(
        bytes32 trialId,
        uint32 number
    ) public view returns (ConsentRules memory rules) {
        Version storage version = _versions[trialId][number];
        if (version.consentFormHash == 0) revert UnknownVersion(number);
        rules.version = number;
        rules.screeningVersion = version.screeningVersion;
        rules.requiredPermissions = version.requiredPermissions;
        rules.offeredPermissions = version.offeredPermissions;
        rules.formHash = version.consentFormHash;
    }

    function trialOf(bytes32 trialId) external view returns (Trial memory) {
        _requireKnown(trialId);
        return _trials[trialId];
    }

    /// @notice Whose trial it is; zero for a released one.
    function sponsorOf(bytes32 trialId) external view returns (address) {
        _requireKnown(trialId);
        return _trials[trialId].sponsor;
    }

    /// @notice A published version; `screeningVersion` is 0 until the board approves it.
    function versionOf(
        bytes32 trialId,
        uint32 version
    ) external view returns (Version memory found) {
        found = _versions[trialId][version];
        if (found.digest == 0) revert UnknownVersion(version);
    }

    /// @notice The hashes of a published version's parts, and what successors prove instead.
    function hashesOf(
        bytes32 trialId,
        uint32 version
    ) external view returns (uint256[] memory criteria, uint256[] memory successor) {
        uint256 parts = _versions[trialId][version].parts;
        if (parts == 0) revert UnknownVersion(version);
        (criteria, successor) = (new uint256[](parts), new uint256[](parts));
        _read(_hashes[trialId][version].criteria, criteria);
        _read(_hashes[trialId][version].successor, successor);
    }

    /// @notice A site's signer and places under a version; both zero for a site it does not list.
    function siteOf(
        bytes32 trialId,
        uint32 version,
        uint32 siteId
    ) external view returns (Site memory) {
        return _sites[trialId][version][siteId];
    }

    /// @notice The key that signs for a site now. A site that the version in force does not list
    /// signs nothing more.
    function signerOf(bytes32 trialId, uint32 siteId) external view returns (address signer) {
        signer = _sites[trialId][_trials[trialId].current][siteId].signer;
        if (signer == address(0)) revert UnknownSite(siteId);
    }

    /// @notice The digest of a version: chain, registry, trial, number and all terms.
    function digestOf(
        bytes32 trialId,
        uint32 version,
        VersionTerms calldata terms
    ) public view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    "cohort-zero/trial-version/2",
                    block.chainid,
                    address(this),
                    trialId,
                    version,
                    terms
                )
            );
    }

    /// @dev The rules of the version in force, with room for its hashes.
    function _rulesOf(bytes32 trialId) private view returns (ScreeningRules memory rules) {
        rules.current = _requireRunning(trialId, true);
        Version storage version = _versions[trialId][rules.current];
        rules.screeningVersion = version.screeningVersion;
        rules.verifier = version.verifier;
        rules.hashes = new uint256[](version.parts);
    }

    function _read(uint256[4] storage stored, uint256[] memory hashes) private view {
        for (uint256 i = 0; i < hashes.length; i++) hashes[i] = stored[i];
    }

    /// @dev The number of the version in force.
    function _requireRunning(bytes32 trialId, bool recruiting) private view returns (uint32) {
        Trial storage trial = _trials[trialId];
        Status status = trial.status;
        // There is such a trial, and its board approved a version.
        if (status == Status.None) revert UnknownTrial(trialId);
        if (status == Status.InReview) revert TrialNotApproved();
        // Neither governance nor the board stopped it.
        if (trial.held || status == Status.TemporarilyClosedToAccrual) revert TrialOnHold();
        // The sponsor has not ended it, nor its recruitment.
        if (status == Status.Completed) revert TrialClosed();
        if (recruiting && status == Status.ClosedToAccrual) revert TrialClosed();
        // The approval has not expired.
        if (block.timestamp > trial.approvedUntil) revert ApprovalExpired();
        // Sponsor and board are accredited to this day.
        accreditation.requireParties(trial.sponsor, trial.board);
        return trial.current;
    }

    function _requireKnown(bytes32 trialId) internal view {
        if (_trials[trialId].status == Status.None) revert UnknownTrial(trialId);
    }
}
