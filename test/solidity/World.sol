// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ISemaphore} from "@semaphore-protocol/contracts/interfaces/ISemaphore.sol";
import {Semaphore} from "@semaphore-protocol/contracts/Semaphore.sol";
import {Accreditation, Role} from "../../contracts/Accreditation.sol";
import {AsOf} from "../../contracts/AsOf.sol";
import {CircuitRegistry, IEligibilityVerifier} from "../../contracts/CircuitRegistry.sol";
import {Enrollment} from "../../contracts/Enrollment.sol";
import {StaffRegistry} from "../../contracts/exchange/StaffRegistry.sol";
import {ConsentProof, ConsentStatement} from "../../contracts/ParticipantTypes.sol";
import {RecordRegistry} from "../../contracts/RecordRegistry.sol";
import {Screening} from "../../contracts/Screening.sol";
import {Part, Person, ScreeningProof} from "../../contracts/ScreeningTypes.sol";
import {Signals} from "../../contracts/Signals.sol";
import {TrialRegistry} from "../../contracts/TrialRegistry.sol";
import {SiteTerms, VersionTerms} from "../../contracts/TrialTypes.sol";
import {MockEligibilityVerifier, MockSemaphoreVerifier, proofOf} from "./Mocks.sol";
import {vm} from "./Vm.sol";

/// @dev Everything deployed, everybody accredited, one trial in review; and proofs that pass.
abstract contract World {
    uint256 internal constant START = 1_900_000_000;
    uint256 internal constant ROOT_WINDOW = 3_600;
    string internal constant PROTOCOL = "CZ-2030-001";
    bytes32 internal constant TRIAL = keccak256(bytes(PROTOCOL));
    bytes32 internal constant CIRCUIT = keccak256("eligibility-8");
    bytes32 internal constant ATTESTATIONS = keccak256("attestations");
    /// Three of the trial's own, and access in an emergency.
    uint32 internal constant OFFERED = 7 | (1 << 7);
    /// How many of them are not required.
    uint256 internal constant OFFERED_BESIDES = 3;
    uint256 internal constant SITE_KEY = 0x517e;
    uint256 internal constant CLINIC_KEY = 0xc1141c;

    address internal constant governance = address(0x90);
    address internal constant sponsor = address(0x50);
    address internal constant board = address(0xb0);
    address internal clinic = vm.addr(CLINIC_KEY);

    Accreditation internal accreditation;
    CircuitRegistry internal circuits;
    RecordRegistry internal records;
    TrialRegistry internal trials;
    Semaphore internal semaphore;
    Screening internal screening;
    StaffRegistry internal staff;
    Enrollment internal enrollment;

    constructor() {
        vm.warp(START);
        address forwarder = address(0xf0);
        accreditation = new Accreditation(forwarder, governance, 1, keccak256("dictionary"));
        string[] memory names = new string[](1);
        IEligibilityVerifier[] memory verifiers = new IEligibilityVerifier[](1);
        (names[0], verifiers[0]) = ("eligibility-8", new MockEligibilityVerifier());
        circuits = new CircuitRegistry(forwarder, accreditation, names, verifiers);
        records = new RecordRegistry(forwarder, accreditation, ROOT_WINDOW);
        trials = new TrialRegistry(forwarder, accreditation, circuits);
        semaphore = new Semaphore(new MockSemaphoreVerifier());
        ISemaphore stock = ISemaphore(address(semaphore));
        staff = new StaffRegistry(forwarder, accreditation, trials);
        address next = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1);
        screening = new Screening(forwarder, trials, records, stock, next);
        enrollment = new Enrollment(forwarder, accreditation, screening, staff);
        require(address(enrollment) == next, "Enrollment stands elsewhere");

        accredit(Role.Clinic, clinic);
        accredit(Role.Sponsor, sponsor);
        accredit(Role.Board, board);
        vm.prank(sponsor);
        trials.register(PROTOCOL, board);
    }

    function accredit(Role role, address account) internal {
        vm.prank(governance);
        accreditation.accredit(role, account, "");
    }

    /// @dev Terms that the registry takes; `number` makes those of each version different.
    function termsOf(uint256 number) internal pure returns (VersionTerms memory terms) {
        // One part or two, by turns.
        uint256 parts = number % 2 == 0 ? 2 : 1;
        terms.criteriaHashes = new uint256[](parts);
        terms.successorHashes = new uint256[](parts);
        for (uint256 i = 0; i < parts; i++) {
            terms.criteriaHashes[i] = number + 1_000 * i;
            terms.successorHashes[i] = number + 1_000 * i + 500;
        }
        terms.circuit = CIRCUIT;
        terms.consentFormHash = keccak256(abi.encode("form", number));
        (terms.consentFormVersion, terms.requiredPermissions) = (1, 1);
        (terms.offeredPermissions, terms.capacity, terms.arrivalDays) = (OFFERED, 3, 5);
        terms.attestationsHash = ATTESTATIONS;
        terms.documentHash = keccak256("document");
        terms.sites = new SiteTerms[](2);
        terms.sites[0] = SiteTerms(1, vm.addr(SITE_KEY), 2);
        terms.sites[1] = SiteTerms(2, vm.addr(SITE_KEY), 2);
    }

    /// @dev A screening that the contract accepts when it accepts its numbers.
    function screeningOf(
        uint32 version,
        uint256[] memory hashes,
        uint256 nullifier,
        uint256 commitment
    ) internal view returns (ScreeningProof memory) {
        uint256 message = Signals.screeningMessage(TRIAL, version, commitment);
        Part[] memory parts = partsOf(hashes, nullifier, message);
        return ScreeningProof(TRIAL, version, nullifier, commitment, parts);
    }

    /// @dev The same among many.
    function personOf(
        uint32 version,
        uint256[] memory hashes,
        uint256 nullifier,
        uint256 commitment
    ) internal view returns (Person memory) {
        ScreeningProof memory proof = screeningOf(version, hashes, nullifier, commitment);
        return Person(nullifier, commitment, proof.parts);
    }

    /// @dev What the successor of a pseudonym brings.
    function successionOf(
        uint32 version,
        uint256[] memory hashes,
        uint256 pseudonym,
        uint256 nullifier,
        uint256 commitment
    ) internal view returns (ScreeningProof memory) {
        uint256 message = Signals.successionMessage(TRIAL, version, pseudonym, commitment);
        Part[] memory parts = partsOf(hashes, nullifier, message);
        return ScreeningProof(TRIAL, version, nullifier, commitment, parts);
    }

    function partsOf(
        uint256[] memory hashes,
        uint256 nullifier,
        uint256 message
    ) private view returns (Part[] memory parts) {
        parts = new Part[](hashes.length);
        uint256 scope = screening.scopeOf(TRIAL);
        for (uint256 i = 0; i < hashes.length; i++) {
            Part memory part = parts[i];
            part.issuerTag = 40 + i;
            part.recordsRoot = records.root();
            part.asOf = AsOf.pack(AsOf.dayOf(block.timestamp));
            part.points = proofOf(
                abi.encode(
                    nullifier,
                    part.issuerTag,
                    hashes[i],
                    part.recordsRoot,
                    scope,
                    message,
                    part.asOf
                )
            );
        }
    }

    /// @dev A Semaphore proof of a statement, for a root of any group.
    function consentProofOf(
        ConsentStatement memory statement,
        uint256 pseudonym,
        uint256 groupRoot
    ) internal view returns (ConsentProof memory proof) {
        uint256 message = enrollment.consentMessage(statement);
        uint256 scope = screening.scopeOf(statement.trialId);
        proof = ConsentProof(
            pseudonym,
            groupRoot,
            proofOf(abi.encode(groupRoot, pseudonym, hashed(message), hashed(scope)))
        );
    }

    function hashed(uint256 value) private pure returns (uint256) {
        return uint256(keccak256(abi.encodePacked(value))) >> 8;
    }

    /// @dev An EIP-712 signature in the domain of one of our contracts.
    function signed(
        uint256 key,
        string memory name,
        address verifying,
        bytes32 structHash
    ) internal view returns (bytes memory) {
        return signedIn(key, domainOf(name, "2", verifying), structHash);
    }

    function domainOf(
        string memory name,
        string memory version,
        address verifying
    ) internal view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    keccak256(
                        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                    ),
                    keccak256(bytes(name)),
                    keccak256(bytes(version)),
                    block.chainid,
                    verifying
                )
            );
    }

    function signedIn(
        uint256 key,
        bytes32 domain,
        bytes32 structHash
    ) internal pure returns (bytes memory) {
        bytes32 digest = keccak256(abi.encodePacked("\x19\x01", domain, structHash));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }
}
