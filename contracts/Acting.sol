// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Accreditation, Role} from "./Accreditation.sol";
import {DeadlinePassed, InvalidSignature, NotAccredited, NotGovernance} from "./Refusals.sol";

/// @title Organisations act directly, through the stock ERC2771Forwarder, or by a signature with a
/// deadline.
/// @dev Patients act by proof only: no function that does a patient's act looks at the sender.
abstract contract Acting is ERC2771Context {
    Accreditation public immutable accreditation;

    constructor(address forwarder, Accreditation accreditation_) ERC2771Context(forwarder) {
        accreditation = accreditation_;
    }

    modifier onlyAccredited(Role role) {
        _requireAccredited(role, _msgSender());
        _;
    }

    modifier onlyGovernance() {
        if (accreditation.owner() != _msgSender()) revert NotGovernance(_msgSender());
        _;
    }

    function _requireAccredited(Role role, address account) internal view {
        if (!accreditation.isAccredited(role, account)) revert NotAccredited(account);
    }

    /// @dev Keys and contract wallets (ERC-1271) may sign.
    function _requireSignature(
        address signer,
        bytes32 digest,
        uint256 deadline,
        bytes calldata signature
    ) internal view {
        if (block.timestamp > deadline) revert DeadlinePassed(deadline);
        if (!SignatureChecker.isValidSignatureNow(signer, digest, signature))
            revert InvalidSignature();
    }
}
