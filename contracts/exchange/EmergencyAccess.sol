// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Role} from "../Accreditation.sol";
import {Acting} from "../Acting.sol";
import {Enrollment} from "../Enrollment.sol";
import {TrialRegistry} from "../TrialRegistry.sol";
import {EMERGENCY_PERMISSION, standingOf} from "./ExchangeTypes.sol";
import "../Refusals.sol";

/// @title Breaking the glass: an emergency clinician opens one participant's emergency package,
/// without asking for consent, in public.
/// @notice It needs no running trial and no version of a form: only that the person permitted it
/// and has not withdrawn. The trial's board closes each case; a clinician with a case open for longer
/// than a week is suspended by that alone, until it is closed.
contract EmergencyAccess is Acting {
    /// By days of UTC.
    uint256 public constant MAX_A_DAY = 5;
    uint256 public constant CLOSE_SECONDS = 7 days;
    /// Custodians answer a case for so long.
    uint256 public constant ANSWER_SECONDS = 1 days;
    uint32 public constant PERMISSION = EMERGENCY_PERMISSION;

    struct Case {
        address clinician;
        uint40 openedAt;
        bool isClosed;
        bytes32 trialId;
        uint256 pseudonym;
        bytes32 recipientKey;
    }

    Enrollment public immutable enrollment;
    TrialRegistry public immutable trials;
    Case[] private _cases;
    mapping(address clinician => uint256[]) private _open;
    mapping(address clinician => mapping(uint256 day => uint256)) private _openedOn;

    event GlassBroken(
        uint256 indexed caseId,
        bytes32 indexed trialId,
        uint256 indexed pseudonym,
        address clinician,
        bytes32 reason,
        bytes32 recipientKey
    );
    event CaseClosed(uint256 indexed caseId, address by, bytes32 outcome);

    constructor(
        address forwarder,
        Enrollment enrollment_
    ) Acting(forwarder, enrollment_.accreditation()) {
        enrollment = enrollment_;
        trials = enrollment_.trials();
    }

    /// @param reason keccak256 of the reason in words, which the exchange publishes.
    /// @param recipientKey X25519; a fresh one for each case.
    function breakGlass(
        bytes32 trialId,
        uint256 pseudonym,
        bytes32 reason,
        bytes32 recipientKey
    ) external onlyAccredited(Role.EmergencyClinician) returns (uint256 caseId) {
        address clinician = _msgSender();
        // The participant and the board read why, and the share is sealed to this key alone.
        if (reason == 0 || recipientKey == 0) revert InvalidRequest();
        // Nobody goes on while a board has not looked into what they did a week ago.
        if (isSuspended(clinician)) revert CaseOverdue(_open[clinician][0]);
        if (++_openedOn[clinician][block.timestamp / 1 days] > MAX_A_DAY)
            revert TooManyCases(MAX_A_DAY);
        // No is no, also then.
        if (permissionsOf(trialId, pseudonym) & PERMISSION == 0) revert OptedOut();
        caseId = _cases.length;
        _cases.push(
            Case(clinician, uint40(block.timestamp), false, trialId, pseudonym, recipientKey)
        );
        _open[clinician].push(caseId);
        emit GlassBroken(caseId, trialId, pseudonym, clinician, reason, recipientKey);
    }

    /// @notice The trial's board has looked into a case, early or late.
    /// @param outcome keccak256 of what it found, in words.
    function closeCase(uint256 caseId, bytes32 outcome) external {
        if (caseId >= _cases.length) revert UnknownCase(caseId);
        Case storage found = _cases[caseId];
        // The board of now: governance may have handed the trial to another.
        address board = trials.trialOf(found.trialId).board;
        if (board != _msgSender()) revert NotYourTrial(_msgSender());
        _requireAccredited(Role.Board, board);
        // What was found once is not rewritten.
        if (found.isClosed) revert AlreadyUsed();
        if (outcome == 0) revert InvalidRequest();
        found.isClosed = true;
        _removeOpen(_open[found.clinician], caseId);
        emit CaseClosed(caseId, _msgSender(), outcome);
    }

    /// @notice Whether a case of theirs has been open for longer than a week. They open nothing
    /// more, and custodians answer nothing of theirs.
    function isSuspended(address clinician) public view returns (bool) {
        uint256[] storage open = _open[clinician];
        return open.length != 0 && block.timestamp > _cases[open[0]].openedAt + CLOSE_SECONDS;
    }

    /// @notice What a participant permits by the last statement, whether or not it still suits the
    /// version in force: none after a withdrawal or a succession.
    function permissionsOf(bytes32 trialId, uint256 pseudonym) public view returns (uint32) {
        return standingOf(enrollment, trialId, pseudonym).permissions();
    }

    function caseOf(uint256 caseId) external view returns (Case memory) {
        if (caseId >= _cases.length) revert UnknownCase(caseId);
        return _cases[caseId];
    }

    /// @notice In the order of their opening.
    function openCasesOf(address clinician) external view returns (uint256[] memory) {
        return _open[clinician];
    }

    /// @dev The list stays in order: its first is the oldest. Nobody has more open than a week's.
    function _removeOpen(uint256[] storage open, uint256 caseId) private {
        uint256 place = 0;
        while (open[place] != caseId) place++;
        for (; place + 1 < open.length; place++) open[place] = open[place + 1];
        open.pop();
    }
}
