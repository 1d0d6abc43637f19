// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {ISemaphore} from "@semaphore-protocol/contracts/interfaces/ISemaphore.sol";
import {ISemaphoreGroups} from "@semaphore-protocol/contracts/interfaces/ISemaphoreGroups.sol";
import {AsOf} from "./AsOf.sol";
import {RecordRegistry} from "./RecordRegistry.sol";
import {Part, Person, ScreeningProof} from "./ScreeningTypes.sol";
import {Signals} from "./Signals.sol";
import {TrialRegistry} from "./TrialRegistry.sol";
import {ScreeningRules} from "./TrialTypes.sol";
import "./Refusals.sol";

/// @title Accepts eligibility proofs: one person (nullifier), one participant commitment in a
/// trial, one group a version.
/// @notice It keeps who was screened and is the admin of the groups. What becomes of them is
/// Enrollment's. It answers the forwarder so that relayed acts of organisations may open a group,
/// but looks at no sender save Enrollment.
contract Screening is ERC2771Context {
    /// A proof's day may be the chain's or up to this many days before.
    uint256 public constant MAX_PROOF_AGE_DAYS = 3;
    /// Semaphore counts a root's life from its creation, and the maximum value overflows.
    uint256 private constant GROUP_DURATION = 36_525 days;

    TrialRegistry public immutable trials;
    RecordRegistry public immutable records;
    ISemaphore public immutable semaphore;
    /// The one contract that may have a successor admitted.
    address public immutable enrollment;

    /// The participant commitment of each screened person; the nullifier is the same in all
    /// versions of the trial.
    mapping(bytes32 trialId => mapping(uint256 nullifier => uint256)) public commitmentOf;
    /// The group of those screened for a version, and the version that had the one before it: one
    /// slot leads through all groups of a trial.
    struct Group {
        uint128 idPlusOne;
        uint32 previousVersion;
    }
    mapping(bytes32 trialId => mapping(uint32 screeningVersion => Group)) private _groups;
    mapping(bytes32 trialId => uint32 screeningVersion) private _newest;

    event GroupOpened(bytes32 indexed trialId, uint32 screeningVersion, uint256 groupId);
    event Screened(
        bytes32 indexed trialId,
        uint256 indexed nullifier,
        uint32 version,
        uint256 groupId,
        uint256 participantCommitment,
        Part[] parts
    );

    /// @dev The proofs of one call, one after the other, and what they must fit.
    struct Proofs {
        ScreeningRules rules;
        uint256 scope;
        uint256 count;
        uint256[8][] points;
        uint256[7][] signals;
    }

    constructor(
        address forwarder,
        TrialRegistry trials_,
        RecordRegistry records_,
        ISemaphore semaphore_,
        address enrollment_
    ) ERC2771Context(forwarder) {
        trials = trials_;
        records = records_;
        semaphore = semaphore_;
        enrollment = enrollment_;
    }

    /// @notice Accepts a screening, or the one re-screening under a later version that asks for it.
    function screen(ScreeningProof calldata proof) external {
        bytes32 trialId = proof.trialId;
        ScreeningRules memory rules = _rulesFor(trialId, proof.version);
        uint256 groupId = _openGroup(trialId, rules.screeningVersion);
        Proofs memory proofs = _proofsFor(trialId, rules, 1);
        uint256 commitment = proof.participantCommitment;
        uint256 message = Signals.screeningMessage(trialId, proof.version, commitment);

        _requireFresh(trialId, rules.screeningVersion, proof.nullifier, commitment);
        _addParts(proofs, proof.nullifier, message, proof.parts);
        _requireProofs(proofs);

        commitmentOf[trialId][proof.nullifier] = commitment;
        semaphore.addMember(groupId, commitment);
        emit Screened(trialId, proof.nullifier, proof.version, groupId, commitment, proof.parts);
    }

    /// @notice Accepts many screenings of one trial and version, all or none. People come in
    /// ascending order of nullifiers, so that their order says nothing.
    function screenMany(bytes32 trialId, uint32 version, Person[] calldata people) external {
        ScreeningRules memory rules = _rulesFor(trialId, version);
        uint256 groupId = _openGroup(trialId, rules.screeningVersion);
        Proofs memory proofs = _proofsFor(trialId, rules, people.length);
        uint256[] memory commitments = new uint256[](people.length);
        for (uint256 i = 0; i < people.length; i++) {
            Person calldata person = people[i];
            // Each nullifier once: below only what stood before the call is compared with.
            if (i > 0) _requireAscending(people[i - 1].nullifier, person.nullifier);
            // Each commitment once, for the same reason.
            for (uint256 j = 0; j < i; j++) {
                if (commitments[j] == person.participantCommitment) revert AlreadyScreened();
            }
            commitments[i] = person.participantCommitment;
            _requireFresh(trialId, rules.screeningVersion, person.nullifier, commitments[i]);
            uint256 message = Signals.screeningMessage(trialId, version, commitments[i]);
            _addParts(proofs, person.nullifier, message, person.parts);
        }
        _requireProofs(proofs);

        for (uint256 i = 0; i < people.length; i++) {
            uint256 nullifier = people[i].nullifier;
            commitmentOf[trialId][nullifier] = commitments[i];
            emit Screened(
                trialId,
                nullifier,
                version,
                groupId,
                commitments[i],
                people[i].parts
            );
        }
        semaphore.addMembers(groupId, commitments);
    }

    /// @notice Admits the new wallet of a participant who lost the old one, by its own proofs of
    /// the criteria for successors. Only Enrollment, which retires the old pseudonym, may ask.
    function admitSuccessor(
        ScreeningProof calldata proof,
        uint256 pseudonym
    ) external returns (uint256 groupId) {
        if (msg.sender != enrollment) revert NotAccredited(msg.sender);
        bytes32 trialId = proof.trialId;
        ScreeningRules memory rules = trials.successionRules(trialId);
        if (proof.version != rules.current) revert VersionSuperseded(rules.current);
        groupId = _openGroup(trialId, rules.screeningVersion);
        Proofs memory proofs = _proofsFor(trialId, rules, 1);
        uint256 commitment = proof.participantCommitment;
        uint256 message = Signals.successionMessage(trialId, proof.version, pseudonym, commitment);

        // A new identity: whoever was screened before goes on with the wallet of then.
        if (commitmentOf[trialId][proof.nullifier] != 0) revert AlreadyScreened();
        _requireFresh(trialId, rules.screeningVersion, proof.nullifier, commitment);
        _addParts(proofs, proof.nullifier, message, proof.parts);
        _requireProofs(proofs);

        commitmentOf[trialId][proof.nullifier] = commitment;
        semaphore.addMember(groupId, commitment);
    }

    /// @notice Opens the group of the current version ahead of its first screening, which then
    /// costs no more than others.
    function openGroup(bytes32 trialId) external returns (uint256) {
        return _openGroup(trialId, trials.screeningRules(trialId).screeningVersion);
    }

    /// @notice Semaphore group of those screened for a version.
    function groupOf(bytes32 trialId, uint32 version) external view returns (uint256) {
        return groupOfScreening(trialId, trials.versionOf(trialId, version).screeningVersion);
    }

    /// @notice The same by the version's screening version, for who knows it already.
    function groupOfScreening(
        bytes32 trialId,
        uint32 screeningVersion
    ) public view returns (uint256 groupId) {
        groupId = _groups[trialId][screeningVersion].idPlusOne;
        if (groupId == 0) revert NotScreened();
        return groupId - 1;
    }

    /// @notice Scope of every proof in a trial.
    function scopeOf(bytes32 trialId) public view returns (uint256) {
        return Signals.scopeOf(address(this), trialId);
    }

    function _rulesFor(
        bytes32 trialId,
        uint32 version
    ) private view returns (ScreeningRules memory rules) {
        rules = trials.screeningRules(trialId);
        if (version != rules.current) revert VersionSuperseded(rules.current);
    }

    /// @dev Room for the proofs of so many people.
    function _proofsFor(
        bytes32 trialId,
        ScreeningRules memory rules,
        uint256 people
    ) private view returns (Proofs memory proofs) {
        uint256 most = people * rules.hashes.length;
        proofs.rules = rules;
        proofs.scope = scopeOf(trialId);
        proofs.points = new uint256[8][](most);
        proofs.signals = new uint256[7][](most);
    }

    /// @dev A commitment belongs to one person: someone new may not take one from any group of the
    /// trial, else a friend's proof could stand in for a re-screening. Who was screened before
    /// comes back with the same commitment.
    function _requireFresh(
        bytes32 trialId,
        uint32 screeningVersion,
        uint256 nullifier,
        uint256 commitment
    ) private view {
        // Both numbers have one form.
        if (commitment == 0 || commitment >= Signals.FIELD_ORDER) revert NotInField(commitment);
        if (nullifier >= Signals.FIELD_ORDER) revert NotInField(nullifier);
        uint256 before = commitmentOf[trialId][nullifier];
        // Someone new.
        if (before == 0) return _requireUnused(trialId, screeningVersion, commitment);
        // Someone known: once a group, and as the same participant.
        if (_isMember(groupOfScreening(trialId, screeningVersion), before))
            revert AlreadyScreened();
        if (before != commitment) revert CommitmentMismatch();
    }

    /// @dev In no group of the trial; `version` is the screening version of the newest.
    function _requireUnused(bytes32 trialId, uint32 version, uint256 commitment) private view {
        while (version != 0) {
            Group memory group = _groups[trialId][version];
            if (_isMember(group.idPlusOne - 1, commitment)) revert AlreadyScreened();
            version = group.previousVersion;
        }
    }

    function _isMember(uint256 groupId, uint256 commitment) private view returns (bool) {
        return ISemaphoreGroups(address(semaphore)).hasMember(groupId, commitment);
    }

    function _openGroup(bytes32 trialId, uint32 version) private returns (uint256 groupId) {
        uint256 known = _groups[trialId][version].idPlusOne;
        if (known != 0) return known - 1;
        groupId = semaphore.createGroup(address(this), GROUP_DURATION);
        _groups[trialId][version] = Group(uint128(groupId + 1), _newest[trialId]);
        _newest[trialId] = version;
        emit GroupOpened(trialId, version, groupId);
    }

    function _requireAscending(uint256 last, uint256 next) private pure {
        if (next == last) revert AlreadyScreened();
        if (next < last) revert NotInOrder();
    }

    /// @dev Adds one person's proofs, one for each part of the criteria and about this person, this
    /// act and nothing else.
    function _addParts(
        Proofs memory proofs,
        uint256 nullifier,
        uint256 message,
        Part[] calldata parts
    ) private view {
        uint256[] memory hashes = proofs.rules.hashes;
        if (parts.length != hashes.length) revert WrongParts(hashes.length);
        for (uint256 i = 0; i < parts.length; i++) {
            Part calldata part = parts[i];
            AsOf.requireRecent(part.asOf, MAX_PROOF_AGE_DAYS);
            if (!records.isKnownRoot(part.recordsRoot)) revert UnknownRoot(part.recordsRoot);
            proofs.points[proofs.count] = part.points;
            proofs.signals[proofs.count] = Signals.list(
                Signals.Named({
                    nullifier: nullifier,
                    issuerTag: part.issuerTag,
                    criteriaHash: hashes[i],
                    recordsRoot: part.recordsRoot,
                    scope: proofs.scope,
                    message: message,
                    asOf: part.asOf
                })
            );
            proofs.count++;
        }
    }

    /// @dev The verifier refuses signals and points out of range, and no proofs at all.
    function _requireProofs(Proofs memory proofs) private view {
        uint256[8][] memory points = proofs.points;
        bool valid;
        if (proofs.count == 1) {
            uint256[8] memory p = points[0];
            valid = proofs.rules.verifier.verifyProof(
                [p[0], p[1]],
                [[p[2], p[3]], [p[4], p[5]]],
                [p[6], p[7]],
                proofs.signals[0]
            );
        } else {
            valid = proofs.rules.verifier.verifyMany(points, proofs.signals);
        }
        if (!valid) revert InvalidProof();
    }
}
