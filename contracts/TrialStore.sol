// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {IEligibilityVerifier} from "./CircuitRegistry.sol";
import {ConsentRules, Site, Status, Trial, Version, VersionTerms} from "./TrialTypes.sol";
import "./Refusals.sol";

/// @title What is known of trials: storage and views of TrialRegistry.
abstract contract TrialStore {
    mapping(bytes32 trialId => Trial) internal _trials;
    mapping(bytes32 trialId => mapping(uint32 version => Version)) internal _versions;
    mapping(bytes32 trialId => mapping(uint32 version => mapping(uint32 siteId => Site)))
        internal _sites;

    /// @notice The version in force and its number, if the trial is running; refuses otherwise,
    /// saying why.
    /// @param recruiting Also refuse a trial that is closed to accrual.
    function running(
        bytes32 trialId,
        bool recruiting
    ) external view returns (uint32 current, Version memory version) {
        current = _requireRunning(trialId, recruiting);
        version = _versions[trialId][current];
    }

    /// @notice The same for a screening, reading no more than it needs.
    function screeningRules(
        bytes32 trialId
    )
        external
        view
        returns (
            uint32 current,
            uint32 screening,
            uint256 criteriaHash,
            IEligibilityVerifier verifier
        )
    {
        current = _requireRunning(trialId, true);
        Version storage version = _versions[trialId][current];
        return (current, version.screeningVersion, version.criteriaHash, version.verifier);
    }

    /// @notice The same for a consent.
    function consentRules(
        bytes32 trialId,
        bool recruiting
    ) external view returns (ConsentRules memory rules) {
        rules.current = _requireRunning(trialId, recruiting);
        Version storage version = _versions[trialId][rules.current];
        rules.screeningVersion = version.screeningVersion;
        rules.requiredPermissions = version.requiredPermissions;
        rules.offeredPermissions = version.offeredPermissions;
        rules.formHash = version.consentFormHash;
    }

    function trialOf(bytes32 trialId) external view returns (Trial memory) {
        _requireKnown(trialId);
        return _trials[trialId];
    }

    /// @notice A published version; `screeningVersion` is 0 until the board approves it.
    function versionOf(
        bytes32 trialId,
        uint32 version
    ) external view returns (Version memory found) {
        found = _versions[trialId][version];
        if (found.digest == 0) revert UnknownVersion(version);
    }

    /// @notice A site's signer and places under a version. Refuses an unlisted site.
    function siteOf(
        bytes32 trialId,
        uint32 version,
        uint32 siteId
    ) external view returns (Site memory site) {
        site = _sites[trialId][version][siteId];
        if (site.signer == address(0)) revert UnknownSite(siteId);
    }

    /// @notice The key that signs for a site now; for a site that an amendment dropped, the one of
    /// `fallbackVersion`.
    function signerOf(
        bytes32 trialId,
        uint32 siteId,
        uint32 fallbackVersion
    ) external view returns (address signer) {
        signer = _sites[trialId][_trials[trialId].current][siteId].signer;
        if (signer == address(0)) signer = _sites[trialId][fallbackVersion][siteId].signer;
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
                    "cohort-zero/trial-version/1",
                    block.chainid,
                    address(this),
                    trialId,
                    version,
                    terms
                )
            );
    }

    /// @dev The number of the version in force.
    function _requireRunning(bytes32 trialId, bool recruiting) private view returns (uint32) {
        Trial storage trial = _trials[trialId];
        Status status = trial.status;
        if (status == Status.None) revert UnknownTrial(trialId);
        if (status == Status.InReview) revert TrialNotApproved();
        if (status == Status.TemporarilyClosedToAccrual) revert TrialOnHold();
        if (status == Status.Completed) revert TrialClosed();
        if (recruiting && status == Status.ClosedToAccrual) revert TrialClosed();
        if (block.timestamp > trial.approvedUntil) revert ApprovalExpired();
        return trial.current;
    }

    function _requireKnown(bytes32 trialId) internal view {
        if (_trials[trialId].status == Status.None) revert UnknownTrial(trialId);
    }
}
