pragma circom 2.2.0;

include "./poseidon.circom";
include "./comparison.circom";

// Threshold gates over K leaves and earlier gates; the last gate is the result and must hold.
// AND of n inputs is the threshold n, OR is 1, "at least k of" is k.
//
//     gate i: threshold - 1 (6 bits) | a bit per leaf (K) | a bit per earlier gate (i)
//
// and so many gates share a word, the first lowest. The threshold is stored less one, so a threshold
// of 0, which everybody would pass, cannot be written; and gate i has exactly 6 + K + i bits, so it
// cannot read itself or a later gate. All gates are monotone: claiming less never makes more true.
//
// NOT checked here: that the words are hashed (the caller), that leafClaims are bits (Criterion).
template Gates(K, G, PER_WORD) {
    assert(G % PER_WORD == 0);

    signal input words[G \ PER_WORD];
    // Which leaves hold, each proven by its Criterion.
    signal input leafClaims[K];
    // Which gates hold, as the prover claims; a gate that is not claimed counts as 0.
    signal input gateClaims[G];

    // Which inputs of each gate are both read and hold: leaves first, then earlier gates.
    signal counted[G][K + G];

    component bits[G \ PER_WORD];
    component reached[G];

    // The gate's lowest bit in its word.
    var at = 0;
    for (var i = 0; i < G; i++) {
        gateClaims[i] * (gateClaims[i] - 1) === 0;

        var word = i \ PER_WORD;
        if (i % PER_WORD == 0) {
            at = 0;
            bits[word] = Bits(widthOf(i, PER_WORD, K));
            bits[word].in <== words[word];
        }

        var threshold = 1;
        var unit = 1;
        for (var j = 0; j < 6; j++) {
            threshold += bits[word].out[at + j] * unit;
            unit *= 2;
        }

        var count = 0;
        for (var j = 0; j < K; j++) {
            counted[i][j] <== leafClaims[j] * bits[word].out[at + 6 + j];
            count += counted[i][j];
        }
        for (var j = 0; j < i; j++) {
            counted[i][K + j] <== gateClaims[j] * bits[word].out[at + 6 + K + j];
            count += counted[i][K + j];
        }
        for (var j = i; j < G; j++) {
            counted[i][K + j] <== 0;
        }

        // count <= 48 and threshold <= 64: the difference lies in [-64, 47].
        // A gate that is not claimed compares 0 with 0.
        reached[i] = NotNegativeIf(6);
        reached[i].difference <== count - threshold;
        reached[i].factor <== gateClaims[i];
        reached[i].offset <== 0;
        at += 6 + K + i;
    }

    gateClaims[G - 1] === 1;
}

// Bits of a word of `count` gates from gate `first` up.
function widthOf(first, count, K) {
    var width = 0;
    for (var i = first; i < first + count; i++) {
        width += 6 + K + i;
    }
    return width;
}

// The hash that binds a program: every leaf, every gate, the policy, and a salt that keeps a
// sealed program from being guessed.
//
//     Poseidon(256 K + G, policy, salt, gate words, codes and parameters, or digests of them)
//
// A leaf has a word of codes, and two leaves share a word of parameters. In eligibility-8 these are
// twelve, and there are 16 words in all; in eligibility-32 they are 48, 16 at a time become a
// digest, codes first, and there are ten words. The first word keeps the two circuits' programs
// apart.
template CriteriaHash(K, G, PER_WORD) {
    assert(K % 2 == 0 && G % PER_WORD == 0);
    var WORDS = K + K \ 2;
    var DIGESTS = WORDS \ 16;
    assert(DIGESTS == 0 || WORDS % 16 == 0);
    var GATES = G \ PER_WORD;

    signal input codes[K];
    signal input parameters[K \ 2];
    signal input gates[GATES];
    signal input policy;
    signal input salt;

    signal output out;

    // Codes first, then parameters.
    signal words[WORDS];
    for (var i = 0; i < K; i++) {
        words[i] <== codes[i];
    }
    for (var i = 0; i < K \ 2; i++) {
        words[K + i] <== parameters[i];
    }

    component top = Poseidon(3 + GATES + (DIGESTS == 0 ? WORDS : DIGESTS));
    top.inputs[0] <== 256 * K + G;
    top.inputs[1] <== policy;
    top.inputs[2] <== salt;
    for (var i = 0; i < GATES; i++) {
        top.inputs[3 + i] <== gates[i];
    }
    component digests[DIGESTS];
    for (var i = 0; i < DIGESTS; i++) {
        digests[i] = Poseidon(16);
        for (var j = 0; j < 16; j++) {
            digests[i].inputs[j] <== words[16 * i + j];
        }
        top.inputs[3 + GATES + i] <== digests[i].out;
    }
    if (DIGESTS == 0) {
        for (var i = 0; i < WORDS; i++) {
            top.inputs[3 + GATES + i] <== words[i];
        }
    }
    out <== top.out;
}
