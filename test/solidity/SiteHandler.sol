// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Participant, SiteAct, State, Succession} from "../../contracts/ParticipantTypes.sol";
import {PatientHandler} from "./PatientHandler.sol";
import {pick, vm} from "./Vm.sol";

/// @dev What the sponsor and the sites do with participants, at random.
contract SiteHandler is PatientHandler {
    bytes private constant SITE_ACT =
        "(bytes32 trialId,uint256 pseudonym,uint32 siteId,uint40 arriveBy,"
        "bytes32 evidence,uint256 deadline)";
    uint256 private constant SOMEBODYS_KEY = 0xbad;
    uint256 private newWallets = 500;

    constructor() {
        openTrial();
    }

    /// @dev Two at once, perhaps the same one twice: each is taken exactly if there is no reason not
    /// to.
    function enroll(uint256 seed) external {
        uint256[] memory pseudonyms = new uint256[](2);
        pseudonyms[0] = somebodyIn(State.Eligible, seed);
        pseudonyms[1] = pick(seed >> 8, 1, PEOPLE);
        vm.prank(sponsor);
        enrollment.enroll(TRIAL, pseudonyms);
        expectThat(isRecruiting(), "enrolled while not recruiting");
        if (enrolled(pseudonyms[0], pseudonyms[1])) accepted["enroll"]++;
        else accepted["skipped"]++;
    }

    function enrolled(uint256 first, uint256 second) private returns (bool) {
        uint256 before = accepted["taken"];
        expectTaken(first);
        if (second != first) expectTaken(second);
        return accepted["taken"] != before;
    }

    function expectTaken(uint256 pseudonym) private {
        Person storage person = people[pseudonym];
        if (person.state == State.None) return;
        (Participant memory found, ) = enrollment.participantOf(TRIAL, pseudonym);
        bool taken = found.state == State.PendingOnStudy && person.state == State.Eligible;
        expectThat(taken == isTakeable(person), "taken or skipped without reason");
        if (!taken) return;
        expectCurrentConsent(person, "enrolled");
        (person.state, person.holdsPlace) = (State.PendingOnStudy, true);
        person.arriveBy = uint40(block.timestamp + uint256(published[current].arrivalDays) * 1 days);
        (uint256 all, uint256[3] memory bySite) = placesHeld();
        expectThat(all <= published[current].capacity, "more places than the trial has");
        uint32 siteCapacity = published[current].sites[person.siteId - 1].capacity;
        expectThat(bySite[person.siteId] <= siteCapacity, "more places than the site has");
        accepted["taken"]++;
    }

    function isTakeable(Person storage person) private view returns (bool) {
        (uint256 all, uint256[3] memory bySite) = placesHeld();
        return
            person.state == State.Eligible &&
            person.version >= requiredConsent &&
            person.validUntil >= block.timestamp &&
            all < published[current].capacity &&
            bySite[person.siteId] < published[current].sites[person.siteId - 1].capacity;
    }

    function arrive(uint256 seed, bool wrongKey) external {
        uint256 pseudonym = somebodyIn(State.PendingOnStudy, seed);
        (SiteAct memory act, bytes memory signature) = actOf("Arrival", pseudonym, wrongKey, seed);
        enrollment.arrive(act, signature);
        Person storage person = people[act.pseudonym];
        expectThat(!wrongKey, "arrived without the site");
        expectThat(act.arriveBy == person.arriveBy, "arrived by another enrollment's signature");
        expectThat(isRunning(), "arrived while not running");
        expectThat(person.state == State.PendingOnStudy, "arrived without a place");
        expectCurrentConsent(person, "arrived");
        (person.state, person.arrived) = (State.OnStudy, true);
        accepted["arrive"]++;
    }

    function failScreening(uint256 seed, bool wrongKey) external {
        if (seed % 4 != 0) return;
        uint256 pseudonym = pick(seed / 4, 1, PEOPLE);
        (SiteAct memory act, bytes memory signature) = actOf("ScreenFailure", pseudonym, wrongKey, seed);
        enrollment.failScreening(act, signature);
        Person storage person = people[act.pseudonym];
        expectThat(act.arriveBy == person.arriveBy, "failed in another enrollment");
        bool early = person.state == State.Eligible || person.state == State.PendingOnStudy;
        expectThat(early && !wrongKey, "a screen failure of another state");
        (person.state, person.holdsPlace) = (State.Ineligible, false);
    }

    function finish(uint256 seed, bool wrongKey) external {
        uint256 pseudonym = somebodyIn(State.OnStudy, seed);
        (SiteAct memory act, bytes memory signature) = actOf("Completion", pseudonym, wrongKey, seed);
        enrollment.finish(act, signature);
        Person storage person = people[act.pseudonym];
        expectThat(person.state == State.OnStudy && !wrongKey, "finished from another state");
        expectThat(act.arriveBy == person.arriveBy, "finished in another enrollment");
        person.state = State.OffStudy;
        accepted["finish"]++;
    }

    function withdrawBySite(uint256 seed, bool wrongKey) external {
        if (seed % 6 != 0) return;
        uint256 pseudonym = pick(seed / 6, 1, PEOPLE);
        (SiteAct memory act, bytes memory signature) = actOf("Withdrawal", pseudonym, wrongKey, seed);
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

    /// @param slip What is wrong, or nothing: the code, the proofs, or who is proved.
    function succeed(uint256 seed, uint256 nullifierSeed, bool isFresh, uint256 slip) external {
        if (seed % 3 != 0) return;
        uint256 pseudonym = somebodyIn(State.OnStudy, seed / 3);
        Person storage person = people[pseudonym];
        uint256 nullifier = isFresh ? ++newWallets : pick(nullifierSeed, 1, PEOPLE);
        bytes32 code = person.state == State.OnStudy ? bytes32(0) : CODE;
        if (slip % 12 == 0) code = code == 0 ? CODE : bytes32(0);
        uint256[] memory hashes =
            slip % 12 == 1 ? published[current].criteriaHashes : published[current].successorHashes;
        uint256 whose = slip % 12 == 2 ? pseudonym + 1 : pseudonym;
        sendSuccession(person.siteId, pseudonym, nullifier, code, hashes, whose);

        bool lives =
            person.state == State.Eligible ||
                person.state == State.PendingOnStudy ||
                person.state == State.OnStudy;
        expectThat(lives, "succeeded from another state");
        expectThat(isRecruiting(), "succeeded while not recruiting");
        expectThat((code == 0) == (person.state == State.OnStudy), "succeeded without the code");
        expectThat(slip % 12 != 1 && slip % 12 != 2, "succeeded by other proofs");
        expectThat(commitments[nullifier] == 0, "a successor who was screened");
        admitted(nullifier, nullifier + 1_000, requiredScreening);
        (person.state, person.holdsPlace) = (State.OffStudy, false);
        (person.permissions, person.validUntil) = (0, 0);
        accepted["succeed"]++;
    }

    function sendSuccession(
        uint32 siteId,
        uint256 pseudonym,
        uint256 nullifier,
        bytes32 code,
        uint256[] memory hashes,
        uint256 whose
    ) private {
        uint256 commitment = nullifier + 1_000;
        Succession memory s =
            Succession(TRIAL, pseudonym, siteId, nullifier, commitment, block.timestamp);
        bytes32 kind = keccak256(
            "Succession(bytes32 trialId,uint256 pseudonym,uint32 siteId,"
            "uint256 successorNullifier,uint256 successorCommitment,uint256 deadline)"
        );
        bytes32 hash = keccak256(abi.encode(kind, s));
        enrollment.succeed(
            s,
            code,
            successionOf(current, hashes, whose, nullifier, commitment),
            signed(SITE_KEY, "Enrollment", address(enrollment), hash)
        );
    }

    /// @dev Signed by the person's own site, or by somebody; now and then of another enrollment.
    function actOf(
        bytes memory kind,
        uint256 pseudonym,
        bool wrongKey,
        uint256 seed
    ) private view returns (SiteAct memory act, bytes memory signature) {
        Person storage person = people[pseudonym];
        uint40 arriveBy = (seed >> 64) % 5 == 0 ? person.arriveBy + 1 : person.arriveBy;
        act = SiteAct(TRIAL, pseudonym, person.siteId, arriveBy, ATTESTATIONS, block.timestamp);
        bytes32 hash = keccak256(abi.encode(keccak256(bytes.concat(kind, SITE_ACT)), act));
        uint256 key = wrongKey ? SOMEBODYS_KEY : SITE_KEY;
        signature = signed(key, "Enrollment", address(enrollment), hash);
    }
}
