// What boards said, as a server tells it: each opinion is on the chain, and its words are those of its hash.
import { hashDocument } from "../../../circuits/statement/trial/trial.ts";
import { opinionTitle, type ToldOpinion } from "../../trial/opinions.ts";
import { type Compare, compareLists, differing } from "../finding/difference.ts";
import type { Finding } from "../finding/finding.ts";
import type { Trial } from "../replay/state.ts";

const whereOf = ({ protocolNumber }: Trial, one: ToldOpinion) =>
  `words of "${opinionTitle(one)}" of trial ${protocolNumber}`;

/** Compares opinions one by one, and words with their hashes. */
export function compareOpinions(
  trial: Trial,
  opinions: readonly ToldOpinion[],
  compare: Compare,
): void {
  const told = opinions.map(({ words: _, ...one }) => one);
  compareLists(compare, `opinions on trial ${trial.protocolNumber}`, told, trial.opinions);
  for (const one of opinions) {
    const { words, textHash } = one;
    if (words.is === "missing") continue;
    const hash = words.is === "said" ? hashDocument(words.text) : "another";
    compare(`hash of the ${whereOf(trial, one)}`, hash, textHash);
  }
}

/** Words that the server does not have: the board may never have handed them in. */
export function missingWords(trial: Trial, opinions: readonly ToldOpinion[]): Finding[] {
  const missing = opinions.filter(({ words }) => words.is === "missing");
  return missing.map((one) =>
    differing(whereOf(trial, one), "nothing", `some with the hash ${one.textHash}`),
  );
}
