// How much of the protocols behind the example trials is proven, of what a record could answer.
import {
  BOOK_OF,
  LEAST_SHARE,
  readExample,
  type Share,
  shareOf,
  sumOf,
} from "../criteria/coverage.ts";
import type { Bench, Result } from "./measure.ts";

const percent = (part: number, whole: number) => `${Math.round((100 * part) / whole)} %`;

function row(what: string, share: Share): Result {
  const { criteria, proven, partly, attested, answerable, whole, adapted } = share;
  return {
    what: `coverage: ${what}`,
    baseline: `${criteria} criteria, ${answerable} a record could answer`,
    measured: `${proven} proven, ${partly} partly, ${attested} attested: ${percent(whole, answerable)} (${percent(whole - adapted, answerable)} as the source says)`,
    target: "",
    reached: undefined,
  };
}

export const coverage: Bench = {
  name: "coverage",
  about: "what the example protocols prove of what a record could answer",
  async run() {
    const shares = Object.entries(BOOK_OF).map(([name, book]) => {
      const { sources, criteria } = readExample(name);
      return { what: (sources ?? [name]).join(", "), share: shareOf(criteria, book) };
    });
    const all = sumOf(shares.map(({ share }) => share));
    const target = `at least ${100 * LEAST_SHARE} %`;
    const reached = all.whole >= LEAST_SHARE * all.answerable;
    const rows = shares.map(({ what, share }) => row(what, share));
    return [...rows, { ...row("all of them", all), target, reached }];
  },
};
