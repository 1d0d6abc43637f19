// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Semaphore} from "@semaphore-protocol/contracts/Semaphore.sol";
import {Enrollment} from "../../contracts/Enrollment.sol";
import {ConsentStatement, Participant, State} from "../../contracts/ParticipantTypes.sol";
import {Screening} from "../../contracts/Screening.sol";
import {TrialRegistry} from "../../contracts/TrialRegistry.sol";
import {Status, VersionTerms} from "../../contracts/TrialTypes.sol";
import {pick} from "./Vm.sol";
import {World} from "./World.sol";

/// @dev What must be true of a trial and its participants, kept beside the contracts by rules of
/// its own. The handlers write it; the invariants compare it with the contracts.
abstract contract ParticipantsModel is World {
    uint256 internal constant PEOPLE = 6;

    struct Person {
        State state;
        bool arrived;
        bool holdsPlace;
        uint32 siteId;
        /// Screening version of the group in which the last consent was proved.
        uint32 screenedFor;
        uint32 version;
        uint64 sequence;
        uint256 validUntil;
        /// Of the last enrollment.
        uint40 arriveBy;
        uint32 permissions;
        /// Of all that the contract stored when the person had withdrawn.
        bytes32 withdrawnAs;
    }
    mapping(uint256 pseudonym => Person) internal people;
    /// The hour of each grant.
    mapping(uint256 pseudonym => uint256[]) internal grantHours;
    /// By nullifier; and the nullifier of each commitment.
    mapping(uint256 nullifier => uint256) public commitments;
    mapping(uint256 commitment => uint256) public nullifierOf;
    /// Memberships that screenings and successions gave, by screening version.
    mapping(uint32 screeningVersion => uint256) public members;
    /// Roots that a group has or had: groups of the same people have the same root.
    mapping(uint32 screeningVersion => mapping(uint256 root => bool)) internal hadRoot;

    Status internal status = Status.InReview;
    Status internal beforeHold;
    /// By governance.
    bool internal held;
    uint256 internal approvedUntil;
    uint32 internal latest;
    uint32 internal current;
    /// What the version in force asks for, and of each version the terms and what it asked for.
    uint32 internal requiredScreening;
    uint32 internal requiredConsent;
    mapping(uint32 version => VersionTerms) internal published;
    mapping(uint32 version => uint32) internal screeningOfVersion;

    /// The first thing that was accepted although it must not be.
    string public violation;
    /// Acts accepted, by name: a test that nothing happens in would prove nothing.
    mapping(string act => uint256) public accepted;

    function expectThat(bool holds, string memory otherwise) internal {
        if (!holds && bytes(violation).length == 0) violation = otherwise;
    }

    function isRunning() internal view returns (bool) {
        bool open = status == Status.Active || status == Status.ClosedToAccrual;
        return open && !held && block.timestamp <= approvedUntil;
    }

    function isRecruiting() internal view returns (bool) {
        return isRunning() && status == Status.Active;
    }

    /// @dev Mostly somebody in that state, when there is anybody, else anybody.
    function somebodyIn(State state, uint256 seed) internal view returns (uint256 pseudonym) {
        uint256 first = pick(seed, 1, PEOPLE);
        if (seed % 5 == 0) return first;
        for (uint256 i = 0; i < PEOPLE; i++) {
            pseudonym = ((first - 1 + i) % PEOPLE) + 1;
            if (people[pseudonym].state == state) return pseudonym;
        }
        return first;
    }

    /// @dev Before a grant is noted. One that takes a permission back may come at any time, and counts.
    function expectRareGrants(uint256 pseudonym, ConsentStatement memory s) internal {
        Person storage person = people[pseudonym];
        bool takesBack = isNarrower(person, s) && s.permissions != person.permissions;
        uint256 hour = block.timestamp / 1 hours;
        uint256[] storage hours_ = grantHours[pseudonym];
        uint256 recent;
        for (uint256 i = 0; i < hours_.length; i++) {
            expectThat(hours_[i] < hour || takesBack, "two grants in an hour");
            if (hours_[i] == hour) accepted["at once"]++;
            if (hours_[i] + 720 > hour) recent++;
        }
        expectThat(recent < 12 || takesBack, "a thirteenth grant in thirty days");
        // Each takes one of those offered away; the one required stays.
        expectThat(recent < 12 + OFFERED_BESIDES, "more taken back than was given");
        hours_.push(hour);
    }

    /// @dev Whoever acts has a consent to a version new enough, that has not expired, proved in the
    /// group of those screened for what the version in force asks.
    function expectCurrentConsent(Person storage person, string memory act) internal {
        expectThat(person.version >= requiredConsent, string.concat(act, ": consent outdated"));
        expectThat(person.validUntil >= block.timestamp, string.concat(act, ": consent expired"));
        bool screened = person.screenedFor == requiredScreening && requiredScreening != 0;
        expectThat(screened, string.concat(act, ": not screened for this version"));
    }

    function placesHeld() public view returns (uint256 all, uint256[3] memory bySite) {
        for (uint256 p = 1; p <= PEOPLE; p++) {
            if (!people[p].holdsPlace) continue;
            all++;
            bySite[people[p].siteId]++;
        }
    }

    function withdraw(Person storage person, uint256 pseudonym) internal {
        expectThat(person.state != State.Withdrawn, "withdrawn twice");
        if (person.state == State.PendingOnStudy) person.holdsPlace = false;
        person.state = State.Withdrawn;
        person.withdrawnAs = stored(pseudonym);
    }

    /// @dev Hash of all that the contract knows of a pseudonym.
    function stored(uint256 pseudonym) public view returns (bytes32) {
        (Participant memory participant, ) = enrollment.participantOf(TRIAL, pseudonym);
        return keccak256(abi.encode(participant));
    }

    function isNarrower(
        Person storage person,
        ConsentStatement memory s
    ) internal view returns (bool) {
        return
            person.state != State.None &&
            s.version == person.version &&
            s.siteId == person.siteId &&
            s.validUntil <= person.validUntil &&
            (s.permissions | person.permissions) == person.permissions;
    }

    function isSame(
        Person storage person,
        ConsentStatement memory s
    ) internal view returns (bool) {
        return
            s.version == person.version &&
            s.siteId == person.siteId &&
            s.validUntil == person.validUntil &&
            s.permissions == person.permissions;
    }

    function contractsUnderTest()
        external
        view
        returns (Enrollment, Screening, TrialRegistry, Semaphore)
    {
        return (enrollment, screening, trials, semaphore);
    }

    function standingOf(uint256 pseudonym) external view returns (Person memory) {
        return people[pseudonym];
    }

    function trialModel() external view returns (Status, bool, uint32, uint32, uint256) {
        return (status, held, latest, current, approvedUntil);
    }

    function needsOf(uint32 version) external view returns (uint32) {
        return screeningOfVersion[version];
    }

    function requirements() external view returns (uint32, uint32) {
        return (requiredScreening, requiredConsent);
    }
}
