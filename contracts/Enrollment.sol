// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Context} from "@openzeppelin/contracts/utils/Context.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {ISemaphore} from "@semaphore-protocol/contracts/interfaces/ISemaphore.sol";
import {Accreditation, Role} from "./Accreditation.sol";
import {Acting} from "./Acting.sol";
import {Consents} from "./Consents.sol";
import {Participant, SiteAct, State, Succession} from "./ParticipantTypes.sol";
import {RecordRegistry} from "./RecordRegistry.sol";
import {Screening} from "./Screening.sol";
import {Signals} from "./Signals.sol";
import {TrialRegistry} from "./TrialRegistry.sol";
import {Site, Version} from "./TrialTypes.sol";
import "./Refusals.sol";

/// @title From screening to withdrawal: the one state machine of all participants.
/// @notice Patients act by proof (Screening, Consents), the sponsor enrolls, sites sign (EIP-712),
/// anyone submits.
contract Enrollment is Acting, EIP712, Consents, Multicall {
    string private constant SITE_ACT =
        "(bytes32 trialId,uint256 pseudonym,uint32 siteId,bytes32 evidence,uint256 deadline)";
    bytes32 private constant ARRIVAL = keccak256(bytes(string.concat("Arrival", SITE_ACT)));
    bytes32 private constant SCREEN_FAILURE = keccak256(
        bytes(string.concat("ScreenFailure", SITE_ACT))
    );
    bytes32 private constant COMPLETION = keccak256(bytes(string.concat("Completion", SITE_ACT)));
    bytes32 private constant WITHDRAWAL = keccak256(bytes(string.concat("Withdrawal", SITE_ACT)));
    bytes32 private constant SUCCESSION = keccak256(
        "Succession(bytes32 trialId,uint256 pseudonym,uint32 siteId,"
        "uint256 successorNullifier,uint256 successorCommitment,uint256 deadline)"
    );

    event Enrolled(
        bytes32 indexed trialId,
        uint256 indexed pseudonym,
        uint32 siteId,
        uint40 arriveBy
    );
    event NoShow(bytes32 indexed trialId, uint256 indexed pseudonym);
    /// kind: the EIP-712 type hash of what the site signed.
    event SiteSigned(
        bytes32 indexed trialId,
        uint256 indexed pseudonym,
        bytes32 indexed kind,
        SiteAct act,
        address signer,
        bytes signature
    );
    event Succeeded(
        bytes32 indexed trialId,
        uint256 indexed pseudonym,
        Succession succession,
        uint256 groupId,
        address signer,
        bytes signature
    );

    constructor(
        address forwarder,
        Accreditation accreditation_,
        TrialRegistry trials_,
        RecordRegistry records_,
        ISemaphore semaphore_
    )
        Acting(forwarder, accreditation_)
        EIP712("Enrollment", "1")
        Screening(trials_, records_, semaphore_)
    {}

    /// @notice The sponsor enrolls pseudonyms; all or none. Each then has `arrivalDays` to arrive.
    function enroll(
        bytes32 trialId,
        uint256[] calldata pseudonyms
    ) external onlyAccredited(Role.Sponsor) {
        if (trials.trialOf(trialId).sponsor != _msgSender()) revert NotYourTrial(_msgSender());
        (uint32 current, Version memory version) = trials.running(trialId, true);
        for (uint256 i = 0; i < pseudonyms.length; i++) {
            Participant storage participant = _requireParticipant(trialId, pseudonyms[i]);
            if (participant.state != State.Eligible) revert WrongState();
            _requireConsent(participant, version);
            _takePlace(trialId, participant.siteId, current, version.capacity);
            participant.arriveBy = uint40(block.timestamp + uint256(version.arrivalDays) * 1 days);
            _setState(participant, trialId, pseudonyms[i], State.PendingOnStudy);
            emit Enrolled(trialId, pseudonyms[i], participant.siteId, participant.arriveBy);
        }
    }

    /// @notice The person has arrived: the site checked them and attests the version's list
    /// (`evidence` is its hash).
    function arrive(SiteAct calldata act, bytes calldata signature) external {
        Participant storage participant = _requireSiteAct(ARRIVAL, act, signature);
        if (participant.state != State.PendingOnStudy) revert WrongState();
        (, Version memory version) = trials.running(act.trialId, false);
        _requireConsent(participant, version);
        if (block.timestamp > participant.arriveBy) revert ArrivalLate();
        if (act.evidence != version.attestationsHash)
            revert WrongAttestations(version.attestationsHash);
        _setState(participant, act.trialId, act.pseudonym, State.OnStudy);
    }

    /// @notice The site found that the person does not qualify. Frees the place, for good.
    function failScreening(SiteAct calldata act, bytes calldata signature) external {
        Participant storage participant = _requireSiteAct(SCREEN_FAILURE, act, signature);
        if (participant.state == State.PendingOnStudy) _freePlace(participant, act.trialId);
        else if (participant.state != State.Eligible) revert WrongState();
        _setState(participant, act.trialId, act.pseudonym, State.Ineligible);
    }

    /// @notice The participant's part in the study is over.
    function finish(SiteAct calldata act, bytes calldata signature) external {
        Participant storage participant = _requireSiteAct(COMPLETION, act, signature);
        if (participant.state != State.OnStudy) revert WrongState();
        _setState(participant, act.trialId, act.pseudonym, State.OffStudy);
    }

    /// @notice The site reports a withdrawal that the person declared there.
    function withdrawBySite(SiteAct calldata act, bytes calldata signature) external {
        Participant storage participant = _requireSiteAct(WITHDRAWAL, act, signature);
        if (participant.state == State.Withdrawn) revert WrongState();
        _withdraw(participant, act.trialId, act.pseudonym);
    }

    /// @notice Frees the place of someone who did not arrive in time; they may be enrolled again.
    function reportNoShow(bytes32 trialId, uint256 pseudonym) external {
        Participant storage participant = _requireParticipant(trialId, pseudonym);
        if (participant.state != State.PendingOnStudy) revert WrongState();
        if (block.timestamp <= participant.arriveBy) revert ArrivalPending();
        _freePlace(participant, trialId);
        _setState(participant, trialId, pseudonym, State.Eligible);
        emit NoShow(trialId, pseudonym);
    }

    /// @notice Retires a lost pseudonym (off-study, its place freed) and admits the same person's
    /// new wallet as screened where the old one was. The successor consents, is enrolled and
    /// arrives like anyone else.
    function succeed(Succession calldata s, bytes calldata signature) external {
        Participant storage participant = _requireParticipant(s.trialId, s.pseudonym);
        bytes32 hash = keccak256(abi.encode(SUCCESSION, s));
        address signer = _requireSite(
            participant,
            s.trialId,
            s.siteId,
            hash,
            s.deadline,
            signature
        );
        State state = participant.state;
        if (state != State.Eligible && state != State.PendingOnStudy && state != State.OnStudy)
            revert WrongState();
        if (s.successorNullifier >= Signals.FIELD_ORDER) revert NotInField(s.successorNullifier);
        if (s.successorCommitment == 0 || s.successorCommitment >= Signals.FIELD_ORDER)
            revert NotInField(s.successorCommitment);
        if (commitmentOf[s.trialId][s.successorNullifier] != 0) revert AlreadyScreened();
        _requireUnused(s.trialId, s.successorCommitment);

        if (state != State.Eligible) _freePlace(participant, s.trialId);
        participant.permissions = 0;
        // No consent ends at zero: so this one is known as retired, and holds nothing.
        participant.validUntil = 0;
        _setState(participant, s.trialId, s.pseudonym, State.OffStudy);
        commitmentOf[s.trialId][s.successorNullifier] = s.successorCommitment;
        uint256 groupId = groupOf(s.trialId, participant.version);
        semaphore.addMember(groupId, s.successorCommitment);
        emit Succeeded(s.trialId, s.pseudonym, s, groupId, signer, signature);
    }

    /// @notice A participant's stored state. `onHold`: their consent does not cover the version in
    /// force, has expired, or the trial does not run; nothing of theirs may be released.
    function participantOf(
        bytes32 trialId,
        uint256 pseudonym
    ) external view returns (Participant memory participant, bool onHold) {
        participant = _requireParticipant(trialId, pseudonym);
        try trials.running(trialId, false) returns (uint32, Version memory version) {
            onHold =
                participant.version < version.consentVersion ||
                participant.validUntil < block.timestamp;
        } catch {
            onHold = true;
        }
    }

    function _requireConsent(Participant storage participant, Version memory version) private view {
        if (participant.version < version.consentVersion) revert ConsentMissing();
        if (participant.validUntil < block.timestamp) revert ConsentExpired();
    }

    function _takePlace(bytes32 trialId, uint32 siteId, uint32 current, uint32 capacity) private {
        Site memory site = trials.siteOf(trialId, current, siteId);
        if (placesTaken[trialId] >= capacity) revert TrialFull();
        if (sitePlacesTaken[trialId][siteId] >= site.capacity) revert SiteFull(siteId);
        placesTaken[trialId]++;
        sitePlacesTaken[trialId][siteId]++;
    }

    function _requireSiteAct(
        bytes32 kind,
        SiteAct calldata act,
        bytes calldata signature
    ) private returns (Participant storage participant) {
        participant = _requireParticipant(act.trialId, act.pseudonym);
        bytes32 hash = keccak256(abi.encode(kind, act));
        address signer = _requireSite(
            participant,
            act.trialId,
            act.siteId,
            hash,
            act.deadline,
            signature
        );
        emit SiteSigned(act.trialId, act.pseudonym, kind, act, signer, signature);
    }

    function _requireSite(
        Participant storage participant,
        bytes32 trialId,
        uint32 siteId,
        bytes32 hash,
        uint256 deadline,
        bytes calldata signature
    ) private view returns (address signer) {
        if (siteId != participant.siteId) revert WrongSite(participant.siteId);
        signer = trials.signerOf(trialId, siteId, participant.version);
        _requireSignature(signer, _hashTypedDataV4(hash), deadline, signature);
    }

    function _contextSuffixLength()
        internal
        view
        override(Context, ERC2771Context)
        returns (uint256)
    {
        return ERC2771Context._contextSuffixLength();
    }

    function _msgSender() internal view override(Context, ERC2771Context) returns (address) {
        return ERC2771Context._msgSender();
    }

    function _msgData() internal view override(Context, ERC2771Context) returns (bytes calldata) {
        return ERC2771Context._msgData();
    }
}
