// Mutants that no test can notice, and why.
import { diffOf, type Mutant } from "./mutants.ts";
import type { Sources } from "./source.ts";

type Reason = { readonly file: string; readonly diff: string; readonly why: string };
export const EXPLAINED: readonly Reason[] = [];

/** Why a mutant may survive. */
export function reasonFor(sources: Sources, mutant: Mutant): string | undefined {
  const diff = diffOf(sources, mutant);
  const found = EXPLAINED.find(
    (reason) => mutant.file === `contracts/${reason.file}.sol` && reason.diff === diff,
  );
  return found?.why;
}
