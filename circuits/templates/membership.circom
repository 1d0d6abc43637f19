pragma circom 2.2.0;

include "./choice.circom";
include "./poseidon.circom";

// Holds when a path of at most `levels` levels leads from `leaf` up to `root`.
//
// In a LeanIMT a node without a right sibling moves up unchanged, so a path has as many levels as
// there were real pairs. The prover gives the two children of every level; the node below must be
// one of them, and their hash is the node above. Where the path ends the prover goes on with
// children of their own making: `root` only has to be one of the nodes, from the leaf itself up.
//
// NOT checked here: that the root is one that the clinic or the registry ever had, and on which
// side the node stands: a tree has one leaf at each place anyway.
template Membership(levels) {
    // What is in the tree; the root itself when the tree has one leaf only.
    signal input leaf;
    // The children on each level, bottom up.
    signal input lefts[levels];
    signal input rights[levels];
    // Where the path leads.
    signal input root;

    // The node on each level, from the leaf up.
    signal nodes[levels + 1];

    component pairs[levels];
    component end = OneOf(levels + 1);

    nodes[0] <== leaf;
    for (var i = 0; i < levels; i++) {
        // The node is the left child or the right one.
        (lefts[i] - nodes[i]) * (rights[i] - nodes[i]) === 0;

        pairs[i] = Poseidon(2);
        pairs[i].inputs[0] <== lefts[i];
        pairs[i].inputs[1] <== rights[i];
        nodes[i + 1] <== pairs[i].out;
    }

    end.options <== nodes;
    end.value <== root;
}

// From a record's commitment through its clinic's batch to the registry's root.
//
//     batchRoot    = root of the batch's tree, of at most 2^BATCH records
//     registryLeaf = Poseidon3(batchRoot, issuer, REGISTRY)
//     recordsRoot  = root of the registry's tree, of at most 2^REGISTRY leaves
//
// A record has arity 5, a leaf of the registry arity 3, a node of either tree arity 2: none can
// pass for another. The junction binds the clinic: the registry computes the leaf with the address
// of whoever anchors, so another clinic can anchor what it likes above or below this record's
// place, it never becomes this clinic's leaf.
//
// NOT checked here: that `recordsRoot` is a root of the registry. The contract must; 0 never is
// one. And that `issuer` is an address: the registry's leaves hold nothing else.
template RecordMembership(BATCH_LEVELS, REGISTRY_LEVELS) {
    // The record's commitment.
    signal input commitment;
    // Who attested it: the same number as in the commitment.
    signal input issuer;

    signal input batchLefts[BATCH_LEVELS];
    signal input batchRights[BATCH_LEVELS];
    // The commitment itself for a record anchored alone.
    signal input batchRoot;
    signal input registryLefts[REGISTRY_LEVELS];
    signal input registryRights[REGISTRY_LEVELS];
    signal input recordsRoot;

    // keccak256("cohort-zero/registry/2") >> 8. At least 2^160, so that an issuerTag, which has an
    // address in its place, cannot be a leaf.
    var REGISTRY = 23214668459329082092407884556459852862664917881760467607384684800880596086;

    component batch = Membership(BATCH_LEVELS);
    batch.leaf <== commitment;
    batch.lefts <== batchLefts;
    batch.rights <== batchRights;
    batch.root <== batchRoot;

    component junction = Poseidon(3);
    junction.inputs[0] <== batchRoot;
    junction.inputs[1] <== issuer;
    junction.inputs[2] <== REGISTRY;

    component registry = Membership(REGISTRY_LEVELS);
    registry.leaf <== junction.out;
    registry.lefts <== registryLefts;
    registry.rights <== registryRights;
    registry.root <== recordsRoot;
}
