// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {PoseidonT3} from "poseidon-solidity/PoseidonT3.sol";
import {PoseidonT4} from "poseidon-solidity/PoseidonT4.sol";
import {World} from "./World.sol";

/// @dev What must be true of the registry after the acts that it accepted: a tree of its own, rules
/// of its own, and the first act that was accepted against them.
abstract contract RecordsModel is World {
    struct Slot {
        address owner;
        /// 0: a tombstone
        uint256 record;
        uint256 leaf;
    }
    struct Root {
        uint256 root;
        uint256 goodUntil;
    }
    Slot[] public tree;
    /// Every root there ever was; `goodUntil` of the current one has no end.
    Root[] public roots;
    mapping(uint256 leaf => uint256) public timesAnchored;
    uint256[] public leaves;
    mapping(address clinic => uint256) public quota;
    mapping(address clinic => uint256) public limit;
    mapping(address clinic => bool) public isEnded;
    mapping(address clinic => mapping(uint256 record => bool)) private barred;
    mapping(address clinic => mapping(uint256 day => uint256)) private voids;
    uint256 public epochs;
    /// What was accepted and must not have been; "" when nothing.
    string public violation;

    function appended(address by, uint256 record) internal {
        forbid(toClear() != 0, "anchored while leaves are to be cleared");
        forbid(slotsOf(by) >= quotaOf(by), "a slot above the quota");
        tree.push(Slot(by, record, 0));
        place(tree.length - 1, by, record);
        supersede(block.timestamp + ROOT_WINDOW);
    }

    function refilled(uint256 slot, address by, uint256 record) internal {
        forbid(toClear() != 0, "reused while leaves are to be cleared");
        forbid(tree[slot].record != 0, "reused a live slot");
        forbid(tree[slot].owner != by, "reused another's slot");
        place(slot, by, record);
        supersede(block.timestamp + ROOT_WINDOW);
    }

    function replaced(
        uint256 slot,
        address by,
        uint256 record,
        bool voiding,
        uint256 revoked
    ) internal {
        forbid(!voiding && toClear() != 0, "replaced while leaves are to be cleared");
        forbid(tree[slot].record == 0, "replaced a tombstone");
        forbid(tree[slot].owner != by, "replaced another's");
        place(slot, by, record);
        if (!voiding) return supersede(block.timestamp + ROOT_WINDOW);
        countVoid(by);
        bar(by, revoked);
        voidOlder();
        supersede(0);
    }

    function revoked_(uint256 slot, address by) internal {
        forbid(tree[slot].record == 0, "revoked a tombstone");
        forbid(tree[slot].owner != by, "revoked another's");
        act(by);
        countVoid(by);
        bury(slot);
    }

    function bar(address by, uint256 record) internal {
        act(by);
        for (uint256 i = 0; i < tree.length; i++) {
            bool stands = tree[i].owner == by && tree[i].record == record;
            forbid(stands, "barred what stands in the tree");
        }
        barred[by][record] = true;
    }

    function ended(address clinic_) internal {
        forbid(isEnded[clinic_], "ended twice");
        isEnded[clinic_] = true;
        epochs++;
        voidOlder();
    }

    function cleared(uint256 slot) internal {
        forbid(tree[slot].record == 0, "cleared a tombstone");
        forbid(!isEnded[tree[slot].owner], "cleared a clinic's that goes on");
        bury(slot);
    }

    /// @dev Leaves of ended clinics in the tree.
    function toClear() public view returns (uint256 count) {
        for (uint256 i = 0; i < tree.length; i++)
            if (tree[i].record != 0 && isEnded[tree[i].owner]) count++;
    }

    function slotsOf(address by) public view returns (uint256 count) {
        for (uint256 i = 0; i < tree.length; i++) if (tree[i].owner == by) count++;
    }

    function liveOf(address by) public view returns (uint256 count) {
        for (uint256 i = 0; i < tree.length; i++)
            if (tree[i].owner == by && tree[i].record != 0) count++;
    }

    /// @dev The root of the leaves, by a tree of its own: level by level, an odd one moves up.
    function rootOfTree() public view returns (uint256) {
        uint256[] memory level = bottom();
        while (level.length > 1) level = levelAbove(level);
        return level.length == 0 ? 0 : level[0];
    }

    function slotCount() external view returns (uint256) {
        return tree.length;
    }

    function rootCount() external view returns (uint256) {
        return roots.length;
    }

    function leafCount() external view returns (uint256) {
        return leaves.length;
    }

    function siblingsOf(uint256 index) internal view returns (uint256[] memory siblings) {
        uint256[] memory found = new uint256[](8);
        uint256 count = 0;
        for (uint256[] memory level = bottom(); level.length > 1; level = levelAbove(level)) {
            if (index ^ 1 < level.length) found[count++] = level[index ^ 1];
            index /= 2;
        }
        siblings = new uint256[](count);
        for (uint256 i = 0; i < count; i++) siblings[i] = found[i];
    }

    function forbid(bool wrong, string memory what) private {
        if (wrong && bytes(violation).length == 0) violation = what;
    }

    function act(address by) private {
        forbid(isEnded[by], "an ended clinic acted");
    }

    function place(uint256 slot, address by, uint256 record) private {
        act(by);
        forbid(barred[by][record], "anchored what was barred");
        uint256 constant_ = uint256(keccak256("cohort-zero/registry/2")) >> 8;
        uint256 leaf = PoseidonT4.hash([record, uint256(uint160(by)), constant_]);
        timesAnchored[leaf]++;
        leaves.push(leaf);
        tree[slot] = Slot(by, record, leaf);
    }

    function bury(uint256 slot) private {
        bytes32 hash = keccak256(abi.encode("cohort-zero/tombstone/2", tree[slot].leaf));
        (tree[slot].record, tree[slot].leaf) = (0, uint256(hash) % 2 ** 128);
        voidOlder();
        supersede(0);
    }

    function countVoid(address by) private {
        uint256 most = limit[by] == 0 ? 24 : limit[by];
        forbid(++voids[by][block.timestamp / 1 days] > most, "voided roots above the limit");
    }

    function quotaOf(address by) private view returns (uint256) {
        return quota[by] == 0 ? 64 : quota[by];
    }

    function bottom() private view returns (uint256[] memory level) {
        level = new uint256[](tree.length);
        for (uint256 i = 0; i < level.length; i++) level[i] = tree[i].leaf;
    }

    function levelAbove(uint256[] memory level) private pure returns (uint256[] memory above) {
        above = new uint256[]((level.length + 1) / 2);
        for (uint256 i = 0; i < above.length; i++) {
            bool pair = 2 * i + 1 < level.length;
            above[i] = pair ? PoseidonT3.hash([level[2 * i], level[2 * i + 1]]) : level[2 * i];
        }
    }

    function voidOlder() private {
        for (uint256 i = 0; i + 1 < roots.length; i++) roots[i].goodUntil = 0;
    }

    function supersede(uint256 oldGoodUntil) private {
        if (oldGoodUntil == 0) epochs++;
        if (roots.length > 0) roots[roots.length - 1].goodUntil = oldGoodUntil;
        roots.push(Root(rootOfTree(), type(uint256).max));
    }
}
