// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Role} from "../../contracts/Accreditation.sol";
import {RecordRegistry} from "../../contracts/RecordRegistry.sol";
import {RecordsModel} from "./RecordsModel.sol";
import {pick, vm} from "./Vm.sol";

/// @dev Anchors, replaces, revokes, voids, clears and waits at random, and tells the model what was
/// accepted. What the registry refuses changes nothing here: the call reverts with it.
contract RecordsHandler is RecordsModel {
    uint256 private constant RECORDS = 12;
    uint256 private constant MOST = 8;

    /// How often each kind of act was accepted.
    mapping(string act => uint256) public accepted;
    /// Tombstones whose slots hold a leaf again: nobody's from then on.
    uint256[] public filled;
    address private other = address(0xc2);

    constructor() {
        accredit(Role.Clinic, other);
    }

    function filledCount() external view returns (uint256) {
        return filled.length;
    }

    function registry() external view returns (RecordRegistry) {
        return records;
    }

    function anchor(uint256 recordSeed, bool byOther) external {
        if (tree.length == MOST) return;
        (address by, uint256 record) = (who(byOther), recordOf(recordSeed));
        vm.prank(by);
        records.anchor(record);
        told("anchor");
        appended(by, record);
    }

    function anchorSigned(uint256 recordSeed, uint256 secondsLeft) external {
        if (tree.length == MOST) return;
        uint256 record = recordOf(recordSeed);
        uint256 deadline = block.timestamp + pick(secondsLeft, 0, 10);
        bytes32 kind = records.RECORD_ATTESTATION_TYPEHASH();
        bytes memory signature = signed(
            CLINIC_KEY,
            "RecordRegistry",
            address(records),
            keccak256(abi.encode(kind, record, clinic, deadline))
        );
        records.anchorSigned(record, clinic, deadline, signature);
        told("anchorSigned");
        appended(clinic, record);
    }

    function anchorInto(uint256 slotSeed, uint256 recordSeed, bool byOther) external {
        uint256 slot = pick(slotSeed, 0, tree.length - 1);
        (address by, uint256 record) = (who(byOther), recordOf(recordSeed));
        uint256[] memory siblings = siblingsOf(slot);
        uint256 tombstone = tree[slot].leaf;
        vm.prank(by);
        records.anchorInto(tombstone, record, 1, 0, "", siblings);
        told("anchorInto");
        filled.push(tombstone);
        refilled(slot, by, record);
    }

    function replace(uint256 slotSeed, uint256 recordSeed, bool byOther) external {
        uint256 slot = pick(slotSeed, 0, tree.length - 1);
        (address by, uint256 record) = (who(byOther), recordOf(recordSeed));
        uint256[] memory siblings = siblingsOf(slot);
        uint256 old = tree[slot].record;
        vm.prank(by);
        records.replace(old, record, 1, 0, "", siblings);
        told("replace");
        replaced(slot, by, record, false, 0);
    }

    /// @dev Bars one record besides; often one that the clinic has in the tree or in mind.
    function replaceAndVoid(uint256 slotSeed, uint256 recordSeed, bool byOther) external {
        uint256 slot = pick(slotSeed, 0, tree.length - 1);
        (address by, uint256 record) = (who(byOther), recordOf(recordSeed));
        uint256[] memory siblings = siblingsOf(slot);
        uint256[] memory revoked = new uint256[](1);
        revoked[0] = recordOf(recordSeed >> 16);
        uint256 old = tree[slot].record;
        vm.prank(by);
        records.replaceAndVoid(old, record, 1, 0, "", siblings, revoked);
        told("replaceAndVoid");
        replaced(slot, by, record, true, revoked[0]);
    }

    function revoke(uint256 slotSeed, bool byOther) external {
        uint256 slot = pick(slotSeed, 0, tree.length - 1);
        address by = who(byOther);
        uint256[] memory siblings = siblingsOf(slot);
        uint256 old = tree[slot].record;
        vm.prank(by);
        records.revoke(old, siblings);
        told("revoke");
        revoked_(slot, by);
    }

    function revokeEarly(uint256 recordSeed, bool byOther) external {
        (address by, uint256 record) = (who(byOther), recordOf(recordSeed));
        vm.prank(by);
        records.revokeEarly(record);
        told("revokeEarly");
        bar(by, record);
    }

    /// @dev Ends the other clinic now and then; later another takes its place.
    function voidClinic(uint256 seed) external {
        if (seed % 3 != 0) return;
        if (isEnded[other]) {
            other = address(uint160(other) + 1);
            return accredit(Role.Clinic, other);
        }
        vm.prank(governance);
        accreditation.deaccredit(Role.Clinic, other);
        vm.prank(governance);
        records.voidClinic(other);
        told("voidClinic");
        ended(other);
        // It is accredited anew, and tries.
        accredit(Role.Clinic, other);
    }

    function clearLeaf(uint256 slotSeed) external {
        uint256 slot = pick(slotSeed, 0, tree.length - 1);
        uint256[] memory siblings = siblingsOf(slot);
        uint256 leaf = tree[slot].leaf;
        records.clearLeaf(leaf, siblings);
        told("clearLeaf");
        cleared(slot);
    }

    function setQuota(uint256 slots, bool ofOther) external {
        address by = who(ofOther);
        quota[by] = pick(slots, 1, 6);
        vm.prank(governance);
        records.setQuota(by, quota[by]);
    }

    function setRevocationLimit(uint256 perDay, bool ofOther) external {
        address by = who(ofOther);
        limit[by] = pick(perDay, 1, 4);
        vm.prank(governance);
        records.setRevocationLimit(by, limit[by]);
    }

    /// @dev Up to twice the window; sometimes into the next day.
    function wait_(uint256 time) external {
        bool long = time % 4 == 0;
        vm.warp(block.timestamp + (long ? 1 days : pick(time / 4, 1, 2 * ROOT_WINDOW)));
    }

    function told(string memory act) private {
        accepted[act]++;
    }

    function who(bool byOther) private view returns (address) {
        return byOther ? other : clinic;
    }

    /// @dev A small choice, so that the same record is tried again and again.
    function recordOf(uint256 seed) private pure returns (uint256) {
        return pick(seed, 1, RECORDS);
    }
}
