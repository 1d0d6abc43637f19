// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Accreditation, Role} from "./Accreditation.sol";
import {TrialStore} from "./TrialStore.sol";
import {Opinion, Status, Trial, Version} from "./TrialTypes.sol";
import "./Refusals.sol";

/// @title What a trial's board says in words, and how it stops a trial and lets it go on.
/// @dev Words are public, and the chain holds keccak256 of their UTF-8: whoever reads them can tell
/// whether they are the board's.
abstract contract TrialBoard is TrialStore {
    event OpinionGiven(
        bytes32 indexed trialId,
        uint32 version,
        Opinion opinion,
        bytes32 textHash,
        address by
    );
    event StatusChanged(bytes32 indexed trialId, Status status, address by);

    constructor(
        address forwarder,
        Accreditation accreditation_
    ) TrialStore(forwarder, accreditation_) {}

    /// @notice The board says something of a published version. Nothing follows from it.
    function comment(bytes32 trialId, uint32 version, bytes32 textHash) external {
        _requireBoard(trialId);
        if (_versions[trialId][version].digest == 0) revert UnknownVersion(version);
        _giveOpinion(trialId, version, Opinion.Comment, textHash);
    }

    /// @notice The board says what to change in the newest version. It may still approve or reject
    /// that version.
    /// @param digest Of the version as the board read it.
    function requestChanges(
        bytes32 trialId,
        uint32 version,
        bytes32 digest,
        bytes32 textHash
    ) external {
        _requireUndecided(trialId, version, digest);
        _giveOpinion(trialId, version, Opinion.ChangesRequested, textHash);
    }

    /// @notice The board rejects the newest version for good. A later one it may approve.
    /// @param digest Of the version as the board read it.
    function reject(bytes32 trialId, uint32 version, bytes32 digest, bytes32 textHash) external {
        _requireUndecided(trialId, version, digest).rejected = true;
        _giveOpinion(trialId, version, Opinion.Rejection, textHash);
    }

    /// @notice The board stops everything but narrowing and withdrawal, and says why.
    function suspend(bytes32 trialId, bytes32 reasonHash) external {
        Trial storage trial = _requireBoard(trialId);
        if (trial.status != Status.Active && trial.status != Status.ClosedToAccrual)
            revert WrongStatus();
        trial.beforeHold = trial.status;
        _giveOpinion(trialId, trial.current, Opinion.Suspension, reasonHash);
        _setStatus(trialId, Status.TemporarilyClosedToAccrual);
    }

    /// @notice The board lets a suspended trial go on.
    function resume(bytes32 trialId) external {
        Trial storage trial = _requireBoard(trialId);
        if (trial.status != Status.TemporarilyClosedToAccrual) revert WrongStatus();
        _setStatus(trialId, trial.beforeHold);
    }

    function _giveOpinion(
        bytes32 trialId,
        uint32 version,
        Opinion opinion,
        bytes32 textHash
    ) private {
        if (textHash == 0) revert EmptyText();
        emit OpinionGiven(trialId, version, opinion, textHash, _msgSender());
    }

    function _setStatus(bytes32 trialId, Status status) internal {
        _trials[trialId].status = status;
        emit StatusChanged(trialId, status, _msgSender());
    }

    /// @dev The newest version, neither in force nor rejected.
    function _requireUndecided(
        bytes32 trialId,
        uint32 number,
        bytes32 digest
    ) private view returns (Version storage version) {
        Trial storage trial = _requireBoard(trialId);
        version = _versions[trialId][number];
        if (version.digest == 0) revert UnknownVersion(number);
        if (number != trial.latest) revert VersionSuperseded(trial.latest);
        if (digest != version.digest) revert DigestMismatch(version.digest);
        if (number == trial.current || trial.status == Status.Completed) revert WrongStatus();
        if (version.rejected) revert VersionRejected(number);
    }

    function _requireBoard(bytes32 trialId) internal view returns (Trial storage trial) {
        _requireKnown(trialId);
        trial = _trials[trialId];
        if (trial.board != _msgSender()) revert NotYourTrial(_msgSender());
        _requireAccredited(Role.Board, _msgSender());
    }
}
