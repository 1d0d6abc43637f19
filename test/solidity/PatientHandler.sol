// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ConsentStatement, State} from "../../contracts/ParticipantTypes.sol";
import {Person as Person_} from "../../contracts/ScreeningTypes.sol";
import {TrialHandler} from "./TrialHandler.sol";
import {pick} from "./Vm.sol";

/// @dev What patients do, at random: each number is one of a few, so that people get in each
/// other's way.
abstract contract PatientHandler is TrialHandler {
    bytes32 internal constant CODE = keccak256("printed code");

    function screen(uint256 nullifierSeed, uint256 commitmentSeed, uint32 versionSeed) external {
        uint256 nullifier = pick(nullifierSeed, 1, PEOPLE);
        // Mostly the own commitment, else another's.
        uint256 commitment = commitmentSeed % 3 > 0 ? nullifier : pick(commitmentSeed / 3, 1, PEOPLE);
        commitment += 1_000;
        uint32 version = versionSeed % 4 > 0 ? current : uint32(pick(versionSeed / 4, 1, latest));
        uint256[] memory hashes = published[version].criteriaHashes;
        screening.screen(screeningOf(version, hashes, nullifier, commitment));
        expectThat(isRecruiting(), "screened while not recruiting");
        expectThat(version == current, "screened for a version not in force");
        admitted(nullifier, commitment, requiredScreening);
        accepted["screen"]++;
    }

    /// @dev Several people at once, in the order of their nullifiers or not; one proof may be bad.
    function screenMany(uint256 seed, uint256 slip, bool bad) external {
        uint256 count = pick(seed, 1, 3);
        uint256[] memory hashes = published[current].criteriaHashes;
        Person_[] memory many = new Person_[](count);
        for (uint256 i = 0; i < count; i++) {
            uint256 nullifier = pick(seed >> (8 * (i + 1)), 1, PEOPLE);
            uint256 commitment = 1_000 + (slip % 5 == 0 ? 1 : nullifier);
            many[i] = personOf(current, hashes, nullifier, commitment);
        }
        if (bad) many[count - 1].parts[0].points[6] ^= 1;
        screening.screenMany(TRIAL, current, many);
        expectThat(!bad, "a bad proof among many");
        expectThat(isRecruiting(), "many screened while not recruiting");
        for (uint256 i = 0; i < count; i++) {
            bool grows = i == 0 || many[i].nullifier > many[i - 1].nullifier;
            expectThat(grows, "many in another order, or one twice");
            admitted(many[i].nullifier, many[i].participantCommitment, requiredScreening);
        }
        if (count > 1) accepted["screenMany"]++;
    }

    /// @dev Also a re-screening: then both are what they were.
    function admitted(uint256 nullifier, uint256 commitment, uint32 version) internal {
        uint256 before = commitments[nullifier];
        expectThat(before == 0 || before == commitment, "another commitment for a nullifier");
        uint256 owner = nullifierOf[commitment];
        expectThat(owner == 0 || owner == nullifier, "another nullifier for a commitment");
        commitments[nullifier] = commitment;
        nullifierOf[commitment] = nullifier;
        members[version]++;
        uint256 groupId = screening.groupOf(TRIAL, version);
        hadRoot[version][semaphore.getMerkleTreeRoot(groupId)] = true;
    }

    /// @param slip Which part is wrong, or none: most of the time all is right.
    function consent(uint256 person, uint256 slip, uint256 wrong) external {
        uint256 pseudonym = pick(person / 3, 1, PEOPLE);
        // Those who are new, then those who renew, else anybody: also who has ended.
        if (person % 3 == 0) pseudonym = somebodyIn(State.None, person / 3);
        if (person % 3 == 1) pseudonym = somebodyIn(State.Eligible, person / 3);
        ConsentStatement memory s = statementOf(pseudonym);
        slip %= 20;
        if (slip == 1) s.version = uint32(pick(wrong, 1, latest));
        s.formHash = published[s.version].consentFormHash;
        if (slip == 2) s.permissions = uint32(pick(wrong, 0, 9));
        if (slip == 3) s.siteId = uint32(pick(wrong, 0, 3));
        if (slip == 4) s.sequence = uint64(wrong % 2 > 0 ? pick(wrong, 0, s.sequence) : s.sequence - 1);
        if (slip == 10) s.sequence = type(uint64).max;
        if (slip == 5) s.validUntil = midnight(0) + uint40(pick(wrong, 0, 1) * 1 days);
        if (slip == 6) s.submitBy = midnight(2) + uint40(pick(wrong, 0, 1) * 1 days);
        if (slip == 7) s.submitBy = midnight(1) - uint40(pick(wrong, 0, 1) * 1 days);
        if (slip == 11) s.validUntil += uint40(pick(wrong, 0, 1));
        if (slip == 12) s.submitBy -= uint40(pick(wrong, 0, 1));
        // What was said before, and sometimes the very same.
        if (slip == 13) s.validUntil = uint40(people[pseudonym].validUntil);
        if (slip == 13) s.permissions = wrong % 2 == 0 ? people[pseudonym].permissions : 3;
        if (slip == 8) (s.version, s.permissions) = (people[pseudonym].version, 1);
        if (slip == 8) s.formHash = published[s.version].consentFormHash;
        uint32 proved = submit(s, pseudonym, slip == 9 ? wrong : 1);
        expectRareGrants(pseudonym, s);
        granted(people[pseudonym], s, proved);
        accepted["consent"]++;
    }

    function statementOf(uint256 pseudonym) private view returns (ConsentStatement memory s) {
        Person storage person = people[pseudonym];
        (s.trialId, s.decision, s.givenBy) = (TRIAL, 1, 1);
        // Every second one permits access in an emergency as well.
        (s.version, s.permissions) = (current, pseudonym % 2 == 0 ? 3 : 3 | (1 << 7));
        s.siteId = person.siteId == 0 ? uint32(pick(pseudonym, 1, 2)) : person.siteId;
        s.sequence = person.sequence + 1;
        // Some run out soon; with the others there are times when many take part at once.
        s.validUntil = midnight(pseudonym % 2 == 0 ? 15 : 90);
        s.submitBy = midnight(1);
        s.withdrawalCodeHash = keccak256(
            abi.encode("cohort-zero/withdrawal-code/1", TRIAL, CODE)
        );
    }

    /// @dev Of the day that is so many after today.
    function midnight(uint256 days_) private view returns (uint40) {
        return uint40((block.timestamp / 1 days + days_) * 1 days);
    }

    /// @dev Sends it with a proof in some group of the trial, mostly the version's. Returns the
    /// screening version of that group.
    function submit(
        ConsentStatement memory s,
        uint256 pseudonym,
        uint256 groupSeed
    ) private returns (uint32 version) {
        version = groupSeed % 3 > 0
            ? screeningOfVersion[s.version]
            : screeningOfVersion[uint32(pick(groupSeed / 3, 1, latest))];
        uint256 root = semaphore.getMerkleTreeRoot(screening.groupOf(TRIAL, version));
        enrollment.consent(s, consentProofOf(s, pseudonym, root));
        uint32 own = screeningOfVersion[s.version];
        if (hadRoot[own][root]) version = own;
    }

    function granted(Person storage person, ConsentStatement memory s, uint32 proved) private {
        expectThat(s.sequence > person.sequence, "an old sequence number");
        expectThat(s.sequence < type(uint64).max, "no number left for a withdrawal");
        bool ended = person.state == State.Withdrawn || person.state == State.Ineligible;
        expectThat(!ended, "a consent after the end");
        bool retired = person.state == State.OffStudy && person.validUntil == 0;
        expectThat(!retired, "a consent of a retired pseudonym");
        expectThat(person.state == State.None || !isSame(person, s), "a grant of nothing new");
        bool whole = s.validUntil % 1 days == 0 && s.submitBy % 1 days == 0;
        expectThat(whole, "times that are no whole days");
        expectThat(s.submitBy <= midnight(2), "a grant kept for later");
        expectThat(s.submitBy >= block.timestamp && s.validUntil > block.timestamp, "too late");
        bool offered = (s.permissions & 1) == 1 && s.permissions & ~OFFERED == 0;
        expectThat(offered, "permissions that were not offered");
        bool known = s.siteId == 1 || s.siteId == 2;
        expectThat(known, "a site that is not there");
        if (!isNarrower(person, s)) {
            expectThat(isRunning(), "a grant while not running");
            expectThat(s.version == current, "a grant under another version");
            expectThat(person.state != State.None || isRecruiting(), "a first grant when closed");
            expectThat(proved == requiredScreening, "a grant in another version's group");
        }
        if (person.state == State.None) person.state = State.Eligible;
        (person.version, person.sequence, person.siteId) = (s.version, s.sequence, s.siteId);
        (person.permissions, person.validUntil) = (s.permissions, s.validUntil);
        person.screenedFor = proved;
    }

    function withdrawByProof(uint256 seed, uint256 wrong) external {
        // Rare, as are the other ends: most should get further.
        if (seed % 4 != 0) return;
        uint256 pseudonym = pick(seed / 4, 1, PEOPLE);
        Person storage person = people[pseudonym];
        ConsentStatement memory s;
        (s.trialId, s.decision) = (TRIAL, 2);
        s.version = uint32(pick(wrong, 1, latest));
        s.sequence = person.sequence + uint64(pick(wrong, 0, 3));
        submit(s, pseudonym, 1);
        expectThat(s.sequence > person.sequence, "an old sequence number");
        expectThat(person.state != State.None, "a stranger withdrawn");
        person.sequence = s.sequence;
        withdraw(person, pseudonym);
        accepted["withdraw"]++;
    }

    function withdrawByCode(uint256 seed, bool wrong) external {
        if (seed % 4 != 0) return;
        uint256 pseudonym = pick(seed / 4, 1, PEOPLE);
        enrollment.withdrawByCode(TRIAL, pseudonym, wrong ? bytes32(seed) : CODE);
        expectThat(!wrong, "withdrawn by a wrong code");
        withdraw(people[pseudonym], pseudonym);
    }
}
