// The events as CSV (RFC 4180), one a line.
import { csvLine, csvPseudonym, csvText } from "../../files/csv.ts";
import type { Event } from "../node/event.ts";

export const CSV_HEAD =
  "time,block,transaction,logIndex,contract,event,trialId,pseudonym,arguments";

/** An event as a line of CSV. */
export function csvRow({ name, contract, place, time, args }: Event): string {
  const { trialId = "", pseudonym } = args as { trialId?: string; pseudonym?: bigint };
  const who = pseudonym === undefined ? "" : csvPseudonym(pseudonym);
  const big = (_: string, value: unknown) => (typeof value === "bigint" ? value.toString() : value);
  const cells = [
    new Date(time * 1000).toISOString(),
    ...[place.block, place.transaction, place.logIndex, contract, name, trialId, who],
    csvText(JSON.stringify(args, big)),
  ];
  return csvLine(cells);
}
