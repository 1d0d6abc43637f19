// Making a patient's facts fit into a record: for each code the newest n are kept, never fewer than one.
//
// Dropping older facts of a code does not clear completeness: `latest` and `none` read the newest fact of a code, which
// stays, and `any` can only lose a proof, never gain one.
import type { Domain } from "../../../circuits/statement/encoding/code.ts";
import { refuse } from "../problem.ts";
import type { LeftOut } from "../read/draft.ts";
import { isUnlisted, type SourcedFact } from "./resolve.ts";

type Trimmed = {
  readonly facts: readonly SourcedFact[];
  readonly leftOut: readonly LeftOut[];
  /** The newest n kept of each code; undefined when everything fitted. */
  readonly newest: number | undefined;
};

const RESULTS: readonly Domain[] = ["observation", "observationUpper", "observationLower"];

/**
 * Keeps at most `limit` facts. Input sorted by code, newest first within a code. Throws ClinicError when not even the
 * newest fact of every code fits.
 */
export function trimFacts(facts: readonly SourcedFact[], limit: number, path: string): Trimmed {
  const all = rank(facts);
  const ranked = all.filter(({ fact, rank: newer }) => !isOldContact(fact, newer));
  const unlisted = ranked.filter((item) => item.rank >= 1 && isUnlisted(item.fact));
  const listed = ranked.filter((item) => item.rank < 1 || !isUnlisted(item.fact));
  const said = [
    [unlisted.length, "results no criterion can use"] as const,
    [all.length - ranked.length, `contacts beyond the newest ${CONTACTS} of their kind`] as const,
  ].flatMap(([count, what]) => (count > 0 ? [older(path, count, what)] : []));
  const lost: LeftOut[] = [...said];
  let kept = listed;
  for (const { isSpared, what, clears } of SPARED) {
    const fitted = keepNewest(kept, limit);
    if (fitted !== undefined) return describe(fitted, lost, path);
    const rest = kept.filter(({ fact }) => !isSpared(fact));
    if (rest.length < kept.length) {
      lost.push({ path, reason: `${kept.length - rest.length} ${what} did not fit`, clears });
    }
    kept = rest;
  }
  const last = keepNewest(kept, limit);
  if (last !== undefined) return describe(last, lost, path);
  const codes = kept.filter((item) => item.rank === 0).length;
  return refuse(path, `has ${codes} distinct codes and concepts; a record holds ${limit} facts`);
}

/** What goes first when not even one fact of each code fits; absence of it is then unprovable. */
const SPARED: readonly {
  readonly isSpared: (fact: SourcedFact) => boolean;
  readonly what: string;
  readonly clears: readonly Domain[];
}[] = [
  { isSpared: isUnlisted, what: "results the dictionary has no unit for", clears: RESULTS },
  { isSpared: ({ domain }) => domain === "encounter", what: "contacts", clears: ["encounter"] },
];

/** How many contacts of one kind a record holds: charts have hundreds, and the newest are asked for. */
const CONTACTS = 12;

function isOldContact({ domain }: SourcedFact, newer: number): boolean {
  return domain === "encounter" && newer >= CONTACTS;
}

type Ranked = { readonly fact: SourcedFact; readonly rank: number };
type Fitted = { readonly kept: Ranked[]; readonly dropped: number; readonly newest?: number };

/** How many newer facts each fact's code has. */
function rank(facts: readonly SourcedFact[]): Ranked[] {
  let run = 0;
  return facts.map((fact, i) => {
    run = facts[i - 1]?.encoded === fact.encoded ? run + 1 : 0;
    return { fact, rank: run };
  });
}

/** The largest n whose newest n of every code fit; undefined when one of each does not. */
function keepNewest(ranked: readonly Ranked[], limit: number): Fitted | undefined {
  if (ranked.length <= limit) return { kept: [...ranked], dropped: 0 };
  const perRank: number[] = [];
  for (const item of ranked) perRank[item.rank] = (perRank[item.rank] ?? 0) + 1;
  let [newest, total] = [0, 0];
  while (total + perRank[newest]! <= limit) total += perRank[newest++]!;
  if (newest === 0) return undefined;
  const kept = ranked.filter((item) => item.rank < newest);
  return { kept, dropped: ranked.length - kept.length, newest };
}

function describe({ kept, dropped, newest }: Fitted, said: LeftOut[], path: string): Trimmed {
  const what = `facts beyond the newest ${newest} of their code`;
  return {
    facts: kept.map((item) => item.fact),
    leftOut: dropped > 0 ? [...said, older(path, dropped, what)] : said,
    newest,
  };
}

function older(path: string, count: number, what: string): LeftOut {
  return { path, reason: `older facts, ${count} ${what}: absence stays provable`, clears: [] };
}
