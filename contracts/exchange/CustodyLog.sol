// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ISemaphore} from "@semaphore-protocol/contracts/interfaces/ISemaphore.sol";
import {Role} from "../Accreditation.sol";
import {Acting} from "../Acting.sol";
import {Enrollment} from "../Enrollment.sol";
import {ConsentProof} from "../ParticipantTypes.sol";
import {Screening} from "../Screening.sol";
import {Signals} from "../Signals.sol";
import {CutRegistry} from "./CutRegistry.sol";
import {SPONSOR_SITE, standingOf, TASK_ERASE, TASK_REQUEST} from "./ExchangeTypes.sol";
import {StaffRegistry} from "./StaffRegistry.sol";
import "../Refusals.sol";

/// @title What custodians did, and what recipients owe: receipts, erasures, destroyed copies.
/// @notice What is said here is a word given in public, no proof: a custodian that says it destroyed
/// a key and answers later has confessed.
contract CustodyLog is Acting, EIP712 {
    bytes32 private constant ERASURE = keccak256(
        "Erasure(bytes32 trialId,uint256 pseudonym,uint32 siteId,address key,uint256 deadline)"
    );
    /// As in Consents: one proof size for all.
    uint256 public constant PROOF_DEPTH = 20;

    Enrollment public immutable enrollment;
    Screening public immutable screening;
    CutRegistry public immutable cuts;
    StaffRegistry public immutable staff;

    /// Unix time in seconds from which on custodians owe the destruction; 0: nobody asked.
    mapping(bytes32 trialId => mapping(uint256 pseudonym => uint256)) public erasureAskedAt;
    mapping(bytes32 trialId => mapping(uint256 pseudonym => mapping(address custodian => bool)))
        public isDestroyed;
    /// Number of the newest receipt that a custodian has anchored; 0: none.
    mapping(address custodian => uint256) public lastReceiptOf;
    /// By the cut as well: who may speak of one cut takes no other's word away.
    mapping(uint256 cutId => mapping(uint256 requestId => mapping(bytes32 manifest => bool)))
        public isDatasetAnchored;

    event ReceiptsAnchored(address indexed custodian, bytes32 root, uint32 count, uint256 last);
    event ErasureByProof(
        bytes32 indexed trialId,
        uint256 indexed pseudonym,
        uint256 groupId,
        uint256 groupRoot,
        uint256[8] points
    );
    event ErasureByCode(bytes32 indexed trialId, uint256 indexed pseudonym);
    event ErasureBySite(
        bytes32 indexed trialId,
        uint256 indexed pseudonym,
        uint32 siteId,
        address key,
        uint256 deadline,
        bytes signature
    );
    event KeyDestroyed(
        bytes32 indexed trialId,
        uint256 indexed pseudonym,
        address indexed custodian
    );
    event CopyPurged(uint256 indexed cutId, uint256 indexed requestId, address by, bytes32 statement);
    event DatasetAnchored(
        uint256 indexed cutId,
        uint256 indexed requestId,
        bytes32 manifest,
        address by
    );
    event CorrectionAcknowledged(
        uint256 indexed cutId,
        uint256 indexed requestId,
        bytes32 indexed entry,
        address by
    );

    constructor(
        address forwarder,
        Enrollment enrollment_,
        CutRegistry cuts_
    ) Acting(forwarder, enrollment_.accreditation()) EIP712("CustodyLog", "1") {
        enrollment = enrollment_;
        screening = enrollment_.screening();
        cuts = cuts_;
        staff = cuts_.staff();
    }

    /// @notice A custodian's receipts of a day. What it answered without one is its confession.
    /// @param count How many the root covers, the newest being number `last`: receipts are numbered
    /// from 1 without a gap. A custodian brought back from an older backup cannot anchor the same
    /// numbers again for other answers.
    function anchorReceipts(
        bytes32 root,
        uint32 count,
        uint256 last
    ) external onlyAccredited(Role.Custodian) {
        if (root == 0) revert EmptyRoot();
        // Numbers begin at 1: there are no more receipts than the newest one's number.
        if (count == 0 || count > last) revert BatchSize(count);
        // None is told twice.
        if (last <= lastReceiptOf[_msgSender()]) revert AlreadyUsed();
        lastReceiptOf[_msgSender()] = last;
        emit ReceiptsAnchored(_msgSender(), root, count, last);
    }

    /// @notice The participant asks that all custodians destroy their keys, in any state: also after
    /// a withdrawal, in any status of the trial, under any approved version.
    function eraseByProof(
        bytes32 trialId,
        uint32 version,
        ConsentProof calldata proof
    ) external {
        // Somebody who consented once: of others there is nothing to erase.
        standingOf(enrollment, trialId, proof.pseudonym);
        uint256 groupId = _requireProof(trialId, version, proof);
        _ask(trialId, proof.pseudonym);
        emit ErasureByProof(trialId, proof.pseudonym, groupId, proof.groupRoot, proof.points);
    }

    /// @notice The same by the printed code, which withdraws in the same call. A code that was used
    /// before is public: whoever read it could else erase later what the person wanted kept. So
    /// after a withdrawal the proof is left, or the site; also for somebody whose code was read
    /// here before it was in a block, and used to withdraw alone.
    function eraseByCode(bytes32 trialId, uint256 pseudonym, bytes32 code) external {
        enrollment.withdrawByCode(trialId, pseudonym, code);
        _ask(trialId, pseudonym);
        emit ErasureByCode(trialId, pseudonym);
    }

    /// @notice The same as declared at the participant's site, by its signer or staff with the task.
    function eraseBySite(
        bytes32 trialId,
        uint256 pseudonym,
        address key,
        uint256 deadline,
        bytes calldata signature
    ) external {
        uint32 siteId = siteIdOf(trialId, pseudonym);
        staff.requireStaff(trialId, siteId, key, TASK_ERASE);
        bytes32 hash =
            keccak256(abi.encode(ERASURE, trialId, pseudonym, siteId, key, deadline));
        _requireSignature(key, _hashTypedDataV4(hash), deadline, signature);
        _ask(trialId, pseudonym);
        emit ErasureBySite(trialId, pseudonym, siteId, key, deadline, signature);
    }

    /// @notice A custodian has destroyed its keys for these participants. It can be said once.
    function destroyed(
        bytes32 trialId,
        uint256[] calldata pseudonyms
    ) external onlyAccredited(Role.Custodian) {
        for (uint256 i = 0; i < pseudonyms.length; i++) {
            // Nobody destroys in silence what nobody wanted destroyed, and calls it an order.
            if (erasureAskedAt[trialId][pseudonyms[i]] == 0) revert NothingToErase();
            // Told once by each: receipts of one custodian do not count for another.
            if (isDestroyed[trialId][pseudonyms[i]][_msgSender()]) revert AlreadyUsed();
            isDestroyed[trialId][pseudonyms[i]][_msgSender()] = true;
            emit KeyDestroyed(trialId, pseudonyms[i], _msgSender());
        }
    }

    /// @notice The recipient of a cut, or staff with the task, says that it has destroyed what it
    /// had. It owes this also when the trial is over or it is accredited no more.
    /// @param statement keccak256 of what it declares, in words.
    function purged(uint256 cutId, uint256 requestId, bytes32 statement) external {
        _requireRecipient(cutId, requestId);
        if (statement == 0) revert InvalidRequest();
        emit CopyPurged(cutId, requestId, _msgSender(), statement);
    }

    /// @notice The recipient of a cut binds a dataset that it made of a request: whoever is handed the
    /// dataset later sees that it is still the one. Several may come of a request, each of them once.
    /// @param manifest keccak256 of the dataset's manifest, which lists every file and row.
    function anchorDataset(uint256 cutId, uint256 requestId, bytes32 manifest) external {
        _requireRecipient(cutId, requestId);
        if (manifest == 0) revert InvalidRequest();
        if (isDatasetAnchored[cutId][requestId][manifest]) revert AlreadyUsed();
        isDatasetAnchored[cutId][requestId][manifest] = true;
        emit DatasetAnchored(cutId, requestId, manifest, _msgSender());
    }

    /// @notice The recipient of a cut has taken note that one of its entries was corrected.
    /// @param entry The correcting entry.
    function acknowledge(uint256 cutId, uint256 requestId, bytes32 entry) external {
        _requireRecipient(cutId, requestId);
        if (entry == 0) revert InvalidRequest();
        emit CorrectionAcknowledged(cutId, requestId, entry, _msgSender());
    }

    /// @notice The site that speaks for a participant.
    function siteIdOf(bytes32 trialId, uint256 pseudonym) public view returns (uint32) {
        return standingOf(enrollment, trialId, pseudonym).siteId();
    }

    /// @notice The Semaphore message with which a participant asks for the erasure.
    function erasureMessage(bytes32 trialId) public view returns (uint256) {
        return
            uint256(
                keccak256(
                    abi.encode("cohort-zero/erasure/1", block.chainid, address(this), trialId)
                )
            ) >> 8;
    }

    /// @dev Once: what is destroyed does not come back, and custodians owe it from the first time on.
    function _ask(bytes32 trialId, uint256 pseudonym) private {
        if (erasureAskedAt[trialId][pseudonym] != 0) revert AlreadyUsed();
        erasureAskedAt[trialId][pseudonym] = block.timestamp;
    }

    /// @dev That the request was one for this cut, its event says: readers look at both numbers.
    function _requireRecipient(uint256 cutId, uint256 requestId) private view {
        staff.requireStaff(cuts.trialIdOf(cutId), SPONSOR_SITE, _msgSender(), TASK_REQUEST);
        if (requestId >= cuts.requests()) revert UnknownRequest(requestId);
    }

    /// @dev The nullifier in the trial's scope is the pseudonym: nobody else's proof fits.
    function _requireProof(
        bytes32 trialId,
        uint32 version,
        ConsentProof calldata proof
    ) private view returns (uint256 groupId) {
        groupId = screening.groupOf(trialId, version);
        ISemaphore.SemaphoreProof memory full = ISemaphore.SemaphoreProof({
            merkleTreeDepth: PROOF_DEPTH,
            merkleTreeRoot: proof.groupRoot,
            nullifier: proof.pseudonym,
            message: erasureMessage(trialId),
            scope: Signals.scopeOf(address(screening), trialId),
            points: proof.points
        });
        try enrollment.semaphore().verifyProof(groupId, full) returns (bool valid) {
            if (!valid) revert InvalidProof();
        } catch {
            revert NotScreened();
        }
    }
}
