// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {PoseidonT3} from "poseidon-solidity/PoseidonT3.sol";
import {Role} from "../../contracts/Accreditation.sol";
import {RecordRegistry} from "../../contracts/RecordRegistry.sol";
import {pick, vm} from "./Vm.sol";
import {World} from "./World.sol";

/// @dev Anchors, replaces, revokes and waits at random, and keeps beside the registry what must be
/// true of it. What the registry refuses changes nothing here: the call reverts with it.
contract RecordsHandler is World {
    uint256 private constant LEAVES = 12;
    uint256 private constant MOST = 8;

    struct Root {
        uint256 root;
        uint256 goodUntil;
    }
    /// The tree's leaves, and every root it ever had; `goodUntil` of the current one has no end.
    uint256[] public tree;
    Root[] public roots;
    mapping(uint256 leaf => uint256) public timesAnchored;
    uint256 public revocations;
    uint256 public acts;
    address private otherClinic = address(0xc2);

    constructor() {
        accredit(Role.Clinic, otherClinic);
    }

    function registry() external view returns (RecordRegistry) {
        return records;
    }

    function anchor(uint256 leafSeed, bool other) external {
        if (tree.length == MOST) return;
        uint256 leaf = leafOf(leafSeed);
        vm.prank(other ? otherClinic : clinic);
        records.anchor(leaf);
        timesAnchored[leaf]++;
        tree.push(leaf);
        supersede(block.timestamp + ROOT_WINDOW);
    }

    function anchorSigned(uint256 leafSeed, uint256 secondsLeft) external {
        if (tree.length == MOST) return;
        uint256 leaf = leafOf(leafSeed);
        uint256 deadline = block.timestamp + pick(secondsLeft, 0, 10);
        bytes32 kind = records.RECORD_ATTESTATION_TYPEHASH();
        bytes memory signature = signed(
            CLINIC_KEY,
            "RecordRegistry",
            address(records),
            keccak256(abi.encode(kind, leaf, clinic, deadline))
        );
        records.anchorSigned(leaf, clinic, deadline, signature);
        timesAnchored[leaf]++;
        tree.push(leaf);
        supersede(block.timestamp + ROOT_WINDOW);
    }

    function replace(uint256 oldSeed, uint256 leafSeed, bool other) external {
        (uint256 oldLeaf, uint256 leaf) = (leafOf(oldSeed), leafOf(leafSeed));
        uint256[] memory siblings = siblingsOf(oldLeaf);
        vm.prank(other ? otherClinic : clinic);
        records.replace(oldLeaf, leaf, 1, 0, "", siblings);
        timesAnchored[leaf]++;
        put(oldLeaf, leaf);
        supersede(block.timestamp + ROOT_WINDOW);
    }

    function revoke(uint256 leafSeed, bool other) external {
        uint256 leaf = leafOf(leafSeed);
        bool isThere = timesAnchored[leaf] > 0;
        uint256[] memory siblings = siblingsOf(leaf);
        vm.prank(other ? otherClinic : clinic);
        records.revoke(leaf, siblings);
        voidAll();
        if (!isThere) return;
        put(leaf, tombstoneFor(leaf));
        // The root from before is void at once; the new one is good.
        supersede(0);
    }

    function voidLeaf(uint256 leafSeed) external {
        uint256 leaf = leafOf(leafSeed);
        uint256[] memory siblings = siblingsOf(leaf);
        vm.prank(governance);
        accreditation.deaccredit(Role.Clinic, otherClinic);
        vm.prank(governance);
        records.voidLeaf(leaf, siblings);
        accredit(Role.Clinic, otherClinic);
        voidAll();
        put(leaf, tombstoneFor(leaf));
        supersede(0);
    }

    /// @dev Up to twice the window.
    function wait_(uint256 time) external {
        vm.warp(block.timestamp + pick(time, 1, 2 * ROOT_WINDOW));
        acts++;
    }

    /// @dev The root of the leaves, by a tree of its own: level by level, an odd one moves up.
    function rootOfTree() public view returns (uint256) {
        uint256[] memory level = tree;
        while (level.length > 1) level = levelAbove(level);
        return level.length == 0 ? 0 : level[0];
    }

    function rootCount() external view returns (uint256) {
        return roots.length;
    }

    function leafCount() external view returns (uint256) {
        return tree.length;
    }

    /// @dev A small choice, so that the same leaf is tried again and again; tombstones among them.
    function leafOf(uint256 seed) public view returns (uint256) {
        uint256 number = pick(seed, 1, LEAVES);
        return number <= LEAVES - 2 ? number : records.tombstoneOf(LEAVES - number + 1);
    }

    function tombstoneFor(uint256 leaf) private view returns (uint256 tombstone) {
        tombstone = records.tombstoneOf(leaf);
        while (placeOf(tombstone) < tree.length || timesAnchored[tombstone] > 0)
            tombstone = records.tombstoneOf(tombstone);
    }

    function siblingsOf(uint256 leaf) private view returns (uint256[] memory siblings) {
        uint256 index = placeOf(leaf);
        if (index == tree.length) return siblings;
        uint256[] memory found = new uint256[](8);
        uint256 count = 0;
        for (uint256[] memory level = tree; level.length > 1; level = levelAbove(level)) {
            if (index ^ 1 < level.length) found[count++] = level[index ^ 1];
            index /= 2;
        }
        siblings = new uint256[](count);
        for (uint256 i = 0; i < count; i++) siblings[i] = found[i];
    }

    function levelAbove(uint256[] memory level) private pure returns (uint256[] memory above) {
        above = new uint256[]((level.length + 1) / 2);
        for (uint256 i = 0; i < above.length; i++) {
            bool pair = 2 * i + 1 < level.length;
            above[i] = pair ? PoseidonT3.hash([level[2 * i], level[2 * i + 1]]) : level[2 * i];
        }
    }

    function placeOf(uint256 leaf) private view returns (uint256 index) {
        while (index < tree.length && tree[index] != leaf) index++;
    }

    function put(uint256 oldLeaf, uint256 leaf) private {
        tree[placeOf(oldLeaf)] = leaf;
    }

    function voidAll() private {
        revocations++;
        for (uint256 i = 0; i + 1 < roots.length; i++) roots[i].goodUntil = 0;
    }

    function supersede(uint256 oldGoodUntil) private {
        acts++;
        if (roots.length > 0) roots[roots.length - 1].goodUntil = oldGoodUntil;
        roots.push(Root(rootOfTree(), type(uint256).max));
    }
}
