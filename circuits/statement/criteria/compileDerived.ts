// Values that the clinic calculates from results of one day by a published formula (client/clinic: derived results).

import { closest } from "../encoding/suggest.ts";
import { conceptTarget } from "./compileCodes.ts";
import { compileMeasurement } from "./compileObservation.ts";
import type { Place } from "./compilePresence.ts";
import type { DerivedForm } from "./criteria.ts";
import type { Context, Meant } from "./requirement.ts";

/** What can be calculated: names of observation concepts of the dictionary. */
export const DERIVED = [
  ...["egfr-ckd-epi-2021", "fib-4", "meld-3", "corrected-calcium", "anion-gap", "calculated-bmi"],
  ...["mean-systolic-blood-pressure", "mean-diastolic-blood-pressure"],
] as const;

/** Compiles like an observation of the concept of that name. Returns undefined after noting the problem. */
export function compileDerived(
  form: DerivedForm,
  place: Place,
  context: Context,
): Meant | undefined {
  const { derived, ...rest } = form;
  const path = `${place.path}.derived`;
  const concept = DERIVED.some((name) => name === derived)
    ? context.terminology.conceptByName(derived)
    : undefined;
  if (concept === undefined) {
    const [near] = closest(derived, DERIVED);
    const message = `no calculated value is called "${derived}"`;
    const hint = `${near ? `Did you mean "${near}"? ` : ""}There are: ${DERIVED.join(", ")}.`;
    context.problems.push({ path, message, hint });
    return undefined;
  }
  const target = conceptTarget("observation", concept);
  const said = /calculat/i.test(target.name) ? "from results" : "calculated from results";
  const name = `${target.name}, ${said} of one day,`;
  return compileMeasurement(rest, { ...target, name }, place, context);
}
