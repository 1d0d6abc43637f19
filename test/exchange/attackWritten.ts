// What a dataset is written from that takes long enough to be killed in the middle of it.
import type { Omission } from "../../client/exchange/dataset/opened.ts";
import { hashOf, madePackage, response, type Sample, sample } from "./datasetSample.ts";

const VISITS = 1_500;

/** A sample with many visits; one package of the cut was refused. */
export function manyVisits(): Omit<Sample, "refused"> & {
  readonly refused: Omission;
  readonly of: Sample;
} {
  const more = Array.from({ length: VISITS }, (_, i) =>
    madePackage({
      who: i % 3,
      source: "site",
      collection: "visit",
      content: response({ note: { valueString: `visit ${i}` } }),
      more: { sequence: i + 2 },
    }),
  );
  const of = sample(more);
  const refused = {
    entry: hashOf(of.refused),
    code: "Withdrawn",
    custodian: `0x${"aa".repeat(20)}`,
  };
  return { ...of, refused, of };
}
