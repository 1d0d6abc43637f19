// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ISemaphore} from "@semaphore-protocol/contracts/interfaces/ISemaphore.sol";
import {GrantLimit} from "./GrantLimit.sol";
import {ConsentProof, ConsentStatement, State, StoredParticipant} from "./ParticipantTypes.sol";
import {Screening} from "./Screening.sol";
import {Signals} from "./Signals.sol";
import {TrialRegistry} from "./TrialRegistry.sol";
import {ConsentRules} from "./TrialTypes.sol";
import "./Refusals.sol";

/// @title Consent by a stock Semaphore proof in the group of those screened; its nullifier is the
/// pseudonym.
/// @notice Every patient's act carries a proof (or the printed code), so that anyone may submit it.
abstract contract Consents {
    uint8 internal constant GRANT = 1;
    uint8 internal constant WITHDRAW = 2;
    uint8 private constant LAST_GIVEN_BY = 3;
    /// A grant is submitted before this many days have begun after the present one, or never: no
    /// relayer keeps one for later.
    uint256 public constant MAX_SUBMIT_DAYS = 2;
    /// One proof size for all, whatever the group's.
    uint256 public constant PROOF_DEPTH = 20;

    TrialRegistry public immutable trials;
    Screening public immutable screening;
    ISemaphore public immutable semaphore;

    mapping(bytes32 trialId => mapping(uint256 pseudonym => StoredParticipant))
        internal _participants;
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

    constructor(Screening screening_) {
        screening = screening_;
        trials = screening_.trials();
        semaphore = screening_.semaphore();
    }

    /// @notice Grants, narrows, renews or withdraws consent, as the statement says.
    function consent(ConsentStatement calldata statement, ConsentProof calldata proof) external {
        StoredParticipant storage participant = _participants[statement.trialId][proof.pseudonym];
        // Statements come in the order of their numbers.
        if (statement.sequence <= participant.sequence) revert StaleSequence(participant.sequence);
        if (statement.decision == WITHDRAW) return _withdrawByProof(participant, statement, proof);
        if (statement.decision != GRANT) revert InvalidStatement();

        _requireTimely(statement);
        bool isNew = participant.state == State.None;
        _requireState(
            participant.state != State.Ineligible && participant.state != State.Withdrawn
        );
        // Retired by `succeed`: whoever has the lost wallet says nothing more under this pseudonym.
        _requireState(participant.state != State.OffStudy || participant.validUntilDay != 0);
        // A withdrawal needs a higher number than the last grant.
        if (statement.sequence == type(uint64).max) revert InvalidStatement();
        // Relayers pay for what changes something, and not too often.
        if (!isNew) _requireChange(participant, statement);
        (bool isNarrowing, uint32 screeningVersion) = _narrows(participant, statement);
        // Whoever takes a permission back need not wait.
        (uint24 hour, uint112 gaps) = GrantLimit.afterGrant(
            participant.lastGrantHour,
            participant.grantGaps,
            isNarrowing && statement.permissions != participant.permissions
        );
        if (!isNarrowing) screeningVersion = _requireGrantable(participant, statement);
        uint256 groupId = _requireProof(statement, proof, screeningVersion);

        // In the order of the slots: one write each.
        participant.state = isNew ? State.Eligible : participant.state;
        participant.version = statement.version;
        participant.permissions = statement.permissions;
        participant.siteId = statement.siteId;
        participant.sequence = statement.sequence;
        participant.validUntilDay = uint24(statement.validUntil / 1 days);
        participant.lastGrantHour = hour;
        bytes16 codeHash = bytes16(statement.withdrawalCodeHash);
        participant.withdrawalCodeHash = codeHash == 0 ? participant.withdrawalCodeHash : codeHash;
        participant.grantGaps = gaps;
        participant.givenBy = statement.givenBy;
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
        StoredParticipant storage participant = _requireParticipant(trialId, pseudonym);
        _requireCode(participant, trialId, code);
        emit WithdrawnByCode(trialId, pseudonym, code);
        _withdraw(participant, trialId, pseudonym);
    }

    /// @notice The Semaphore message of a statement.
    function consentMessage(ConsentStatement calldata statement) public pure returns (uint256) {
        return uint256(keccak256(abi.encode("cohort-zero/consent/2", statement))) >> 8;
    }

    /// @dev Works in any state and status, under any approved version: nobody can stand in the way.
    function _withdrawByProof(
        StoredParticipant storage participant,
        ConsentStatement calldata statement,
        ConsentProof calldata proof
    ) private {
        if (participant.state == State.None) revert UnknownParticipant();
        bool bare =
            statement.formHash == 0 &&
                statement.permissions == 0 &&
                statement.siteId == 0 &&
                statement.validUntil == 0 &&
                statement.givenBy == 0 &&
                statement.submitBy == 0 &&
                statement.withdrawalCodeHash == 0;
        if (!bare) revert InvalidStatement();
        ConsentRules memory rules = trials.consentRulesOf(statement.trialId, statement.version);
        uint256 groupId = _requireProof(statement, proof, rules.screeningVersion);
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

    /// @dev Once and for all. A place is freed before arrival; after it the place was used.
    function _withdraw(
        StoredParticipant storage participant,
        bytes32 trialId,
        uint256 pseudonym
    ) internal {
        _requireState(participant.state != State.Withdrawn);
        if (participant.state == State.PendingOnStudy) _freePlace(participant, trialId);
        participant.permissions = 0;
        _setState(participant, trialId, pseudonym, State.Withdrawn);
    }

    function _freePlace(StoredParticipant storage participant, bytes32 trialId) internal {
        placesTaken[trialId]--;
        sitePlacesTaken[trialId][participant.siteId]--;
    }

    function _setState(
        StoredParticipant storage participant,
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
    ) internal view returns (StoredParticipant storage participant) {
        participant = _participants[trialId][pseudonym];
        if (participant.state == State.None) revert UnknownParticipant();
    }

    function _requireState(bool allowed) internal pure {
        if (!allowed) revert WrongState();
    }

    function _requireCode(
        StoredParticipant storage participant,
        bytes32 trialId,
        bytes32 code
    ) internal view {
        bytes32 hash = keccak256(abi.encode("cohort-zero/withdrawal-code/1", trialId, code));
        if (bytes16(hash) != participant.withdrawalCodeHash) revert WrongCode();
    }

    function _requireTimely(ConsentStatement calldata statement) private view {
        // Whole days, so that the times do not tell the second of signing.
        if (statement.submitBy % 1 days != 0) revert NotWholeDay(statement.submitBy);
        if (statement.validUntil % 1 days != 0) revert NotWholeDay(statement.validUntil);
        if (statement.submitBy < block.timestamp) revert SubmitByPassed();
        if (statement.submitBy / 1 days > block.timestamp / 1 days + MAX_SUBMIT_DAYS)
            revert SubmitByTooFar();
        if (statement.validUntil <= block.timestamp) revert ConsentExpired();
        if (statement.givenBy == 0 || statement.givenBy > LAST_GIVEN_BY) revert InvalidStatement();
    }

    function _requireChange(
        StoredParticipant storage participant,
        ConsentStatement calldata statement
    ) private view {
        bytes16 codeHash = bytes16(statement.withdrawalCodeHash);
        bool same =
            statement.version == participant.version &&
                statement.permissions == participant.permissions &&
                statement.siteId == participant.siteId &&
                statement.validUntil / 1 days == participant.validUntilDay &&
                statement.givenBy == participant.givenBy &&
                (codeHash == 0 || codeHash == participant.withdrawalCodeHash);
        if (same) revert NothingChanged();
    }

    /// @dev Giving up permissions or time under the version consented to is always possible, also
    /// on hold.
    function _narrows(
        StoredParticipant storage participant,
        ConsentStatement calldata statement
    ) private view returns (bool isNarrowing, uint32 screeningVersion) {
        if (participant.state == State.None || statement.version != participant.version)
            return (false, 0);
        ConsentRules memory rules = trials.consentRulesOf(statement.trialId, statement.version);
        screeningVersion = rules.screeningVersion;
        isNarrowing =
            statement.formHash == rules.formHash &&
            statement.siteId == participant.siteId &&
            statement.validUntil / 1 days <= participant.validUntilDay &&
            statement.permissions & ~participant.permissions == 0 &&
            rules.requiredPermissions & ~statement.permissions == 0;
    }

    /// @dev A full grant is to the version in force. Once enrolled, the site is fixed.
    function _requireGrantable(
        StoredParticipant storage participant,
        ConsentStatement calldata statement
    ) private view returns (uint32) {
        bool isNew = participant.state == State.None;
        ConsentRules memory rules = trials.consentRules(
            statement.trialId,
            isNew,
            statement.siteId
        );
        if (statement.version != rules.version) revert VersionSuperseded(rules.version);
        if (statement.formHash != rules.formHash) revert WrongForm(rules.formHash);
        bool tooFew = rules.requiredPermissions & ~statement.permissions != 0;
        bool tooMany = statement.permissions & ~rules.offeredPermissions != 0;
        if (tooFew || tooMany) revert WrongPermissions();
        if (isNew && bytes16(statement.withdrawalCodeHash) == 0) revert InvalidStatement();
        if (isNew || participant.state == State.Eligible) {
            if (!rules.listsSite) revert UnknownSite(statement.siteId);
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
        uint32 screeningVersion
    ) private view returns (uint256 groupId) {
        groupId = screening.groupOfScreening(statement.trialId, screeningVersion);
        ISemaphore.SemaphoreProof memory full = ISemaphore.SemaphoreProof({
            merkleTreeDepth: PROOF_DEPTH,
            merkleTreeRoot: proof.groupRoot,
            nullifier: proof.pseudonym,
            message: consentMessage(statement),
            scope: Signals.scopeOf(address(screening), statement.trialId),
            points: proof.points
        });
        try semaphore.verifyProof(groupId, full) returns (bool valid) {
            if (!valid) revert InvalidProof();
        } catch {
            revert NotScreened();
        }
    }
}
