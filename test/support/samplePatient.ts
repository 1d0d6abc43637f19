import type { Bundle } from "fhir/r4";
import { generateSample } from "../../client/clinic/sample/sample.ts";

/** One patient of the sample, counted from 0. */
export function samplePatient(of: { seed?: string; index: number; today: number }): Bundle {
  const { index, ...rest } = of;
  return generateSample({ ...rest, size: index + 1 })[index]!;
}
