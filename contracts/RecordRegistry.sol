// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Accreditation, Role} from "./Accreditation.sol";
import {Acting} from "./Acting.sol";
import {RecordClinics} from "./RecordClinics.sol";
import {RecordTree} from "./RecordTree.sol";
import "./Refusals.sol";

/// @title The attested records of all clinics: who anchors, replaces and revokes which slots.
/// @notice A batch (or a record alone) stands in the tree as a leaf bound to its clinic, once,
/// ever. A clinic has a quota of slots, and uses those again whose leaves it revoked.
contract RecordRegistry is RecordClinics, RecordTree, EIP712 {
    uint256 public constant MAX_BATCH = 2 ** 12;
    bytes32 public constant RECORD_ATTESTATION_TYPEHASH = keccak256(
        "RecordAttestation(uint256 commitment,address clinic,uint256 deadline)"
    );

    /// A single commitment is its own root and has size 1 and leavesHash 0. leavesHash: keccak256
    /// of the commitments, 32 bytes each, in order.
    struct Batch {
        uint256 root;
        uint256 size;
        bytes32 leavesHash;
        string uri;
    }
    struct Change {
        address clinic;
        uint256 index;
        uint256 oldLeaf;
        uint256 leaf;
        bool voids;
        uint256[] revoked;
    }

    /// Who anchored a leaf. Never cleared: an anchored leaf can't come back.
    mapping(uint256 leaf => address) public anchoredBy;
    /// Whose slot a tombstone holds, until it is used again.
    mapping(uint256 tombstone => address) public tombstoneOwner;
    /// Records that a clinic barred before they were anchored alone.
    mapping(address clinic => mapping(uint256 commitment => bool)) public revokedEarly;

    event Anchored(
        address indexed clinic,
        uint256 indexed index,
        uint256 batchRoot,
        uint256 leaf,
        uint256 root,
        uint256 size,
        bytes32 leavesHash,
        string uri
    );
    /// Also of a tombstone, when its slot is used again. revoked: commitments that are barred.
    event Replaced(
        address indexed clinic,
        uint256 indexed index,
        uint256 oldLeaf,
        uint256 batchRoot,
        uint256 leaf,
        uint256 root,
        uint256 size,
        bytes32 leavesHash,
        string uri,
        bool voided,
        uint64 epoch,
        uint256[] revoked
    );
    event Revoked(
        address indexed clinic,
        uint256 indexed index,
        uint256 leaf,
        uint256 tombstone,
        uint256 root,
        uint64 epoch
    );
    event RevokedEarly(address indexed clinic, uint256 commitment);
    /// leavesLeft: this clinic's leaves, each to be cleared.
    event ClinicVoided(address indexed clinic, uint64 epoch, uint256 leavesLeft);

    constructor(
        address forwarder,
        Accreditation accreditation_,
        uint256 windowSeconds
    ) Acting(forwarder, accreditation_) RecordTree(windowSeconds) EIP712("RecordRegistry", "2") {}

    /// @notice Anchors one record's commitment in a slot of its own.
    function anchor(uint256 commitment) external onlyClinic {
        _anchor(_msgSender(), Batch(commitment, 1, 0, ""));
    }

    /// @notice Anchors the LeanIMT root of `size` commitments in random order.
    /// @param leavesHash keccak256 of the commitments, 32 bytes each, in order.
    /// @param uri Where the commitments are published.
    function anchorBatch(
        uint256 batchRoot,
        uint256 size,
        bytes32 leavesHash,
        string calldata uri
    ) external onlyClinic {
        _anchor(_msgSender(), Batch(batchRoot, size, leavesHash, uri));
    }

    /// @notice Anchors a record by its clinic's EIP-712 signature (ERC-1271 of a contract
    /// account); anyone may send it, as the patient's relayer.
    function anchorSigned(
        uint256 commitment,
        address clinic,
        uint256 deadline,
        bytes calldata signature
    ) external {
        _requireClinic(clinic);
        bytes32 hash = keccak256(
            abi.encode(RECORD_ATTESTATION_TYPEHASH, commitment, clinic, deadline)
        );
        _requireSignature(clinic, _hashTypedDataV4(hash), deadline, signature);
        _anchor(clinic, Batch(commitment, 1, 0, ""));
    }

    /// @notice Anchors in a slot that the clinic has already: in a tombstone's place.
    function anchorInto(
        uint256 tombstone,
        uint256 batchRoot,
        uint256 size,
        bytes32 leavesHash,
        string calldata uri,
        uint256[] calldata siblings
    ) external onlyClinic {
        _requireUnblocked();
        address clinic = _msgSender();
        // Only the slots that this clinic has emptied itself.
        if (tombstoneOwner[tombstone] != clinic) revert NotYourLeaf(clinic);
        delete tombstoneOwner[tombstone];
        _standings[clinic].live++;
        Batch memory batch = Batch(batchRoot, size, leavesHash, uri);
        _replace(tombstone, batch, siblings, false, new uint256[](0));
    }

    /// @notice Replaces a leaf of the clinic by a rebuilt batch; older roots keep their window.
    function replace(
        uint256 oldBatchRoot,
        uint256 batchRoot,
        uint256 size,
        bytes32 leavesHash,
        string calldata uri,
        uint256[] calldata siblings
    ) external onlyClinic {
        _requireUnblocked();
        Batch memory batch = Batch(batchRoot, size, leavesHash, uri);
        _replace(_ownLeaf(oldBatchRoot), batch, siblings, false, new uint256[](0));
    }

    /// @notice The same, and every older root is void at once: how a record in a batch is revoked.
    /// @param revoked The commitments left out, each barred from being anchored alone.
    function replaceAndVoid(
        uint256 oldBatchRoot,
        uint256 batchRoot,
        uint256 size,
        bytes32 leavesHash,
        string calldata uri,
        uint256[] calldata siblings,
        uint256[] calldata revoked
    ) external onlyClinic {
        _countRevocation(_msgSender());
        Batch memory batch = Batch(batchRoot, size, leavesHash, uri);
        _replace(_ownLeaf(oldBatchRoot), batch, siblings, true, revoked);
    }

    /// @notice Revokes all that a leaf of the clinic stands for and voids every older root.
    function revoke(uint256 batchRoot, uint256[] calldata siblings) external onlyClinic {
        _countRevocation(_msgSender());
        _bury(_msgSender(), _ownLeaf(batchRoot), siblings);
    }

    /// @notice Bars a record that is not anchored alone, also by a signature given for it. No root
    /// changes: one that lies in a batch is revoked by replaceAndVoid only.
    function revokeEarly(uint256 commitment) external onlyClinic {
        _bar(_msgSender(), commitment);
        emit RevokedEarly(_msgSender(), commitment);
    }

    /// @notice Ends a clinic's records for good. Needs no siblings, so it waits in a timelock as
    /// well: until its leaves are cleared no root at all is good, and nothing is anchored.
    function voidClinic(address clinic) external onlyGovernance {
        // It could go on anchoring.
        if (accreditation.isAccredited(Role.Clinic, clinic)) revert AlreadyAccredited(clinic);
        Standing storage standing = _standings[clinic];
        // Its leaves are counted once.
        if (standing.voided) revert ClinicIsVoided(clinic);
        standing.voided = true;
        leavesToClear += standing.live;
        // Older roots may hold leaves that it has replaced since.
        _void(root);
        emit ClinicVoided(clinic, epoch, standing.live);
    }

    /// @notice Takes a voided clinic's leaf out of the tree; anyone may. After the last one the
    /// root is good again.
    function clearLeaf(uint256 leaf, uint256[] calldata siblings) external {
        address clinic = anchoredBy[leaf];
        // A tombstone, or no leaf ever.
        if (clinic == address(0)) revert NotAnchored(leaf);
        if (!_standings[clinic].voided) revert NotVoided(clinic);
        _bury(clinic, leaf, siblings);
        leavesToClear--;
    }

    function _ownLeaf(uint256 batchRoot) private view returns (uint256) {
        return registryLeafOf(batchRoot, _msgSender());
    }

    function _anchor(address clinic, Batch memory batch) private {
        _requireUnblocked();
        Standing storage standing = _standings[clinic];
        // Nobody fills the tree: a clinic that needs more asks governance, or uses a slot again.
        if (standing.slots >= quotaOf(clinic)) revert QuotaReached(quotaOf(clinic));
        uint256 leaf = _claim(clinic, batch);
        standing.slots++;
        standing.live++;
        uint256 index = _append(leaf);
        (bytes32 leavesHash, string memory uri) = (batch.leavesHash, batch.uri);
        emit Anchored(clinic, index, batch.root, leaf, root, batch.size, leavesHash, uri);
    }

    /// @dev The leaf of a batch, which is anchored once, whatever became of it.
    function _claim(address clinic, Batch memory batch) private returns (uint256 leaf) {
        // What a path of the circuit reaches.
        if (batch.size == 0 || batch.size > MAX_BATCH) revert BatchSize(batch.size);
        // A record that the clinic took back before it was anchored, or left out of a batch.
        if (revokedEarly[clinic][batch.root]) revert RevokedBeforeAnchoring(batch.root);
        leaf = registryLeafOf(batch.root, clinic);
        // Numbers of 128 bits are tombstones: no leaf may be taken for one.
        if (leaf <= type(uint128).max) revert ReservedLeaf(leaf);
        // Neither twice nor again after it was revoked or replaced.
        if (anchoredBy[leaf] != address(0)) revert AlreadyAnchored(leaf);
        anchoredBy[leaf] = clinic;
    }

    /// @dev Puts the sender's batch in the place of a leaf or tombstone that is the sender's.
    function _replace(
        uint256 oldLeaf,
        Batch memory batch,
        uint256[] calldata siblings,
        bool voids,
        uint256[] memory revoked
    ) private {
        address clinic = _msgSender();
        uint256 leaf = _claim(clinic, batch);
        (uint256 index, uint256 newRoot) = _update(oldLeaf, leaf, siblings);
        if (voids) _void(newRoot);
        else _supersede(newRoot);
        // After the update: what is barred must not stand in the tree alone.
        for (uint256 i = 0; i < revoked.length; i++) _bar(clinic, revoked[i]);
        _tell(batch, Change(clinic, index, oldLeaf, leaf, voids, revoked));
    }

    /// @dev Apart, since the stack holds no more than this.
    function _tell(Batch memory batch, Change memory change) private {
        emit Replaced(
            change.clinic,
            change.index,
            change.oldLeaf,
            batch.root,
            change.leaf,
            root,
            batch.size,
            batch.leavesHash,
            batch.uri,
            change.voids,
            epoch,
            change.revoked
        );
    }

    /// @dev A tombstone in a leaf's place; every older root is void.
    function _bury(address clinic, uint256 leaf, uint256[] calldata siblings) private {
        uint256 tombstone = _freshTombstone(leaf);
        (uint256 index, uint256 newRoot) = _update(leaf, tombstone, siblings);
        tombstoneOwner[tombstone] = clinic;
        _standings[clinic].live--;
        _void(newRoot);
        emit Revoked(clinic, index, leaf, tombstone, newRoot, epoch);
    }

    /// @dev Of a record that stands in the tree alone it would be a lie: that is for `revoke`.
    function _bar(address clinic, uint256 commitment) private {
        uint256 leaf = registryLeafOf(commitment, clinic);
        if (_has(leaf)) revert AlreadyAnchored(leaf);
        revokedEarly[clinic][commitment] = true;
    }
}
