// A bug for each invariant and kind of fuzz test in test/solidity: planted in a copy, it must turn
// exactly that test red. So none of them holds by accident.
export type Bug = {
  /** The test that must fail. */
  readonly test: string;
  readonly file: string;
  /** Stands once in the source. */
  readonly find: string;
  readonly replace: string;
};

export const BUGS: readonly Bug[] = [
  {
    test: "invariant_a_leaf_is_anchored_at_most_once_ever",
    file: "RecordRegistry",
    find: "if (_isTaken(leaf)) revert AlreadyAnchored(leaf);",
    replace: "if (_tree._has(leaf)) revert AlreadyAnchored(leaf);",
  },
  {
    test: "invariant_the_root_is_that_of_the_leaves_in_order",
    file: "RecordRegistry",
    find: "        epoch++;\n        root = newRoot;",
    replace: "        epoch++;",
  },
  {
    test: "invariant_a_root_is_good_exactly_while_current_or_in_its_window",
    file: "RecordRegistry",
    find: "            old.epoch == epoch &&\n",
    replace: "",
  },
  {
    test: "invariant_nothing_is_accepted_that_must_not_be",
    file: "Enrollment",
    find: "        if (participant.validUntil < block.timestamp) revert ConsentExpired();\n",
    replace: "",
  },
  {
    test: "invariant_nothing_is_accepted_that_must_not_be",
    file: "TrialStore",
    find: "if (recruiting && status == Status.ClosedToAccrual) revert TrialClosed();",
    replace: "",
  },
  {
    test: "invariant_nothing_is_accepted_that_must_not_be",
    file: "TrialStore",
    find: "        if (block.timestamp > trial.approvedUntil) revert ApprovalExpired();\n",
    replace: "",
  },
  {
    test: "invariant_nothing_is_accepted_that_must_not_be",
    file: "Enrollment",
    find: "if (sitePlacesTaken[trialId][siteId] >= site.capacity) revert SiteFull(siteId);",
    replace: "",
  },
  {
    test: "invariant_nothing_is_accepted_that_must_not_be",
    file: "TrialRegistry",
    find: "if (digest != approved.digest) revert DigestMismatch(approved.digest);",
    replace: "",
  },
  {
    test: "invariant_nullifiers_only_grow_and_have_one_commitment_each",
    file: "Screening",
    find: "if (before != proof.participantCommitment) revert CommitmentMismatch();",
    replace: "",
  },
  {
    test: "invariant_nullifiers_only_grow_and_have_one_commitment_each",
    file: "Screening",
    find: "if (before == 0) return _requireUnused(proof.trialId, proof.participantCommitment);",
    replace: "if (before == 0) return;",
  },
  {
    test: "invariant_a_group_has_only_those_screened_or_succeeded",
    file: "Enrollment",
    find: "        semaphore.addMember(groupId, s.successorCommitment);\n",
    replace: "",
  },
  {
    test: "invariant_everybody_is_in_the_state_that_the_accepted_acts_led_to",
    file: "Enrollment",
    find: "_setState(participant, trialId, pseudonym, State.Eligible);",
    replace: "_setState(participant, trialId, pseudonym, State.Ineligible);",
  },
  {
    test: "invariant_nobody_is_on_study_without_a_signed_arrival_and_a_place",
    file: "Enrollment",
    find: "_setState(participant, trialId, pseudonyms[i], State.PendingOnStudy);",
    replace: "_setState(participant, trialId, pseudonyms[i], State.OnStudy);",
  },
  {
    test: "invariant_withdrawn_is_final",
    file: "Consents",
    find: "participant.state == State.Ineligible || participant.state == State.Withdrawn",
    replace: "participant.state == State.Ineligible",
  },
  {
    test: "invariant_places_taken_are_those_held",
    file: "Consents",
    find: "        if (participant.state == State.PendingOnStudy) _freePlace(participant, trialId);\n",
    replace: "",
  },
  {
    test: "invariant_nothing_is_accepted_that_must_not_be",
    file: "Consents",
    find: "if (statement.sequence <= participant.sequence)",
    replace: "if (statement.sequence < participant.sequence)",
  },
  {
    test: "invariant_nothing_is_accepted_that_must_not_be",
    file: "Consents",
    find: "if (statement.sequence == type(uint64).max) revert InvalidStatement();",
    replace: "",
  },
  {
    test: "invariant_sequence_numbers_only_grow",
    file: "Consents",
    find: "        participant.sequence = statement.sequence;\n        participant.validUntil = statement.validUntil;\n",
    replace: "        participant.validUntil = statement.validUntil;\n",
  },
  {
    test: "invariant_only_an_approved_version_is_in_force",
    file: "TrialRegistry",
    find: "        _versions[trialId][version].digest = digest;\n",
    replace:
      "        _versions[trialId][version].digest = digest;\n        trial.current = version;\n",
  },
  {
    test: "testFuzz_every_day_has_the_date_that_counting_gives",
    file: "AsOf",
    find: "(5 * dayOfYear + 2) / 153",
    replace: "(5 * dayOfYear + 4) / 153",
  },
  {
    test: "testFuzz_a_consent_message_binds_each_field",
    file: "Consents",
    find: 'abi.encode("cohort-zero/consent/1", statement)',
    replace: 'abi.encode("cohort-zero/consent/1", statement.trialId, statement.sequence)',
  },
  {
    test: "testFuzz_a_digest_binds_each_term_trial_and_version",
    file: "TrialStore",
    find: "                    version,\n                    terms\n",
    replace: "                    version,\n                    terms.sites\n",
  },
  {
    test: "testFuzz_a_root_ends_with_its_window_to_the_second",
    file: "RecordRegistry",
    find: "block.timestamp <= old.since + rootWindowSeconds",
    replace: "block.timestamp < old.since + rootWindowSeconds",
  },
  {
    test: "testFuzz_a_nullifier_or_commitment_out_of_the_field_is_refused",
    file: "Screening",
    find: "if (proof.nullifier >= Signals.FIELD_ORDER) revert NotInField(proof.nullifier);",
    replace: "",
  },
];
