// What a module adds to the operator's status.
import type { Database } from "./database.ts";

export type Standing = {
  /** As a line of the status begins: one word. */
  readonly name: string;
  /** Figures for programs. */
  readonly figures: Readonly<Record<string, number | boolean | null>>;
  /** The same for a person, in a line. */
  readonly words: string;
  /** What needs the operator, each with what to do. */
  readonly needs: readonly string[];
};

/** Reads it from the database alone. `relayer` is the account that pays, where it is known. */
export type ReadStanding = (at: {
  readonly db: Database;
  readonly relayer: string | null;
}) => Promise<Standing>;
