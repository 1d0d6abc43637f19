// What is wrong with a criteria text.

/** What is wrong, where in the file, and what to do about it. */
export type Problem = { readonly path: string; readonly message: string; readonly hint: string };

/** All problems of a criteria text at once. The message lists them. */
export class CriteriaError extends Error {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(problems.map((p) => `${p.path || "criteria"}: ${p.message}. ${p.hint}`).join("\n"));
    this.name = "CriteriaError";
    this.problems = problems;
  }
}
