// When a patient died, as staff read it.
import { formatDay } from "../../../../circuits/statement/encoding/day.ts";
import type { Issued } from "../../../clinic/record/issue.ts";
import { formatDate } from "../../shared/format.ts";

/** "died on 3 Mar 2024"; undefined while the patient lives, as far as the chart says. */
export function deathWords({ deceased, death }: Issued["person"]): string | undefined {
  if (!deceased) return undefined;
  if (death === undefined) return "died, on a day that the chart does not give";
  const [from, to] = [formatDate(formatDay(death.from)), formatDate(formatDay(death.to))];
  return from === to ? `died on ${to}` : `died between ${from} and ${to}`;
}
