// What a reader tells: how far it is, what it took, and what it left out, why and how often.
import { Refusal } from "../../../circuits/statement/refusal.ts";

/** A kind of thing that was left out. Reasons name fields and rules, never a value of the person's. */
export type LeftOut = {
  readonly reason: string;
  readonly count: number;
  /** Where it came first: "line 12", "row 4, column Pulse", "Bundle.entry[3]". */
  readonly first: string;
};
/** One thing that is wrong, and where. */
export type ReadProblem = { readonly path: string; readonly reason: string };

export type ReadReport = {
  /** Records, rows or resources that were looked at. */
  readonly seen: number;
  /** Readings taken. */
  readonly taken: number;
  readonly leftOut: readonly LeftOut[];
  /** The first problems with their places; what was merely not asked for is not among them. */
  readonly problems: readonly ReadProblem[];
};

/** Called about once a megabyte. Bytes are characters where the input is text. */
export type OnProgress = (at: {
  readonly bytes: number;
  readonly seen: number;
  readonly taken: number;
}) => void;

/** What a file was given as, in words. */
export type FileKind = "FHIR" | "Apple Health export" | "table" | "zip";

const MAX_REASONS = 200;
const MAX_PROBLEMS = 200;
const MAX_REASON_LENGTH = 200;
const MAX_PLACE_LENGTH = 120;
const OTHER = "other reasons";

/** Refuses a file as a whole: half of it could not be told from all of it. */
export function unreadable(of: { kind: FileKind; reason: string; where?: string }): Refusal {
  const { kind, reason, where } = of;
  return new Refusal("UnreadableHealthData", {
    kind,
    reason,
    ...(where === undefined ? {} : { where: where.slice(0, MAX_PLACE_LENGTH) }),
  });
}

export type Tally = {
  readonly leaveOut: (reason: string, where: string, kind?: "problem" | "unasked") => void;
  readonly leftOut: () => LeftOut[];
  readonly problems: () => ReadProblem[];
};

/** Counts what is left out. A hostile file cannot make it grow. */
export function startTally(): Tally {
  const counts = new Map<string, { count: number; first: string }>();
  const problems: ReadProblem[] = [];
  return {
    leaveOut: (given, place, kind = "problem") => {
      const short = given.slice(0, MAX_REASON_LENGTH);
      const where = place.slice(0, MAX_PLACE_LENGTH);
      const reason = counts.has(short) || counts.size < MAX_REASONS ? short : OTHER;
      const row = counts.get(reason);
      if (row === undefined) counts.set(reason, { count: 1, first: where });
      else row.count++;
      if (kind === "problem" && problems.length < MAX_PROBLEMS) {
        problems.push({ path: where, reason: short });
      }
    },
    leftOut: () => [...counts].map(([reason, row]) => ({ reason, ...row })),
    problems: () => problems,
  };
}
