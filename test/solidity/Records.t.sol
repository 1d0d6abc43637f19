// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {RecordRegistry} from "../../contracts/RecordRegistry.sol";
import {RecordsHandler} from "./RecordsHandler.sol";

/// @dev Invariants of RecordRegistry under any order of acts.
contract RecordsInvariants {
    RecordsHandler private handler;
    RecordRegistry private registry;

    function setUp() external {
        handler = new RecordsHandler();
        registry = handler.registry();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @dev Above a quota or the day's limit, of others, by an ended clinic, of what was barred.
    function invariant_no_act_on_records_is_accepted_that_must_not_be() external view {
        string memory violation = handler.violation();
        require(bytes(violation).length == 0, violation);
    }

    function invariant_a_leaf_is_anchored_at_most_once_ever() external view {
        for (uint256 i = 0; i < handler.leafCount(); i++) {
            uint256 leaf = handler.leaves(i);
            require(handler.timesAnchored(leaf) == 1, "anchored twice");
            require(registry.anchoredBy(leaf) != address(0), "not claimed for good");
            require(leaf >> 128 != 0, "a tombstone's number");
        }
    }

    function invariant_the_root_is_that_of_the_leaves_in_order() external view {
        require(registry.root() == handler.rootOfTree(), "another tree");
        require(registry.leafCount() == handler.slotCount(), "another size");
    }

    /// @dev Also that a revocation voids all older roots, those still within their window too.
    function invariant_a_root_is_good_exactly_while_current_or_in_its_window() external view {
        bool blocked = handler.toClear() != 0;
        for (uint256 i = 0; i < handler.rootCount(); i++) {
            (uint256 root, uint256 goodUntil) = handler.roots(i);
            bool good = !blocked && block.timestamp <= goodUntil;
            require(registry.isKnownRoot(root) == good, good ? "forgotten" : "outlived");
        }
        require(!registry.isKnownRoot(0), "zero is no root");
        require(registry.epoch() == handler.epochs(), "what voids roots was not counted");
    }

    function invariant_slots_and_leaves_are_counted_as_they_stand_in_the_tree() external view {
        require(registry.leavesToClear() == handler.toClear(), "others are to be cleared");
        for (uint256 i = 0; i < handler.slotCount(); i++) {
            (address owner, uint256 record, uint256 leaf) = handler.tree(i);
            require(registry.slotsOf(owner) == handler.slotsOf(owner), "other slots");
            require(registry.liveLeavesOf(owner) == handler.liveOf(owner), "other leaves");
            require(registry.isVoided(owner) == handler.isEnded(owner), "another end");
            require(registry.indexOf(leaf) == i, "another place");
            address tombstoneOf = registry.tombstoneOwner(leaf);
            require(tombstoneOf == (record == 0 ? owner : address(0)), "another's tombstone");
        }
        for (uint256 i = 0; i < handler.filledCount(); i++) {
            require(registry.tombstoneOwner(handler.filled(i)) == address(0), "filled, and kept");
        }
    }
}
