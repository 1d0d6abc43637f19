// The log: JSON lines, with everything that could hold a secret or name a patient cut out.
import { type Logger, pino } from "pino";
import { wordsOf } from "../chain/refusals.ts";

export type Log = Logger;

/** Never written, at any depth up to three: inputs, tokens, keys, proofs. */
const SECRET = [
  "authorization",
  "token",
  "signature",
  "privateKey",
  "RELAYER_KEY",
  "DATABASE_URL",
  "password",
  "variables",
  "input",
  "proof",
  "points",
  "signals",
  "nullifier",
  "code",
  "message.raw",
  "raw",
  "data",
  "body",
];
const PATHS = SECRET.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

type Sink = { write: (line: string) => void };

/** A logger; `sink` replaces standard output, for tests. */
export function createLog(level: string, sink?: Sink): Log {
  const options = {
    level,
    base: null,
    redact: { paths: PATHS, censor: "[cut]" },
    serializers: { err: describeProblem },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
  };
  return sink ? pino(options, sink) : pino(options);
}

/**
 * An error for the log: kind, code and where it arose. Libraries put whole requests into their
 * messages (ethers: the transaction; drizzle: query and parameters), so a message is cut at the
 * first of those.
 */
export function describeProblem(problem: unknown): Record<string, unknown> {
  if (!(problem instanceof Error)) return { kind: typeof problem };
  const { code, shortMessage } = problem as { code?: unknown; shortMessage?: string };
  const message = shortMessage ?? problem.message.split(/\n|Failed query|\(|params:/)[0];
  const at = problem.stack
    ?.split("\n")
    .filter((line) => line.startsWith("    at "))
    .slice(0, 8);
  const node = wordsOf(problem);
  return { kind: problem.name, errorCode: code, message: message?.slice(0, 300), node, at };
}
