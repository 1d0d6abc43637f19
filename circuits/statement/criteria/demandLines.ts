// What a yes tells of a criterion, for reading: one sentence, or "one of these" and "all of these" as lists of them. No list
// is ever put in brackets.
import { flat } from "./english.ts";
import { provablePart, type Requirement } from "./requirement.ts";

export type DemandLine = {
  /** A sentence, or what leads a list: "One of these". */
  readonly words: string;
  /** The lines of a list; empty of a sentence. */
  readonly of: readonly DemandLine[];
};

/** Of a requirement what a record shows; undefined when people alone are asked. */
export function demandLine(requirement: Requirement): DemandLine | undefined {
  const shown = provablePart(requirement);
  return shown && lineOf(shown);
}

/** The lines as text, those of a list set further in under what leads it. */
export function demandText({ words, of }: DemandLine, indent = ""): string[] {
  const lead = `${indent}- ${words}${of.length > 0 ? ":" : ""}`;
  return [lead, ...of.flatMap((line) => demandText(line, `${indent}  `))];
}

function lineOf(requirement: Requirement): DemandLine {
  if (requirement.is === "leaf") return { words: requirement.words, of: [] };
  if (requirement.is === "attested") return { words: requirement.attestation.text, of: [] };
  if (requirement.words !== undefined) return { words: requirement.words, of: [] };
  const { threshold, of } = requirement;
  const isSome = threshold > 1 && threshold < of.length;
  const lines = unrepeated((isSome ? of : flat(requirement)).map(lineOf));
  if (!isSome && lines.length === 1) return lines[0]!;
  return { words: leadOf(threshold, of.length), of: lines };
}

function leadOf(threshold: number, count: number): string {
  if (threshold === count) return "All of these";
  return threshold === 1 ? "One of these" : `At least ${threshold} of these`;
}

function unrepeated(lines: readonly DemandLine[]): DemandLine[] {
  const seen = new Map(lines.map((line) => [JSON.stringify(line), line]));
  return [...seen.values()];
}
