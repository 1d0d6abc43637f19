// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

/// @title The public signals of the eligibility circuits, by name, in the order of
/// circuits/statement/proof/signals.ts, and the ways into the field that TypeScript and the contracts
/// share.
library Signals {
    uint256 internal constant FIELD_ORDER =
        21888242871839275222246405745257275088548364400416034343698204186575808495617;

    struct Named {
        uint256 nullifier;
        uint256 issuerTag;
        uint256 criteriaHash;
        uint256 recordsRoot;
        uint256 scope;
        uint256 message;
        uint256 asOf;
    }

    /// @notice The signals in circuit order.
    function list(Named memory s) internal pure returns (uint256[7] memory) {
        return [
            s.nullifier,
            s.issuerTag,
            s.criteriaHash,
            s.recordsRoot,
            s.scope,
            s.message,
            s.asOf
        ];
    }

    /// @notice Scope of every proof in a trial on this chain, wherever its `screening` contract is.
    function scopeOf(address screening, bytes32 trialId) internal view returns (uint256) {
        return _toField(abi.encode("cohort-zero/scope/2", block.chainid, screening, trialId));
    }

    /// @notice What a screening authorises.
    function screeningMessage(
        bytes32 trialId,
        uint32 version,
        uint256 participantCommitment
    ) internal pure returns (uint256) {
        return
            _toField(
                abi.encode("cohort-zero/screening/2", trialId, version, participantCommitment)
            );
    }

    /// @notice What the proofs of a successor authorise: to take the place of `pseudonym`.
    function successionMessage(
        bytes32 trialId,
        uint32 version,
        uint256 pseudonym,
        uint256 successorCommitment
    ) internal pure returns (uint256) {
        return
            _toField(
                abi.encode(
                    "cohort-zero/succession/2",
                    trialId,
                    version,
                    pseudonym,
                    successorCommitment
                )
            );
    }

    function _toField(bytes memory encoded) private pure returns (uint256) {
        return uint256(keccak256(encoded)) >> 8;
    }
}
