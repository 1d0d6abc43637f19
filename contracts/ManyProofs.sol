// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

/// @title Many Groth16 proofs under one key in one pairing check: a random linear combination.
/// @notice Each proof alone says e(A, B) = e(alpha, beta) e(vk_x, gamma) e(C, delta). Here the i-th
/// equation is raised to the power r_i and all are multiplied, so that n proofs cost n + 3 pairings
/// and not 4n. The coefficients are 128 bits each of a hash over the key, all points and all
/// signals: nobody knows them before the proofs are fixed. The soundness argument stands in README.
/// Every generated verifier is one (contracts/verifier.ts).
abstract contract ManyProofs {
    uint256 private constant SCALAR_ORDER =
        21888242871839275222246405745257275088548364400416034343698204186575808495617;
    uint256 private constant BASE_ORDER =
        21888242871839275222246405745257275088696311157297823662689037894645226208583;
    /// EIP-196 and EIP-197. They refuse coordinates that are not canonical, points off the curve
    /// and points of the twist outside its prime-order group.
    uint256 private constant ADD = 6;
    uint256 private constant MULTIPLY = 7;
    uint256 private constant PAIRING = 8;
    uint256 private constant COEFFICIENT_BITS = 128;
    /// A point of G1 and one of G2.
    uint256 private constant PAIR_WORDS = 6;

    /// @dev What is summed over all proofs: r_i times 1 and each signal, and times point C.
    struct Sums {
        uint256[8] scalars;
        uint256[2] c;
    }

    /// @notice The verifying key: alpha (2 words), beta, gamma, delta (4 each, EIP-197 order), IC0
    /// to IC7 (2 each).
    function key() public pure virtual returns (uint256[30] memory);

    /// @notice True if every proof verifies for its signals. False for none, for lists of different
    /// lengths, and when one number or point of any proof is out of its range.
    /// @param points Each proof in Solidity's order: a0 a1 b01 b00 b11 b10 c0 c1.
    function verifyMany(
        uint256[8][] calldata points,
        uint256[7][] calldata signals
    ) external view returns (bool) {
        uint256 count = points.length;
        if (count == 0 || signals.length != count) return false;
        uint256[30] memory vk = key();
        bytes32 seed = keccak256(abi.encode(keccak256(abi.encode(vk)), points, signals));
        // The left sides, then the three points that all equations share: side by side.
        uint256[] memory pairs = new uint256[](PAIR_WORDS * (count + 3));
        Sums memory sums;
        for (uint256 i = 0; i < count; i++) {
            uint256 coefficient =
                uint256(keccak256(abi.encode(seed, i))) >> (256 - COEFFICIENT_BITS);
            if (!_addSignals(sums.scalars, signals[i], coefficient)) return false;
            if (!_addPoints(pairs, i, sums, points[i], coefficient)) return false;
        }
        return _addKey(pairs, count, vk, sums) && _multiplyToOne(pairs);
    }

    /// @dev Adds r and r times each signal. False when a signal is not below the field order: s and
    /// s + order select the same point, and a nullifier must have one form.
    function _addSignals(
        uint256[8] memory scalars,
        uint256[7] calldata signals,
        uint256 coefficient
    ) private pure returns (bool) {
        scalars[0] = addmod(scalars[0], coefficient, SCALAR_ORDER);
        for (uint256 j = 0; j < 7; j++) {
            uint256 signal = signals[j];
            if (signal >= SCALAR_ORDER) return false;
            uint256 product = mulmod(coefficient, signal, SCALAR_ORDER);
            scalars[j + 1] = addmod(scalars[j + 1], product, SCALAR_ORDER);
        }
        return true;
    }

    /// @dev The i-th pair (-r A, B), and r C added to the sum.
    function _addPoints(
        uint256[] memory pairs,
        uint256 i,
        Sums memory sums,
        uint256[8] calldata p,
        uint256 coefficient
    ) private view returns (bool) {
        (bool isPoint, uint256[2] memory a) = _multiply(p[0], p[1], coefficient);
        if (!isPoint) return false;
        uint256 first = PAIR_WORDS * i;
        (pairs[first], pairs[first + 1]) = (a[0], (BASE_ORDER - a[1]) % BASE_ORDER);
        for (uint256 word = 2; word < PAIR_WORDS; word++) pairs[first + word] = p[word];
        return _accumulate(sums.c, p[6], p[7], coefficient);
    }

    /// @dev The last three pairs: (sum of r) alpha with beta, the sum of r vk_x with gamma, the sum
    /// of r C with delta.
    function _addKey(
        uint256[] memory pairs,
        uint256 count,
        uint256[30] memory vk,
        Sums memory sums
    ) private view returns (bool) {
        uint256[2][3] memory left;
        left[2] = sums.c;
        if (!_accumulate(left[0], vk[0], vk[1], sums.scalars[0])) return false;
        for (uint256 j = 0; j < 8; j++) {
            uint256 point = 14 + 2 * j;
            if (!_accumulate(left[1], vk[point], vk[point + 1], sums.scalars[j])) return false;
        }
        for (uint256 k = 0; k < 3; k++) {
            uint256 first = PAIR_WORDS * (count + k);
            (pairs[first], pairs[first + 1]) = (left[k][0], left[k][1]);
            // beta, gamma and delta follow alpha in the key.
            for (uint256 word = 2; word < PAIR_WORDS; word++) pairs[first + word] = vk[4 * k + word];
        }
        return true;
    }

    /// @dev sum += scalar * (x, y). False when that is no point.
    function _accumulate(
        uint256[2] memory sum,
        uint256 x,
        uint256 y,
        uint256 scalar
    ) private view returns (bool success) {
        uint256[2] memory product;
        (success, product) = _multiply(x, y, scalar);
        if (!success) return false;
        uint256[4] memory input = [sum[0], sum[1], product[0], product[1]];
        assembly ("memory-safe") {
            success := staticcall(gas(), ADD, input, 0x80, sum, 0x40)
        }
    }

    function _multiply(
        uint256 x,
        uint256 y,
        uint256 scalar
    ) private view returns (bool success, uint256[2] memory product) {
        uint256[3] memory input = [x, y, scalar];
        assembly ("memory-safe") {
            success := staticcall(gas(), MULTIPLY, input, 0x60, product, 0x40)
        }
    }

    /// @dev Whether the product of all pairings is one.
    function _multiplyToOne(uint256[] memory pairs) private view returns (bool) {
        uint256[1] memory result;
        bool success;
        assembly ("memory-safe") {
            let bytesLong := mul(mload(pairs), 0x20)
            success := staticcall(gas(), PAIRING, add(pairs, 0x20), bytesLong, result, 0x20)
        }
        return success && result[0] == 1;
    }
}
