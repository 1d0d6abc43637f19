// Those of seeded.ts about the exchange.
import type { Bug } from "./bug.ts";

const ACTS = "invariant_nothing_of_the_exchange_is_accepted_that_must_not_be";

export const EXCHANGE_BUGS: readonly Bug[] = [
  {
    test: ACTS,
    file: "exchange/CutRegistry",
    find: "            if (reason != 0) revert NotCovered(pseudonyms[i], reason);\n",
    replace: "",
  },
  {
    test: ACTS,
    file: "exchange/CutRegistry",
    find: "        if (permission & EMERGENCY_PERMISSION != 0) revert EmergencyOnly();\n",
    replace: "",
  },
  {
    test: ACTS,
    file: "exchange/CutRegistry",
    find: "            if (next <= last) revert NotInOrder();\n",
    replace: "",
  },
  {
    test: ACTS,
    file: "Standing",
    find: "        if (validUntil(standing) < block.timestamp) return ConsentExpired.selector;\n",
    replace: "",
  },
  {
    test: ACTS,
    file: "Standing",
    find: "        if (permission & ~permissions(standing) != 0) return ConsentMissing.selector;\n",
    replace: "",
  },
  {
    test: ACTS,
    file: "exchange/EmergencyAccess",
    find: "        if (board != _msgSender()) revert NotYourTrial(_msgSender());\n",
    replace: "",
  },
  {
    test: ACTS,
    file: "exchange/EmergencyAccess",
    find: "        if (permissionsOf(trialId, pseudonym) & PERMISSION == 0) revert OptedOut();\n",
    replace: "",
  },
  {
    test: ACTS,
    file: "exchange/CustodyLog",
    find: "        if (erasureAskedAt[trialId][pseudonym] != 0) revert AlreadyUsed();\n",
    replace: "",
  },
  {
    test: ACTS,
    file: "exchange/StaffRegistry",
    find: "        if (isRevoked[d.trialId][d.siteId][d.key]) revert KeyRevoked(d.key);\n",
    replace: "",
  },
  {
    test: ACTS,
    file: "exchange/PersonTags",
    find: "            revert TagTaken(holder);\n",
    replace: "            holder = 0;\n",
  },
  {
    test: "invariant_cuts_are_those_that_were_sealed",
    file: "exchange/CutRegistry",
    find: "            participants: uint32(pseudonyms.length),\n",
    replace: "            participants: packages,\n",
  },
  {
    test: "invariant_cases_are_open_until_the_board_closes_them",
    file: "exchange/EmergencyAccess",
    find: "        open.pop();\n",
    replace: "",
  },
  {
    test: "invariant_erasures_once_asked_for_stay",
    file: "exchange/CustodyLog",
    find: "        erasureAskedAt[trialId][pseudonym] = block.timestamp;\n",
    replace: "        erasureAskedAt[trialId][pseudonym] = block.timestamp + 1;\n",
  },
  {
    test: "invariant_staff_may_do_what_the_site_delegated",
    file: "exchange/StaffRegistry",
    find: "            tasks & ~staff.tasks == 0 &&\n",
    replace: "",
  },
  {
    test: "invariant_tags_have_the_holders_that_were_registered",
    file: "exchange/PersonTags",
    find: "        holderOf[t.trialId][t.tag] = t.pseudonym;\n",
    replace: "",
  },
  {
    test: "invariant_a_standing_is_what_is_stored",
    file: "Standing",
    find: "return uint40(Standing.unwrap(standing) >> 192);",
    replace: "return uint40(Standing.unwrap(standing) >> 191);",
  },
];
