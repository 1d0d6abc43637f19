// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {NotInField} from "../../contracts/Refusals.sol";
import {ScreeningProof} from "../../contracts/ScreeningTypes.sol";
import {Signals} from "../../contracts/Signals.sol";
import {VersionTerms} from "../../contracts/TrialTypes.sol";
import {pick, vm} from "./Vm.sol";
import {World} from "./World.sol";

/// @dev Numbers at and above the field order, and the edges of the root window.
contract RangesTest is World {
    uint256 private constant ORDER = Signals.FIELD_ORDER;

    function setUp() external {
        VersionTerms memory terms = termsOf(7);
        vm.prank(sponsor);
        trials.publishVersion(TRIAL, terms);
        bytes32 digest = trials.digestOf(TRIAL, 1, terms);
        vm.prank(board);
        trials.approve(TRIAL, 1, digest, uint64(block.timestamp + 3_650 days));
        vm.prank(clinic);
        records.anchor(ORDER - 1);
    }

    /// @dev Just at the order or anywhere above it.
    function above(uint256 seed) private pure returns (uint256) {
        return seed % 2 == 0 ? ORDER + (seed / 2) % 3 : pick(seed / 2, ORDER, type(uint256).max - 1);
    }

    function testFuzz_a_leaf_out_of_the_field_is_refused(uint256 seed) external {
        uint256 leaf = above(seed);
        vm.prank(clinic);
        vm.expectRevert(abi.encodeWithSelector(NotInField.selector, leaf));
        records.anchor(leaf);
    }

    function testFuzz_a_leaf_in_the_field_is_anchored(uint256 seed) external {
        uint256 leaf = pick(seed, 1, ORDER - 2);
        vm.prank(clinic);
        records.anchor(leaf);
        require(records.anchoredBy(records.registryLeafOf(leaf, clinic)) == clinic, "not anchored");
    }

    function testFuzz_a_nullifier_or_commitment_out_of_the_field_is_refused(
        uint256 seed,
        bool nullifier
    ) external {
        uint256 number = above(seed);
        ScreeningProof memory proof =
            nullifier ? screeningOf(1, termsOf(7).criteriaHashes, number, 5) : screeningOf(1, termsOf(7).criteriaHashes, 5, number);
        vm.expectRevert(abi.encodeWithSelector(NotInField.selector, number));
        screening.screen(proof);
    }

    function testFuzz_any_nullifier_and_commitment_in_the_field_are_accepted(
        uint256 nullifier,
        uint256 commitment
    ) external {
        nullifier = nullifier % 9 == 0 ? ORDER - 1 : nullifier % ORDER;
        commitment = commitment % 9 == 0 ? ORDER - 1 : pick(commitment, 1, ORDER - 1);
        screening.screen(screeningOf(1, termsOf(7).criteriaHashes, nullifier, commitment));
        require(screening.commitmentOf(TRIAL, nullifier) == commitment, "not stored");
    }

    function testFuzz_a_criteria_hash_out_of_the_field_is_refused(uint256 seed) external {
        VersionTerms memory terms = termsOf(8);
        uint256 part = (seed >> 16) % 2;
        if ((seed >> 17) % 2 == 0) terms.criteriaHashes[part] = above(seed);
        else terms.successorHashes[part] = above(seed);
        vm.prank(sponsor);
        (bool accepted, ) = address(trials).call(
            abi.encodeCall(trials.publishVersion, (TRIAL, terms))
        );
        require(!accepted, "out of the field");
    }

    /// @dev However long a root was current, it is good for the window after it was superseded.
    function testFuzz_a_root_ends_with_its_window_to_the_second(
        uint256 current,
        uint256 after_,
        bool edge
    ) external {
        uint256 root = records.root();
        vm.warp(block.timestamp + pick(current, 0, 4_000 days));
        require(records.isKnownRoot(root), "the current one");
        vm.prank(clinic);
        records.anchor(2);
        uint256 seconds_ = edge ? ROOT_WINDOW - 1 + (after_ % 3) : pick(after_, 0, 3 * ROOT_WINDOW);
        vm.warp(block.timestamp + seconds_);
        require(records.isKnownRoot(root) == (seconds_ <= ROOT_WINDOW), "the window's edge");
        require(records.isKnownRoot(records.root()), "the new one");
    }

    /// @dev A proof is bound to its numbers: none of them can be changed after it was made.
    function testFuzz_a_screening_with_a_number_changed_is_refused(
        uint256 field,
        uint256 bit
    ) external {
        ScreeningProof memory proof = screeningOf(1, termsOf(7).criteriaHashes, 5, 6);
        field = pick(field, 0, 5);
        uint256 flip = 1 << (bit % 256);
        if (field == 0) proof.nullifier ^= flip;
        if (field == 1) proof.participantCommitment ^= flip;
        if (field == 2) proof.parts[0].recordsRoot ^= flip;
        if (field == 3) proof.parts[0].asOf ^= flip;
        if (field == 4) proof.parts[0].points[6] ^= flip;
        if (field == 5) proof.parts[0].issuerTag ^= flip;
        (bool accepted, ) = address(screening).call(abi.encodeCall(screening.screen, (proof)));
        require(!accepted, "a changed number");
    }
}
