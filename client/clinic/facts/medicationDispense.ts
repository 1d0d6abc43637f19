// FHIR R4 MedicationDispense: a supply handed over (hl7.org/fhir/R4/medicationdispense.html).
import { z } from "zod";
import { ONGOING } from "../../../circuits/statement/encoding/day.ts";
import { quantity, reference } from "../read/datatypes.ts";
import { leaveOut, type MapContext, type Mapped, type Span } from "../read/draft.ts";
import { readDate } from "./dates.ts";
import { intervalDrafts, STILL } from "./interval.ts";
import { medicationFields, readMedication, readNoMedication } from "./medication.ts";
import { daysOf } from "./supply.ts";

const schema = z.looseObject({
  ...medicationFields,
  status: z.enum([
    "preparation",
    "in-progress",
    "cancelled",
    "on-hold",
    "completed",
    "entered-in-error",
    "stopped",
    "declined",
    "unknown",
  ]),
  whenPrepared: z.string().optional(),
  whenHandedOver: z.string().optional(),
  daysSupply: quantity.optional(),
  authorizingPrescription: z.array(reference).optional(),
});
type Dispense = z.infer<typeof schema>;
const prescription = z.looseObject({
  resourceType: z.literal("MedicationRequest"),
  status: z.enum(["completed", "stopped", "cancelled"]),
});

/**
 * Maps a MedicationDispense: the drug was had on the day it was handed over, and then for as long as the supply lasts.
 * What was not completed may have been handed over or not: it blocks absence and satisfies nothing.
 */
export function mapMedicationDispense(input: unknown, context: MapContext): Mapped {
  const dispense = schema.parse(input);
  const { status } = dispense;
  if (["cancelled", "declined", "entered-in-error"].includes(status)) {
    return leaveOut(`status ${status}`);
  }
  const nothing = readNoMedication(dispense, context);
  if (nothing !== undefined) return nothing;
  const { known, leftOut } = readMedication(dispense, context);
  const start = handedOver(dispense, context);
  const doubt = status === "completed" ? undefined : `status ${status}`;
  const last = doubt === undefined ? lastOf(dispense, start, context) : STILL;
  return { drafts: intervalDrafts("medication", known, { start, last, doubt }), leftOut };
}

function handedOver(d: Dispense, context: MapContext): Span {
  if (d.whenHandedOver !== undefined) return readDate(d.whenHandedOver, "whenHandedOver", context);
  if (d.whenPrepared !== undefined) return readDate(d.whenPrepared, "whenPrepared", context);
  return { from: context.birth.from, to: context.issuedDay };
}

/** A supply that reaches the day of issue may be in use yet, and so may one of which nobody says how long it lasts. */
function lastOf(d: Dispense, start: Span, context: MapContext): Span {
  const supply = daysOf(d.daysSupply && { unit: "d", ...d.daysSupply });
  const until = supply === undefined ? ONGOING : start.to + supply;
  if (until < context.issuedDay) return { from: start.from, to: until };
  // An order that is over says that the drug is no longer given.
  const isOver = (d.authorizingPrescription ?? []).some(
    ({ reference: ref }) =>
      ref !== undefined && prescription.safeParse(context.resolve(ref)).success,
  );
  return { from: start.from, to: isOver ? context.issuedDay : ONGOING };
}
