// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {
    NotInField,
    QuotaReached,
    RevokedBeforeAnchoring,
    TooManyRevocations
} from "../../contracts/Refusals.sol";
import {Signals} from "../../contracts/Signals.sol";
import {pick, vm} from "./Vm.sol";
import {World} from "./World.sol";

/// @dev Leaves, tombstones, quotas and the day's limit, for any numbers and any time.
contract RecordLimitsTest is World {
    uint256 private constant ORDER = Signals.FIELD_ORDER;

    function testFuzz_a_leaf_binds_root_and_clinic(
        uint256 batchRoot,
        address by,
        uint256 bit
    ) external view {
        batchRoot = pick(batchRoot, 1, ORDER - 1);
        uint256 leaf = records.registryLeafOf(batchRoot, by);
        require(leaf > type(uint128).max && leaf < ORDER, "not a leaf's number");
        address otherClinic = address(uint160(by) ^ uint160(1 << (bit % 160)));
        require(leaf != records.registryLeafOf(batchRoot, otherClinic), "the clinic is not bound");
        uint256 otherRoot = batchRoot == ORDER - 1 ? 1 : batchRoot + 1;
        require(leaf != records.registryLeafOf(otherRoot, by), "the root is not bound");
    }

    function testFuzz_a_tombstone_has_128_bits_and_is_refused_as_nothing_else(
        uint256 leaf
    ) external view {
        uint256 tombstone = records.tombstoneOf(leaf);
        require(tombstone != 0 && tombstone <= type(uint128).max, "not a tombstone's number");
        require(records.tombstoneOwner(tombstone) == address(0), "somebody's");
    }

    function testFuzz_a_barred_record_is_refused_and_no_other(uint256 a, uint256 b) external {
        (a, b) = (pick(a, 1, ORDER - 1), pick(b, 1, ORDER - 1));
        vm.prank(clinic);
        records.revokeEarly(a);
        vm.assume(a != b);
        vm.prank(clinic);
        records.anchor(b);
        vm.prank(clinic);
        vm.expectRevert(abi.encodeWithSelector(RevokedBeforeAnchoring.selector, a));
        records.anchor(a);
    }

    function testFuzz_a_number_out_of_the_field_bars_nothing(uint256 seed) external {
        uint256 number = seed % 2 == 0 ? ORDER + seed % 3 : pick(seed, ORDER, type(uint256).max - 1);
        vm.prank(clinic);
        vm.expectRevert(abi.encodeWithSelector(NotInField.selector, number));
        records.revokeEarly(number);
    }

    function testFuzz_a_clinic_has_as_many_slots_as_its_quota_and_no_more(uint256 seed) external {
        uint256 quota = pick(seed, 1, 6);
        vm.prank(governance);
        records.setQuota(clinic, quota);
        for (uint256 i = 1; i <= quota; i++) {
            vm.prank(clinic);
            records.anchor(i);
        }
        vm.prank(clinic);
        vm.expectRevert(abi.encodeWithSelector(QuotaReached.selector, quota));
        records.anchor(99);
    }

    /// @dev Acts at any times of two days; the days' counts never mix.
    function testFuzz_roots_are_voided_no_oftener_than_the_days_limit(
        uint256 perDay,
        uint256[8] calldata times
    ) external {
        perDay = pick(perDay, 1, 3);
        vm.prank(governance);
        records.setRevocationLimit(clinic, perDay);
        vm.prank(clinic);
        records.anchor(100);
        uint256 last = 100;
        uint256[3] memory counts;
        uint256 start = block.timestamp / 1 days;
        for (uint256 i = 0; i < 8; i++) {
            vm.warp(block.timestamp + pick(times[i], 0, 6 hours));
            uint256 day = block.timestamp / 1 days - start;
            bool over = counts[day] == perDay;
            vm.prank(clinic);
            if (over) vm.expectRevert(abi.encodeWithSelector(TooManyRevocations.selector, perDay));
            uint256[] memory none = new uint256[](0);
            records.replaceAndVoid(last, 101 + i, 1, 0, "", none, none);
            if (over) continue;
            counts[day]++;
            last = 101 + i;
            require(records.revocationsOn(clinic, start + day) == counts[day], "another count");
        }
    }
}
