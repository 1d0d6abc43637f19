// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Enrollment} from "../../contracts/Enrollment.sol";
import {Participant, State} from "../../contracts/ParticipantTypes.sol";
import {CustodyLog} from "../../contracts/exchange/CustodyLog.sol";
import {CutRegistry} from "../../contracts/exchange/CutRegistry.sol";
import {EmergencyAccess} from "../../contracts/exchange/EmergencyAccess.sol";
import {Cut} from "../../contracts/exchange/ExchangeTypes.sol";
import {PersonTags} from "../../contracts/exchange/PersonTags.sol";
import {StaffRegistry} from "../../contracts/exchange/StaffRegistry.sol";
import {Standing} from "../../contracts/Standing.sol";
import {ExchangeHandler} from "./ExchangeHandler.sol";
import {ExchangeModel} from "./ExchangeModel.sol";

/// @dev Three people who are enrolled, and two of them arrived: else hardly anything would happen.
function bringThree(ExchangeHandler handler) {
    // Seeds that pick a person, and slip in nothing.
    for (uint256 p = 1; p <= 3; p++) {
        handler.screen(p - 1, 1, 1);
        handler.consent(3 * (p - 1) + 2, 0, 1);
    }
    for (uint256 i = 0; i < 3; i++) handler.enroll(1);
    for (uint256 i = 0; i < 2; i++) handler.arrive((1 << 64) + 1, false);
}

/// @dev Invariants of the exchange under any order of acts by anyone, the trial's among them.
contract ExchangeInvariants {
    bytes32 private constant TRIAL = keccak256("CZ-2030-001");
    uint256 private constant PEOPLE = 6;
    uint256 private constant TAGS = 4;
    ExchangeHandler private handler;
    Enrollment private enrollment;
    StaffRegistry private staff;
    CutRegistry private cuts;
    CustodyLog private custody;
    EmergencyAccess private emergency;
    PersonTags private tags;

    function setUp() external {
        handler = new ExchangeHandler();
        bringThree(handler);
        (enrollment, , , ) = handler.contractsUnderTest();
        (staff, cuts, custody, emergency, tags) = handler.exchangeUnderTest();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @dev No cut holds a participant without consent in its block, and none is refused without
    /// reason; nobody but the board closes a case; nobody acts without the delegation; no revoked
    /// key comes back; no tag has two people.
    function invariant_nothing_of_the_exchange_is_accepted_that_must_not_be() external view {
        require(bytes(handler.violation()).length == 0, handler.violation());
    }

    function invariant_cuts_are_those_that_were_sealed() external view {
        uint256 count = handler.cutsInModel();
        require(cuts.cuts() == count, "a cut too many or too few");
        for (uint256 i = 0; i < count; i++) {
            Cut memory cut = cuts.cutOf(i);
            ExchangeModel.CutModel memory model = handler.cutModel(i);
            require(cut.trialId == TRIAL && cut.permission == model.permission, "of another");
            require(cut.sealedAt == model.sealedAt, "at another time");
            bytes32 hash = keccak256(abi.encodePacked(model.pseudonyms));
            require(cut.pseudonymsHash == hash, "of other people");
            require(cut.participants == model.pseudonyms.length, "of more or fewer");
        }
    }

    function invariant_cases_are_open_until_the_board_closes_them() external view {
        uint256 count = handler.casesInModel();
        (, address clinician) = handler.staffAccount();
        uint256[] memory open = emergency.openCasesOf(clinician);
        uint256 next;
        for (uint256 i = 0; i < count; i++) {
            ExchangeModel.CaseModel memory model = handler.caseModel(i);
            EmergencyAccess.Case memory found = emergency.caseOf(i);
            require(found.isClosed == model.isClosed, "closed by somebody else");
            require(found.openedAt == model.openedAt, "opened at another time");
            if (!model.isClosed) require(open[next++] == i, "not listed in order");
        }
        require(open.length == next, "listed and closed");
        require(emergency.isSuspended(clinician) == handler.isSuspended(), "suspended or not");
    }

    function invariant_erasures_once_asked_for_stay() external view {
        for (uint256 p = 1; p <= PEOPLE; p++) {
            require(custody.erasureAskedAt(TRIAL, p) == handler.erasureAsked(p), "another time");
        }
    }

    function invariant_staff_may_do_what_the_site_delegated() external view {
        (address key, ) = handler.staffAccount();
        for (uint32 bit = 0; bit < 5; bit++) {
            uint32 task = uint32(1) << bit;
            require(staff.isStaff(TRIAL, 1, key, task) == handler.staffMay(task), "another task");
            require(!staff.isStaff(TRIAL, 2, key, task), "at another site");
        }
        require(staff.isRevoked(TRIAL, 1, key) == handler.staffRevoked(), "revoked or not");
    }

    function invariant_tags_have_the_holders_that_were_registered() external view {
        for (uint256 tag = 1; tag <= TAGS; tag++) {
            uint256 holder = tags.holderOf(TRIAL, bytes32(tag));
            require(holder == handler.tagHolder(tag), "another holder");
        }
    }

    /// @dev The packed standing and `participantOf` tell the same, and so do the two rules of
    /// consent: who arrived and is not on hold is covered for what they permit.
    function invariant_a_standing_is_what_is_stored() external view {
        uint256[] memory pseudonyms = new uint256[](PEOPLE);
        for (uint256 i = 0; i < PEOPLE; i++) pseudonyms[i] = i + 1;
        Standing[] memory standings = enrollment.standingsOf(TRIAL, pseudonyms);
        for (uint256 i = 0; i < PEOPLE; i++) {
            Standing standing = standings[i];
            if (standing.state() == State.None) continue;
            (Participant memory found, bool onHold) = enrollment.participantOf(TRIAL, i + 1);
            require(standing.state() == found.state, "another state");
            require(standing.version() == found.version, "another version");
            require(standing.permissions() == found.permissions, "other permissions");
            require(standing.siteId() == found.siteId, "another site");
            require(standing.validUntil() == found.validUntil, "valid until another time");
            require(standing.arriveBy() == found.arriveBy, "another deadline");
            bool arrived = found.state == State.OnStudy || found.state == State.OffStudy;
            bool due = arrived && !onHold && found.permissions & 1 == 1;
            require(isCovered(i + 1) == due, "covered or not");
        }
    }

    function isCovered(uint256 pseudonym) private view returns (bool) {
        uint256[] memory one = new uint256[](1);
        one[0] = pseudonym;
        try cuts.requireCovered(TRIAL, 1, one) {
            return true;
        } catch {
            return false;
        }
    }
}
