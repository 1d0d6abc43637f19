// What the contracts logged about a trial: public, unchangeable, downloaded whole.
import { z } from "zod";
import { EMPTY_PAGE, operation, pageOf, withArguments } from "./operation.ts";
import { count, seconds } from "./scalars.ts";

const event = z
  .object({
    id: z.string(),
    contract: z.string(),
    name: z.string(),
    arguments: z.array(z.object({ name: z.string(), value: z.string() })),
    blockNumber: count,
    blockTime: seconds,
    transactionHash: z.string(),
  })
  .transform((e) => ({
    ...e,
    /** By name: numbers in decimal, lists and structs as JSON. */
    arguments: Object.fromEntries(e.arguments.map((a) => [a.name, a.value])) as Readonly<
      Record<string, string>
    >,
  }));
export type AuditEvent = z.output<typeof event>;

/** A trial's events from now on, as the server reads them from the chain. */
export const watchTrialEvents = operation(
  "subscription TrialNews($trialId: Bytes32!)",
  "trialEvents(trialId: $trialId)",
  event,
);

/** Everything the contracts logged, oldest first, a page at a time. */
export const listEvents = operation(
  "query Events($after: String)",
  "events(first: 75, after: $after)",
  pageOf(event),
);

/** A trial's audit events, oldest first, a page at a time. */
export const listTrialEvents = operation(
  "query TrialEvents($protocolNumber: String!, $after: String)",
  "trial(protocolNumber: $protocolNumber)",
  z
    .object({ events: withArguments("first: 75, after: $after", pageOf(event)) })
    .nullable()
    .transform((trial) => trial?.events ?? EMPTY_PAGE),
);
