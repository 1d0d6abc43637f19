// What a trial's board said in words, as the server tells it: the words themselves are read by their hash.
import { z } from "zod";
import { OPINIONS } from "../../circuits/statement/trial/terms.ts";
import { EMPTY_PAGE, operation, pageOf, withArguments } from "./operation.ts";
import { address, bytes32, count, fhirCode, seconds } from "./scalars.ts";

const opinion = z.object({
  version: count,
  opinion: z.string().pipe(fhirCode(OPINIONS)),
  textHash: bytes32,
  by: address,
  givenAt: seconds,
});
/** One thing that a board said of a version. */
export type OpinionInfo = z.output<typeof opinion>;

/** A trial's opinions, oldest first, a page at a time. */
export const listOpinions = operation(
  "query Opinions($protocolNumber: String!, $after: String)",
  "trial(protocolNumber: $protocolNumber)",
  z
    .object({ opinions: withArguments("first: 75, after: $after", pageOf(opinion)) })
    .nullable()
    .transform((trial) => trial?.opinions ?? EMPTY_PAGE),
);
