// When a result was true (hl7.org/fhir/R4/observation-definitions.html#Observation.effective_x_).
import { z } from "zod";
import { period } from "../read/datatypes.ts";
import { type Life, readDate, readEnd } from "./dates.ts";

/** The fields that say when; a report's hold for the results it contains. */
export const momentFields = {
  effectiveDateTime: z.string().optional(),
  effectiveInstant: z.string().optional(),
  effectivePeriod: period.optional(),
  issued: z.string().optional(),
};
const timed = z.looseObject(momentFields);
type Timed = z.infer<typeof timed>;

/** The day of a result, the last possible one where it is not certain; then `problem` says why it cannot be used. */
export type Moment = { readonly day: number; readonly instant?: number; readonly problem?: string };

const UNCERTAIN = "its day is not certain";

/** Reads when a result was true. A period counts at its end. */
export function readMoment(o: Timed, life: Life): Moment {
  const text = o.effectiveDateTime ?? o.effectiveInstant;
  if (text !== undefined) {
    const field = o.effectiveDateTime === undefined ? "effectiveInstant" : "effectiveDateTime";
    return momentOf(text, field, life);
  }
  const { start, end } = o.effectivePeriod ?? {};
  if (start !== undefined || end !== undefined) return endOfPeriod(start, end, o, life);
  return { day: latestDay(o, life), problem: "no date on which it was true" };
}

function momentOf(text: string, field: string, life: Life): Moment {
  const { from, to, instant } = readDate(text, field, life);
  if (from !== to) return { day: to, problem: UNCERTAIN };
  return instant === undefined ? { day: to } : { day: to, instant };
}

function endOfPeriod(
  start: string | undefined,
  end: string | undefined,
  o: Timed,
  life: Life,
): Moment {
  const began = start === undefined ? undefined : readDate(start, "effectivePeriod.start", life);
  const ended = end === undefined ? undefined : readEnd(end, "effectivePeriod.end", life);
  if (end === undefined || ended === undefined) {
    return { day: Math.max(latestDay(o, life), began?.to ?? 0), problem: UNCERTAIN };
  }
  if (began === undefined) return { day: ended.to, problem: UNCERTAIN };
  if (ended.to < began.from) return { day: began.to, problem: "its end is before its start" };
  return momentOf(end, "effectivePeriod.end", life);
}

/** A result was true at the latest when it was issued. */
function latestDay({ issued }: Timed, life: Life): number {
  return issued === undefined ? life.issuedDay : readDate(issued, "issued", life).to;
}
