// Those of seeded.ts about the registry of records.
import type { Bug } from "./bug.ts";

const ACTS = "invariant_no_act_on_records_is_accepted_that_must_not_be";
const ROOTS = "invariant_a_root_is_good_exactly_while_current_or_in_its_window";

export const RECORD_BUGS: readonly Bug[] = [
  {
    test: "invariant_a_leaf_is_anchored_at_most_once_ever",
    file: "RecordRegistry",
    find: "if (anchoredBy[leaf] != address(0)) revert AlreadyAnchored(leaf);",
    replace: "if (_has(leaf)) revert AlreadyAnchored(leaf);",
  },
  {
    test: "invariant_the_root_is_that_of_the_leaves_in_order",
    file: "RecordTree",
    find: "        epoch++;\n        root = newRoot;",
    replace: "        epoch++;",
  },
  { test: ROOTS, file: "RecordTree", find: "            old.epoch == epoch &&\n", replace: "" },
  {
    test: ROOTS,
    file: "RecordTree",
    find: "if (candidate == 0 || leavesToClear != 0) return false;",
    replace: "if (candidate == 0) return false;",
  },
  {
    test: ROOTS,
    file: "RecordRegistry",
    find: "        if (voids) _void(newRoot);\n        else _supersede(newRoot);\n",
    replace: "        _supersede(newRoot);\n",
  },
  {
    test: ROOTS,
    file: "RecordRegistry",
    find: "        _void(root);\n",
    replace: "",
  },
  {
    test: "invariant_slots_and_leaves_are_counted_as_they_stand_in_the_tree",
    file: "RecordRegistry",
    find: "        _standings[clinic].live--;\n",
    replace: "",
  },
  {
    test: "invariant_slots_and_leaves_are_counted_as_they_stand_in_the_tree",
    file: "RecordRegistry",
    find: "        delete tombstoneOwner[tombstone];\n",
    replace: "",
  },
  {
    test: ACTS,
    file: "RecordRegistry",
    find: "if (standing.slots >= quotaOf(clinic))",
    replace: "if (standing.slots > quotaOf(clinic))",
  },
  {
    test: ACTS,
    file: "RecordRegistry",
    find: "        if (tombstoneOwner[tombstone] != clinic) revert NotYourLeaf(clinic);\n",
    replace: "",
  },
  {
    test: ACTS,
    file: "RecordRegistry",
    find: "        if (_has(leaf)) revert AlreadyAnchored(leaf);\n        revokedEarly",
    replace: "        revokedEarly",
  },
  {
    test: ACTS,
    file: "RecordRegistry",
    find: "        if (!_standings[clinic].voided) revert NotVoided(clinic);\n",
    replace: "",
  },
  {
    test: ACTS,
    file: "RecordRegistry",
    find: "        _requireUnblocked();\n        Standing storage",
    replace: "        Standing storage",
  },
  {
    test: ACTS,
    file: "RecordClinics",
    find: "        if (_standings[clinic].voided) revert ClinicIsVoided(clinic);\n",
    replace: "",
  },
  {
    test: ACTS,
    file: "RecordClinics",
    find: "        if (count > limit) revert TooManyRevocations(limit);\n",
    replace: "",
  },
  {
    test: "testFuzz_a_root_ends_with_its_window_to_the_second",
    file: "RecordTree",
    find: "block.timestamp <= old.since + rootWindowSeconds",
    replace: "block.timestamp < old.since + rootWindowSeconds",
  },
  {
    test: "testFuzz_a_leaf_binds_root_and_clinic",
    file: "RecordTree",
    find: "uint256(uint160(clinic))",
    replace: "uint256(uint152(uint160(clinic)))",
  },
  {
    test: "testFuzz_a_tombstone_has_128_bits_and_is_refused_as_nothing_else",
    file: "RecordTree",
    find: 'uint128(uint256(keccak256(abi.encode("cohort-zero/tombstone/2", leaf))))',
    replace: 'uint136(uint256(keccak256(abi.encode("cohort-zero/tombstone/2", leaf))))',
  },
  {
    test: "testFuzz_a_barred_record_is_refused_and_no_other",
    file: "RecordRegistry",
    find: "if (revokedEarly[clinic][batch.root]) revert RevokedBeforeAnchoring(batch.root);",
    replace: "",
  },
  {
    test: "testFuzz_a_number_out_of_the_field_bars_nothing",
    file: "RecordTree",
    find: "if (batchRoot == 0 || batchRoot >= Signals.FIELD_ORDER) revert",
    replace: "if (batchRoot == 0) revert",
  },
  {
    test: "testFuzz_a_clinic_has_as_many_slots_as_its_quota_and_no_more",
    file: "RecordClinics",
    find: "return quota == 0 ? DEFAULT_QUOTA : quota;",
    replace: "return DEFAULT_QUOTA;",
  },
  {
    test: "testFuzz_roots_are_voided_no_oftener_than_the_days_limit",
    file: "RecordClinics",
    find: "[block.timestamp / 1 days]",
    replace: "[block.timestamp / 2 days]",
  },
];
