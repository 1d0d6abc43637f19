pragma circom 2.2.0;

include "./templates/calendar.circom";
include "./templates/criterion.circom";
include "./templates/gates.circom";
include "./templates/identity.circom";
include "./templates/membership.circom";
include "./templates/record.circom";

// "I hold the secret of an identity whose record, attested by the clinic `issuer`, is in the tree with
//  root `recordsRoot` among that clinic's records; the record meets the policy and satisfies the
//  program with hash `criteriaHash` on the day `asOf`; `nullifier` = Poseidon2(scope, secret),
//  `issuerTag` = Poseidon3(scope, secret, issuer); and I authorise `message`."
//
// K leaves (at most 32), G threshold gates, so many of them a word.
//
// Public signals, in this order everywhere (statement/proof/signals.ts):
//
//     nullifier, issuerTag, criteriaHash, recordsRoot, scope, message, asOf
//
// The first three are computed here, and the record's path must lead to the fourth. The verifier
// must compare each with what it knows: the nullifier with those seen, issuerTag with that of the
// screening (at the desk), criteriaHash with the trial's current version, recordsRoot with the
// registry's valid roots, asOf with today; and must compute scope and message itself, from the
// chain, the contract, the trial and the participant, never take them from whoever sends a proof.
// It must refuse signals at or above the field order.
template Eligibility(K, G, GATES_A_WORD) {
    var BATCH_LEVELS = 12;
    var REGISTRY_LEVELS = 16;

    // --- Public inputs.
    // Root of the registry.
    signal input recordsRoot;
    // Chain, contract and protocol: what one person can answer once.
    signal input scope;
    // What the prover authorises with this proof.
    signal input message;
    // Day of the statement, twice: see Calendar.
    signal input asOf;

    // --- The person and their record (secret).
    signal input secret;
    signal input issuer;
    signal input blinding;
    signal input header;
    signal input pageHashes[64];

    // --- The record's place in the tree (secret).
    signal input batchLefts[BATCH_LEVELS];
    signal input batchRights[BATCH_LEVELS];
    signal input batchRoot;
    signal input registryLefts[REGISTRY_LEVELS];
    signal input registryRights[REGISTRY_LEVELS];

    // --- The program (known to the wallet, bound by criteriaHash).
    signal input codesLo[K];
    signal input codesHi[K];
    signal input parameters[K \ 2];
    signal input gates[G \ GATES_A_WORD];
    signal input policy;
    signal input salt;

    // --- For each leaf, the claim and the pair of facts that proves it (secret).
    signal input claims[K];
    signal input past[K];
    signal input pages[K][16];
    signal input slotMisses[K][15];
    signal input predecessors[K];
    signal input factCodes[K];
    signal input factRests[K];
    // For each gate, the claim.
    signal input gateClaims[G];

    signal output nullifier;
    signal output issuerTag;
    signal output criteriaHash;

    // 1. Who: the identity behind the record, its one nullifier for this scope, and its one tag for
    // this scope and clinic.
    component identity = Identity();
    identity.secret <== secret;
    identity.scope <== scope;
    identity.issuer <== issuer;
    nullifier <== identity.nullifier;
    issuerTag <== identity.issuerTag;

    // 2. What: the record's commitment, from its page hashes, header, clinic and owner.
    component record = RecordCommitment();
    record.pageHashes <== pageHashes;
    record.header <== header;
    record.issuer <== issuer;
    record.identityCommitment <== identity.commitment;
    record.blinding <== blinding;

    // 3. Where: the commitment is in the tree with the public root, in a batch of this very clinic.
    component membership = RecordMembership(BATCH_LEVELS, REGISTRY_LEVELS);
    membership.commitment <== record.commitment;
    membership.issuer <== issuer;
    membership.batchLefts <== batchLefts;
    membership.batchRights <== batchRights;
    membership.batchRoot <== batchRoot;
    membership.registryLefts <== registryLefts;
    membership.registryRights <== registryRights;
    membership.recordsRoot <== recordsRoot;

    // 4. When: the day of the statement, and whether the record is good enough on it.
    component calendar = Calendar();
    calendar.asOf <== asOf;
    component recordPolicy = RecordPolicy();
    recordPolicy.header <== header;
    recordPolicy.policy <== policy;
    recordPolicy.asOfDay <== calendar.day;

    // 5. Each claimed leaf holds, of a pair of facts that the record really contains.
    component parameterBits[K \ 2];
    component criteria[K];
    component openings[K];
    for (var k = 0; k < K; k++) {
        // 228 bits, so that the word has one reading only.
        if (k % 2 == 0) {
            parameterBits[k \ 2] = Bits(228);
            parameterBits[k \ 2].in <== parameters[k \ 2];
        }

        criteria[k] = Criterion();
        criteria[k].codeLo <== codesLo[k];
        criteria[k].codeHi <== codesHi[k];
        for (var i = 0; i < 114; i++) {
            criteria[k].parameters[i] <== parameterBits[k \ 2].out[114 * (k % 2) + i];
        }
        criteria[k].code <== factCodes[k];
        criteria[k].dayAndValue <== factRests[k];
        criteria[k].predecessor <== predecessors[k];
        criteria[k].asOfDay <== calendar.day;
        criteria[k].asOfYmd <== calendar.ymd;
        criteria[k].claim <== claims[k];
        criteria[k].past <== past[k];

        openings[k] = Opening();
        openings[k].pageHashes <== pageHashes;
        openings[k].page <== pages[k];
        openings[k].slotMiss <== slotMisses[k];
        openings[k].predecessor <== predecessors[k];
        openings[k].fact <== criteria[k].fact;
    }

    // 6. Which criteria: the very words that were read above and are read below.
    component program = CriteriaHash(K, G, GATES_A_WORD);
    program.policy <== policy;
    program.salt <== salt;
    program.parameters <== parameters;
    program.gates <== gates;
    for (var k = 0; k < K; k++) {
        program.codes[k] <== criteria[k].codes;
    }
    criteriaHash <== program.out;

    // 7. The claimed leaves are enough: the last gate holds.
    component result = Gates(K, G, GATES_A_WORD);
    result.words <== gates;
    result.leafClaims <== claims;
    result.gateClaims <== gateClaims;

    // 8. `message` takes part in nothing above. The square ties it into the constraint system, so
    // that no optimisation can drop it and a proof cannot be moved to another message.
    signal messageSquare <== message * message;
}
