// What a site's page of visits is about.
import type { SiteCollection } from "../../../../circuits/statement/exchange/collection.ts";
import type { Due } from "../../../exchange/schedule.ts";
import type { TrialData } from "../../auditor/exchange/trialData.ts";
import { dueIn } from "../../sponsor/data/completeness.ts";

/** A visit of somebody's, and its form. */
export type Visit = {
  readonly pseudonym: bigint;
  readonly due: Due;
  readonly form: SiteCollection;
};

/** Tells a visit from all others of its trial. */
export const visitName = ({ pseudonym, due }: Pick<Visit, "pseudonym" | "due">): string =>
  `${pseudonym} ${due.collection} ${due.occasion}`;

/** What an account may do for a site. */
export type Rights = {
  /** The site's signer, who may delegate. */
  readonly isSigner: boolean;
  readonly mayDeposit: boolean;
  readonly mayCorrect: boolean;
  readonly mayErase: boolean;
};

/** The visits of everybody who has arrived at a site, by day. */
export function visitsIn(data: TrialData, siteId: number): Visit[] {
  const forms = new Map(
    data.collections.flatMap((one) => (one.source === "site" ? [[one.id, one] as const] : [])),
  );
  return dueIn(data, siteId)
    .flatMap(({ pseudonym, due }) =>
      due.flatMap((one) => {
        const form = forms.get(one.collection);
        return form === undefined ? [] : [{ pseudonym, due: one, form }];
      }),
    )
    .sort((a, b) => a.due.day - b.due.day);
}
