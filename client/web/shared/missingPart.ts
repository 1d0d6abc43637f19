// A part of the program that is loaded when first needed, and did not arrive.

const WORDS = [
  "a part of it did not arrive: the connection was lost, or the exchange has been updated since you opened it.",
  "Load the page again",
].join(" ");

/** For a worker, which cannot send what its browser threw. */
export class MissingPart extends Error {
  override readonly name = "MissingPart";
  constructor() {
    super(WORDS);
  }
}

/** The browsers' own words for it: Chromium, Firefox, Safari; and Vite's for styles. */
const BROWSERS_WORDS = /dynamically imported module|importing a module script|preload CSS/i;

/** A problem as it was, or as a MissingPart when it is one. */
export function nameMissing(problem: unknown): unknown {
  return problem instanceof Error && BROWSERS_WORDS.test(problem.message)
    ? new MissingPart()
    : problem;
}
