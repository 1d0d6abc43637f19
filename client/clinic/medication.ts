// The code of a drug in MedicationRequest and MedicationStatement: inline, contained or referenced.
import { z } from "zod";
import { codeableConcept, reference, resource } from "./datatypes.ts";
import { type KnownCoding, type MapContext, type Omission, readCodings } from "./draft.ts";
import { intervalDomains } from "./interval.ts";

/** The fields through which both resources name their drug. */
export const medicationFields = {
  medicationCodeableConcept: codeableConcept.optional(),
  medicationReference: reference.optional(),
  contained: z.array(resource).optional(),
};
const fields = z.looseObject(medicationFields);

const medication = z.looseObject({
  resourceType: z.literal("Medication"),
  status: z.string().optional(),
  code: codeableConcept.optional(),
  ingredient: z
    .array(z.looseObject({ itemCodeableConcept: codeableConcept.optional() }))
    .optional(),
});

type Codings = { known: KnownCoding[]; leftOut: Omission[] };

/** The usable codes of the drug; a Medication without one gives those of its ingredients. */
export function readMedication(input: z.infer<typeof fields>, context: MapContext): Codings {
  const domains = intervalDomains("medication");
  if (input.medicationCodeableConcept !== undefined) {
    return readCodings(input.medicationCodeableConcept, domains, "medicationCodeableConcept");
  }
  const field = "medicationReference";
  const target = resolveMedication(input, context);
  if (target === undefined) {
    const reason = "the Medication it names was not given, or no drug is named";
    return { known: [], leftOut: [{ field, reason, clears: domains }] };
  }
  const parsed = medication.parse(target);
  const own = readCodings(parsed.code, domains, field);
  if (own.known.length > 0) return own;
  const ingredients = (parsed.ingredient ?? []).map((item) =>
    readCodings(item.itemCodeableConcept, domains, field),
  );
  const known = ingredients.flatMap((item) => item.known);
  const allCoded = ingredients.length > 0 && ingredients.every((item) => item.known.length > 0);
  return { known, leftOut: allCoded ? [] : own.leftOut };
}

function resolveMedication(input: z.infer<typeof fields>, context: MapContext): unknown {
  const target = input.medicationReference?.reference;
  if (target === undefined) return undefined;
  if (!target.startsWith("#")) return context.resolve(target);
  return input.contained?.find((inner) => `#${inner.id}` === target);
}
