// What of an imported protocol the author takes over: each criterion as it was read, or as words for a person.
import {
  asAttestation,
  type Imported,
  type ImportedLine,
} from "../../../sponsor/import/imported.ts";

export type Choices = ReadonlySet<number>;

/** A line with its place in the file and on its own list, which is counted from 1. */
export type Placed = {
  readonly line: ImportedLine;
  readonly index: number;
  readonly number: number;
};

export function placed({ lines }: Imported): readonly Placed[] {
  const counts = { inclusion: 0, exclusion: 0 };
  return lines.map((line, index) => ({ line, index, number: ++counts[line.list] }));
}

/** The protocol with those criteria attested that were chosen by their place. */
export function withChoices(imported: Imported, attested: Choices): Imported {
  const lines = placed(imported).map(({ line, index, number }) =>
    attested.has(index) ? asAttestation(line, number) : line,
  );
  return { ...imported, lines };
}
