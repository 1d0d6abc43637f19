// FHIR R4 Claim and ExplanationOfBenefit: what was billed. A payer's diagnosis is no clinician's: it blocks absence and
// satisfies nothing (hl7.org/fhir/R4/claim.html, explanationofbenefit.html).
import { z } from "zod";
import { ONGOING } from "../../../circuits/statement/encoding/day.ts";
import { lastingDomains } from "../../../circuits/statement/encoding/domains.ts";
import { type CodeableConcept, codeableConcept, reference } from "../read/datatypes.ts";
import { type Draft, leaveOut, type MapContext, type Mapped } from "../read/draft.ts";
import { readCodings } from "./codings.ts";
import { readEnd } from "./dates.ts";
import { eventDrafts, intervalDrafts, STILL } from "./interval.ts";

const schema = z.looseObject({
  status: z.string().optional(),
  created: z.string().optional(),
  diagnosis: z
    .array(
      z.looseObject({
        diagnosisCodeableConcept: codeableConcept.optional(),
        diagnosisReference: reference.optional(),
      }),
    )
    .optional(),
  procedure: z
    .array(
      z.looseObject({
        date: z.string().optional(),
        procedureCodeableConcept: codeableConcept.optional(),
        procedureReference: reference.optional(),
      }),
    )
    .optional(),
  prescription: reference.optional(),
  item: z.array(z.looseObject({ productOrService: codeableConcept.optional() })).optional(),
});
type Claim = z.infer<typeof schema>;
const NOTE = "billed: blocks absence, satisfies nothing";
const NOTHING: Mapped = { drafts: [], leftOut: [] };

/** Maps a Claim or an ExplanationOfBenefit. What it refers to instead of coding it has been read for itself. */
export function mapClaim(input: unknown, context: MapContext): Mapped {
  const claim = schema.parse(input);
  const { status = "" } = claim;
  if (["cancelled", "draft", "entered-in-error"].includes(status)) {
    return leaveOut(`status ${status}`);
  }
  const createdBy = dayOf(claim.created, "created", context);
  const parts = [
    ...(claim.diagnosis ?? []).map((one, i) =>
      mentionCondition(
        {
          concepts: one.diagnosisCodeableConcept,
          ref: one.diagnosisReference?.reference,
          field: `diagnosis[${i}]`,
          day: createdBy,
          note: NOTE,
        },
        context,
      ),
    ),
    ...(claim.procedure ?? []).map((one, i) => mapBilledProcedure(one, i, createdBy, context)),
    ...mapItems(claim, createdBy, context),
  ];
  return {
    drafts: parts.flatMap(({ drafts }) => drafts),
    leftOut: parts.flatMap(({ leftOut }) => leftOut),
  };
}

/** The latest day that a date may mean; the day of issue where there is none, or it lies ahead. */
function dayOf(text: string | undefined, field: string, context: MapContext): number {
  const span = text === undefined ? undefined : readEnd(text, field, context);
  return span?.to ?? context.issuedDay;
}

type Mention = {
  readonly concepts?: CodeableConcept | undefined;
  /** The resource that is meant, where there is one. */
  readonly ref?: string | undefined;
  readonly field: string;
  /** The latest day on which it was so. */
  readonly day: number;
  readonly note: string;
};

/** A condition that is only mentioned: it may be so, and may last. */
export function mentionCondition(
  { concepts, ref, field, day, note }: Mention,
  context: MapContext,
): Mapped {
  const domains = lastingDomains("condition");
  if (concepts === undefined) return mentionReference(ref, field, domains, context);
  const read = readCodings({ concepts, base: "condition", domains, field, context });
  const { known, leftOut, codedIn } = read;
  context.noteCoded("condition", codedIn);
  const start = { from: day, to: day };
  return {
    drafts: intervalDrafts("condition", known, { start, last: STILL, doubt: note }),
    leftOut,
  };
}

/** What a reference names has been read for itself, if it was given. */
function mentionReference(
  ref: string | undefined,
  field: string,
  clears: Mapped["leftOut"][number]["clears"],
  context: MapContext,
): Mapped {
  if (ref === undefined || context.resolve(ref) !== undefined) return NOTHING;
  const reason = "what it names was not given";
  return { drafts: [], leftOut: [{ field, reason, clears }] };
}

function mapBilledProcedure(
  one: NonNullable<Claim["procedure"]>[number],
  i: number,
  createdBy: number,
  context: MapContext,
): Mapped {
  const field = `procedure[${i}]`;
  const domains = ["procedure"] as const;
  const { procedureCodeableConcept: concepts, procedureReference: ref } = one;
  if (concepts === undefined) return mentionReference(ref?.reference, field, domains, context);
  const { known, leftOut } = readCodings({ concepts, base: "procedure", domains, field, context });
  const day = one.date === undefined ? createdBy : dayOf(one.date, `${field}.date`, context);
  return { drafts: eventDrafts("procedure", known, { from: day, to: day }, NOTE), leftOut };
}

const DRUG = /umls\/rxnorm|whocc\.no\/atc|fhir\/sid\/ndc|2\.16\.840\.1\.113883\.6\.(88|69|73)$/;
const VACCINE = /fhir\/sid\/cvx|2\.16\.840\.1\.113883\.12\.292$/;

/** Drugs and vaccines that were billed; a prescription that was given has been read for itself. */
function mapItems(
  { item = [], prescription }: Claim,
  createdBy: number,
  context: MapContext,
): Mapped[] {
  const isPrescribed =
    prescription?.reference !== undefined && context.resolve(prescription.reference) !== undefined;
  const day = { from: createdBy, to: createdBy };
  return item.map(({ productOrService: concepts }, i): Mapped => {
    const field = `item[${i}].productOrService`;
    const isIn = (systems: RegExp) =>
      concepts?.coding?.some(({ system = "" }) => systems.test(system)) === true;
    if (isIn(DRUG) && !isPrescribed) {
      const domains = lastingDomains("medication");
      const read = readCodings({ concepts, base: "medication", domains, field, context });
      context.noteCoded("medication", read.codedIn);
      const course = { start: day, last: { from: createdBy, to: ONGOING }, doubt: NOTE };
      return { drafts: intervalDrafts("medication", read.known, course), leftOut: read.leftOut };
    }
    if (!isIn(VACCINE)) return NOTHING;
    const domains = ["immunization"] as const;
    const read = readCodings({ concepts, base: "immunization", domains, field, context });
    const drafts: Draft[] = eventDrafts("immunization", read.known, day, NOTE);
    return { drafts, leftOut: read.leftOut };
  });
}
