// FHIR R4 DiagnosticReport: results that it contains, and the codes of its conclusion
// (hl7.org/fhir/R4/diagnosticreport.html). Results that stand beside it are read for themselves.
import { z } from "zod";
import { codeableConcept, reference } from "../read/datatypes.ts";
import { leaveOut, type MapContext, type Mapped } from "../read/draft.ts";
import { mentionCondition } from "./claim.ts";
import { momentFields, readMoment } from "./moment.ts";
import { type Inherited, joined, mapContained, missing } from "./observation.ts";

const schema = z.looseObject({
  ...momentFields,
  status: z.string().optional(),
  performer: z.array(reference).optional(),
  result: z.array(reference).optional(),
  conclusionCode: z.array(codeableConcept).optional(),
});
type Report = z.infer<typeof schema>;
const NOTE = "a report's conclusion: blocks absence, satisfies nothing";

/**
 * Maps a DiagnosticReport. Its conclusion may be a diagnosis or one to be ruled out: it satisfies nothing. A result
 * that it names and that was not given leaves the record silent.
 */
export function mapDiagnosticReport(input: unknown, context: MapContext): Mapped {
  const report = schema.parse(input);
  const { status = "", conclusionCode = [], result = [] } = report;
  if (status === "entered-in-error" || status === "cancelled") return leaveOut(`status ${status}`);
  const day = conclusionCode.length === 0 ? 0 : readMoment(report, context).day;
  return joined([
    mapContained(input, inheritedFrom(report), context),
    { drafts: [], leftOut: missing(result, "result", context) },
    ...conclusionCode.map((concepts, i) =>
      mentionCondition({ concepts, field: `conclusionCode[${i}]`, day, note: NOTE }, context),
    ),
  ]);
}

/** When a report's observations were made, and by whom, where they do not say it themselves. */
function inheritedFrom(report: Report): Inherited {
  const { effectiveDateTime, effectivePeriod, issued, performer } = report;
  return {
    ...(effectiveDateTime === undefined ? {} : { effectiveDateTime }),
    ...(effectivePeriod === undefined ? {} : { effectivePeriod }),
    ...(issued === undefined ? {} : { issued }),
    ...(performer === undefined ? {} : { performer }),
  };
}
