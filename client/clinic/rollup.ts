// Roll-ups: each draft is written again under every concept of the dictionary that contains its code, so that a set of
// codes is one exact code in a criterion.

import {
  conceptDomains,
  conceptsContaining,
  conceptUnit,
} from "../../circuits/statement/dictionary.ts";
import { UNUSABLE } from "../../circuits/statement/fact.ts";
import { unitOf } from "../../circuits/statement/units.ts";
import type { LocatedDraft } from "./map.ts";

/** The drafts and their roll-ups. */
export function rollUp(drafts: readonly LocatedDraft[]): LocatedDraft[] {
  return drafts.flatMap((draft) => [draft, ...rollUpsOf(draft)]);
}

function rollUpsOf(draft: LocatedDraft): LocatedDraft[] {
  return conceptsContaining(draft.domain, draft.system, draft.code)
    .filter((concept) => conceptDomains(concept).includes(draft.domain))
    .map((concept) => {
      const rolled: LocatedDraft = {
        ...draft,
        system: "concept",
        code: String(concept.number),
        label: concept.title,
      };
      const sameUnit =
        draft.domain !== "observation" || conceptUnit(concept) === unitOf(draft.code)?.unit;
      // Multiples of a limit have no unit. A value in another unit than the concept's cannot be compared.
      return sameUnit ? rolled : { ...rolled, value: UNUSABLE, note: "not in the concept's unit" };
    });
}
