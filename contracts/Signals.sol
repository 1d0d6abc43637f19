// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

/// @title The public signals of the eligibility circuits, by name, in the order of
/// circuits/statement/signals.ts, and the ways into the field that TypeScript and the contracts
/// share.
library Signals {
    uint256 internal constant FIELD_ORDER =
        21888242871839275222246405745257275088548364400416034343698204186575808495617;

    struct Named {
        uint256 nullifier;
        uint256 criteriaHash;
        uint256 recordsRoot;
        uint256 scope;
        uint256 message;
        uint256 asOf;
    }

    /// @notice The signals in circuit order.
    function list(Named memory s) internal pure returns (uint256[6] memory) {
        return [s.nullifier, s.criteriaHash, s.recordsRoot, s.scope, s.message, s.asOf];
    }

    /// @notice Scope of every proof in a trial on this chain and contract.
    function scopeOf(bytes32 trialId) internal view returns (uint256) {
        return _toField(abi.encode("cohort-zero/scope/1", block.chainid, address(this), trialId));
    }

    /// @notice What a screening authorises.
    function screeningMessage(
        bytes32 trialId,
        uint32 version,
        uint256 participantCommitment
    ) internal pure returns (uint256) {
        return
            _toField(
                abi.encode("cohort-zero/screening/1", trialId, version, participantCommitment)
            );
    }

    function _toField(bytes memory encoded) private pure returns (uint256) {
        return uint256(keccak256(encoded)) >> 8;
    }
}
