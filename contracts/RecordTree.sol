// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {InternalLeanIMT, LeanIMTData} from "@zk-kit/lean-imt.sol/InternalLeanIMT.sol";
import {PoseidonT4} from "poseidon-solidity/PoseidonT4.sol";
import {Signals} from "./Signals.sol";
import {
    NotAnchored,
    NotInField,
    RegistryBlocked,
    RegistryFull,
    WrongSiblings
} from "./Refusals.sol";

/// @title The LeanIMT of registry leaves and tombstones, and which of its roots are good.
/// @notice A root is good while it is current, and for a window after another superseded it.
/// Voiding ends that for every older root at once. No root is good while a voided clinic's leaves
/// are left.
abstract contract RecordTree {
    using InternalLeanIMT for LeanIMTData;

    /// The circuit's path has 16 levels here, and 12 inside a batch.
    uint256 public constant MAX_LEAVES = 2 ** 16;
    /// Third input of every registry leaf: no address is as large, so the inputs have one order.
    uint256 public constant REGISTRY = uint256(keccak256("cohort-zero/registry/2")) >> 8;

    /// Seconds that a root stays good after another has superseded it.
    uint256 public immutable rootWindowSeconds;

    LeanIMTData private _tree;
    /// The current root; 0 while there is no leaf.
    uint256 public root;
    /// Counts what voids roots; a root superseded in an earlier epoch is void.
    uint64 public epoch;
    /// Leaves of voided clinics that are still in the tree.
    uint256 public leavesToClear;
    struct Superseded {
        uint64 since;
        uint64 epoch;
    }
    mapping(uint256 root => Superseded) private _superseded;

    constructor(uint256 windowSeconds) {
        rootWindowSeconds = windowSeconds;
    }

    /// @notice True for the current root, and for one superseded within the window and since roots
    /// were voided last; for none while leaves of a voided clinic are left.
    function isKnownRoot(uint256 candidate) public view returns (bool) {
        if (candidate == 0 || leavesToClear != 0) return false;
        if (candidate == root) return true;
        Superseded memory old = _superseded[candidate];
        return
            old.since != 0 &&
            old.epoch == epoch &&
            block.timestamp <= old.since + rootWindowSeconds;
    }

    /// @notice Leaves of the tree, tombstones included.
    function leafCount() external view returns (uint256) {
        return _tree.size;
    }

    /// @notice Position of a leaf or tombstone that is in the tree now.
    function indexOf(uint256 leaf) external view returns (uint256) {
        if (!_has(leaf)) revert NotAnchored(leaf);
        return _tree._indexOf(leaf);
    }

    /// @notice The leaf that stands for a batch (or a single commitment) in this clinic's name, as
    /// the circuit computes it: nobody else can anchor it.
    function registryLeafOf(uint256 batchRoot, address clinic) public pure returns (uint256) {
        // A number of the field has one form; another of the same value would be the same leaf.
        if (batchRoot == 0 || batchRoot >= Signals.FIELD_ORDER) revert NotInField(batchRoot);
        return PoseidonT4.hash([batchRoot, uint256(uint160(clinic)), REGISTRY]);
    }

    /// @notice What takes a revoked leaf's place: 128 bits, which no leaf may have.
    function tombstoneOf(uint256 leaf) public pure returns (uint256) {
        return uint128(uint256(keccak256(abi.encode("cohort-zero/tombstone/2", leaf))));
    }

    function _has(uint256 leaf) internal view returns (bool) {
        return _tree._has(leaf);
    }

    /// @dev A fresh tombstone for a leaf. The loop is for two leaves with one tombstone, which a
    /// clinic could search for (2^64 hashes) to make one of them irrevocable; it runs once at most.
    function _freshTombstone(uint256 leaf) internal view returns (uint256 tombstone) {
        tombstone = tombstoneOf(leaf);
        while (_has(tombstone)) tombstone = tombstoneOf(tombstone);
    }

    /// @dev While leaves wait to be cleared nothing else moves their siblings: else one clinic
    /// could outrun everybody who clears, and keep the registry blocked.
    function _requireUnblocked() internal view {
        if (leavesToClear != 0) revert RegistryBlocked(leavesToClear);
    }

    /// @dev Takes the next slot; the older root keeps its window.
    function _append(uint256 leaf) internal returns (uint256 index) {
        if (_tree.size == MAX_LEAVES) revert RegistryFull();
        index = _tree.size;
        _supersede(_tree._insert(leaf));
    }

    /// @dev Puts a leaf in another's slot. The caller supersedes or voids the older root.
    function _update(
        uint256 oldLeaf,
        uint256 leaf,
        uint256[] calldata siblings
    ) internal returns (uint256 index, uint256 newRoot) {
        if (!_has(oldLeaf)) revert NotAnchored(oldLeaf);
        index = _tree._indexOf(oldLeaf);
        // The library would read past the end of a list too short.
        if (siblings.length != _pathLength(index)) revert WrongSiblings();
        newRoot = _tree._update(oldLeaf, leaf, siblings);
    }

    /// @dev A lean tree has no sibling where the right half of a pair is missing.
    function _pathLength(uint256 index) private view returns (uint256 length) {
        uint256 last = _tree.size - 1;
        for (uint256 level = 0; level < _tree.depth; level++) {
            uint256 position = index >> level;
            if (position & 1 == 1 || position != last >> level) length++;
        }
    }

    /// @dev A new root; the older one keeps its window.
    function _supersede(uint256 newRoot) internal {
        _superseded[root] = Superseded(uint64(block.timestamp), epoch);
        root = newRoot;
    }

    /// @dev A new root; every older one is void.
    function _void(uint256 newRoot) internal {
        epoch++;
        root = newRoot;
    }
}
