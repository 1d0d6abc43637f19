// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ConsentStatement} from "../../contracts/ParticipantTypes.sol";
import {Signals} from "../../contracts/Signals.sol";
import {SiteTerms, VersionTerms} from "../../contracts/TrialTypes.sol";
import {pick, vm} from "./Vm.sol";
import {World} from "./World.sol";

/// @dev What is hashed is hashed whole: another value of any field is another message or digest.
contract EncodingTest is World {
    /// @dev A type narrower than a word takes only what fits; a change must remain one.
    function changed(uint256 value, uint256 bits, uint256 seed) private pure returns (uint256) {
        return value ^ (1 << pick(seed, 0, bits - 1));
    }

    function testFuzz_signals_are_in_the_order_of_the_circuit(uint256[7] calldata s) external pure {
        uint256[7] memory listed = Signals.list(
            Signals.Named(s[0], s[1], s[2], s[3], s[4], s[5], s[6])
        );
        for (uint256 i = 0; i < 7; i++) require(listed[i] == s[i], "another order");
    }

    function testFuzz_a_screening_message_binds_each_field(
        bytes32 trialId,
        uint32 version,
        uint256 commitment,
        uint256 field,
        uint256 bit
    ) external pure {
        uint256 message = Signals.screeningMessage(trialId, version, commitment);
        require(message < Signals.FIELD_ORDER, "out of the field");
        field = pick(field, 0, 2);
        if (field == 0) trialId = bytes32(changed(uint256(trialId), 256, bit));
        if (field == 1) version = uint32(changed(version, 32, bit));
        if (field == 2) commitment = changed(commitment, 256, bit);
        require(message != Signals.screeningMessage(trialId, version, commitment), "not bound");
    }

    function testFuzz_a_succession_message_binds_each_field(
        bytes32 trialId,
        uint32 version,
        uint256[2] memory numbers,
        uint256 field,
        uint256 bit
    ) external pure {
        uint256 message = Signals.successionMessage(trialId, version, numbers[0], numbers[1]);
        require(message < Signals.FIELD_ORDER, "out of the field");
        field = pick(field, 0, 3);
        if (field == 0) trialId = bytes32(changed(uint256(trialId), 256, bit));
        if (field == 1) version = uint32(changed(version, 32, bit));
        if (field > 1) numbers[field - 2] = changed(numbers[field - 2], 256, bit);
        uint256 other = Signals.successionMessage(trialId, version, numbers[0], numbers[1]);
        require(message != other, "not bound");
    }

    function testFuzz_a_scope_binds_trial_contract_and_chain(
        bytes32 trialId,
        uint256 bit,
        uint32 chain
    ) external {
        uint256 scope = screening.scopeOf(trialId);
        require(scope < Signals.FIELD_ORDER, "out of the field");
        bytes32 other = bytes32(changed(uint256(trialId), 256, bit));
        require(scope != screening.scopeOf(other), "the trial is not bound");
        // Fuzzing likes the addresses that it has seen.
        vm.assume(address(uint160(bit)) != address(screening));
        uint256 elsewhere = Signals.scopeOf(address(uint160(bit)), trialId);
        require(scope != elsewhere, "the contract is not bound");
        vm.assume(chain != 0 && chain != block.chainid);
        vm.chainId(chain);
        require(scope != screening.scopeOf(trialId), "the chain is not bound");
    }

    function testFuzz_a_consent_message_binds_each_field(
        ConsentStatement memory s,
        uint256 field,
        uint256 bit
    ) external view {
        uint256 message = enrollment.consentMessage(s);
        require(message < Signals.FIELD_ORDER, "out of the field");
        field = pick(field, 0, 10);
        if (field == 0) s.trialId = bytes32(changed(uint256(s.trialId), 256, bit));
        if (field == 1) s.version = uint32(changed(s.version, 32, bit));
        if (field == 2) s.formHash = bytes32(changed(uint256(s.formHash), 256, bit));
        if (field == 3) s.permissions = uint32(changed(s.permissions, 32, bit));
        if (field == 4) s.siteId = uint32(changed(s.siteId, 32, bit));
        if (field == 5) s.validUntil = uint40(changed(s.validUntil, 40, bit));
        if (field == 6) s.givenBy = uint8(changed(s.givenBy, 8, bit));
        if (field == 7) s.sequence = uint64(changed(s.sequence, 64, bit));
        if (field == 8) s.decision = uint8(changed(s.decision, 8, bit));
        if (field == 9) s.submitBy = uint40(changed(s.submitBy, 40, bit));
        if (field == 10)
            s.withdrawalCodeHash = bytes32(changed(uint256(s.withdrawalCodeHash), 256, bit));
        require(message != enrollment.consentMessage(s), "not bound");
    }

    function testFuzz_a_digest_binds_each_term_trial_and_version(
        VersionTerms memory terms,
        uint32 version,
        uint256 field,
        uint256 bit
    ) external view {
        bytes32 digest = trials.digestOf(TRIAL, version, terms);
        uint32 otherVersion = uint32(changed(version, 32, bit));
        require(digest != trials.digestOf(TRIAL, otherVersion, terms), "version not bound");
        bytes32 otherTrial = bytes32(changed(uint256(TRIAL), 256, bit));
        require(digest != trials.digestOf(otherTrial, version, terms), "trial not bound");
        changeTerms(terms, pick(field, 0, 17), bit);
        require(digest != trials.digestOf(TRIAL, version, terms), "not bound");
    }

    function changeTerms(VersionTerms memory t, uint256 field, uint256 bit) private pure {
        if (field == 0) t.criteriaHashes = withOther(t.criteriaHashes, bit);
        if (field == 14) t.successorHashes = withOther(t.successorHashes, bit);
        if (field == 15) (t.criteriaHashes, t.successorHashes) = moved(t);
        if (field == 1) t.circuit = bytes32(changed(uint256(t.circuit), 256, bit));
        if (field == 2) t.consentFormHash = bytes32(changed(uint256(t.consentFormHash), 256, bit));
        if (field == 3) t.consentFormVersion = uint32(changed(t.consentFormVersion, 32, bit));
        if (field == 4) t.requiredPermissions = uint32(changed(t.requiredPermissions, 32, bit));
        if (field == 5) t.offeredPermissions = uint32(changed(t.offeredPermissions, 32, bit));
        if (field == 6) t.capacity = uint32(changed(t.capacity, 32, bit));
        if (field == 7) t.arrivalDays = uint32(changed(t.arrivalDays, 32, bit));
        if (field == 8) t.requiresReconsent = !t.requiresReconsent;
        if (field == 9) t.requiresRescreening = !t.requiresRescreening;
        if (field == 10) t.isSealed = !t.isSealed;
        if (field == 11) t.attestationsHash = ~t.attestationsHash;
        if (field == 12) t.documentHash = ~t.documentHash;
        if (field == 13) t.sites = withOneMore(t.sites);
        if (field == 16) t.custodians = withOtherAccount(t.custodians, bit);
        if (field == 17) t.custodianThreshold = uint32(changed(t.custodianThreshold, 32, bit));
    }

    /// @dev Another value of one hash, or one more.
    function withOther(
        uint256[] memory hashes,
        uint256 seed
    ) private pure returns (uint256[] memory other) {
        bool more = hashes.length == 0 || seed % 4 == 0;
        other = new uint256[](hashes.length + (more ? 1 : 0));
        for (uint256 i = 0; i < hashes.length; i++) other[i] = hashes[i];
        if (!more) other[seed % hashes.length] ^= 1 << (seed % 256);
    }

    /// @dev One of them another, or one more.
    function withOtherAccount(
        address[] memory accounts,
        uint256 seed
    ) private pure returns (address[] memory other) {
        bool more = accounts.length == 0 || seed % 4 == 0;
        other = new address[](accounts.length + (more ? 1 : 0));
        for (uint256 i = 0; i < accounts.length; i++) other[i] = accounts[i];
        if (more) return other;
        uint256 place = seed % accounts.length;
        other[place] = address(uint160(changed(uint160(other[place]), 160, seed)));
    }

    /// @dev The same hashes, one of them in the other list.
    function moved(
        VersionTerms memory t
    ) private pure returns (uint256[] memory shorter, uint256[] memory longer) {
        uint256 count = t.criteriaHashes.length;
        if (count == 0) return (t.criteriaHashes, withOther(t.successorHashes, 0));
        shorter = new uint256[](count - 1);
        for (uint256 i = 0; i < count - 1; i++) shorter[i] = t.criteriaHashes[i];
        longer = new uint256[](t.successorHashes.length + 1);
        longer[0] = t.criteriaHashes[count - 1];
        for (uint256 i = 1; i < longer.length; i++) longer[i] = t.successorHashes[i - 1];
    }

    function withOneMore(SiteTerms[] memory sites) private pure returns (SiteTerms[] memory more) {
        more = new SiteTerms[](sites.length + 1);
        for (uint256 i = 0; i < sites.length; i++) more[i] = sites[i];
    }
}
