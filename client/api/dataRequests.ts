// Who asked to open the data of a trial, and of whom: all of it, so that asking tells nobody whose is looked for.
import { z } from "zod";
import type { TrialId } from "../../circuits/statement/trial/trial.ts";
import type { Api } from "./api.ts";
import { operation, type Page, pageOf } from "./operation.ts";
import { field, seconds, uint } from "./scalars.ts";

const request = z.object({
  requestId: uint,
  cutId: uint,
  staff: z.string(),
  requestedAt: seconds,
});
export type DataRequest = z.output<typeof request> & { readonly pseudonyms: readonly bigint[] };

const listRequests = operation(
  "query DataRequests($trialId: Bytes32!, $after: String)",
  "dataRequests(trialId: $trialId, first: 75, after: $after)",
  pageOf(request),
);
const listPeople = operation(
  "query PeopleOfCuts($trialId: Bytes32!, $after: String)",
  "cuts(trialId: $trialId, first: 20, after: $after)",
  pageOf(z.object({ cutId: uint, pseudonyms: z.array(field) })),
);

/** Every request to open a cut of a trial, oldest first, with those whose data are in it. */
export async function dataRequests(
  { run }: Pick<Api, "run">,
  trialId: TrialId,
): Promise<DataRequest[]> {
  const all = await whole((after) => run(listRequests, { trialId, after }));
  if (all.length === 0) return [];
  const cuts = await whole((after) => run(listPeople, { trialId, after }));
  const people = new Map(cuts.map(({ cutId, pseudonyms }) => [cutId, pseudonyms]));
  return all.map((one) => ({ ...one, pseudonyms: people.get(one.cutId) ?? [] }));
}

async function whole<T>(page: (after: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  let after: string | undefined;
  do {
    const { items, next } = await page(after);
    all.push(...items);
    after = next;
  } while (after !== undefined);
  return all;
}
