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

    function invariant_a_leaf_is_anchored_at_most_once_ever() external view {
        for (uint256 i = 0; i < 12; i++) {
            uint256 leaf = handler.leafOf(i);
            require(handler.timesAnchored(leaf) <= 1, "anchored twice");
            bool claimed = registry.anchoredBy(leaf) != address(0);
            require(claimed == (handler.timesAnchored(leaf) == 1), "not claimed once and for all");
        }
    }

    function invariant_the_root_is_that_of_the_leaves_in_order() external view {
        require(registry.root() == handler.rootOfTree(), "another tree");
        require(registry.leafCount() == handler.leafCount(), "another size");
    }

    /// @dev Also that a revocation voids all older roots, those still within their window too.
    function invariant_a_root_is_good_exactly_while_current_or_in_its_window() external view {
        for (uint256 i = 0; i < handler.rootCount(); i++) {
            (uint256 root, uint256 goodUntil) = handler.roots(i);
            bool good = block.timestamp <= goodUntil;
            require(registry.isKnownRoot(root) == good, good ? "forgotten" : "outlived");
        }
        require(!registry.isKnownRoot(0), "zero is no root");
        require(registry.epoch() == handler.revocations(), "a revocation was not counted");
    }
}
