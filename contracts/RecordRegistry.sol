// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {InternalLeanIMT, LeanIMTData} from "@zk-kit/lean-imt.sol/InternalLeanIMT.sol";
import {Accreditation, Role} from "./Accreditation.sol";
import {Acting} from "./Acting.sol";
import {Signals} from "./Signals.sol";
import "./Refusals.sol";

/// @title The attested records of all clinics: one append-only LeanIMT of single commitments and of
/// batch roots.
/// @notice A leaf is anchored once, ever. An old root stays good for a window that starts when it
/// is superseded; a revocation voids every older root at once.
contract RecordRegistry is Acting, EIP712 {
    using InternalLeanIMT for LeanIMTData;

    /// Registry and batch depths add up to the circuit's 32 levels.
    uint256 public constant MAX_LEAVES = 2 ** 20;
    uint256 public constant MAX_BATCH = 2 ** 12;
    bytes32 public constant RECORD_ATTESTATION_TYPEHASH = keccak256(
        "RecordAttestation(uint256 commitment,address clinic,uint256 deadline)"
    );

    /// Seconds that a root stays good after another has superseded it.
    uint256 public immutable rootWindowSeconds;

    LeanIMTData private _tree;
    /// The current root; 0 while there is no record.
    uint256 public root;
    /// Who anchored a leaf. Never cleared: an anchored leaf can't come back.
    mapping(uint256 leaf => address) public anchoredBy;
    /// Records that a clinic revoked before anyone anchored them.
    mapping(address clinic => mapping(uint256 leaf => bool)) public revokedEarly;
    /// Counts revocations; a root superseded in an earlier epoch is void.
    uint64 public epoch;
    struct Superseded {
        uint64 since;
        uint64 epoch;
    }
    mapping(uint256 root => Superseded) private _superseded;

    /// A single commitment has size 1 and leavesHash 0. leavesHash: keccak256 of the leaves, 32
    /// bytes each, in order.
    event Anchored(
        address indexed clinic,
        uint256 indexed index,
        uint256 leaf,
        uint256 root,
        uint256 size,
        bytes32 leavesHash,
        string uri
    );
    event Replaced(
        address indexed clinic,
        uint256 indexed index,
        uint256 oldLeaf,
        uint256 leaf,
        uint256 root,
        uint256 size,
        bytes32 leavesHash,
        string uri
    );
    event Revoked(
        address indexed clinic,
        uint256 indexed index,
        uint256 leaf,
        uint256 tombstone,
        uint256 root,
        uint64 epoch
    );
    event RevokedEarly(address indexed clinic, uint256 leaf, uint64 epoch);

    constructor(
        address forwarder,
        Accreditation accreditation_,
        uint256 windowSeconds
    ) Acting(forwarder, accreditation_) EIP712("RecordRegistry", "1") {
        rootWindowSeconds = windowSeconds;
    }

    /// @notice Anchors one record's commitment.
    function anchor(uint256 commitment) external onlyAccredited(Role.Clinic) {
        _anchor(_msgSender(), commitment, 1, 0, "");
    }

    /// @notice Anchors the LeanIMT root of `size` commitments in random order.
    /// @param leavesHash keccak256 of the commitments, 32 bytes each, in order.
    /// @param uri Where the leaves are published.
    function anchorBatch(
        uint256 batchRoot,
        uint256 size,
        bytes32 leavesHash,
        string calldata uri
    ) external onlyAccredited(Role.Clinic) {
        _anchor(_msgSender(), batchRoot, size, leavesHash, uri);
    }

    /// @notice Anchors a record by its clinic's EIP-712 signature; anyone may send it, as the
    /// patient's relayer.
    function anchorSigned(
        uint256 commitment,
        address clinic,
        uint256 deadline,
        bytes calldata signature
    ) external {
        _requireAccredited(Role.Clinic, clinic);
        bytes32 hash = keccak256(
            abi.encode(RECORD_ATTESTATION_TYPEHASH, commitment, clinic, deadline)
        );
        _requireSignature(clinic, _hashTypedDataV4(hash), deadline, signature);
        _anchor(clinic, commitment, 1, 0, "");
    }

    /// @notice Replaces the clinic's own leaf by a rebuilt batch (or a single commitment); older
    /// roots keep their window.
    function replace(
        uint256 oldLeaf,
        uint256 leaf,
        uint256 size,
        bytes32 leavesHash,
        string calldata uri,
        uint256[] calldata siblings
    ) external onlyAccredited(Role.Clinic) {
        address clinic = _msgSender();
        if (anchoredBy[oldLeaf] != clinic) revert NotYourLeaf(clinic);
        _claim(clinic, leaf, size);
        (uint256 index, uint256 newRoot) = _update(oldLeaf, leaf, siblings);
        _supersede(newRoot);
        emit Replaced(clinic, index, oldLeaf, leaf, newRoot, size, leavesHash, uri);
    }

    /// @notice Revokes the clinic's own leaf and voids every older root. Before anchoring (no
    /// siblings needed) it stops the record from ever being anchored in this clinic's name.
    function revoke(
        uint256 leaf,
        uint256[] calldata siblings
    ) external onlyAccredited(Role.Clinic) {
        address clinic = _msgSender();
        address owner = anchoredBy[leaf];
        if (owner == clinic) return _revoke(clinic, leaf, siblings);
        if (owner != address(0)) revert NotYourLeaf(clinic);
        revokedEarly[clinic][leaf] = true;
        epoch++;
        emit RevokedEarly(clinic, leaf, epoch);
    }

    /// @notice Voids a leaf of a clinic that is no longer accredited.
    function voidLeaf(uint256 leaf, uint256[] calldata siblings) external onlyGovernance {
        address clinic = anchoredBy[leaf];
        if (accreditation.isAccredited(Role.Clinic, clinic)) revert AlreadyAccredited(clinic);
        _revoke(clinic, leaf, siblings);
    }

    /// @notice True for the current root, and for one superseded within the window and after the
    /// last revocation.
    function isKnownRoot(uint256 candidate) public view returns (bool) {
        if (candidate == 0) return false;
        if (candidate == root) return true;
        Superseded memory old = _superseded[candidate];
        return
            old.since != 0 &&
            old.epoch == epoch &&
            block.timestamp <= old.since + rootWindowSeconds;
    }

    /// @notice Leaves of the tree, tombstones included.
    function leafCount() external view returns (uint256) {
        return _tree.size;
    }

    /// @notice Position of a leaf that is in the tree now.
    function indexOf(uint256 leaf) external view returns (uint256) {
        if (!_tree._has(leaf)) revert NotAnchored(leaf);
        return _tree._indexOf(leaf);
    }

    function _anchor(
        address clinic,
        uint256 leaf,
        uint256 batchSize,
        bytes32 leavesHash,
        string memory uri
    ) private {
        if (_tree.size == MAX_LEAVES) revert RegistryFull();
        _claim(clinic, leaf, batchSize);
        uint256 index = _tree.size;
        uint256 newRoot = _tree._insert(leaf);
        _supersede(newRoot);
        emit Anchored(clinic, index, leaf, newRoot, batchSize, leavesHash, uri);
    }

    /// @dev A leaf is anchored once, whoever brings it and whatever became of it.
    function _claim(address clinic, uint256 leaf, uint256 batchSize) private {
        if (batchSize == 0 || batchSize > MAX_BATCH) revert BatchSize(batchSize);
        if (leaf == 0 || leaf >= Signals.FIELD_ORDER) revert NotInField(leaf);
        if (_isTaken(leaf)) revert AlreadyAnchored(leaf);
        if (revokedEarly[clinic][leaf]) revert RevokedBeforeAnchoring(leaf);
        anchoredBy[leaf] = clinic;
    }

    /// @dev Whether a number was ever anchored, or is a tombstone.
    function _isTaken(uint256 leaf) private view returns (bool) {
        return anchoredBy[leaf] != address(0) || _tree._has(leaf);
    }

    /// @dev The tombstone is nobody's, unique and nonzero: zk-kit's JavaScript tree disagrees about
    /// zeroed leaves. The loop is for a clinic that anchors another's tombstone, to block the
    /// revocation or, having replaced it by then, to own what stands in the revoked leaf's place.
    function _revoke(address clinic, uint256 leaf, uint256[] calldata siblings) private {
        uint256 tombstone = tombstoneOf(leaf);
        while (_isTaken(tombstone)) tombstone = tombstoneOf(tombstone);
        (uint256 index, uint256 newRoot) = _update(leaf, tombstone, siblings);
        epoch++;
        root = newRoot;
        emit Revoked(clinic, index, leaf, tombstone, newRoot, epoch);
    }

    /// @notice What takes a revoked leaf's place. Nobody knows a record with this commitment.
    function tombstoneOf(uint256 leaf) public pure returns (uint256) {
        return uint256(keccak256(abi.encode("cohort-zero/tombstone/1", leaf))) >> 8;
    }

    function _update(
        uint256 oldLeaf,
        uint256 leaf,
        uint256[] calldata siblings
    ) private returns (uint256 index, uint256 newRoot) {
        if (!_tree._has(oldLeaf)) revert NotAnchored(oldLeaf);
        index = _tree._indexOf(oldLeaf);
        if (siblings.length != _pathLength(index)) revert WrongSiblings();
        newRoot = _tree._update(oldLeaf, leaf, siblings);
    }

    /// @dev A lean tree has no sibling where the right half of a pair is missing.
    function _pathLength(uint256 index) private view returns (uint256 length) {
        uint256 last = _tree.size - 1;
        for (uint256 level = 0; level < _tree.depth; level++) {
            uint256 position = index >> level;
            if (position & 1 == 1 || position != last >> level) length++;
        }
    }

    function _supersede(uint256 newRoot) private {
        if (root != 0) _superseded[root] = Superseded(uint64(block.timestamp), epoch);
        root = newRoot;
    }
}
