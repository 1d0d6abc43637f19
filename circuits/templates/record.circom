pragma circom 2.2.0;

include "./choice.circom";
include "./comparison.circom";
include "./poseidon.circom";

// A record: 64 pages of 16 slots and a header, under one commitment.
//
//     factsRoot  = Poseidon4(of four Poseidon16, each of 16 page hashes)
//     commitment = Poseidon5(factsRoot, header, issuer, identity commitment, blinding)
//
// NOT checked here: that the facts are sorted, that slot 0 repeats the page before, that every
// slot is below 2^123. The clinic that attests the record lays it out so, and the wallet checks
// all of it at import (witness/record.ts): the prover cannot change what the clinic committed to.
template RecordCommitment() {
    signal input pageHashes[64];
    signal input header;
    // Address of the clinic, a word of its own.
    signal input issuer;
    signal input identityCommitment;
    // 248 random bits: nobody can guess a record and compare.
    signal input blinding;

    signal output commitment;

    component quarters[4];
    component facts = Poseidon(4);
    for (var i = 0; i < 4; i++) {
        quarters[i] = Poseidon(16);
        for (var j = 0; j < 16; j++) {
            quarters[i].inputs[j] <== pageHashes[16 * i + j];
        }
        facts.inputs[i] <== quarters[i].out;
    }

    component leaf = Poseidon(5);
    leaf.inputs[0] <== facts.out;
    leaf.inputs[1] <== header;
    leaf.inputs[2] <== issuer;
    leaf.inputs[3] <== identityCommitment;
    leaf.inputs[4] <== blinding;
    commitment <== leaf.out;
}

// Shows that `fact` and `predecessor` lie side by side, in this order, on one page of the record.
//
// The slot is picked by weights with sum 1, and a weight that is not 0 forces both slots that it
// picks to be what is claimed. Since the weights cannot all be 0, at least one pair is equal,
// which is all that is wanted. They need not be bits, which saves a constraint each. They are given
// as what they lack to 1, which is 0 for the slot that is meant: a factor of two terms goes into
// matrix A (see OneOf).
template Opening() {
    signal input pageHashes[64];
    // The page that is opened: one of the 64, by its hash.
    signal input page[16];
    // 0 for the one of slots 1 to 15 that holds the fact, 1 for the others. Slot 0 only ever serves
    // as predecessor: it belongs to the page before, or is the 0 before the first fact.
    signal input slotMiss[15];
    signal input predecessor;
    signal input fact;

    component pageHash = Poseidon(16);
    for (var i = 0; i < 16; i++) {
        pageHash.inputs[i] <== page[i];
    }
    component ofRecord = OneOf(64);
    ofRecord.options <== pageHashes;
    ofRecord.value <== pageHash.out;

    var slotSum = 0;
    for (var i = 0; i < 15; i++) {
        // The same weight for both: no weight, no pair.
        (1 - slotMiss[i]) * (page[i] - predecessor) === 0;
        (1 - slotMiss[i]) * (page[i + 1] - fact) === 0;
        slotSum += 1 - slotMiss[i];
    }
    slotSum === 1;
}

// Holds when the record is fresh, long and complete enough for the criteria's policy. Absence
// from a record says something only then.
//
//     header: identitySince 17 | completeFor 16 | dictionaryVersion 16 | coverageFromDay 17
//             | issuedDay 17 | codedIn 8                                   (lowest bits first)
//     policy: maxRecordAge 17 | minCoverage 17 | minDictionaryVersion 16 | domains 16
//             | latestIdentitySince 17 | codedIn 8
//
// NOT checked here: that the issuer is accredited. The registry must, before it anchors. And that
// what the header vouches for is so: the clinic answers for it.
template RecordPolicy() {
    signal input header;
    signal input policy;
    // Day of the statement, below 2^17.
    signal input asOfDay;

    component h = Bits(91);
    h.in <== header;
    component p = Bits(91);
    p.in <== policy;

    var identitySince = 0;
    var coverageFromDay = 0;
    var issuedDay = 0;
    var maxRecordAge = 0;
    var minCoverage = 0;
    var latestIdentitySince = 0;
    var unit = 1;
    for (var i = 0; i < 17; i++) {
        identitySince += h.out[i] * unit;
        coverageFromDay += h.out[49 + i] * unit;
        issuedDay += h.out[66 + i] * unit;
        maxRecordAge += p.out[i] * unit;
        minCoverage += p.out[17 + i] * unit;
        latestIdentitySince += p.out[66 + i] * unit;
        unit *= 2;
    }
    var dictionaryVersion = 0;
    var minDictionaryVersion = 0;
    unit = 1;
    for (var i = 0; i < 16; i++) {
        dictionaryVersion += h.out[33 + i] * unit;
        minDictionaryVersion += p.out[34 + i] * unit;
        unit *= 2;
        // A domain that must be complete (1) is complete (1).
        p.out[50 + i] * (1 - h.out[17 + i]) === 0;
    }

    for (var i = 0; i < 8; i++) {
        // A code system in which all must be coded (1) is one in which all is coded (1).
        p.out[83 + i] * (1 - h.out[83 + i]) === 0;
    }

    // All operands below are under 2^17, so every difference lies in (-2^18, 2^17).

    // Not issued in the future: issuedDay <= asOf.
    component issued = NotNegative(17);
    issued.in <== asOfDay - issuedDay;

    // Not too old: asOf - issuedDay <= maxRecordAge.
    component fresh = NotNegative(17);
    fresh.in <== maxRecordAge - asOfDay + issuedDay;

    // The header makes sense: coverageFromDay <= issuedDay.
    component covered = NotNegative(17);
    covered.in <== issuedDay - coverageFromDay;

    // Reaches back far enough: asOf - coverageFromDay >= minCoverage.
    component long = NotNegative(17);
    long.in <== asOfDay - coverageFromDay - minCoverage;

    // Knows the concepts that the criteria use.
    component known = NotNegative(16);
    known.in <== dictionaryVersion - minDictionaryVersion;

    // A wallet re-bound after recruiting began would answer a second time.
    component bound = NotNegative(17);
    bound.in <== latestIdentitySince - identitySince;
}
