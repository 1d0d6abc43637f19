// What a clinic is told when its input cannot become a record: where, what, and what to do next.

/** One thing that is wrong, at a path such as `Bundle.entry[12] (Condition/c1).onsetDateTime`. */
export type Problem = { readonly path: string; readonly reason: string };

/**
 * Input that is refused as a whole. All problems found are listed, not only the first.
 * Reasons name fields and rules, never a patient's values: errors end up in logs.
 */
export class ClinicError extends Error {
  override readonly name = "ClinicError";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const shown = problems.slice(0, 20).map((p) => `${p.path}: ${p.reason}`);
    if (problems.length > shown.length) shown.push(`and ${problems.length - shown.length} more`);
    super(shown.join("\n"));
    this.problems = problems;
  }
}

/** Refuses the input for one reason. */
export function refuse(path: string, reason: string): never {
  throw new ClinicError([{ path, reason }]);
}

/** Thrown by a mapper about the resource it is given; `map.ts` adds the resource's path. */
export class ResourceProblem extends Error {
  override readonly name = "ResourceProblem";
  readonly field: string;

  constructor(field: string, reason: string) {
    super(reason);
    this.field = field;
  }
}
