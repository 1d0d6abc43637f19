// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Enrollment} from "../Enrollment.sol";
import {State} from "../ParticipantTypes.sol";
import {UnknownParticipant} from "../Refusals.sol";
import {Standing} from "../Standing.sol";

// What staff may do, a bit each: check people at the desk and sign their tags, arrivals and screen
// failures, deposit, request, correct, order an erasure.
uint32 constant TASK_ARRIVE = 1 << 0;
uint32 constant TASK_DEPOSIT = 1 << 1;
uint32 constant TASK_REQUEST = 1 << 2;
uint32 constant TASK_CORRECT = 1 << 3;
uint32 constant TASK_ERASE = 1 << 4;
uint32 constant ALL_TASKS = (1 << 5) - 1;
// What is delegated to nobody.
uint32 constant NO_TASK = 0;

// The sponsor's own staff stand under this site number, which no site has.
uint32 constant SPONSOR_SITE = 0;

// PERMISSIONS.emergency (circuits/statement/trial/trial.ts).
uint32 constant EMERGENCY_PERMISSION = 1 << 7;

/// A person's key in the delegation log; documented in circuits/statement/exchange/delegation.ts.
struct Delegation {
    bytes32 trialId;
    uint32 siteId;
    address key;
    uint32 tasks;
    /// Hash of the person's name and role, which stay with the site.
    bytes32 person;
    uint32 from;
    uint32 until;
    bytes32 salt;
    uint256 deadline;
}

struct Revocation {
    bytes32 trialId;
    uint32 siteId;
    address key;
    bytes32 salt;
    uint256 deadline;
}

/// Packages of participants whose consent covered them when it was sealed.
struct Cut {
    bytes32 trialId;
    /// Root of the entries' hashes.
    bytes32 packagesRoot;
    uint32 permission;
    uint32 participants;
    uint32 packages;
    uint40 sealedAt;
    /// keccak256 of the pseudonyms, in order.
    bytes32 pseudonymsHash;
}

/// What a desk signs about the person before it; documented in
/// circuits/statement/exchange/personTag.ts.
struct PersonTag {
    bytes32 trialId;
    uint256 pseudonym;
    uint32 siteId;
    /// The enrollment, by its deadline of arrival.
    uint40 arriveBy;
    /// Who signs: the site's signer, or staff with the task.
    address key;
    bytes32 tag;
    uint256 deadline;
}

/// @dev One participant's standing; refuses a pseudonym that nobody has.
function standingOf(
    Enrollment enrollment,
    bytes32 trialId,
    uint256 pseudonym
) view returns (Standing standing) {
    uint256[] memory pseudonyms = new uint256[](1);
    pseudonyms[0] = pseudonym;
    standing = enrollment.standingsOf(trialId, pseudonyms)[0];
    if (standing.state() == State.None) revert UnknownParticipant();
}
