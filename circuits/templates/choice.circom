pragma circom 2.2.0;

// Holds when `value` is one of the n `options`.
//
// The product of all differences is 0 exactly when one of them is: a field has no divisors of zero.
// One constraint an option but the first, and nothing for the prover to choose.
template OneOf(n) {
    assert(n >= 2);

    // Any field elements.
    signal input options[n];
    signal input value;

    // The product of the differences so far, plus 1. Why plus 1? The compiler puts the longer factor
    // of a constraint into matrix A and the other one into B, whose wires cost the key thrice as much.
    signal products[n - 1];

    products[0] <== options[0] - value + 1;
    for (var i = 1; i < n - 1; i++) {
        products[i] <== (products[i - 1] - 1) * (options[i] - value) + 1;
    }
    (products[n - 2] - 1) * (options[n - 1] - value) === 0;
}
