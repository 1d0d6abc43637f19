// FHIR R4 Encounter: contacts by class and type, and what a contact of a kind was for
// (hl7.org/fhir/R4/encounter.html).
import { z } from "zod";
import { ONGOING } from "../../../circuits/statement/encoding/day.ts";
import {
  type CodeableConcept,
  codeableConcept,
  coding,
  period,
  reference,
} from "../read/datatypes.ts";
import { distrust } from "../read/distrust.ts";
import {
  leaveOut,
  type MapContext,
  type Mapped,
  type Omission,
  type Span,
  type WrittenCode,
} from "../read/draft.ts";
import { readCodings } from "./codings.ts";
import { doubtOf } from "./condition.ts";
import { readDate, readEnd } from "./dates.ts";
import { boundedBy, eventDrafts, STILL } from "./interval.ts";
import { CONDITION_VERIFICATION, readStatus } from "./status.ts";

const schema = z.looseObject({
  status: z.enum([
    "planned",
    "arrived",
    "triaged",
    "in-progress",
    "onleave",
    "finished",
    "cancelled",
    "entered-in-error",
    "unknown",
  ]),
  class: coding.optional(),
  type: z.array(codeableConcept).optional(),
  reasonCode: z.array(codeableConcept).optional(),
  reasonReference: z.array(reference).optional(),
  diagnosis: z.array(z.looseObject({ condition: reference.optional() })).optional(),
  period: period.optional(),
});
type Encounter = z.infer<typeof schema>;
const DOMAINS = ["encounter"] as const;
const reason = z.looseObject({
  resourceType: z.enum(["Condition", "Procedure", "Observation"]),
  code: codeableConcept.optional(),
  verificationStatus: codeableConcept.optional(),
  asserter: reference.optional(),
  recorder: reference.optional(),
});

/**
 * Maps an Encounter, dated on its last day. Where kind and reason are both concepts of the dictionary, their pair is a
 * fact too: "in hospital" and "heart failure" of one record say nothing of a stay for heart failure.
 */
export function mapEncounter(input: unknown, context: MapContext): Mapped {
  const encounter = schema.parse(input);
  const { status } = encounter;
  if (["planned", "cancelled", "entered-in-error"].includes(status)) {
    return leaveOut(`status ${status}`);
  }
  const kinds = readKinds(encounter, context);
  const concepts = kinds.known.filter(({ system }) => system === "concept");
  // What an unremarkable contact was for is nobody's question.
  const reasons =
    concepts.length > 0 ? readReasons(encounter, context) : { known: [], leftOut: [] };
  const pairs = concepts.flatMap((kind) => reasons.known.map((why) => pairOf(kind, why)));
  const doubt = status === "unknown" ? "status unknown" : undefined;
  const when = lastDayOf(encounter, context);
  return {
    drafts: eventDrafts("encounter", [...kinds.known, ...pairs], when, doubt),
    // Nobody can ask for the absence of a contact for a reason, so a reason that is not known costs nothing.
    leftOut: [...kinds.leftOut, ...reasons.leftOut.map((one) => ({ ...one, clears: [] }))],
  };
}

type Read = { readonly known: readonly WrittenCode[]; readonly leftOut: readonly Omission[] };

function merge(parts: readonly Read[]): Read {
  return {
    known: parts.flatMap(({ known }) => known),
    leftOut: parts.flatMap(({ leftOut }) => leftOut),
  };
}

/** Class and types: each says something of its own, so each must be classified. */
function readKinds(encounter: Encounter, context: MapContext): Read {
  const { class: kind, type = [] } = encounter;
  const given: [string, CodeableConcept | undefined][] = [
    ["class", kind && { coding: [kind] }],
    ...type.map((one, i): [string, CodeableConcept] => [`type[${i}]`, one]),
  ];
  return merge(
    given.map(([field, concepts]) =>
      readCodings({ concepts, base: "encounter", domains: DOMAINS, field, context }),
    ),
  );
}

/** The concepts of conditions for which it was, as reasons or diagnoses. */
function readReasons(encounter: Encounter, context: MapContext): Read {
  const { reasonCode = [], reasonReference = [], diagnosis = [] } = encounter;
  const coded = reasonCode.map((concepts, i) => readReason(concepts, `reasonCode[${i}]`, context));
  const referred = [
    ...reasonReference.map((ref, i) => [`reasonReference[${i}]`, ref] as const),
    ...diagnosis.map(({ condition }, i) => [`diagnosis[${i}].condition`, condition] as const),
  ].map(([field, ref]): Read => {
    const target = reason.safeParse(ref?.reference && context.resolve(ref.reference));
    if (!target.success) {
      const why = "the reason it names was not given";
      return { known: [], leftOut: [{ field, reason: why, clears: DOMAINS }] };
    }
    const { resourceType, code } = target.data;
    if (resourceType !== "Condition") return { known: [], leftOut: [] };
    const read = readReason(code, field, context);
    const doubt = doubtOfReason(target.data, context);
    if (doubt === undefined) return read;
    return { known: read.known.map((one) => ({ ...one, doubt })), leftOut: read.leftOut };
  });
  const { known, leftOut } = merge([...coded, ...referred]);
  return { known: known.filter(({ system }) => system === "concept"), leftOut };
}

/** A contact for what is only suspected, was refuted or is the patient's word is surely for nothing. */
function doubtOfReason(condition: z.infer<typeof reason>, context: MapContext): string | undefined {
  const { verificationStatus, asserter, recorder } = condition;
  const verification = readStatus(verificationStatus, CONDITION_VERIFICATION, "verificationStatus");
  const isOwnWord = context.saidByPatient(asserter ?? recorder) && !context.includePatientReported;
  return isOwnWord
    ? "a reason in the patient's words"
    : (doubtOf(verification) ?? distrust(condition));
}

function readReason(
  concepts: CodeableConcept | undefined,
  field: string,
  context: MapContext,
): Read {
  return readCodings({ concepts, base: "condition", domains: DOMAINS, field, context });
}

function pairOf(kind: WrittenCode, why: WrittenCode): WrittenCode {
  const doubt = kind.doubt ?? why.doubt;
  return {
    system: "pair",
    code: `${kind.code}:${why.code}`,
    label: `${kind.label}: ${why.label}`,
    ...(doubt === undefined ? {} : { doubt }),
  };
}

/** The days among which is its last; ONGOING while the patient is there. */
function lastDayOf({ status, period: given }: Encounter, context: MapContext): Span {
  const isOn = status !== "finished" && status !== "unknown";
  const { start: startText, end: endText } = given ?? {};
  const end = endText === undefined ? undefined : readEnd(endText, "period.end", context);
  const start =
    startText === undefined
      ? { from: context.birth.from, to: end?.to ?? context.issuedDay }
      : readDate(startText, "period.start", context);
  if (end === undefined || end.mayLast) {
    return isOn ? STILL : { from: start.from, to: context.issuedDay };
  }
  const { last } = boundedBy(start, end);
  return isOn ? { from: last.from, to: ONGOING } : last;
}
