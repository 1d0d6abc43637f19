// The log: JSON lines of what happened, by number and name. It holds no key, share, stanza, signature or address of a
// client, and no pseudonym: what was asked for is in the receipts.
import { type Logger, pino } from "pino";
import { Refusal } from "../circuits/statement/refusal.ts";

export type Log = Logger;

type Sink = { write: (line: string) => void };

/** A logger; `sink` replaces standard output, for tests. */
export function createLog(level: string, sink?: Sink): Log {
  const options = {
    level,
    base: null,
    serializers: { err: describe },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
  };
  return sink ? pino(options, sink) : pino(options);
}

/** Libraries put whole requests into their messages: of those only the kind and the code are told. */
function describe(problem: unknown): Record<string, unknown> {
  if (problem instanceof Refusal)
    return { refusal: problem.code, details: String(detailsOf(problem)) };
  if (!(problem instanceof Error)) return { kind: typeof problem };
  const { code, shortMessage } = problem as { code?: unknown; shortMessage?: string };
  const message = (shortMessage ?? problem.message).split(/\n|\(/)[0]?.slice(0, 200);
  const at = problem.stack
    ?.split("\n")
    .filter((line) => line.startsWith("    at "))
    .slice(0, 6);
  return { kind: problem.name, code, message, at };
}

function detailsOf({ details }: Refusal): string {
  return Object.entries(details)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}
