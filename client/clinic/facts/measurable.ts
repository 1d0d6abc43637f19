// Which observation concepts a result without a name may be of, by the kind of its value.
import {
  CONCEPTS,
  type Concept,
  conceptUnit,
  loincOf,
} from "../../../circuits/statement/dictionary/dictionary.ts";
import { toCanonical } from "../../../circuits/statement/encoding/units.ts";

/** The kind of a result's value: a number with its unit ("" when it has none), or one of a list of answers. */
export type Measured =
  | { readonly kind: "number"; readonly unit: string }
  | { readonly kind: "answer" };

const byUnit = new Map<string, readonly Concept[]>();

/** Observation concepts whose values are of this kind; all of them when nothing is known of the value. */
export function measurable(measured: Measured | undefined): readonly Concept[] {
  const key = measured === undefined ? "?" : measured.kind === "answer" ? "!" : `=${measured.unit}`;
  const known = byUnit.get(key);
  if (known !== undefined) return known;
  const concepts = CONCEPTS.filter(({ domain }) => domain === "observation");
  const found = concepts.filter((concept) => measured === undefined || fits(concept, measured));
  byUnit.set(key, found);
  return found;
}

function fits(concept: Concept, measured: Measured): boolean {
  const unit = conceptUnit(concept);
  if (measured.kind === "answer" || unit === undefined) {
    return measured.kind === "answer" && unit === undefined;
  }
  if (measured.unit === "") return unit.startsWith("{");
  return toCanonical({ loinc: loincOf(concept)!, value: "1", unit: measured.unit }).ok;
}
