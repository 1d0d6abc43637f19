// What may be asked of a target without the answer being worth less than it seems (CRITERIA.md).
import { SYSTEMS, type System } from "./code.ts";
import type { Target } from "./compileCodes.ts";
import type { Kind } from "./program.ts";
import type { Context } from "./requirement.ts";

/**
 * Whether a record can say that all of a kind are coded in a system (its `codedIn`): only then does the absence of a
 * code say that nobody wrote the same thing otherwise. No record says so yet.
 */
function canBeCodedIn(_form: Target["form"], _system: System): boolean {
  return false;
}

/** Notes a problem when this kind of leaf over this target would be unsound, saying what would serve. */
export function checkSound(kind: Kind, target: Target, path: string, context: Context): void {
  const { raw } = target;
  if (raw === undefined) return;
  if (kind === "any") warnOfOverlap(target, path, context);
  else if (target.form === "observation") checkResult(kind, target, path, context);
  else if (!canBeCodedIn(target.form, raw.system)) refuseAbsence(target, path, context);
}

/** Concepts by their names: `"a", "b" or "c"`. */
function named(names: readonly string[]): string {
  const quoted = names.slice(0, 4).map((name) => `"${name}"`);
  return quoted.length < 2
    ? quoted.join("")
    : `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}

function refuseAbsence({ name, raw }: Target, path: string, { problems }: Context): void {
  const system = SYSTEMS[raw!.system].name;
  const message = `absence of ${name} cannot be proven: a clinic that codes otherwise than in ${system} would pass everybody`;
  const hint = raw!.overlaps.length
    ? `Use the concept ${named(raw!.overlaps)}.`
    : "Use a dictionary concept, or make it a site attestation.";
  problems.push({ path, message, hint });
}

/** Another code of the same analyte would hide from a question about one. */
function checkResult(kind: Kind, { name, raw }: Target, path: string, { problems }: Context): void {
  if (raw!.overlaps.length === 0) return;
  const what = kind === "latest" ? "the newest result" : "absence of results";
  const message = `${what} of one code says nothing when the clinic may use another of its set`;
  problems.push({ path, message, hint: `Use the concept ${named(raw!.overlaps)} for ${name}.` });
}

function warnOfOverlap({ name, raw }: Target, path: string, { warnings }: Context): void {
  if (raw!.overlaps.length === 0) return;
  const message = `${name} misses who is recorded under other codes`;
  const hint = `Consider the concept ${named(raw!.overlaps)}, which overlaps it.`;
  if (!warnings.some((known) => known.path === path && known.message === message)) {
    warnings.push({ path, message, hint });
  }
}
