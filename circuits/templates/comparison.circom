pragma circom 2.2.0;

// Every comparison of this circuit is made here, and only here.
//
// In a field there is no "less than": -1 is the largest element. A statement a >= b is therefore
// made by showing that the *difference* a - b, as a field element, is a small number of n bits.
// That says a >= b only when both operands are already known to be small (far below p / 2):
// each caller below compares numbers which it, or the template that handed them over, has
// decomposed into bits, and states the widest difference as a comment.

// The n bits of `in`, least significant first.
//
// n is at most 253 because 2^253 < p: with 254 bits a number below 2^254 - p would have two
// decompositions, and the prover could choose between them.
template Bits(n) {
    assert(n <= 253);

    signal input in;
    signal output out[n];

    var below = 0;
    var unit = 1;
    for (var i = 0; i < n; i++) {
        // A hint only; the constraints below leave exactly one possibility.
        out[i] <-- (in >> i) & 1;
        out[i] * (out[i] - 1) === 0;
        if (i < n - 1) {
            below += out[i] * unit;
            unit *= 2;
        }
    }
    // The bits sum up to `in`. A bit is its own square; written so, the sum stands in matrix C,
    // which no proving key contains. As a linear constraint it would replace a bit wherever that
    // is used.
    out[n - 1] * out[n - 1] * unit === in - below;
}

// Holds when 0 <= in < 2^n, which refuses every negative difference: -x is p - x, and p - x has
// more than n bits as long as x <= p - 2^n, which every caller's operands keep by a wide margin.
template NotNegative(n) {
    assert(n <= 253);

    signal input in;

    // Same as Bits, without outputs: nobody needs the bits of a difference.
    signal bits[n];

    var sum = 0;
    var unit = 1;
    for (var i = 0; i < n; i++) {
        bits[i] <-- (in >> i) & 1;
        bits[i] * (bits[i] - 1) === 0;
        sum += bits[i] * unit;
        unit *= 2;
    }
    in === sum;
}

// The same of difference * factor + offset, which needs no wire of its own.
//
// Most comparisons are made under a condition: the factor is 1 or -1 where it counts and 0 where it
// does not.
template NotNegativeIf(n) {
    assert(n <= 253);

    signal input factor;
    signal input difference;
    signal input offset;

    signal bits[n];

    var sum = 0;
    var unit = 1;
    for (var i = 0; i < n; i++) {
        bits[i] <-- ((difference * factor + offset) >> i) & 1;
        bits[i] * (bits[i] - 1) === 0;
        sum += bits[i] * unit;
        unit *= 2;
    }
    difference * factor === sum - offset;
}
