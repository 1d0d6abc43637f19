pragma circom 2.2.0;

include "./poseidon.circom";

// The person behind a record: a secret number, and what is told of it.
//
//     commitment = Poseidon2(IDENTITY, secret)         to the clinic, which writes it into the record
//     nullifier  = Poseidon2(scope, secret)            to everybody
//     issuerTag  = Poseidon3(scope, secret, issuer)    to everybody
//
// Any field element is a secret, and two of them are two people: no curve, no range, nothing that
// could be written in two ways. All proofs of one person, trial and clinic have one issuerTag. So
// the desk knows that the record about the person in front of it is by the clinic whose record was
// screened, and learns nothing else from it.
//
// NOT checked here: that the scope is not IDENTITY, which would publish the commitment. Whoever
// verifies computes the scope, a hash as well. And that the secret cannot be guessed: the wallet
// draws it.
template Identity() {
    // Known to the wallet alone.
    signal input secret;
    // What nullifier and tag are bound to: chain, contract and protocol.
    signal input scope;
    // Address of the clinic that attested the record.
    signal input issuer;

    // Identity commitment: never public, it goes into the record's commitment.
    signal output commitment;
    // One per secret and scope: the same person cannot answer twice.
    signal output nullifier;
    // One per secret, scope and clinic.
    signal output issuerTag;

    // keccak256("cohort-zero/identity/2") >> 8
    var IDENTITY = 206050483435790013819823169413921353776433248599167774846883876490471448781;

    component owner = Poseidon(2);
    owner.inputs[0] <== IDENTITY;
    owner.inputs[1] <== secret;
    commitment <== owner.out;

    component answer = Poseidon(2);
    answer.inputs[0] <== scope;
    answer.inputs[1] <== secret;
    nullifier <== answer.out;

    component tag = Poseidon(3);
    tag.inputs[0] <== scope;
    tag.inputs[1] <== secret;
    tag.inputs[2] <== issuer;
    issuerTag <== tag.out;
}
