// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

/// One proof of a screening. The i-th is about the i-th of the version's criteria hashes; what the
/// contract knows (hash, scope, message) is not in it.
struct Part {
    /// Equal in all proofs of one person, trial and clinic.
    uint256 issuerTag;
    uint256 recordsRoot;
    uint256 asOf;
    /// Groth16 in Solidity's order: a0 a1 b01 b00 b11 b10 c0 c1.
    uint256[8] points;
}

/// What a patient submits, through anyone.
struct ScreeningProof {
    bytes32 trialId;
    uint32 version;
    uint256 nullifier;
    uint256 participantCommitment;
    Part[] parts;
}

/// The same among many of one trial and version.
struct Person {
    uint256 nullifier;
    uint256 participantCommitment;
    Part[] parts;
}
