// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Semaphore} from "@semaphore-protocol/contracts/Semaphore.sol";
import {Enrollment} from "../../contracts/Enrollment.sol";
import {Participant, State} from "../../contracts/ParticipantTypes.sol";
import {Screening} from "../../contracts/Screening.sol";
import {TrialRegistry} from "../../contracts/TrialRegistry.sol";
import {Status, Trial} from "../../contracts/TrialTypes.sol";
import {ParticipantsModel} from "./Participants.sol";
import {SiteHandler} from "./SiteHandler.sol";

/// @dev Invariants of TrialRegistry and Enrollment under any order of acts by anyone.
contract ParticipantsInvariants {
    bytes32 private constant TRIAL = keccak256("CZ-2030-001");
    uint256 private constant PEOPLE = 6;
    SiteHandler private handler;
    Enrollment private enrollment;
    Screening private screening;
    TrialRegistry private trials;
    Semaphore private semaphore;

    function setUp() external {
        handler = new SiteHandler();
        (enrollment, screening, trials, semaphore) = handler.contractsUnderTest();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @dev A trial that is closed, suspended or expired takes no screening, grant or enrolment;
    /// nobody is enrolled or arrives without a current consent and screening; no site's act without
    /// its signature; no old sequence number; nothing of a version before its approval.
    function invariant_nothing_is_accepted_that_must_not_be() external view {
        require(bytes(handler.violation()).length == 0, handler.violation());
    }

    function invariant_nullifiers_only_grow_and_have_one_commitment_each() external view {
        for (uint256 nullifier = 1; nullifier <= PEOPLE; nullifier++) {
            uint256 commitment = screening.commitmentOf(TRIAL, nullifier);
            require(commitment == handler.commitments(nullifier), "a commitment changed or went");
            bool own = commitment == 0 || handler.nullifierOf(commitment) == nullifier;
            require(own, "a commitment of two nullifiers");
        }
    }

    function invariant_a_group_has_only_those_screened_or_succeeded() external view {
        (, , uint32 latest, , ) = handler.trialModel();
        for (uint32 version = 1; version <= latest; version++) {
            if (handler.members(version) == 0) continue;
            uint256 groupId = screening.groupOf(TRIAL, version);
            uint256 size = semaphore.getMerkleTreeSize(groupId);
            require(size == handler.members(version), "a member too many or too few");
        }
    }

    function invariant_everybody_is_in_the_state_that_the_accepted_acts_led_to() external view {
        for (uint256 pseudonym = 1; pseudonym <= PEOPLE; pseudonym++) {
            ParticipantsModel.Person memory person = handler.standingOf(pseudonym);
            require(stateOf(pseudonym) == person.state, "another state");
        }
    }

    function invariant_nobody_is_on_study_without_a_signed_arrival_and_a_place() external view {
        for (uint256 pseudonym = 1; pseudonym <= PEOPLE; pseudonym++) {
            if (stateOf(pseudonym) != State.OnStudy) continue;
            ParticipantsModel.Person memory person = handler.standingOf(pseudonym);
            require(person.arrived && person.holdsPlace, "on study without arrival or place");
            require(person.screenedFor != 0, "on study without screening");
        }
    }

    /// @dev Not a bit of what is stored changes after a withdrawal: nothing can act on it.
    function invariant_withdrawn_is_final() external view {
        for (uint256 pseudonym = 1; pseudonym <= PEOPLE; pseudonym++) {
            ParticipantsModel.Person memory person = handler.standingOf(pseudonym);
            if (person.withdrawnAs == 0) continue;
            require(stateOf(pseudonym) == State.Withdrawn, "came back");
            require(handler.stored(pseudonym) == person.withdrawnAs, "changed after withdrawal");
        }
    }

    function invariant_places_taken_are_those_held() external view {
        (uint256 all, uint256[3] memory bySite) = handler.placesHeld();
        require(enrollment.placesTaken(TRIAL) == all, "places of the trial");
        for (uint32 site = 1; site <= 2; site++) {
            require(enrollment.sitePlacesTaken(TRIAL, site) == bySite[site], "places of a site");
        }
    }

    function invariant_sequence_numbers_only_grow() external view {
        for (uint256 pseudonym = 1; pseudonym <= PEOPLE; pseudonym++) {
            ParticipantsModel.Person memory person = handler.standingOf(pseudonym);
            if (person.state == State.None) continue;
            (Participant memory found, ) = enrollment.participantOf(TRIAL, pseudonym);
            require(found.sequence == person.sequence, "another sequence number");
        }
    }

    function invariant_only_an_approved_version_is_in_force() external view {
        (Status status, bool held, uint32 latest, uint32 current, uint256 until) =
            handler.trialModel();
        Trial memory trial = trials.trialOf(TRIAL);
        require(trial.current == current && trial.latest == latest, "another version in force");
        require(trial.status == status && trial.approvedUntil == until, "another status");
        require(trial.held == held, "held or lifted by somebody else");
        for (uint32 version = 1; version <= latest; version++) {
            uint32 needed = trials.versionOf(TRIAL, version).screeningVersion;
            require(needed == handler.needsOf(version), "bound without approval");
        }
        (uint32 screens, uint32 consents) = handler.requirements();
        require(trials.versionOf(TRIAL, current).screeningVersion == screens, "screening asked");
        require(trials.versionOf(TRIAL, current).consentVersion == consents, "consent asked");
    }

    function stateOf(uint256 pseudonym) private view returns (State) {
        try enrollment.participantOf(TRIAL, pseudonym) returns (Participant memory found, bool) {
            return found.state;
        } catch {
            return State.None;
        }
    }
}
