// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Acting} from "../Acting.sol";
import {Enrollment} from "../Enrollment.sol";
import {Standing} from "../Standing.sol";
import {TrialRegistry} from "../TrialRegistry.sol";
import {Cut, EMERGENCY_PERMISSION, SPONSOR_SITE, TASK_REQUEST} from "./ExchangeTypes.sol";
import {StaffRegistry} from "./StaffRegistry.sol";
import "../Refusals.sol";

/// @title Cuts and the requests to open them: no key without a public request.
/// @notice The sponsor, or staff of its own with the task, seals and requests while the trial runs,
/// so while sponsor and board are accredited. How many could have been in a cut and were left out
/// everybody computes from the events up to its block: counting them here would cost a read for
/// each participant of the trial.
contract CutRegistry is Acting {
    uint256 public constant MAX_REQUEST_SECONDS = 1 days;

    Enrollment public immutable enrollment;
    TrialRegistry public immutable trials;
    StaffRegistry public immutable staff;
    mapping(uint256 cutId => Cut) private _cuts;
    /// How many there are: they are numbered from 0.
    uint256 public cuts;
    /// The same of requests. Nothing is stored of one: its event is all that custodians read.
    uint256 public requests;

    event Sealed(
        uint256 indexed cutId,
        bytes32 indexed trialId,
        uint32 permission,
        bytes32 packagesRoot,
        uint32 packages,
        address by,
        uint256[] pseudonyms
    );
    event Requested(
        uint256 indexed requestId,
        uint256 indexed cutId,
        bytes32 indexed trialId,
        bytes32 purpose,
        address staff,
        bytes32 recipientKey,
        uint40 until
    );

    constructor(
        address forwarder,
        Enrollment enrollment_,
        StaffRegistry staff_
    ) Acting(forwarder, enrollment_.accreditation()) {
        enrollment = enrollment_;
        trials = enrollment_.trials();
        staff = staff_;
    }

    /// @notice Seals packages of participants, each of whom consents to this now; the first who does
    /// not is named and nothing is sealed.
    /// @param pseudonyms Strictly ascending.
    /// @param packagesRoot LeanIMT (keccak256) over the hashes of the packages' entries in order.
    function seal(
        bytes32 trialId,
        uint32 permission,
        uint256[] calldata pseudonyms,
        bytes32 packagesRoot,
        uint32 packages
    ) external returns (uint256 cutId) {
        staff.requireStaff(trialId, SPONSOR_SITE, _msgSender(), TASK_REQUEST);
        // Custodians release what lies under the root: under none, nothing could be shown to.
        if (packagesRoot == 0) revert EmptyRoot();
        // Those packages are opened by cases, of which the board hears, and never by a cut.
        if (permission & EMERGENCY_PERMISSION != 0) revert EmergencyOnly();
        // A cut of nothing, or of nobody, asks nobody's consent.
        if (packages == 0 || pseudonyms.length == 0) revert InvalidCut();
        _requireAscending(pseudonyms);
        requireCovered(trialId, permission, pseudonyms);
        cutId = cuts++;
        _cuts[cutId] = Cut({
            trialId: trialId,
            packagesRoot: packagesRoot,
            permission: permission,
            participants: uint32(pseudonyms.length),
            packages: packages,
            sealedAt: uint40(block.timestamp),
            pseudonymsHash: keccak256(abi.encodePacked(pseudonyms))
        });
        emit Sealed(
            cutId,
            trialId,
            permission,
            packagesRoot,
            packages,
            _msgSender(),
            pseudonyms
        );
    }

    /// @notice Asks the custodians to open a cut to a key, for a purpose, for a day at most.
    /// @param purpose keccak256 of the purpose in words, which the exchange publishes.
    /// @param recipientKey X25519; a fresh one for each request.
    /// @param until Unix time in seconds.
    function request(
        uint256 cutId,
        bytes32 purpose,
        bytes32 recipientKey,
        uint40 until
    ) external returns (uint256 requestId) {
        bytes32 trialId = trialIdOf(cutId);
        // Neither stopped nor over since it was sealed, its parties accredited to this day.
        trials.requireRunning(trialId);
        staff.requireStaff(trialId, SPONSOR_SITE, _msgSender(), TASK_REQUEST);
        // Nobody keeps a key that opens tomorrow what consent no longer covers.
        bool timely = until > block.timestamp && until <= block.timestamp + MAX_REQUEST_SECONDS;
        // The participant is told why, and the share is sealed to this key alone.
        if (!timely || purpose == 0 || recipientKey == 0) revert InvalidRequest();
        requestId = requests++;
        emit Requested(requestId, cutId, trialId, purpose, _msgSender(), recipientKey, until);
    }

    /// @notice Refuses unless everybody's consent covers the permission now: they arrived, their
    /// consent names it (of several permissions all), suits the version in force, has not ended and
    /// was not withdrawn, and the trial runs. The first who is not covered is named, with the
    /// refusal's selector.
    function requireCovered(
        bytes32 trialId,
        uint32 permission,
        uint256[] calldata pseudonyms
    ) public view {
        // Every consent covers nothing at all.
        if (permission == 0) revert InvalidCut();
        uint32 consentVersion = trials.enrollmentRules(trialId, false).consentVersion;
        Standing[] memory standings = enrollment.standingsOf(trialId, pseudonyms);
        for (uint256 i = 0; i < standings.length; i++) {
            bytes4 reason = standings[i].gap(permission, consentVersion);
            if (reason != 0) revert NotCovered(pseudonyms[i], reason);
        }
    }

    function cutOf(uint256 cutId) external view returns (Cut memory) {
        trialIdOf(cutId);
        return _cuts[cutId];
    }

    function trialIdOf(uint256 cutId) public view returns (bytes32 trialId) {
        trialId = _cuts[cutId].trialId;
        if (trialId == 0) revert UnknownCut(cutId);
    }

    /// @dev Nobody twice, which would make a cut look larger than it is.
    function _requireAscending(uint256[] calldata pseudonyms) private pure {
        uint256 last = pseudonyms[0];
        for (uint256 i = 1; i < pseudonyms.length; i++) {
            uint256 next = pseudonyms[i];
            if (next <= last) revert NotInOrder();
            last = next;
        }
    }
}
