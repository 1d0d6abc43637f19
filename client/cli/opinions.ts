// What a trial's board said, as lines of text.
import { opinionTitle, type ToldOpinion, wordsShown } from "../trial/opinions.ts";
import { timeWords } from "./wallet.ts";

/** A line for each opinion, oldest first, under a heading; nothing when there is none. */
export function opinionLines(opinions: readonly ToldOpinion[]): string[] {
  if (opinions.length === 0) return [];
  const lines = opinions.map(
    (one) => `  ${timeWords(one.givenAt)}  ${opinionTitle(one)}. ${wordsShown(one.words)}`,
  );
  return ["What the board said:", ...lines];
}
