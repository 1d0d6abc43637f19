// What may be asked of a target without the answer being worth less than it seems (CRITERIA.md).
import { ICD10_SYSTEMS, SYSTEMS, type System } from "../encoding/code.ts";
import type { Target } from "./compileCodes.ts";
import type { Kind } from "./program.ts";
import type { Context } from "./requirement.ts";

/** Bits of a code's payload below its first three symbols of six. */
const BELOW_CATEGORY = (1n << 42n) - 1n;

/**
 * Whether a record can say that all of a kind are coded where this target stands (its `codedIn`, which the policy then
 * asks for): only then does the absence of a code say that nobody wrote the same thing otherwise. A record says it of
 * diagnoses in ICD-10 and of drugs in ATC. Of ICD-10 whole categories can be asked: whoever wrote a category only, "I50",
 * may have meant any code below it.
 */
function canBeCodedIn({ form, raw, range }: Target): boolean {
  const { system } = raw!;
  if (form === "medication") return system === "atc";
  if (form !== "condition" || !isIcd10(system)) return false;
  const { lo, hi } = range("conditionLast");
  return (lo & BELOW_CATEGORY) === 0n && (hi === lo || (hi & BELOW_CATEGORY) === BELOW_CATEGORY);
}

function isIcd10(system: System): boolean {
  return (ICD10_SYSTEMS as readonly System[]).includes(system);
}

/** Notes a problem when this kind of leaf over this target would be unsound, saying what would serve. */
export function checkSound(kind: Kind, target: Target, path: string, context: Context): void {
  const { raw } = target;
  if (raw === undefined) return;
  if (kind === "any") warnOfOverlap(target, path, context);
  else if (target.form === "observation") checkResult(kind, target, path, context);
  else if (!canBeCodedIn(target)) refuseAbsence(target, path, context);
}

/** Concepts by their names: `"a", "b" or "c"`. */
function named(names: readonly string[]): string {
  const quoted = names.slice(0, 4).map((name) => `"${name}"`);
  return quoted.length < 2
    ? quoted.join("")
    : `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}

function refuseAbsence(target: Target, path: string, { problems }: Context): void {
  const { form, name } = target;
  const { system, overlaps } = target.raw!;
  const message =
    form === "condition" && isIcd10(system)
      ? `absence of ${name} cannot be proven: a clinic that writes its category only would pass everybody`
      : `absence of ${name} cannot be proven: a clinic that codes otherwise than in ${SYSTEMS[system].name} would pass everybody`;
  const hint = overlaps.length
    ? `Use the concept ${named(overlaps)}.`
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
