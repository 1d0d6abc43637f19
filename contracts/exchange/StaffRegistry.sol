// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Accreditation} from "../Accreditation.sol";
import {Acting} from "../Acting.sol";
import {TrialRegistry} from "../TrialRegistry.sol";
import {ALL_TASKS, Delegation, NO_TASK, Revocation, SPONSOR_SITE} from "./ExchangeTypes.sol";
import "../Refusals.sol";

/// @title Who acts for a site or a sponsor, in what, from when until when: the delegation log of
/// ICH E6(R3), 2.3.1 and C.2.4, on the chain.
/// @notice A site's signer delegates for the site, a sponsor's account (site 0) for the sponsor. A
/// delegation ends with whoever gave it: a new signer delegates anew. A key once revoked is revoked
/// for good, whoever delegates: nothing signed earlier and kept back brings it in again.
contract StaffRegistry is Acting, EIP712 {
    bytes32 private constant DELEGATION = keccak256(
        "Delegation(bytes32 trialId,uint32 siteId,address key,uint32 tasks,bytes32 person,"
        "uint32 from,uint32 until,bytes32 salt,uint256 deadline)"
    );
    bytes32 private constant REVOCATION = keccak256(
        "Revocation(bytes32 trialId,uint32 siteId,address key,bytes32 salt,uint256 deadline)"
    );

    /// One slot. Times are Unix seconds.
    struct Staff {
        address by;
        uint32 tasks;
        uint32 from;
        uint32 until;
    }

    TrialRegistry public immutable trials;
    mapping(bytes32 trialId => mapping(uint32 siteId => mapping(address key => Staff)))
        private _staff;
    mapping(bytes32 trialId => mapping(uint32 siteId => mapping(address key => bool)))
        public isRevoked;
    /// Signatures are used once, or an older one would undo what was changed since.
    mapping(bytes32 digest => bool) private _used;

    event Delegated(
        bytes32 indexed trialId,
        uint32 indexed siteId,
        address indexed key,
        Delegation delegation,
        address by,
        bytes signature
    );
    event DelegationRevoked(
        bytes32 indexed trialId,
        uint32 indexed siteId,
        address indexed key,
        Revocation revocation,
        address by,
        bytes signature
    );

    constructor(
        address forwarder,
        Accreditation accreditation_,
        TrialRegistry trials_
    ) Acting(forwarder, accreditation_) EIP712("StaffRegistry", "1") {
        trials = trials_;
    }

    /// @notice Puts a person's key into the log, or changes what it may do. Anyone may submit.
    function delegate(Delegation calldata d, bytes calldata signature) external {
        // Somebody, for something that there is, for some time that is not over.
        bool named = d.key != address(0) && d.tasks != 0 && d.tasks & ~ALL_TASKS == 0;
        bool timely = d.from < d.until && d.until > block.timestamp;
        if (!named || !timely) revert InvalidDelegation();
        if (isRevoked[d.trialId][d.siteId][d.key]) revert KeyRevoked(d.key);
        bytes32 hash = keccak256(abi.encode(DELEGATION, d));
        address by = _requireDelegator(d.trialId, d.siteId, hash, d.deadline, signature);
        _staff[d.trialId][d.siteId][d.key] = Staff(by, d.tasks, d.from, d.until);
        emit Delegated(d.trialId, d.siteId, d.key, d, by, signature);
    }

    /// @notice Ends a delegation at once. Whoever comes back gets another key.
    function revoke(Revocation calldata r, bytes calldata signature) external {
        bytes32 hash = keccak256(abi.encode(REVOCATION, r));
        address by = _requireDelegator(r.trialId, r.siteId, hash, r.deadline, signature);
        // Also one that an earlier signer gave.
        if (_staff[r.trialId][r.siteId][r.key].by == address(0)) revert NotStaff(r.key);
        delete _staff[r.trialId][r.siteId][r.key];
        isRevoked[r.trialId][r.siteId][r.key] = true;
        emit DelegationRevoked(r.trialId, r.siteId, r.key, r, by, signature);
    }

    /// @notice Refuses a key that does not do all of these tasks for the site (0: the sponsor) now.
    function requireStaff(
        bytes32 trialId,
        uint32 siteId,
        address key,
        uint32 tasks
    ) external view {
        if (!isStaff(trialId, siteId, key, tasks)) revert NotStaff(key);
    }

    /// @notice Who signed this for the site (0: the sponsor): whoever delegates, or a key that does all
    /// of these tasks now. Refuses anybody else; a key of the log by its name.
    /// @param tasks NO_TASK: whoever delegates alone.
    /// @param signature Of a key, or (ERC-1271) of a contract account that delegates. Staff's is a
    /// key's: nothing names a contract account before it is asked.
    function requireSigned(
        bytes32 trialId,
        uint32 siteId,
        uint32 tasks,
        bytes32 digest,
        bytes calldata signature
    ) external view returns (address signer) {
        signer = delegatorOf(trialId, siteId);
        if (SignatureChecker.isValidSignatureNow(signer, digest, signature)) return signer;
        ECDSA.RecoverError failure;
        (signer, failure, ) = ECDSA.tryRecover(digest, signature);
        if (failure != ECDSA.RecoverError.NoError) revert InvalidSignature();
        if (tasks != NO_TASK && isStaff(trialId, siteId, signer, tasks)) return signer;
        // Never here, or no longer, or for something else.
        bool isKnown = _staff[trialId][siteId][signer].by != address(0);
        if (isKnown || isRevoked[trialId][siteId][signer]) revert NotStaff(signer);
        revert InvalidSignature();
    }

    /// @notice Whether a key does all of these tasks for the site (0: the sponsor) now. Whoever
    /// delegates needs no delegation.
    function isStaff(
        bytes32 trialId,
        uint32 siteId,
        address key,
        uint32 tasks
    ) public view returns (bool) {
        address delegator = delegatorOf(trialId, siteId);
        if (key == delegator) return true;
        Staff storage staff = _staff[trialId][siteId][key];
        return
            // It was given by who delegates to this day.
            staff.by == delegator &&
            // Of several tasks all.
            tasks & ~staff.tasks == 0 &&
            // From its first second on, to the one before its end.
            staff.from <= block.timestamp &&
            block.timestamp < staff.until;
    }

    /// @notice Who delegates for a site of the version in force, or for the sponsor (site 0).
    function delegatorOf(bytes32 trialId, uint32 siteId) public view returns (address) {
        return
            siteId == SPONSOR_SITE
                ? trials.sponsorOf(trialId)
                : trials.signerOf(trialId, siteId);
    }

    /// @notice A key's delegation, in force or not; all zero for none.
    function staffOf(
        bytes32 trialId,
        uint32 siteId,
        address key
    ) external view returns (Staff memory) {
        return _staff[trialId][siteId][key];
    }

    function _requireDelegator(
        bytes32 trialId,
        uint32 siteId,
        bytes32 hash,
        uint256 deadline,
        bytes calldata signature
    ) private returns (address by) {
        bytes32 digest = _hashTypedDataV4(hash);
        if (_used[digest]) revert AlreadyUsed();
        _used[digest] = true;
        by = delegatorOf(trialId, siteId);
        _requireSignature(by, digest, deadline, signature);
    }
}
