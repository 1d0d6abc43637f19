// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Status, VersionTerms} from "../../contracts/TrialTypes.sol";
import {ParticipantsModel} from "./Participants.sol";
import {pick, vm} from "./Vm.sol";

/// @dev What sponsor and board do, at random. Time passes and amendments come now and then: after
/// each almost everybody is on hold.
abstract contract TrialHandler is ParticipantsModel {
    uint32 private constant MOST_VERSIONS = 5;

    function openTrial() internal {
        publish(termsOf(1));
        vm.prank(clinic);
        records.anchor(1);
        approveLatest(block.timestamp + 400 days);
    }

    function amend(uint256 seed, bool reconsent, bool rescreen) external {
        if (latest == MOST_VERSIONS || seed % 6 != 0) return;
        VersionTerms memory terms = termsOf(latest + 1);
        terms.capacity = uint32(pick(seed / 6, 2, 4));
        terms.sites[0].capacity = uint32(pick(seed / 16, 1, 3));
        (terms.requiresReconsent, terms.requiresRescreening) = (reconsent, rescreen);
        publish(terms);
    }

    function approve(uint32 versionSeed, uint256 time) external {
        if (pick(versionSeed, 0, 2) > 0) return approveLatest(block.timestamp + pick(time, 20, 60) * 1 days - 20 days);
        // An older version, or one of other terms, or by somebody else.
        uint32 version = uint32(pick(versionSeed, 0, latest));
        bytes32 digest = trials.digestOf(TRIAL, version, published[version]);
        vm.prank(board);
        trials.approve(TRIAL, version, digest, uint64(block.timestamp + 90 days));
        bool fits = version == latest || version == current;
        expectThat(fits && version != 0, "an approval of a version passed over");
        approved(version, block.timestamp + 90 days);
    }

    function approveOtherTerms(uint256 seed) external {
        VersionTerms memory terms = published[latest];
        terms.capacity += uint32(pick(seed, 1, 10));
        bytes32 digest = trials.digestOf(TRIAL, latest, terms);
        vm.prank(board);
        trials.approve(TRIAL, latest, digest, uint64(block.timestamp + 90 days));
        expectThat(false, "approved without its digest");
    }

    function suspend(uint256 seed) external {
        if (seed % 4 != 0) return;
        vm.prank(board);
        trials.suspend(TRIAL, bytes32(seed));
        expectThat(status == Status.Active || status == Status.ClosedToAccrual, "suspended");
        (beforeHold, status) = (status, Status.TemporarilyClosedToAccrual);
    }

    function resume() external {
        vm.prank(board);
        trials.resume(TRIAL);
        expectThat(status == Status.TemporarilyClosedToAccrual, "resumed");
        status = beforeHold;
    }

    /// @dev Governance's hold is lifted by governance alone, whatever the board does.
    function hold(uint256 seed, bool byBoard) external {
        if (seed % 6 != 0) return;
        vm.prank(byBoard ? board : governance);
        trials.hold(TRIAL);
        expectThat(!held && !byBoard, "held twice or by the board");
        held = true;
    }

    function lift(bool byBoard) external {
        vm.prank(byBoard ? board : governance);
        trials.lift(TRIAL);
        expectThat(held && !byBoard, "lifted twice or by the board");
        held = false;
        accepted["lift"]++;
    }

    /// @dev Rare: nothing much happens afterwards.
    function end(uint256 seed) external {
        if (seed % 8 != 0) return;
        vm.prank(sponsor);
        if (status == Status.ClosedToAccrual) {
            trials.complete(TRIAL);
            status = Status.Completed;
        } else {
            trials.close(TRIAL);
            expectThat(status == Status.Active, "closed");
            status = Status.ClosedToAccrual;
        }
    }

    function wait_(uint256 time) external {
        // Mostly days; now and then so long that consents and approvals run out.
        vm.warp(block.timestamp + pick(time, 1, time % 8 == 0 ? 30 days : 4 days));
    }

    function publish(VersionTerms memory terms) private {
        vm.prank(sponsor);
        trials.publishVersion(TRIAL, terms);
        latest++;
        VersionTerms storage kept = published[latest];
        (kept.criteriaHashes, kept.successorHashes) = (terms.criteriaHashes, terms.successorHashes);
        kept.circuit = terms.circuit;
        (kept.consentFormHash, kept.documentHash) = (terms.consentFormHash, terms.documentHash);
        (kept.consentFormVersion, kept.capacity) = (terms.consentFormVersion, terms.capacity);
        (kept.requiredPermissions, kept.offeredPermissions) = (1, OFFERED);
        (kept.arrivalDays, kept.attestationsHash) = (terms.arrivalDays, terms.attestationsHash);
        kept.requiresReconsent = terms.requiresReconsent;
        kept.requiresRescreening = terms.requiresRescreening;
        for (uint256 i = 0; i < terms.sites.length; i++) kept.sites.push(terms.sites[i]);
    }

    function approveLatest(uint256 until) private {
        bytes32 digest = trials.digestOf(TRIAL, latest, published[latest]);
        vm.prank(board);
        trials.approve(TRIAL, latest, digest, uint64(until));
        expectThat(until > block.timestamp, "approved for no time");
        approved(latest, until);
    }

    function approved(uint32 version, uint256 until) private {
        expectThat(status != Status.Completed, "approved when completed");
        VersionTerms storage terms = published[version];
        if (version != current) {
            bool rescreen = current == 0 || terms.requiresRescreening;
            if (rescreen) requiredScreening = version;
            if (rescreen || terms.requiresReconsent) requiredConsent = version;
            screeningOfVersion[version] = requiredScreening;
            current = version;
        }
        approvedUntil = until;
        if (status == Status.InReview) status = Status.Active;
        accepted["approve"]++;
    }
}
