// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Accreditation, Role} from "./Accreditation.sol";
import {Acting} from "./Acting.sol";
import {Consents} from "./Consents.sol";
import {NO_TASK, TASK_ARRIVE} from "./exchange/ExchangeTypes.sol";
import {StaffRegistry} from "./exchange/StaffRegistry.sol";
import {ARRIVAL, COMPLETION, SCREEN_FAILURE, SUCCESSION, WITHDRAWAL} from "./ParticipantTypes.sol";
import {Participant, SiteAct, State, StoredParticipant, Succession} from "./ParticipantTypes.sol";
import {Screening} from "./Screening.sol";
import {Part, ScreeningProof} from "./ScreeningTypes.sol";
import {Standing} from "./Standing.sol";
import {EnrollmentRules, Site} from "./TrialTypes.sol";
import "./Refusals.sol";

/// @title From consent to withdrawal: the one state machine of all participants.
/// @notice Patients act by proof (Consents), the sponsor enrolls, sites sign (EIP-712), anyone
/// submits. Other contracts read participants through `participantOf` and `standingsOf` only.
contract Enrollment is Acting, EIP712, Consents {
    /// Who signs for a site.
    StaffRegistry public immutable staff;

    event Enrolled(
        bytes32 indexed trialId,
        uint256 indexed pseudonym,
        uint32 siteId,
        uint40 arriveBy
    );
    /// reason: the selector of the refusal that this participant alone would have met.
    event NotEnrolled(bytes32 indexed trialId, uint256 indexed pseudonym, bytes4 reason);
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
        bytes32 code,
        uint256 groupId,
        Part[] parts,
        address signer,
        bytes signature
    );

    constructor(
        address forwarder,
        Accreditation accreditation_,
        Screening screening_,
        StaffRegistry staff_
    ) Acting(forwarder, accreditation_) EIP712("Enrollment", "2") Consents(screening_) {
        staff = staff_;
    }

    /// @notice The sponsor enrolls pseudonyms. Each then has `arrivalDays` to arrive. Who cannot be
    /// taken is skipped and named in an event: nobody can stand in the way of the others.
    function enroll(
        bytes32 trialId,
        uint256[] calldata pseudonyms
    ) external onlyAccredited(Role.Sponsor) {
        if (trials.sponsorOf(trialId) != _msgSender()) revert NotYourTrial(_msgSender());
        EnrollmentRules memory rules = trials.enrollmentRules(trialId, true);
        for (uint256 i = 0; i < pseudonyms.length; i++) {
            StoredParticipant storage participant = _participants[trialId][pseudonyms[i]];
            bytes4 reason = _whyNot(participant, trialId, rules);
            if (reason != 0) {
                emit NotEnrolled(trialId, pseudonyms[i], reason);
                continue;
            }
            placesTaken[trialId]++;
            sitePlacesTaken[trialId][participant.siteId]++;
            participant.arriveBy = uint40(block.timestamp + uint256(rules.arrivalDays) * 1 days);
            _setState(participant, trialId, pseudonyms[i], State.PendingOnStudy);
            emit Enrolled(trialId, pseudonyms[i], participant.siteId, participant.arriveBy);
        }
    }

    /// @notice The person has arrived: the site checked them and attests the version's list
    /// (`evidence` is its hash).
    function arrive(SiteAct calldata act, bytes calldata signature) external {
        StoredParticipant storage participant = _requireSiteAct(ARRIVAL, act, signature);
        _requireState(participant.state == State.PendingOnStudy);
        EnrollmentRules memory rules = trials.enrollmentRules(act.trialId, false);
        refuse(_consentGap(participant, rules));
        if (block.timestamp > participant.arriveBy) revert ArrivalLate();
        if (act.evidence != rules.attestationsHash)
            revert WrongAttestations(rules.attestationsHash);
        _setState(participant, act.trialId, act.pseudonym, State.OnStudy);
    }

    /// @notice The site found that the person does not qualify. Frees the place, for good.
    function failScreening(SiteAct calldata act, bytes calldata signature) external {
        StoredParticipant storage participant = _requireSiteAct(SCREEN_FAILURE, act, signature);
        if (participant.state == State.PendingOnStudy) _freePlace(participant, act.trialId);
        else _requireState(participant.state == State.Eligible);
        _setState(participant, act.trialId, act.pseudonym, State.Ineligible);
    }

    /// @notice The participant's part in the study is over.
    function finish(SiteAct calldata act, bytes calldata signature) external {
        StoredParticipant storage participant = _requireSiteAct(COMPLETION, act, signature);
        _requireState(participant.state == State.OnStudy);
        _setState(participant, act.trialId, act.pseudonym, State.OffStudy);
    }

    /// @notice The site reports a withdrawal that the person declared there.
    function withdrawBySite(SiteAct calldata act, bytes calldata signature) external {
        StoredParticipant storage participant = _requireSiteAct(WITHDRAWAL, act, signature);
        _withdraw(participant, act.trialId, act.pseudonym);
    }

    /// @notice Frees the place of someone who did not arrive in time; they may be enrolled again.
    function reportNoShow(bytes32 trialId, uint256 pseudonym) external {
        StoredParticipant storage participant = _requireParticipant(trialId, pseudonym);
        _requireState(participant.state == State.PendingOnStudy);
        if (block.timestamp <= participant.arriveBy) revert ArrivalPending();
        _freePlace(participant, trialId);
        _setState(participant, trialId, pseudonym, State.Eligible);
        emit NoShow(trialId, pseudonym);
    }

    /// @notice Retires a lost pseudonym (off-study, its place freed) and admits the same person's
    /// new wallet as screened, by its own proofs. The successor consents, is enrolled and arrives
    /// like anyone else.
    /// @param code The printed withdrawal code. On study, where the site knows the person, zero.
    /// @param proof Of the criteria for successors (TrialRegistry.successionRules).
    function succeed(
        Succession calldata s,
        bytes32 code,
        ScreeningProof calldata proof,
        bytes calldata signature
    ) external {
        StoredParticipant storage participant = _requireParticipant(s.trialId, s.pseudonym);
        // The participant's site vouches for the person.
        address signer = _requireSite(
            participant,
            s.trialId,
            s.siteId,
            NO_TASK,
            keccak256(abi.encode(SUCCESSION, s)),
            s.deadline,
            signature
        );
        _requireSucceedable(participant, s.trialId, code);
        // The proofs are of whom the site signed for.
        if (
            proof.trialId != s.trialId ||
            proof.nullifier != s.successorNullifier ||
            proof.participantCommitment != s.successorCommitment
        ) revert InvalidProof();

        if (participant.state != State.Eligible) _freePlace(participant, s.trialId);
        participant.permissions = 0;
        // No consent ends at zero: so this one is known as retired, and holds nothing.
        participant.validUntilDay = 0;
        participant.withdrawalCodeHash = 0;
        _setState(participant, s.trialId, s.pseudonym, State.OffStudy);
        uint256 groupId = screening.admitSuccessor(proof, s.pseudonym);
        emit Succeeded(s.trialId, s.pseudonym, s, code, groupId, proof.parts, signer, signature);
    }

    /// @notice A participant's stored state. `onHold`: their consent does not cover the version in
    /// force, has expired, or the trial does not run; nothing of theirs may be released.
    function participantOf(
        bytes32 trialId,
        uint256 pseudonym
    ) external view returns (Participant memory participant, bool onHold) {
        StoredParticipant storage stored = _requireParticipant(trialId, pseudonym);
        participant = Participant({
            state: stored.state,
            givenBy: stored.givenBy,
            version: stored.version,
            permissions: stored.permissions,
            siteId: stored.siteId,
            sequence: stored.sequence,
            validUntil: uint40(_validUntil(stored)),
            arriveBy: stored.arriveBy,
            withdrawalCodeHash: stored.withdrawalCodeHash
        });
        try trials.enrollmentRules(trialId, false) returns (EnrollmentRules memory rules) {
            onHold = _consentGap(stored, rules) != 0;
        } catch {
            onHold = true;
        }
    }

    /// @notice The standing of each of these participants, 0 for nobody's: one read each, for the
    /// contracts that ask about many at once.
    function standingsOf(
        bytes32 trialId,
        uint256[] calldata pseudonyms
    ) external view returns (Standing[] memory standings) {
        mapping(uint256 => StoredParticipant) storage participants = _participants[trialId];
        standings = new Standing[](pseudonyms.length);
        for (uint256 i = 0; i < pseudonyms.length; i++) {
            StoredParticipant storage participant = participants[pseudonyms[i]];
            uint256 slot;
            assembly ("memory-safe") {
                slot := sload(participant.slot)
            }
            standings[i] = Standing.wrap(slot);
        }
    }

    /// @dev Before arrival the site has not met the person: only who holds the printed code speaks
    /// for the pseudonym.
    function _requireSucceedable(
        StoredParticipant storage participant,
        bytes32 trialId,
        bytes32 code
    ) private view {
        State state = participant.state;
        if (state == State.OnStudy) {
            if (code != 0) revert WrongCode();
        } else {
            _requireState(state == State.Eligible || state == State.PendingOnStudy);
            _requireCode(participant, trialId, code);
        }
    }

    /// @dev Why the sponsor cannot take a participant now, as the selector of a refusal; 0: it can.
    function _whyNot(
        StoredParticipant storage participant,
        bytes32 trialId,
        EnrollmentRules memory rules
    ) private view returns (bytes4) {
        // Screened and consented, and nothing more yet.
        if (participant.state == State.None) return UnknownParticipant.selector;
        if (participant.state != State.Eligible) return WrongState.selector;
        // The consent covers the version in force.
        bytes4 gap = _consentGap(participant, rules);
        if (gap != 0) return gap;
        // Their site still is one, and trial and site have a place.
        Site memory site = trials.siteOf(trialId, rules.current, participant.siteId);
        if (site.signer == address(0)) return UnknownSite.selector;
        if (placesTaken[trialId] >= rules.capacity) return TrialFull.selector;
        if (sitePlacesTaken[trialId][participant.siteId] >= site.capacity)
            return SiteFull.selector;
        return 0;
    }

    /// @dev What a consent lacks to cover a version now, as a selector; 0: nothing.
    function _consentGap(
        StoredParticipant storage participant,
        EnrollmentRules memory rules
    ) private view returns (bytes4) {
        if (participant.version < rules.consentVersion) return ConsentMissing.selector;
        if (_validUntil(participant) < block.timestamp) return ConsentExpired.selector;
        return 0;
    }

    function _validUntil(StoredParticipant storage participant) private view returns (uint256) {
        return uint256(participant.validUntilDay) * 1 days;
    }

    function _requireSiteAct(
        bytes32 kind,
        SiteAct calldata act,
        bytes calldata signature
    ) private returns (StoredParticipant storage participant) {
        participant = _requireParticipant(act.trialId, act.pseudonym);
        // No signature outlives a no-show. Nothing stands in the way of a withdrawal.
        if (kind != WITHDRAWAL && act.arriveBy != participant.arriveBy)
            revert WrongEnrollment(participant.arriveBy);
        // Staff at the desk admit and turn away; for all else the site's own key signs.
        bool atDesk = kind == ARRIVAL || kind == SCREEN_FAILURE;
        address signer = _requireSite(
            participant,
            act.trialId,
            act.siteId,
            atDesk ? TASK_ARRIVE : NO_TASK,
            keccak256(abi.encode(kind, act)),
            act.deadline,
            signature
        );
        emit SiteSigned(act.trialId, act.pseudonym, kind, act, signer, signature);
    }

    function _requireSite(
        StoredParticipant storage participant,
        bytes32 trialId,
        uint32 siteId,
        uint32 task,
        bytes32 hash,
        uint256 deadline,
        bytes calldata signature
    ) private view returns (address) {
        if (siteId != participant.siteId) revert WrongSite(participant.siteId);
        if (block.timestamp > deadline) revert DeadlinePassed(deadline);
        return staff.requireSigned(trialId, siteId, task, _hashTypedDataV4(hash), signature);
    }
}
