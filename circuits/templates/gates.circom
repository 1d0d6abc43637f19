pragma circom 2.2.0;

include "./poseidon.circom";
include "./comparison.circom";

// Threshold gates over K leaves and earlier gates; the last gate is the result and must hold.
// AND of n inputs is the threshold n, OR is 1, "at least k of" is k.
//
//     gate i: threshold - 1 (6 bits) | a bit per leaf (K) | a bit per earlier gate (i)
//
// The threshold is stored less one, so a threshold of 0, which everybody would pass, cannot be
// written; and gate i has exactly 6 + K + i bits, so it cannot read itself or a later gate.
// All gates are monotone: claiming less never makes more true.
template Gates(K, G) {
    signal input gates[G];
    // Which leaves hold, each proven by its Criterion.
    signal input leafClaims[K];
    // Which gates hold, as the prover claims; a gate that is not claimed counts as 0.
    signal input gateClaims[G];

    // Which inputs of each gate are both read and hold: leaves first, then earlier gates.
    signal counted[G][K + G];
    // How far a claimed gate's count exceeds its threshold; 0 for a gate not claimed.
    signal surplus[G];

    component words[G];
    component reached[G];

    for (var i = 0; i < G; i++) {
        gateClaims[i] * (gateClaims[i] - 1) === 0;

        words[i] = Bits(6 + K + i);
        words[i].in <== gates[i];

        var threshold = 1;
        var unit = 1;
        for (var j = 0; j < 6; j++) {
            threshold += words[i].out[j] * unit;
            unit *= 2;
        }

        var count = 0;
        for (var j = 0; j < K; j++) {
            counted[i][j] <== leafClaims[j] * words[i].out[6 + j];
            count += counted[i][j];
        }
        for (var j = 0; j < i; j++) {
            counted[i][K + j] <== gateClaims[j] * words[i].out[6 + K + j];
            count += counted[i][K + j];
        }
        for (var j = i; j < G; j++) {
            counted[i][K + j] <== 0;
        }

        // count <= 48 and threshold <= 64: the difference lies in [-64, 47].
        surplus[i] <== gateClaims[i] * (count - threshold);
        reached[i] = NotNegative(6);
        reached[i].in <== surplus[i];
    }

    gateClaims[G - 1] === 1;
}

// The hash that binds a program: every leaf, every gate, the policy, and a salt that keeps a
// sealed program from being guessed.
//
//     Poseidon(256 K + G, policy, salt, digests)
//
// where the digests are Poseidon16 over the leaves followed by the gates, 16 words at a time.
// The first input keeps the two circuits' programs apart.
template CriteriaHash(K, G) {
    assert((K + G) % 16 == 0);
    var digestCount = (K + G) \ 16;

    signal input leaves[K];
    signal input gates[G];
    signal input policy;
    signal input salt;

    signal output out;

    component digests[digestCount];
    component top = Poseidon(3 + digestCount);
    top.inputs[0] <== 256 * K + G;
    top.inputs[1] <== policy;
    top.inputs[2] <== salt;
    for (var i = 0; i < digestCount; i++) {
        digests[i] = Poseidon(16);
        for (var j = 0; j < 16; j++) {
            var at = 16 * i + j;
            if (at < K) {
                digests[i].inputs[j] <== leaves[at];
            } else {
                digests[i].inputs[j] <== gates[at - K];
            }
        }
        top.inputs[3 + i] <== digests[i].out;
    }
    out <== top.out;
}
