// Where the tour stands, out of public state. Without the library, like all that every page carries.
import { useQuery } from "@tanstack/react-query";
import { type Standing, TOUR_TRIAL } from "./steps.ts";

const ASK_AGAIN_MS = 2_000;
const QUERY = `query Tour($trial: String!) {
  accreditations(first: 50) { edges { node { role active } } }
  trial(protocolNumber: $trial) { status versions { version } funnel { consented enrolled arrived } }
  recordsState { leaves { kind anchoredAt } }
}`;

type Answer = {
  readonly accreditations: { readonly edges: { node: { role: string; active: boolean } }[] };
  readonly trial: {
    readonly status: string;
    readonly versions: unknown[];
    readonly funnel: { consented: number; enrolled: number; arrived: number };
  } | null;
  readonly recordsState: { readonly leaves: { kind: string; anchoredAt: string }[] };
};

async function ask(): Promise<Answer> {
  const response = await fetch("/graphql", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: QUERY, variables: { trial: TOUR_TRIAL } }),
  });
  const { data } = (await response.json()) as { data?: Answer };
  if (data === undefined) throw new Error("the exchange did not say where it stands");
  return data;
}

const newest = ({ recordsState }: Answer) =>
  Math.max(0, ...recordsState.leaves.map(({ anchoredAt }) => Date.parse(anchoredAt)));

/** What this device remembers of its tour. */
export type Begun = {
  /** When the newest record was anchored that stood there before. */
  readonly recordsBefore: number;
  readonly hasCopiedCode: boolean;
};

/** Looks again every two seconds, while the page is in sight. */
export function useStanding(begun: Begun): Standing | undefined {
  const { data } = useQuery({
    queryKey: ["tour"],
    queryFn: ask,
    refetchInterval: ASK_AGAIN_MS,
    staleTime: 0,
  });
  if (data === undefined) return undefined;
  const { accreditations, trial } = data;
  const active = accreditations.edges.filter(({ node }) => node.active);
  return {
    roles: new Set(active.map(({ node }) => node.role)),
    trial:
      trial === null || trial.versions.length === 0
        ? undefined
        : { status: trial.status, ...trial.funnel },
    hasRecord: newest(data) > begun.recordsBefore,
    hasCopiedCode: begun.hasCopiedCode,
  };
}

/** The tour as it begins now. */
export async function beginTour(): Promise<Begun> {
  return { recordsBefore: newest(await ask()), hasCopiedCode: false };
}
