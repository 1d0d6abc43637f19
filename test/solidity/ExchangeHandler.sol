// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ConsentProof, State} from "../../contracts/ParticipantTypes.sol";
import {
    Delegation,
    PersonTag,
    Revocation,
    TASK_ARRIVE,
    TASK_ERASE
} from "../../contracts/exchange/ExchangeTypes.sol";
import {ExchangeModel} from "./ExchangeModel.sol";
import {proofOf} from "./Mocks.sol";
import {pick, vm} from "./Vm.sol";

/// @dev What happens in the exchange, at random. Acts that the model would take must be taken, and no
/// others.
contract ExchangeHandler is ExchangeModel {
    uint256 private salts;

    /// @param slip What is wrong, or nothing: the order, who seals, the permission.
    function seal(uint256 seed, uint256 slip) external {
        uint256[] memory chosen = peopleOf(seed);
        uint32 permission = uint32(1 << pick(seed >> 32, 0, 2));
        slip %= 10;
        if (slip == 0) permission = 0;
        if (slip == 1) permission |= EMERGENCY;
        if (slip == 2 && chosen.length > 1) (chosen[0], chosen[1]) = (chosen[1], chosen[0]);
        if (slip == 3 && chosen.length > 1) chosen[1] = chosen[0];
        bool due = permission != 0 && permission & EMERGENCY == 0 && isRunning() && slip != 4;
        for (uint256 i = 0; i < chosen.length; i++) {
            due = due && isCovered(chosen[i], permission);
            due = due && (i == 0 || chosen[i] > chosen[i - 1]);
        }
        vm.prank(slip == 4 ? clinician : sponsor);
        try cuts.seal(TRIAL, permission, chosen, bytes32(uint256(1)), 1) {
            expectThat(due, "a cut of somebody without consent");
            cutModels.push();
            CutModel storage made = cutModels[cutModels.length - 1];
            (made.permission, made.sealedAt) = (permission, block.timestamp);
            made.pseudonyms = chosen;
            accepted["seal"]++;
        } catch {
            expectThat(!due, "a cut refused without reason");
        }
    }

    /// @dev One to three, ascending.
    function peopleOf(uint256 seed) private view returns (uint256[] memory chosen) {
        uint256 count = pick(seed >> 64, 1, 3);
        uint256 mask;
        for (uint256 i = 0; i < count; i++) {
            mask |= 1 << somebodyIn(State.OnStudy, seed >> (8 * i));
        }
        uint256 size;
        for (uint256 p = 1; p <= PEOPLE; p++) size += (mask >> p) & 1;
        chosen = new uint256[](size);
        size = 0;
        for (uint256 p = 1; p <= PEOPLE; p++) if ((mask >> p) & 1 == 1) chosen[size++] = p;
    }

    /// @dev By the site's signer, or by somebody; from now or later, for a while.
    function delegate(uint256 seed, bool wrongKey) external {
        uint32 from = uint32(block.timestamp + pick(seed, 0, 2) * 1 days);
        uint32 until = from + uint32(pick(seed >> 8, 1, 40) * 1 days);
        uint32 tasks = uint32(pick(seed >> 16, 1, 31));
        Delegation memory d = Delegation(
            TRIAL,
            1,
            staffKey,
            tasks,
            bytes32(0),
            from,
            until,
            bytes32(++salts),
            block.timestamp
        );
        bytes32 kind = keccak256(
            "Delegation(bytes32 trialId,uint32 siteId,address key,uint32 tasks,bytes32 person,"
            "uint32 from,uint32 until,bytes32 salt,uint256 deadline)"
        );
        uint256 key = wrongKey ? STAFF_KEY : SITE_KEY;
        staff.delegate(d, signedBy(key, "StaffRegistry", address(staff), abi.encode(kind, d)));
        expectThat(!wrongKey, "delegated by somebody else");
        expectThat(!staffRevoked, "a revoked key came back");
        (staffTasks, staffFrom, staffUntil) = (tasks, from, until);
        accepted["delegate"]++;
    }

    /// @dev Rare: a revoked key does nothing more.
    function revoke(uint256 seed, bool wrongKey) external {
        if (seed % 16 != 0) return;
        Revocation memory r =
            Revocation(TRIAL, 1, staffKey, bytes32(++salts), block.timestamp);
        bytes32 kind = keccak256(
            "Revocation(bytes32 trialId,uint32 siteId,address key,bytes32 salt,uint256 deadline)"
        );
        uint256 key = wrongKey ? STAFF_KEY : SITE_KEY;
        staff.revoke(r, signedBy(key, "StaffRegistry", address(staff), abi.encode(kind, r)));
        expectThat(!wrongKey, "revoked by somebody else");
        expectThat(staffUntil != 0 && !staffRevoked, "revoked what was not delegated");
        staffRevoked = true;
        accepted["revoke"]++;
    }

    function breakGlass(uint256 seed, bool byStranger) external {
        uint256 pseudonym = pick(seed, 1, PEOPLE);
        Person storage person = people[pseudonym];
        uint256 today = block.timestamp / 1 days;
        bool permits =
            person.state != State.Withdrawn &&
                person.state != State.None &&
                person.permissions & EMERGENCY != 0;
        bool due = permits && !byStranger && !isSuspended() && casesOn[today] < 5;
        vm.prank(byStranger ? board : clinician);
        try emergency.breakGlass(TRIAL, pseudonym, bytes32(uint256(1)), bytes32(uint256(2))) {
            expectThat(due, "the glass broken for somebody who is protected");
            caseModels.push(CaseModel(block.timestamp, false));
            casesOn[today]++;
            accepted["breakGlass"]++;
        } catch {
            expectThat(!due, "an emergency refused without reason");
        }
    }

    /// @dev By the board, or by everybody else in turn.
    function closeCase(uint256 seed, uint256 who) external {
        if (caseModels.length == 0) return;
        address[5] memory callers = [board, clinician, sponsor, governance, vm.addr(SITE_KEY)];
        address by = callers[who % 2 == 0 ? 0 : pick(who, 0, 4)];
        uint256 caseId = pick(seed, 0, caseModels.length - 1);
        vm.prank(by);
        emergency.closeCase(caseId, bytes32(uint256(1)));
        expectThat(by == board, "a case closed by somebody else");
        expectThat(!caseModels[caseId].isClosed, "a case closed twice");
        caseModels[caseId].isClosed = true;
        accepted["closeCase"]++;
    }

    function eraseByProof(uint256 seed, bool othersProof) external {
        if (seed % 4 != 0) return;
        uint256 pseudonym = pick(seed / 4, 1, PEOPLE);
        uint256 root = semaphore.getMerkleTreeRoot(screening.groupOf(TRIAL, current));
        uint256 whose = othersProof ? pseudonym + 1 : pseudonym;
        uint256[4] memory signals = [
            root,
            whose,
            hash(custody.erasureMessage(TRIAL)),
            hash(screening.scopeOf(TRIAL))
        ];
        ConsentProof memory proof = ConsentProof(pseudonym, root, proofOf(abi.encode(signals)));
        custody.eraseByProof(TRIAL, current, proof);
        expectThat(!othersProof, "erased by another's proof");
        expectThat(people[pseudonym].state != State.None, "a stranger erased");
        asked(pseudonym);
    }

    /// @dev It withdraws as well.
    function eraseByCode(uint256 seed, bool wrong) external {
        if (seed % 8 != 0) return;
        uint256 pseudonym = pick(seed / 8, 1, PEOPLE);
        custody.eraseByCode(TRIAL, pseudonym, wrong ? bytes32(seed) : CODE);
        expectThat(!wrong, "erased by a wrong code");
        withdraw(people[pseudonym], pseudonym);
        asked(pseudonym);
    }

    function eraseBySite(uint256 seed, bool byStaff) external {
        if (seed % 4 != 0) return;
        uint256 pseudonym = pick(seed / 4, 1, PEOPLE);
        uint32 siteId = people[pseudonym].siteId;
        address key = byStaff ? staffKey : vm.addr(SITE_KEY);
        bytes32 kind = keccak256(
            "Erasure(bytes32 trialId,uint256 pseudonym,uint32 siteId,address key,uint256 deadline)"
        );
        bytes memory signature = signedBy(
            byStaff ? STAFF_KEY : SITE_KEY,
            "CustodyLog",
            address(custody),
            abi.encode(kind, TRIAL, pseudonym, siteId, key, block.timestamp)
        );
        custody.eraseBySite(TRIAL, pseudonym, key, block.timestamp, signature);
        expectThat(!byStaff || (siteId == 1 && staffMay(TASK_ERASE)), "erased by no staff");
        asked(pseudonym);
    }

    function asked(uint256 pseudonym) private {
        expectThat(erasureAsked[pseudonym] == 0, "an erasure asked for twice");
        erasureAsked[pseudonym] = block.timestamp;
        accepted["erase"]++;
    }

    function registerTag(uint256 seed, uint256 tag, bool byStaff) external {
        uint256 pseudonym = somebodyIn(State.PendingOnStudy, seed);
        Person storage person = people[pseudonym];
        tag = pick(tag, 1, TAGS);
        address key = byStaff ? staffKey : vm.addr(SITE_KEY);
        PersonTag memory t = PersonTag(
            TRIAL,
            pseudonym,
            person.siteId,
            person.arriveBy,
            key,
            bytes32(tag),
            block.timestamp
        );
        bytes32 kind = keccak256(
            "PersonTag(bytes32 trialId,uint256 pseudonym,uint32 siteId,uint40 arriveBy,address key,"
            "bytes32 tag,uint256 deadline)"
        );
        uint256 signer = byStaff ? STAFF_KEY : SITE_KEY;
        tags.register(t, signedBy(signer, "PersonTags", address(tags), abi.encode(kind, t)));
        expectThat(person.state == State.PendingOnStudy, "tagged before or after");
        bool may = !byStaff || (person.siteId == 1 && staffMay(TASK_ARRIVE));
        expectThat(may, "tagged by no staff");
        uint256 holder = tagHolder[tag];
        expectThat(holder == 0 || isRetired(holder), "a tag of two people");
        tagHolder[tag] = pseudonym;
        accepted["registerTag"]++;
    }

    function signedBy(
        uint256 key,
        string memory name,
        address verifying,
        bytes memory encoded
    ) private view returns (bytes memory) {
        return signedIn(key, domainOf(name, "1", verifying), keccak256(encoded));
    }

    function hash(uint256 value) private pure returns (uint256) {
        return uint256(keccak256(abi.encodePacked(value))) >> 8;
    }
}
