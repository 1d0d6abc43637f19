// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ISemaphore} from "@semaphore-protocol/contracts/interfaces/ISemaphore.sol";
import {ISemaphoreGroups} from "@semaphore-protocol/contracts/interfaces/ISemaphoreGroups.sol";
import {AsOf} from "./AsOf.sol";
import {IEligibilityVerifier} from "./CircuitRegistry.sol";
import {RecordRegistry} from "./RecordRegistry.sol";
import {Signals} from "./Signals.sol";
import {TrialRegistry} from "./TrialRegistry.sol";
import "./Refusals.sol";

/// What a patient submits, through anyone. Scope, message and criteria hash are not in it: the
/// contract knows them.
struct ScreeningProof {
    bytes32 trialId;
    uint32 version;
    uint256 nullifier;
    uint256 participantCommitment;
    uint256 recordsRoot;
    uint256 asOf;
    /// Groth16 in Solidity's order: a0 a1 b01 b00 b11 b10 c0 c1.
    uint256[8] points;
}

/// @title Accepts eligibility proofs: one person (nullifier), one participant commitment in a
/// trial, one group a version.
abstract contract Screening {
    /// A proof's day may be the chain's or up to this many days before.
    uint256 public constant MAX_PROOF_AGE_DAYS = 3;
    /// Semaphore counts a root's life from its creation, and the maximum value overflows.
    uint256 private constant GROUP_DURATION = 36_525 days;

    TrialRegistry public immutable trials;
    RecordRegistry public immutable records;
    ISemaphore public immutable semaphore;

    /// The participant commitment of each screened person; the nullifier is the same in all
    /// versions of the trial.
    mapping(bytes32 trialId => mapping(uint256 nullifier => uint256)) public commitmentOf;
    /// Semaphore group id + 1 by screening version.
    mapping(bytes32 trialId => mapping(uint32 screeningVersion => uint256)) private _groups;
    /// The groups a trial has had, oldest first.
    mapping(bytes32 trialId => uint256[]) private _groupIds;

    event GroupOpened(bytes32 indexed trialId, uint32 screeningVersion, uint256 groupId);
    event Screened(
        bytes32 indexed trialId,
        uint256 indexed nullifier,
        uint32 version,
        uint256 groupId,
        uint256 participantCommitment,
        uint256 recordsRoot,
        uint256 asOf,
        uint256[8] points
    );

    constructor(TrialRegistry trials_, RecordRegistry records_, ISemaphore semaphore_) {
        trials = trials_;
        records = records_;
        semaphore = semaphore_;
    }

    /// @notice Accepts a screening, or the one re-screening under a later version that asks for it.
    function screen(ScreeningProof calldata proof) external {
        (
            uint32 current,
            uint32 screening,
            uint256 criteriaHash,
            IEligibilityVerifier verifier
        ) = trials.screeningRules(proof.trialId);
        if (proof.version != current) revert VersionSuperseded(current);
        AsOf.requireRecent(proof.asOf, MAX_PROOF_AGE_DAYS);
        uint256 commitment = proof.participantCommitment;
        if (commitment == 0 || commitment >= Signals.FIELD_ORDER) revert NotInField(commitment);
        if (proof.nullifier >= Signals.FIELD_ORDER) revert NotInField(proof.nullifier);
        uint256 groupId = _openGroup(proof.trialId, screening);
        _requireFresh(proof, groupId);
        if (!records.isKnownRoot(proof.recordsRoot)) revert UnknownRoot(proof.recordsRoot);
        if (!_verifies(proof, criteriaHash, verifier)) revert InvalidProof();

        commitmentOf[proof.trialId][proof.nullifier] = commitment;
        semaphore.addMember(groupId, commitment);
        emit Screened(
            proof.trialId,
            proof.nullifier,
            proof.version,
            groupId,
            commitment,
            proof.recordsRoot,
            proof.asOf,
            proof.points
        );
    }

    /// @notice Opens the group of the current version ahead of its first screening, which then
    /// costs no more than others.
    function openGroup(bytes32 trialId) external returns (uint256) {
        (, uint32 screening, , ) = trials.screeningRules(trialId);
        return _openGroup(trialId, screening);
    }

    /// @notice Semaphore group of those screened for a version.
    function groupOf(bytes32 trialId, uint32 version) public view returns (uint256 groupId) {
        groupId = _groups[trialId][trials.versionOf(trialId, version).screeningVersion];
        if (groupId == 0) revert NotScreened();
        return groupId - 1;
    }

    /// @notice Scope of every proof in a trial.
    function scopeOf(bytes32 trialId) public view returns (uint256) {
        return Signals.scopeOf(trialId);
    }

    function _groupOfScreening(
        bytes32 trialId,
        uint32 screeningVersion
    ) internal view returns (uint256 groupId) {
        groupId = _groups[trialId][screeningVersion];
        if (screeningVersion == 0 || groupId == 0) revert NotScreened();
        return groupId - 1;
    }

    /// @dev A commitment belongs to one person: someone new may not take one from any group of the
    /// trial, else a friend's proof could stand in for a re-screening. Who was screened before
    /// comes back with the same commitment.
    function _requireFresh(ScreeningProof calldata proof, uint256 groupId) private view {
        uint256 before = commitmentOf[proof.trialId][proof.nullifier];
        if (before == 0) return _requireUnused(proof.trialId, proof.participantCommitment);
        if (ISemaphoreGroups(address(semaphore)).hasMember(groupId, before))
            revert AlreadyScreened();
        if (before != proof.participantCommitment) revert CommitmentMismatch();
    }

    function _requireUnused(bytes32 trialId, uint256 commitment) internal view {
        uint256[] storage groupIds = _groupIds[trialId];
        for (uint256 i = 0; i < groupIds.length; i++) {
            if (ISemaphoreGroups(address(semaphore)).hasMember(groupIds[i], commitment))
                revert AlreadyScreened();
        }
    }

    function _openGroup(bytes32 trialId, uint32 screening) private returns (uint256 groupId) {
        uint256 known = _groups[trialId][screening];
        if (known != 0) return known - 1;
        groupId = semaphore.createGroup(address(this), GROUP_DURATION);
        _groups[trialId][screening] = groupId + 1;
        _groupIds[trialId].push(groupId);
        emit GroupOpened(trialId, screening, groupId);
    }

    function _verifies(
        ScreeningProof calldata proof,
        uint256 criteriaHash,
        IEligibilityVerifier verifier
    ) private view returns (bool) {
        uint256[8] calldata p = proof.points;
        uint256[6] memory signals = Signals.list(
            Signals.Named({
                nullifier: proof.nullifier,
                criteriaHash: criteriaHash,
                recordsRoot: proof.recordsRoot,
                scope: Signals.scopeOf(proof.trialId),
                message: Signals.screeningMessage(
                    proof.trialId,
                    proof.version,
                    proof.participantCommitment
                ),
                asOf: proof.asOf
            })
        );
        return
            verifier.verifyProof([p[0], p[1]], [[p[2], p[3]], [p[4], p[5]]], [p[6], p[7]], signals);
    }
}
