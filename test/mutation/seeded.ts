// A bug for each invariant and kind of fuzz test in test/solidity: planted in a copy, it must turn
// exactly that test red. So none of them holds by accident.
import type { Bug } from "./bug.ts";
import { EXCHANGE_BUGS } from "./seededExchange.ts";
import { RECORD_BUGS } from "./seededRecords.ts";

export const BUGS: readonly Bug[] = [
  ...RECORD_BUGS,
  ...EXCHANGE_BUGS,
  {
    test: "invariant_nothing_is_accepted_that_must_not_be",
    file: "Enrollment",
    find: "        if (_validUntil(participant) < block.timestamp) return ConsentExpired.selector;\n",
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
    find: "if (sitePlacesTaken[trialId][participant.siteId] >= site.capacity)",
    replace: "if (sitePlacesTaken[trialId][participant.siteId] > site.capacity)",
  },
  {
    test: "invariant_nothing_is_accepted_that_must_not_be",
    file: "Enrollment",
    find: "if (kind != WITHDRAWAL && act.arriveBy != participant.arriveBy)",
    replace: "if (kind == WITHDRAWAL && act.arriveBy != participant.arriveBy)",
  },
  {
    test: "invariant_nothing_is_accepted_that_must_not_be",
    file: "Enrollment",
    find: "            _requireCode(participant, trialId, code);\n",
    replace: "",
  },
  {
    test: "invariant_nothing_is_accepted_that_must_not_be",
    file: "GrantLimit",
    find: "        if (now_ < next) revert TooManyGrants(next * 1 hours);\n",
    replace: "",
  },
  {
    test: "invariant_nothing_is_accepted_that_must_not_be",
    file: "Consents",
    find: "isNarrowing && statement.permissions != participant.permissions",
    replace: "isNarrowing || statement.permissions != participant.permissions",
  },
  {
    test: "invariant_nothing_is_accepted_that_must_not_be",
    file: "Consents",
    find: "        if (same) revert NothingChanged();\n",
    replace: "",
  },
  {
    test: "invariant_nothing_is_accepted_that_must_not_be",
    file: "Screening",
    find: "        if (next == last) revert AlreadyScreened();\n        if (next < last) revert NotInOrder();\n",
    replace: "        if (next == last) revert AlreadyScreened();\n",
  },
  {
    test: "invariant_nothing_is_accepted_that_must_not_be",
    file: "TrialStore",
    find: "if (trial.held || status == Status.TemporarilyClosedToAccrual) revert TrialOnHold();",
    replace: "if (status == Status.TemporarilyClosedToAccrual) revert TrialOnHold();",
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
    find: "if (before != commitment) revert CommitmentMismatch();",
    replace: "",
  },
  {
    test: "invariant_nullifiers_only_grow_and_have_one_commitment_each",
    file: "Screening",
    find: "if (before == 0) return _requireUnused(trialId, screeningVersion, commitment);",
    replace: "if (before == 0) return;",
  },
  {
    test: "invariant_a_group_has_only_those_screened_or_succeeded",
    file: "Screening",
    find: "        semaphore.addMembers(groupId, commitments);\n",
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
    find: "participant.state != State.Ineligible && participant.state != State.Withdrawn",
    replace: "participant.state != State.Ineligible",
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
    find: "        participant.sequence = statement.sequence;\n        participant.validUntilDay",
    replace: "        participant.validUntilDay",
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
    find: 'abi.encode("cohort-zero/consent/2", statement)',
    replace: 'abi.encode("cohort-zero/consent/2", statement.trialId, statement.sequence)',
  },
  {
    test: "testFuzz_a_digest_binds_each_term_trial_and_version",
    file: "TrialStore",
    find: "                    version,\n                    terms\n",
    replace: "                    version,\n                    terms.sites\n",
  },
  {
    test: "testFuzz_a_nullifier_or_commitment_out_of_the_field_is_refused",
    file: "Screening",
    find: "if (nullifier >= Signals.FIELD_ORDER) revert NotInField(nullifier);",
    replace: "",
  },
];
