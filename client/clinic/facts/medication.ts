// The codes of a drug in the four resources about medication: inline, contained or referenced, with its ingredients.
import { z } from "zod";
import { lastingDomains } from "../../../circuits/statement/encoding/domains.ts";
import { type CodeableConcept, codeableConcept, reference, resource } from "../read/datatypes.ts";
import { distrust } from "../read/distrust.ts";
import type { Codings, MapContext, Mapped } from "../read/draft.ts";
import { systemsOfAll } from "./codedIn.ts";
import { readCodings } from "./codings.ts";
import { readNothing } from "./nothingKnown.ts";

/** The fields through which these resources name their drug. */
export const medicationFields = {
  medicationCodeableConcept: codeableConcept.optional(),
  medicationReference: reference.optional(),
};
const fields = z.looseObject(medicationFields);
type NamesDrug = z.infer<typeof fields>;

const medication = z.looseObject({
  resourceType: z.literal("Medication"),
  status: z.string().optional(),
  code: codeableConcept.optional(),
  ingredient: z
    .array(
      z.looseObject({
        itemCodeableConcept: codeableConcept.optional(),
        itemReference: reference.optional(),
        isActive: z.boolean().optional(),
      }),
    )
    .optional(),
});
type Medication = z.infer<typeof medication>;
const substance = z.looseObject({ code: codeableConcept.optional() });

/** Ingredients that are Medications themselves, with ingredients of their own. */
const MAX_DEPTH = 4;

/** What to leave out of "no known medications"; undefined when a drug is named. */
export function readNoMedication(input: NamesDrug, context: MapContext): Mapped | undefined {
  const domains = lastingDomains("medication");
  const inline = readNothing(input.medicationCodeableConcept, domains);
  if (inline !== undefined) return inline;
  const drug = medication.safeParse(context.resolve(input.medicationReference?.reference ?? ""));
  return drug.success ? readNothing(drug.data.code, domains) : undefined;
}

/** The codes of the drug: the product's own, and those of its ingredients. */
export function readMedication(input: NamesDrug, context: MapContext): Codings {
  const { medicationCodeableConcept: inline, medicationReference: ref } = input;
  const read =
    inline === undefined
      ? readReferenced(ref?.reference, "medicationReference", context, 0)
      : readDrug(inline, "medicationCodeableConcept", context);
  context.noteCoded("medication", read.codedIn);
  return read;
}

function readDrug(
  concepts: CodeableConcept | undefined,
  field: string,
  context: MapContext,
): Codings {
  const domains = lastingDomains("medication");
  return readCodings({ concepts, base: "medication", domains, field, context });
}

function notGiven(field: string): Codings {
  const reason = "the Medication it names was not given, or no drug is named";
  const leftOut = [{ field, reason, clears: lastingDomains("medication") }];
  return { known: [], leftOut, codedIn: [] };
}

/** A Medication, or as an ingredient also a Substance. */
function readReferenced(
  ref: string | undefined,
  field: string,
  context: MapContext,
  depth: number,
): Codings {
  const target = ref === undefined || depth > MAX_DEPTH ? undefined : context.resolve(ref);
  if (target === undefined) return notGiven(field);
  const parsed = medication.safeParse(target);
  if (!parsed.success) {
    const other = substance.safeParse(target);
    return depth > 0 && other.success ? readDrug(other.data.code, field, context) : notGiven(field);
  }
  if (parsed.data.status === "entered-in-error") return notGiven(field);
  const read = readProduct(parsed.data, field, context, depth);
  const doubt = distrust(resource.parse(target));
  if (doubt === undefined) return read;
  if (read.known.length === 0) return notGiven(field);
  return { ...read, known: read.known.map((code) => ({ ...code, doubt })) };
}

/** A product is known when its own code is classified, or else when every one of its active ingredients is. */
function readProduct(
  { code, ingredient = [] }: Medication,
  field: string,
  context: MapContext,
  depth: number,
): Codings {
  const active = ingredient.filter(({ isActive }) => isActive !== false);
  const parts = active.map((part) =>
    part.itemCodeableConcept !== undefined
      ? readDrug(part.itemCodeableConcept, field, context)
      : readReferenced(part.itemReference?.reference, field, context, depth + 1),
  );
  const own = readDrug(code, field, context);
  const known = [own, ...parts].flatMap((part) => part.known);
  const isComplete = isClassified(own) || (parts.length > 0 && parts.every(isClassified));
  const leftOut = [own, ...parts].flatMap((part) => part.leftOut);
  // Nothing is lost by a code that nobody placed when the others say what it is.
  return {
    known,
    leftOut: leftOut.filter(({ clears }) => !isComplete || clears.length === 0),
    codedIn: systemsOfAll([own, ...parts].map((part) => part.codedIn)),
  };
}

function isClassified({ leftOut }: Codings): boolean {
  return leftOut.every(({ clears }) => clears.length === 0);
}
