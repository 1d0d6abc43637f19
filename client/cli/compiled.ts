// What criteria compile to, as the sponsor's and the board's commands print it.
import type { Compiled } from "../../circuits/statement/criteria/compile.ts";
import { partName } from "../../circuits/statement/criteria/partWords.ts";
import { reveals } from "../../circuits/statement/criteria/reveals.ts";
import { collectionWords } from "../../circuits/statement/exchange/collectionWords.ts";
import type { TrialDocument } from "../trial/document.ts";

/** Each part: its size, the criteria that it shows, and what its record must be. */
export function partsOf(compiled: Compiled) {
  const { records } = reveals(compiled);
  return compiled.programs.map(({ leaves, gates }, i) => ({
    leaves: leaves.length,
    gates: gates.length,
    criteria: compiled.criteria.filter(({ parts }) => parts.includes(i)).map(({ path }) => path),
    record: records[i]!,
  }));
}

/** Criteria in English, how many are proven, each part's size and record, and what the compiler noted. */
export function compiledWords(compiled: Compiled, words: string): string[] {
  const { coverage, circuit, warnings } = compiled;
  const { criteria, proven, partly, attested } = coverage;
  const parts = partsOf(compiled);
  const sizes = parts.flatMap(({ leaves, gates, record }, i) => [
    `${parts.length === 1 ? "" : `${partName(i, parts.length)}: `}${leaves} leaves and ${gates} gates: ${circuit}.`,
    ...record.map((line) => `  ${line}.`),
  ]);
  return [
    words,
    "",
    `${criteria} criteria: ${proven} proven, ${partly} partly, ${attested} attested.`,
    ...sizes,
    ...warnings.map(({ path, message, hint }) => `Note at ${path}: ${message}. ${hint}`),
  ];
}

/** What a trial collects and who holds the keys, as its text has them; nothing where it collects nothing. */
export function collectedWords({
  trial,
  custodians,
}: Pick<TrialDocument, "trial" | "custodians">): string[] {
  const { collections = [] } = trial;
  if (collections.length === 0) return [];
  const holders =
    custodians === undefined
      ? "Nobody holds the keys yet: custodians are named when it is published."
      : `${custodians.threshold} of these ${custodians.members.length} custodians together open a package: ${custodians.members.join(", ")}.`;
  const each = collections.flatMap((one) => {
    const [first, ...rest] = collectionWords(one);
    return ["", `${one.title} (${one.id}): ${first}`, ...rest.map((line) => `  ${line}`)];
  });
  return ["", "Collected after arrival:", ...each, "", holders];
}
