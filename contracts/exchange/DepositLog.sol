// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Accreditation, Role} from "../Accreditation.sol";
import {Acting} from "../Acting.sol";
import {AlreadyAnchored, BatchSize, EmptyRoot} from "../Refusals.sol";

/// @title Roots of batches of deposit entries.
/// @notice What an entry says and who made it is checked by everybody who reads it, from its own
/// proof or signature: the log only fixes which entries there were by when, so that none is dropped,
/// changed or put in later. Who anchors another operator's root first has done it for both.
contract DepositLog is Acting {
    uint256 public constant MAX_BATCH = 1_024;

    /// One slot.
    struct Tally {
        uint128 batches;
        uint128 entries;
    }

    /// Unix time in seconds; 0: no such batch.
    mapping(bytes32 root => uint256) public anchoredAt;
    mapping(address operator => Tally) private _tallies;
    /// Batches of all operators: who reads them from a node that leaves out all of one operator's,
    /// of whom it would then never hear, misses some of these.
    uint256 public batches;

    /// first: number of the batch's first entry among all of the operator's, from 0.
    event DepositsAnchored(
        address indexed operator,
        uint256 indexed batch,
        bytes32 root,
        uint32 count,
        uint256 first
    );

    constructor(
        address forwarder,
        Accreditation accreditation_
    ) Acting(forwarder, accreditation_) {}

    /// @param root LeanIMT (keccak256) over the entries' hashes in order.
    function anchor(bytes32 root, uint32 count) external onlyAccredited(Role.Operator) {
        if (root == 0) revert EmptyRoot();
        // What a reader rebuilds in one go.
        if (count == 0 || count > MAX_BATCH) revert BatchSize(count);
        // The same batch sent twice would count its entries twice.
        if (anchoredAt[root] != 0) revert AlreadyAnchored(uint256(root));
        anchoredAt[root] = block.timestamp;
        Tally memory before = _tallies[_msgSender()];
        batches++;
        _tallies[_msgSender()] = Tally(before.batches + 1, before.entries + count);
        emit DepositsAnchored(_msgSender(), before.batches, root, count, before.entries);
    }

    function batchesOf(address operator) external view returns (uint256) {
        return _tallies[operator].batches;
    }

    function entriesOf(address operator) external view returns (uint256) {
        return _tallies[operator].entries;
    }
}
