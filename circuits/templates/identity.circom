pragma circom 2.2.0;

include "../../node_modules/circomlib/circuits/escalarmulfix.circom";
include "./poseidon.circom";
include "./comparison.circom";

// A Semaphore v4 identity: a secret scalar, its public key on Baby Jubjub, and the key's hash.
// The same secret serves here and in Semaphore's own circuit, so both speak of one person.
//
//     commitment = Poseidon2(secret * Base8)
//     nullifier  = Poseidon2(scope, secret)
template Identity() {
    // Secret scalar, below the order l of the prime subgroup.
    signal input secret;
    // What the nullifier is bound to: chain, contract and protocol.
    signal input scope;

    // Identity commitment: never public, it goes into the record's commitment.
    signal output commitment;
    // One per secret and scope: the same person cannot answer twice.
    signal output nullifier;

    // Order of Baby Jubjub's prime subgroup (EIP-2494).
    var l = 2736030358979909402780800718157159386076813972158567259200215660948447373041;

    // Why must the secret be below l? s and s + l give the same public key, hence the same
    // commitment, but different nullifiers: without this one identity would have eight of them.
    // The 251 bits bound the secret by 2^251, so that the difference below lies in
    // (-2^251, 2^251) and cannot wrap around; l - 1 - secret >= 0 then says secret < l.
    component bits = Bits(251);
    bits.in <== secret;
    component belowOrder = NotNegative(251);
    belowOrder.in <== l - 1 - secret;

    // Base8 of EIP-2494, the generator that Semaphore and circomlib use.
    var BASE8[2] = [
        5299619240641551281634865583518297030282874472190772894086521144482721001553,
        16950150798460657717958625567821834550301663161624707787222815936182638968203
    ];
    component key = EscalarMulFix(251, BASE8);
    for (var i = 0; i < 251; i++) {
        key.e[i] <== bits.out[i];
    }

    component keyHash = Poseidon(2);
    keyHash.inputs[0] <== key.out[0];
    keyHash.inputs[1] <== key.out[1];
    commitment <== keyHash.out;

    component scopeHash = Poseidon(2);
    scopeHash.inputs[0] <== scope;
    scopeHash.inputs[1] <== secret;
    nullifier <== scopeHash.out;
}
