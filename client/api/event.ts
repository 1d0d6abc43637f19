// What the contracts logged about a trial: public, unchangeable, downloaded whole.
import { z } from "zod";
import { count, seconds } from "./scalars.ts";
import type { Operation } from "./transport.ts";

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
export const watchTrialEvents: Operation<AuditEvent> = {
  document: `subscription TrialNews($trialId: Bytes32!) {
    trialEvents(trialId: $trialId) {
      id contract name arguments { name value } blockNumber blockTime transactionHash
    }
  }`,
  answer: z.object({ trialEvents: event }).transform((answer) => answer.trialEvents),
};

const connection = z.object({
  edges: z.array(z.object({ node: event })),
  pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
});

const PAGE = `{
  edges {
    node { id contract name arguments { name value } blockNumber blockTime transactionHash }
  }
  pageInfo { hasNextPage endCursor }
}`;
type EventPage = { events: AuditEvent[]; next: string | undefined };

function toPage({ edges, pageInfo }: z.output<typeof connection>): EventPage {
  return {
    events: edges.map((edge) => edge.node),
    next: pageInfo.hasNextPage ? (pageInfo.endCursor ?? undefined) : undefined,
  };
}

/** Everything the contracts logged, oldest first, a page at a time. */
export const listEvents: Operation<EventPage> = {
  document: `query Events($after: String) { events(first: 75, after: $after) ${PAGE} }`,
  answer: z.object({ events: connection }).transform(({ events }) => toPage(events)),
};

/** A trial's audit events, oldest first, a page at a time. */
export const listTrialEvents: Operation<EventPage> = {
  document: `query TrialEvents($protocolNumber: String!, $after: String) {
    trial(protocolNumber: $protocolNumber) { events(first: 75, after: $after) ${PAGE} }
  }`,
  answer: z
    .object({ trial: z.object({ events: connection }).nullable() })
    .transform(({ trial }) => (trial ? toPage(trial.events) : { events: [], next: undefined })),
};
