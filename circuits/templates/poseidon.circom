pragma circom 2.2.0;

include "./generated/poseidon.circom";

// Poseidon over BN254: circomlib's function (same constants, same hash) on other wires.
//
// An S-box raises a number to the fifth power: square = x * x, fourth = square * square,
// y = fourth * x. circomlib makes the y wires. Then every x is a sum over the y before it, longer from
// round to round, and is written three times into the matrices A and B. Here the x are wires, and
// each y is a sum over the x that come after it. A and B hold single wires then; the sums stand in
// C, which no proving key contains. As many constraints and wires, a third of the coefficients.
//
// Why is there one possibility only, where so much is a hint? Read forwards. Given the x of a round, its
// constraints fix the y. The y are an invertible linear map of the x of the next round, which are
// thereby fixed too; and so on from the inputs to `out`.

// The hash of 1 to 16 numbers, as circomlib's template of this name.
template Poseidon(nInputs) {
    // Any field elements.
    signal input inputs[nInputs];
    // Their one hash.
    signal output out;

    // Inverses are computed here, while compiling: as parameters they are constants of the program.
    var t = nInputs + 1;
    component rounds = PoseidonRounds(
        t, inverseOf(POSEIDON_M(t), t), inverseOf(POSEIDON_P(t), t), sharesOf(POSEIDON_S(t), t)
    );
    rounds.inputs <== inputs;
    out <== rounds.out;
}

// All rounds, on a state of t places.
template PoseidonRounds(t, inverseM, inverseP, shares) {
    // Places 1 to t - 1 of the state; place 0 begins as zero.
    signal input inputs[t - 1];
    // Place 0 of the last state.
    signal output out;

    var PARTIAL = partialRounds(t);
    // Constants added after each S-box, and before the first round to the inputs.
    var C[t * 8 + PARTIAL] = POSEIDON_C(t);
    // The mixing of full rounds, and of the last one before the partial rounds.
    var M[t][t] = POSEIDON_M(t);
    var P[t][t] = POSEIDON_P(t);
    // The mixing of each partial round: a row of t numbers, then a column of t - 1.
    var S[PARTIAL * (t * 2 - 1)] = POSEIDON_S(t);
    var WIDTH = t * 2 - 1;

    // What the S-boxes of full rounds take: rounds 0 to 3 before the partial ones, 4 to 7 after them.
    signal full[8][t];
    // What the one S-box of each partial round takes.
    signal partial[PARTIAL];
    // What the S-boxes of the last round give; of the first among them `out` tells.
    signal last[t];

    // --- 1. Hints: the state as it comes, forwards.
    var state[t];
    var mixed[t];
    var y = 0;
    for (var i = 0; i < t; i++) {
        state[i] = C[i] + (i == 0 ? 0 : inputs[i - 1]);
    }
    for (var r = 0; r < 8; r++) {
        if (r == 4) {
            for (var p = 0; p < PARTIAL; p++) {
                partial[p] <-- state[0];
                y = fifthPower(partial[p]) + C[5 * t + p];
                state[0] = S[WIDTH * p] * y;
                for (var k = 1; k < t; k++) {
                    state[0] += S[WIDTH * p + k] * state[k];
                    state[k] += S[WIDTH * p + t + k - 1] * y;
                }
            }
        }
        for (var i = 0; i < t; i++) {
            full[r][i] <-- state[i];
            state[i] = fifthPower(full[r][i]);
            if (r < 7) {
                state[i] += C[constantOf(r, i, t)];
            } else {
                last[i] <-- state[i];
            }
        }
        for (var i = 0; i < t; i++) {
            mixed[i] = 0;
            for (var j = 0; j < t; j++) {
                mixed[i] += (r == 3 ? P[j][i] : M[j][i]) * state[j];
            }
        }
        state = mixed;
    }
    out <-- state[0];

    // --- 2. The first round takes inputs and constants.
    for (var i = 0; i < t; i++) {
        full[0][i] === C[i] + (i == 0 ? 0 : inputs[i - 1]);
    }

    // --- 3. The S-boxes of partial rounds, last round first. `after` is the state after a round, in
    // sums over what later rounds take. A round turns the state `before` it into
    //     after[0] = row[0] * y + sum of row[k] * before[k]         after[k] = before[k] + column[k] * y
    // which, solved for y, is the difference below times the round's share.
    component partialBoxes[PARTIAL];
    var after[t];
    for (var i = 0; i < t; i++) {
        after[i] = full[4][i];
    }
    for (var p = PARTIAL - 1; p >= 0; p--) {
        y = after[0];
        for (var k = 1; k < t; k++) {
            y -= S[WIDTH * p + k] * after[k];
        }
        y = y * shares[p];
        partialBoxes[p] = FourthPower();
        partialBoxes[p].in <== partial[p];
        partialBoxes[p].out * partial[p] === y - C[5 * t + p];
        for (var k = 1; k < t; k++) {
            after[k] -= S[WIDTH * p + t + k - 1] * y;
        }
        after[0] = partial[p];
    }

    // --- 4. The S-boxes of full rounds: the state after each, taken back through the mixing.
    component fullBoxes[8][t];
    for (var r = 0; r < 8; r++) {
        for (var i = 0; i < t; i++) {
            fullBoxes[r][i] = FourthPower();
            fullBoxes[r][i].in <== full[r][i];
            if (r < 7) {
                y = 0;
                for (var j = 0; j < t; j++) {
                    y += r == 3 ? inverseP[j][i] * after[j] : inverseM[j][i] * full[r + 1][j];
                }
                fullBoxes[r][i].out * full[r][i] === y - C[constantOf(r, i, t)];
            } else if (i > 0) {
                fullBoxes[r][i].out * full[r][i] === last[i];
            }
        }
    }
    // The last mixing has one place only, `out`. No number of the matrix is zero.
    y = out;
    for (var j = 1; j < t; j++) {
        y -= M[j][0] * last[j];
    }
    M[0][0] * fullBoxes[7][0].out * full[7][0] === y;
}

// The first two products of an S-box. The third is its user's, who knows which sum it equals.
template FourthPower() {
    // What the S-box takes.
    signal input in;
    // in^2
    signal square;
    // in^4
    signal output out;

    square <== in * in;
    out <== square * square;
}

function fifthPower(x) {
    var square = x * x;
    return square * square * x;
}

// Where the constant stands that follows S-box i of full round r.
function constantOf(r, i, t) {
    return (r + 1) * t + (r < 4 ? 0 : partialRounds(t)) + i;
}

// Table 8 of https://eprint.iacr.org/2019/458, for a state of t places.
function partialRounds(t) {
    var ROUNDS[16] = [56, 57, 56, 60, 60, 63, 64, 63, 60, 66, 60, 65, 70, 60, 64, 68];
    return ROUNDS[t - 2];
}

// The inverse of a t x t matrix, by elimination. No pivot of these matrices is zero.
function inverseOf(matrix, t) {
    var left[17][17];
    var right[17][17];
    for (var i = 0; i < t; i++) {
        for (var j = 0; j < t; j++) {
            left[i][j] = matrix[i][j];
            right[i][j] = i == j ? 1 : 0;
        }
    }
    for (var column = 0; column < t; column++) {
        var pivot = 1 / left[column][column];
        for (var j = 0; j < t; j++) {
            left[column][j] = left[column][j] * pivot;
            right[column][j] = right[column][j] * pivot;
        }
        for (var row = 0; row < t; row++) {
            if (row != column) {
                var factor = left[row][column];
                for (var j = 0; j < t; j++) {
                    left[row][j] = left[row][j] - factor * left[column][j];
                    right[row][j] = right[row][j] - factor * right[column][j];
                }
            }
        }
    }
    return right;
}

// Per partial round, 1 / (row[0] - sum of row[k] * column[k]).
function sharesOf(S, t) {
    var shares[70];
    for (var p = 0; p < partialRounds(t); p++) {
        var divisor = S[(t * 2 - 1) * p];
        for (var k = 1; k < t; k++) {
            divisor -= S[(t * 2 - 1) * p + k] * S[(t * 2 - 1) * p + t + k - 1];
        }
        shares[p] = 1 / divisor;
    }
    return shares;
}
