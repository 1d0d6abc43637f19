// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {SiteAct, State, Succession} from "../../contracts/ParticipantTypes.sol";
import {PatientHandler} from "./PatientHandler.sol";
import {pick, vm} from "./Vm.sol";

/// @dev What the sponsor and the sites do with participants, at random.
contract SiteHandler is PatientHandler {
    bytes private constant SITE_ACT =
        "(bytes32 trialId,uint256 pseudonym,uint32 siteId,bytes32 evidence,uint256 deadline)";
    uint256 private constant SOMEBODYS_KEY = 0xbad;
    uint256 private newWallets = 500;

    constructor() {
        openTrial();
    }

    function enroll(uint256 seed) external {
        uint256[] memory pseudonyms = new uint256[](1);
        pseudonyms[0] = somebodyIn(State.Eligible, seed);
        vm.prank(sponsor);
        enrollment.enroll(TRIAL, pseudonyms);
        Person storage person = people[pseudonyms[0]];
        expectThat(isRecruiting(), "enrolled while not recruiting");
        expectThat(person.state == State.Eligible, "enrolled from another state");
        expectCurrentConsent(person, "enrolled");
        (person.state, person.holdsPlace) = (State.PendingOnStudy, true);
        (uint256 all, uint256[3] memory bySite) = placesHeld();
        expectThat(all <= published[current].capacity, "more places than the trial has");
        uint32 siteCapacity = published[current].sites[person.siteId - 1].capacity;
        expectThat(bySite[person.siteId] <= siteCapacity, "more places than the site has");
        accepted["enroll"]++;
    }

    function arrive(uint256 seed, bool wrongKey) external {
        uint256 pseudonym = somebodyIn(State.PendingOnStudy, seed);
        (SiteAct memory act, bytes memory signature) = actOf("Arrival", pseudonym, wrongKey);
        enrollment.arrive(act, signature);
        Person storage person = people[act.pseudonym];
        expectThat(!wrongKey, "arrived without the site");
        expectThat(isRunning(), "arrived while not running");
        expectThat(person.state == State.PendingOnStudy, "arrived without a place");
        expectCurrentConsent(person, "arrived");
        (person.state, person.arrived) = (State.OnStudy, true);
        accepted["arrive"]++;
    }

    function failScreening(uint256 seed, bool wrongKey) external {
        if (seed % 4 != 0) return;
        uint256 pseudonym = pick(seed / 4, 1, PEOPLE);
        (SiteAct memory act, bytes memory signature) = actOf("ScreenFailure", pseudonym, wrongKey);
        enrollment.failScreening(act, signature);
        Person storage person = people[act.pseudonym];
        bool early = person.state == State.Eligible || person.state == State.PendingOnStudy;
        expectThat(early && !wrongKey, "a screen failure of another state");
        (person.state, person.holdsPlace) = (State.Ineligible, false);
    }

    function finish(uint256 seed, bool wrongKey) external {
        uint256 pseudonym = somebodyIn(State.OnStudy, seed);
        (SiteAct memory act, bytes memory signature) = actOf("Completion", pseudonym, wrongKey);
        enrollment.finish(act, signature);
        Person storage person = people[act.pseudonym];
        expectThat(person.state == State.OnStudy && !wrongKey, "finished from another state");
        person.state = State.OffStudy;
        accepted["finish"]++;
    }

    function withdrawBySite(uint256 seed, bool wrongKey) external {
        if (seed % 6 != 0) return;
        uint256 pseudonym = pick(seed / 6, 1, PEOPLE);
        (SiteAct memory act, bytes memory signature) = actOf("Withdrawal", pseudonym, wrongKey);
        enrollment.withdrawBySite(act, signature);
        expectThat(!wrongKey, "withdrawn without the site");
        withdraw(people[act.pseudonym], act.pseudonym);
    }

    function reportNoShow(uint256 seed) external {
        uint256 pseudonym = somebodyIn(State.PendingOnStudy, seed);
        enrollment.reportNoShow(TRIAL, pseudonym);
        Person storage person = people[pseudonym];
        expectThat(person.state == State.PendingOnStudy, "a no-show of another state");
        (person.state, person.holdsPlace) = (State.Eligible, false);
        accepted["reportNoShow"]++;
    }

    function succeed(uint256 seed, uint256 nullifierSeed, bool isFresh) external {
        if (seed % 6 != 0) return;
        uint256 pseudonym = somebodyIn(State.OnStudy, seed / 6);
        Person storage person = people[pseudonym];
        uint256 nullifier = isFresh ? ++newWallets : pick(nullifierSeed, 1, PEOPLE);
        Succession memory s = Succession(
            TRIAL,
            pseudonym,
            person.siteId,
            nullifier,
            nullifier + 1_000,
            block.timestamp
        );
        bytes32 kind = keccak256(
            "Succession(bytes32 trialId,uint256 pseudonym,uint32 siteId,"
            "uint256 successorNullifier,uint256 successorCommitment,uint256 deadline)"
        );
        bytes32 hash = keccak256(abi.encode(kind, s));
        enrollment.succeed(s, signed(SITE_KEY, "Enrollment", address(enrollment), hash));
        bool lives =
            person.state == State.Eligible ||
                person.state == State.PendingOnStudy ||
                person.state == State.OnStudy;
        expectThat(lives, "succeeded from another state");
        expectThat(commitments[nullifier] == 0, "a successor who was screened");
        admitted(nullifier, nullifier + 1_000, screeningOfVersion[person.version]);
        (person.state, person.holdsPlace) = (State.OffStudy, false);
        (person.permissions, person.validUntil) = (0, 0);
        accepted["succeed"]++;
    }

    /// @dev Signed by the person's own site, or by somebody.
    function actOf(
        bytes memory kind,
        uint256 pseudonym,
        bool wrongKey
    ) private view returns (SiteAct memory act, bytes memory signature) {
        uint32 siteId = people[pseudonym].siteId;
        act = SiteAct(TRIAL, pseudonym, siteId, ATTESTATIONS, block.timestamp);
        bytes32 hash = keccak256(abi.encode(keccak256(bytes.concat(kind, SITE_ACT)), act));
        uint256 key = wrongKey ? SOMEBODYS_KEY : SITE_KEY;
        signature = signed(key, "Enrollment", address(enrollment), hash);
    }
}
