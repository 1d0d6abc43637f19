// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ISemaphoreVerifier} from "@semaphore-protocol/contracts/interfaces/ISemaphoreVerifier.sol";
import {IEligibilityVerifier} from "../../contracts/CircuitRegistry.sol";

// A real proof cannot be made in Solidity. These verifiers stand in for Groth16: a proof of some
// signals is their hash, so that, as with the real ones, it is good for exactly those signals. The
// tests in test/contracts run the same contracts behind real verifiers.

/// @dev The proof of the signals, as the first word of point C; the other words are free.
function proofOf(bytes memory signals) pure returns (uint256[8] memory points) {
    points[6] = uint256(keccak256(signals));
}

contract MockEligibilityVerifier is IEligibilityVerifier {
    function verifyProof(
        uint256[2] calldata,
        uint256[2][2] calldata,
        uint256[2] calldata c,
        uint256[7] calldata signals
    ) external pure returns (bool) {
        return c[0] == uint256(keccak256(abi.encode(signals)));
    }

    function verifyMany(
        uint256[8][] calldata points,
        uint256[7][] calldata signals
    ) external pure returns (bool) {
        if (points.length == 0 || points.length != signals.length) return false;
        for (uint256 i = 0; i < points.length; i++) {
            if (points[i][6] != uint256(keccak256(abi.encode(signals[i])))) return false;
        }
        return true;
    }

    /// @dev No points at all, but different words: nothing that the registry looks for.
    function key() external pure returns (uint256[30] memory words) {
        for (uint256 i = 0; i < 30; i++) words[i] = i + 1;
    }
}

contract MockSemaphoreVerifier is ISemaphoreVerifier {
    function verifyProof(
        uint256[2] calldata,
        uint256[2][2] calldata,
        uint256[2] calldata c,
        uint256[4] calldata signals,
        uint256 depth
    ) external pure returns (bool) {
        return depth == 20 && c[0] == uint256(keccak256(abi.encode(signals)));
    }
}
