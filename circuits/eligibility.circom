pragma circom 2.2.0;

include "./templates/calendar.circom";
include "./templates/criterion.circom";
include "./templates/gates.circom";
include "./templates/identity.circom";
include "./templates/membership.circom";
include "./templates/record.circom";

// "I hold the secret of an identity whose attested record is in the tree with root `recordsRoot`;
//  the record meets the policy and satisfies the program with hash `criteriaHash` on the day
//  `asOf`; `nullifier` = Poseidon2(scope, secret); and I authorise `message`."
//
// K leaves (at most 32), G threshold gates, a path of at most 32 levels.
//
// Public signals, in this order everywhere (statement/signals.ts):
//
//     nullifier, criteriaHash, recordsRoot, scope, message, asOf
//
// The first three are computed here. The verifier must compare each with what it knows: the
// nullifier with those seen, criteriaHash with the trial's current version, recordsRoot with the
// registry's valid roots, asOf with today; and must compute scope and message itself, from the
// chain, the contract, the trial and the participant, never take them from whoever sends a proof.
// It must refuse signals at or above the field order.
template Eligibility(K, G) {
    var LEVELS = 32;

    // --- Public inputs.
    // Chain, contract and protocol: what one person can answer once.
    signal input scope;
    // What the prover authorises with this proof.
    signal input message;
    // Day of the statement, twice: see Calendar.
    signal input asOf;

    // --- The person and their record (secret).
    signal input secret;
    signal input blinding;
    signal input header;
    signal input pageHashes[64];

    // --- The record's place in the tree (secret).
    signal input siblings[LEVELS];
    signal input sides[LEVELS];
    signal input active[LEVELS];

    // --- The program (known to the wallet, bound by criteriaHash).
    signal input leaves[K];
    signal input gates[G];
    signal input policy;
    signal input salt;

    // --- For each leaf, the claim and the pair of facts that proves it (secret).
    signal input claims[K];
    signal input past[K];
    signal input pages[K][16];
    signal input pagePicks[K][64];
    signal input slotPicks[K][15];
    signal input predecessors[K];
    signal input facts[K];
    // For each gate, the claim.
    signal input gateClaims[G];

    signal output nullifier;
    signal output criteriaHash;
    signal output recordsRoot;

    // 1. Who: the identity behind the record, and its one nullifier for this scope.
    component identity = Identity();
    identity.secret <== secret;
    identity.scope <== scope;
    nullifier <== identity.nullifier;

    // 2. What: the record's commitment, from its page hashes, header and owner.
    component record = RecordCommitment();
    for (var i = 0; i < 64; i++) {
        record.pageHashes[i] <== pageHashes[i];
    }
    record.header <== header;
    record.identityCommitment <== identity.commitment;
    record.blinding <== blinding;

    // 3. Where: the commitment is a leaf of the tree with the public root.
    component membership = Membership(LEVELS);
    membership.leaf <== record.commitment;
    for (var i = 0; i < LEVELS; i++) {
        membership.siblings[i] <== siblings[i];
        membership.sides[i] <== sides[i];
        membership.active[i] <== active[i];
    }
    recordsRoot <== membership.root;

    // 4. When: the day of the statement, and whether the record is good enough on it.
    component calendar = Calendar();
    calendar.asOf <== asOf;
    component recordPolicy = RecordPolicy();
    recordPolicy.header <== header;
    recordPolicy.policy <== policy;
    recordPolicy.asOfDay <== calendar.day;

    // 5. Which criteria: the very words that are read below.
    component program = CriteriaHash(K, G);
    program.policy <== policy;
    program.salt <== salt;
    for (var i = 0; i < K; i++) {
        program.leaves[i] <== leaves[i];
    }
    for (var i = 0; i < G; i++) {
        program.gates[i] <== gates[i];
    }
    criteriaHash <== program.out;

    // 6. Each claimed leaf holds, of a pair of facts that the record really contains.
    component openings[K];
    component criteria[K];
    for (var k = 0; k < K; k++) {
        openings[k] = Opening();
        for (var i = 0; i < 64; i++) {
            openings[k].pageHashes[i] <== pageHashes[i];
            openings[k].pagePick[i] <== pagePicks[k][i];
        }
        for (var i = 0; i < 16; i++) {
            openings[k].page[i] <== pages[k][i];
        }
        for (var i = 0; i < 15; i++) {
            openings[k].slotPick[i] <== slotPicks[k][i];
        }
        openings[k].predecessor <== predecessors[k];
        openings[k].fact <== facts[k];

        criteria[k] = Criterion();
        criteria[k].leaf <== leaves[k];
        criteria[k].fact <== facts[k];
        criteria[k].predecessor <== predecessors[k];
        criteria[k].asOfDay <== calendar.day;
        criteria[k].asOfYmd <== calendar.ymd;
        criteria[k].claim <== claims[k];
        criteria[k].past <== past[k];
    }

    // 7. The claimed leaves are enough: the last gate holds.
    component result = Gates(K, G);
    for (var k = 0; k < K; k++) {
        result.leafClaims[k] <== claims[k];
    }
    for (var i = 0; i < G; i++) {
        result.gates[i] <== gates[i];
        result.gateClaims[i] <== gateClaims[i];
    }

    // 8. `message` takes part in nothing above. The square ties it into the constraint system, so
    // that no optimisation can drop it and a proof cannot be moved to another message.
    signal messageSquare <== message * message;
}
