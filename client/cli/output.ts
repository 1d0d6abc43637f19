// What a command prints: one result for people, or the same as JSON; progress on stderr; errors that say what to do.
import { CommanderError } from "commander";
import { z } from "zod";
import { CriteriaError } from "../../circuits/statement/criteria/problem.ts";
import { Refusal, type RefusalCode } from "../../circuits/statement/refusal.ts";
import { ServerUnavailable } from "../api/unavailable.ts";
import { ClinicError } from "../clinic/problem.ts";
import { InputError } from "../files/inputError.ts";

export { InputError };

/**
 * 0 done; 1 a fault of the program; 2 wrong usage or input; 3 an expected "no"; 4 server or chain out
 * of reach. `audit` ends with 5 when it has findings.
 */
export const EXIT = { ok: 0, fault: 1, usage: 2, refused: 3, unavailable: 4 } as const;

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

export type Told = {
  readonly code: number;
  readonly kind: string;
  readonly message: string;
  /** A refusal's public values. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** What is wrong with an input, by path. */
  readonly problems?: unknown;
};

/** Refusals that mean "not now": the exchange is there, something behind it is not. */
const PASSING: readonly RefusalCode[] = [
  "ChainUnavailable",
  "StorageUnavailable",
  "QueueFull",
  "TooManyRequests",
];

/** An error as it is shown. Never includes input: refusals and problems carry public words only. */
export function describeError(error: unknown): Told {
  if (error instanceof Refusal) return describeRefusal(error);
  if (error instanceof CriteriaError || error instanceof ClinicError) {
    const { name: kind, message, problems } = error;
    return { code: EXIT.usage, kind, message, problems };
  }
  if (error instanceof ServerUnavailable) {
    return { code: EXIT.unavailable, kind: error.name, message: error.message };
  }
  if (error instanceof InputError || error instanceof RangeError) {
    return { code: EXIT.usage, kind: error.name, message: error.message };
  }
  if (error instanceof CommanderError) return describeUsage(error);
  if (error instanceof z.ZodError) {
    const message = "This program does not understand the server's answer: update one of them";
    return { code: EXIT.fault, kind: "UnknownAnswer", message };
  }
  const system = error as NodeJS.ErrnoException;
  if (typeof system?.code === "string" && typeof system.path === "string") {
    const reason = FILE_PROBLEMS[system.code] ?? system.code;
    return { code: EXIT.usage, kind: system.code, message: `${system.path}: ${reason}` };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: EXIT.fault, kind: "Fault", message };
}

const FILE_PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: "no such file or folder",
  EISDIR: "is a folder, not a file",
  ENOTDIR: "is a file, not a folder",
  EACCES: "you may not read or write it",
  EEXIST: "exists already; choose another name",
  ENOSPC: "the disk is full",
};

function describeRefusal({ code: kind, message, details }: Refusal): Told {
  const shown = Object.entries(details).map(([key, value]) => `${key} ${shorten(value)}`);
  const suffix = shown.length > 0 ? ` (${shown.join(", ")})` : "";
  const code = PASSING.includes(kind) ? EXIT.unavailable : EXIT.refused;
  return { code, kind, message: `${message}${suffix}`, ...(shown.length > 0 && { details }) };
}

/** Commander's own errors; help that was asked for is not one. */
function describeUsage({ exitCode, code, message }: CommanderError): Told {
  const text = code === "commander.help" ? "name a command" : message.replace(/^error: /, "");
  return { code: exitCode === 0 ? EXIT.ok : EXIT.usage, kind: "Usage", message: text };
}

/** Prints an error and returns the exit code. */
export function reportError(error: unknown, json: boolean): number {
  const told = describeError(error);
  if (told.code === EXIT.ok) return told.code;
  if (json) console.log(toJson({ error: told }));
  // Commander has said it on stderr.
  else if (told.kind !== "Usage") {
    console.error(`${told.kind === "Fault" ? "Unexpected error: " : ""}${told.message}`);
  }
  if (told.kind === "Fault" && process.env.COHORT_DEBUG && error instanceof Error) {
    console.error(error.stack);
  }
  return told.code;
}

const LONG = 24;
const KEPT = 10;

/** A long number by its first digits, which commands take in its place; anything else as it is. */
export function shorten(value: unknown): string {
  const text = String(value);
  return /^\d+$/.test(text) && text.length > LONG ? `${text.slice(0, KEPT)}...` : text;
}

/** A statement as the question that it answers: "Temperature above 38 °C? No". */
export function askedWords({ text, negated }: { text: string; negated: boolean }): string {
  return `${text.replace(/[.?!]$/, "")}? ${negated ? "No" : "Yes"}`;
}
