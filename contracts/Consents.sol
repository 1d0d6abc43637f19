// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ISemaphore} from "@semaphore-protocol/contracts/interfaces/ISemaphore.sol";
import {ConsentProof, ConsentStatement, Participant, State} from "./ParticipantTypes.sol";
import {Screening} from "./Screening.sol";
import {Signals} from "./Signals.sol";
import {ConsentRules, Version} from "./TrialTypes.sol";
import "./Refusals.sol";

/// @title Consent by a stock Semaphore proof in the group of those screened; its nullifier is the
/// pseudonym.
/// @notice Every patient's act carries a proof (or the printed code), so that anyone may submit it.
abstract contract Consents is Screening {
    uint8 internal constant GRANT = 1;
    uint8 internal constant WITHDRAW = 2;
    uint8 private constant LAST_GIVEN_BY = 3;
    /// A grant is submitted within this time or never: no relayer keeps one for later.
    uint256 public constant MAX_SUBMIT_SECONDS = 1 days;
    /// One proof size for all, whatever the group's.
    uint256 public constant PROOF_DEPTH = 20;

    mapping(bytes32 trialId => mapping(uint256 pseudonym => Participant)) internal _participants;
    /// Places taken: those pending, on study, or off study after having been on it.
    mapping(bytes32 trialId => uint256) public placesTaken;
    mapping(bytes32 trialId => mapping(uint32 siteId => uint256)) public sitePlacesTaken;

    event Consented(
        bytes32 indexed trialId,
        uint256 indexed pseudonym,
        ConsentStatement statement,
        uint256 groupId,
        uint256 groupRoot,
        uint256[8] points
    );
    event WithdrawnByProof(
        bytes32 indexed trialId,
        uint256 indexed pseudonym,
        ConsentStatement statement,
        uint256 groupId,
        uint256 groupRoot,
        uint256[8] points
    );
    event WithdrawnByCode(bytes32 indexed trialId, uint256 indexed pseudonym, bytes32 code);
    event StateChanged(bytes32 indexed trialId, uint256 indexed pseudonym, State state);

    /// @notice Grants, narrows, renews or withdraws consent, as the statement says.
    function consent(ConsentStatement calldata statement, ConsentProof calldata proof) external {
        Participant storage participant = _participants[statement.trialId][proof.pseudonym];
        if (statement.sequence <= participant.sequence) revert StaleSequence(participant.sequence);
        if (statement.decision == WITHDRAW) return _withdrawByProof(participant, statement, proof);
        if (statement.decision != GRANT) revert InvalidStatement();

        _requireTimely(statement);
        bool isNew = participant.state == State.None;
        if (participant.state == State.Ineligible || participant.state == State.Withdrawn)
            revert WrongState();
        // Retired by `succeed`: whoever has the lost wallet says nothing more under this pseudonym.
        if (participant.state == State.OffStudy && participant.validUntil == 0) revert WrongState();
        // A withdrawal needs a higher number than the last grant.
        if (statement.sequence == type(uint64).max) revert InvalidStatement();
        uint32 screening =
            _isNarrowing(participant, statement)
                ? trials.versionOf(statement.trialId, statement.version).screeningVersion
                : _requireGrantable(participant, statement);
        uint256 groupId = _requireProof(statement, proof, screening);

        if (isNew) participant.state = State.Eligible;
        participant.givenBy = statement.givenBy;
        participant.version = statement.version;
        participant.permissions = statement.permissions;
        participant.siteId = statement.siteId;
        participant.sequence = statement.sequence;
        participant.validUntil = statement.validUntil;
        if (statement.withdrawalCodeHash != 0)
            participant.withdrawalCodeHash = statement.withdrawalCodeHash;
        emit Consented(
            statement.trialId,
            proof.pseudonym,
            statement,
            groupId,
            proof.groupRoot,
            proof.points
        );
        if (isNew) emit StateChanged(statement.trialId, proof.pseudonym, State.Eligible);
    }

    /// @notice Withdraws by the printed code: all that a person needs when the wallet is lost.
    function withdrawByCode(bytes32 trialId, uint256 pseudonym, bytes32 code) external {
        Participant storage participant = _requireParticipant(trialId, pseudonym);
        if (participant.state == State.Withdrawn) revert WrongState();
        bytes32 hash = keccak256(abi.encode("cohort-zero/withdrawal-code/1", trialId, code));
        if (hash != participant.withdrawalCodeHash) revert WrongCode();
        emit WithdrawnByCode(trialId, pseudonym, code);
        _withdraw(participant, trialId, pseudonym);
    }

    /// @notice The Semaphore message of a statement.
    function consentMessage(ConsentStatement calldata statement) public pure returns (uint256) {
        return uint256(keccak256(abi.encode("cohort-zero/consent/1", statement))) >> 8;
    }

    /// @dev Works in any state and status, under any approved version: nobody can stand in the way.
    function _withdrawByProof(
        Participant storage participant,
        ConsentStatement calldata statement,
        ConsentProof calldata proof
    ) private {
        if (participant.state == State.None) revert UnknownParticipant();
        if (participant.state == State.Withdrawn) revert WrongState();
        bool bare =
            statement.formHash == 0 &&
                statement.permissions == 0 &&
                statement.siteId == 0 &&
                statement.validUntil == 0 &&
                statement.givenBy == 0 &&
                statement.submitBy == 0 &&
                statement.withdrawalCodeHash == 0;
        if (!bare) revert InvalidStatement();
        uint32 screening = trials.versionOf(statement.trialId, statement.version).screeningVersion;
        uint256 groupId = _requireProof(statement, proof, screening);
        participant.sequence = statement.sequence;
        emit WithdrawnByProof(
            statement.trialId,
            proof.pseudonym,
            statement,
            groupId,
            proof.groupRoot,
            proof.points
        );
        _withdraw(participant, statement.trialId, proof.pseudonym);
    }

    /// @dev A place is freed by a withdrawal before arrival; after it the place was used.
    function _withdraw(
        Participant storage participant,
        bytes32 trialId,
        uint256 pseudonym
    ) internal {
        if (participant.state == State.PendingOnStudy) _freePlace(participant, trialId);
        participant.permissions = 0;
        _setState(participant, trialId, pseudonym, State.Withdrawn);
    }

    function _freePlace(Participant storage participant, bytes32 trialId) internal {
        placesTaken[trialId]--;
        sitePlacesTaken[trialId][participant.siteId]--;
    }

    function _setState(
        Participant storage participant,
        bytes32 trialId,
        uint256 pseudonym,
        State state
    ) internal {
        participant.state = state;
        emit StateChanged(trialId, pseudonym, state);
    }

    function _requireParticipant(
        bytes32 trialId,
        uint256 pseudonym
    ) internal view returns (Participant storage participant) {
        participant = _participants[trialId][pseudonym];
        if (participant.state == State.None) revert UnknownParticipant();
    }

    function _requireTimely(ConsentStatement calldata statement) private view {
        if (statement.submitBy < block.timestamp) revert SubmitByPassed();
        if (statement.submitBy > block.timestamp + MAX_SUBMIT_SECONDS) revert SubmitByTooFar();
        if (statement.validUntil <= block.timestamp) revert ConsentExpired();
        if (statement.givenBy == 0 || statement.givenBy > LAST_GIVEN_BY) revert InvalidStatement();
    }

    /// @dev Giving up permissions or time under the version consented to is always possible, also
    /// on hold.
    function _isNarrowing(
        Participant storage participant,
        ConsentStatement calldata statement
    ) private view returns (bool) {
        if (participant.state == State.None || statement.version != participant.version)
            return false;
        Version memory version = trials.versionOf(statement.trialId, statement.version);
        return
            statement.formHash == version.consentFormHash &&
            statement.siteId == participant.siteId &&
            statement.validUntil <= participant.validUntil &&
            statement.permissions & ~participant.permissions == 0 &&
            version.requiredPermissions & ~statement.permissions == 0;
    }

    /// @dev A full grant is to the version in force. Once enrolled, the site is fixed.
    function _requireGrantable(
        Participant storage participant,
        ConsentStatement calldata statement
    ) private view returns (uint32) {
        bool isNew = participant.state == State.None;
        ConsentRules memory rules = trials.consentRules(statement.trialId, isNew);
        if (statement.version != rules.current) revert VersionSuperseded(rules.current);
        if (statement.formHash != rules.formHash) revert WrongForm(rules.formHash);
        bool tooFew = rules.requiredPermissions & ~statement.permissions != 0;
        bool tooMany = statement.permissions & ~rules.offeredPermissions != 0;
        if (tooFew || tooMany) revert WrongPermissions();
        if (isNew && statement.withdrawalCodeHash == 0) revert InvalidStatement();
        if (isNew || participant.state == State.Eligible) {
            trials.siteOf(statement.trialId, rules.current, statement.siteId);
        } else if (statement.siteId != participant.siteId) {
            revert WrongSite(participant.siteId);
        }
        return rules.screeningVersion;
    }

    /// @dev verifyProof is a view: validateProof would spend the nullifier. It reverts when the
    /// root is not the group's.
    function _requireProof(
        ConsentStatement calldata statement,
        ConsentProof calldata proof,
        uint32 screening
    ) private view returns (uint256 groupId) {
        groupId = _groupOfScreening(statement.trialId, screening);
        ISemaphore.SemaphoreProof memory full = ISemaphore.SemaphoreProof({
            merkleTreeDepth: PROOF_DEPTH,
            merkleTreeRoot: proof.groupRoot,
            nullifier: proof.pseudonym,
            message: consentMessage(statement),
            scope: Signals.scopeOf(statement.trialId),
            points: proof.points
        });
        try semaphore.verifyProof(groupId, full) returns (bool valid) {
            if (!valid) revert InvalidProof();
        } catch {
            revert NotScreened();
        }
    }
}
