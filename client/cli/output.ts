// What a command prints: one result for people, or the same as JSON; progress on stderr; errors that say what to do.
import { CommanderError } from "commander";
import { CriteriaError } from "../../circuits/statement/criteriaParse.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { ServerUnavailable } from "../api/unavailable.ts";
import { ClinicError } from "../clinic/problem.ts";

/** 0 done; 1 a fault of the program; 2 wrong usage or input; 3 an expected "no"; 4 server or chain out of reach. */
export const EXIT = { ok: 0, fault: 1, usage: 2, refused: 3, unavailable: 4 } as const;

/** Wrong input to a command: what, where, what to do. */
export class InputError extends Error {
  override readonly name = "InputError";
}

/** Prints a command's result: `text` for people, or `data` as JSON. Bigints become decimal strings. */
export function print(json: boolean, data: unknown, text: string): void {
  console.log(json ? toJson(data) : text);
}

export function toJson(data: unknown): string {
  return JSON.stringify(data, (_, v) => (typeof v === "bigint" ? v.toString() : v), 2);
}

export type Progress = {
  /** Shows what is being done now. */
  readonly step: (text: string) => void;
  /** Ends the line. */
  readonly end: () => void;
};

/** Progress on stderr: a line that changes on a terminal, a line each elsewhere; nothing with --quiet. */
export function createProgress(quiet = false): Progress {
  const isTerminal = process.stderr.isTTY === true;
  let last = "";
  return {
    step: (text) => {
      if (quiet || text === last) return;
      last = text;
      process.stderr.write(isTerminal ? `\r\x1b[K${text}` : `${text}\n`);
    },
    end: () => {
      if (isTerminal && last !== "") process.stderr.write("\r\x1b[K");
      last = "";
    },
  };
}

type Told = { code: number; kind: string; message: string; problems?: unknown };

/** An error as it is shown. Never includes input: refusals and problems carry public words only. */
export function describeError(error: unknown): Told {
  if (error instanceof Refusal) {
    const details = Object.entries(error.details).map(([key, value]) => `${key} ${value}`);
    const suffix = details.length > 0 ? ` (${details.join(", ")})` : "";
    return { code: EXIT.refused, kind: error.code, message: `${error.message}${suffix}` };
  }
  if (error instanceof CriteriaError || error instanceof ClinicError) {
    return {
      code: EXIT.usage,
      kind: error.name,
      message: error.message,
      problems: error.problems,
    };
  }
  if (error instanceof ServerUnavailable) {
    return { code: EXIT.unavailable, kind: error.name, message: error.message };
  }
  if (error instanceof InputError || error instanceof RangeError) {
    return { code: EXIT.usage, kind: error.name, message: error.message };
  }
  if (error instanceof CommanderError) {
    return { code: error.exitCode === 0 ? 0 : EXIT.usage, kind: "Usage", message: "" };
  }
  const system = error as NodeJS.ErrnoException;
  if (typeof system?.code === "string" && typeof system.path === "string") {
    return { code: EXIT.usage, kind: system.code, message: system.message };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: EXIT.fault, kind: "Fault", message };
}

/** Prints an error and returns the exit code. */
export function reportError(error: unknown, json: boolean): number {
  const told = describeError(error);
  if (told.message === "") return told.code;
  if (json) console.log(toJson({ error: told }));
  else console.error(`${told.kind === "Fault" ? "Unexpected error: " : ""}${told.message}`);
  if (told.kind === "Fault" && process.env.COHORT_DEBUG && error instanceof Error) {
    console.error(error.stack);
  }
  return told.code;
}
