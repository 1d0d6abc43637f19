pragma circom 2.2.0;

include "./poseidon.circom";

// The root above a leaf in a LeanIMT of at most `levels` levels.
//
// In a LeanIMT a node without a right sibling moves up unchanged, so a path has as many siblings
// as there were real pairs. Two trees join without a trace: a batch's root is a leaf of the
// registry, and the two paths, one after the other, are one path.
//
// A leaf is a hash of arity 4 and a node one of arity 2, so a node cannot pass for a leaf.
//
// NOT checked here: that the root is one the registry ever had. The contract must.
template Membership(levels) {
    signal input leaf;
    // The other child, level by level; anything on a level that is not active.
    signal input siblings[levels];
    // 1 where the sibling is on the left.
    signal input sides[levels];
    // 1 where there is a pair to hash, 0 where the node moves up unchanged. A gap in the middle is
    // harmless: it spells the same path as its active levels without the gap.
    signal input active[levels];

    signal output root;

    // The node on each level, from the leaf up.
    signal nodes[levels + 1];
    // The left child; the right one is what remains of the pair's sum.
    signal lefts[levels];

    component pairs[levels];

    nodes[0] <== leaf;
    for (var i = 0; i < levels; i++) {
        sides[i] * (sides[i] - 1) === 0;
        active[i] * (active[i] - 1) === 0;

        lefts[i] <== sides[i] * (siblings[i] - nodes[i]) + nodes[i];

        pairs[i] = Poseidon(2);
        pairs[i].inputs[0] <== lefts[i];
        pairs[i].inputs[1] <== nodes[i] + siblings[i] - lefts[i];

        nodes[i + 1] <== active[i] * (pairs[i].out - nodes[i]) + nodes[i];
    }
    root <== nodes[levels];
}
