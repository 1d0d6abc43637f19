// From what a node answers, or a check throws, to a refusal as it leaves the server.
import { isError } from "ethers";
import { REFUSALS, Refusal, type RefusalCode } from "../../circuits/statement/refusal.ts";
import { refusalOf } from "../../contracts/connect.ts";

type Details = Record<string, string | number | bigint | boolean>;

/** A refusal with public details. */
export function refuse(code: RefusalCode, details: Details = {}): RefusalShape {
  const { meaning, next } = REFUSALS[code];
  return {
    refusal: code,
    message: `${meaning}; ${next}`,
    details: Object.entries(details).map(([name, value]) => ({ name, value: String(value) })),
  };
}

/**
 * Lets a function answer the Refusal it throws, and say when chain or database are away. Anything
 * else thrown is a bug and goes on.
 */
export async function answering<T>(act: () => Promise<T>): Promise<T | RefusalShape> {
  try {
    return await act();
  } catch (problem) {
    if (problem instanceof Refusal) return refuse(problem.code, problem.details);
    const outage = outageOf(problem);
    if (outage) return refuse(outage);
    throw problem;
  }
}

/** Which of the two is away, when that is why something failed. */
export function outageOf(problem: unknown): "StorageUnavailable" | "ChainUnavailable" | undefined {
  if (problem instanceof Refusal && problem.code === "StorageUnavailable") return problem.code;
  if (isStorageOutage(problem)) return "StorageUnavailable";
  return isOutage(problem) ? "ChainUnavailable" : undefined;
}

/**
 * The refusal in a reverted call or estimate; undefined when the node failed otherwise. A revert
 * that is none of the known ones becomes MalformedInput: no valid call of the clients ends there.
 */
export function revertRefusal(problem: unknown): RefusalShape | undefined {
  const known = refusalOf(problem);
  if (known) return refuse(known.code, known.details);
  return isRevert(problem) ? unexplained() : undefined;
}

/**
 * Ethers calls every error that a node answers to a call CALL_EXCEPTION, also "too many requests"
 * or "internal error": only what the EVM ended is a verdict on the call.
 */
function isRevert(problem: unknown): boolean {
  if (!isError(problem, "CALL_EXCEPTION")) return false;
  const { code, message = "" } =
    (problem.info as { error?: { code?: number; message?: string } } | undefined)?.error ?? {};
  return problem.data !== null || code === 3 || EVM_ERROR.test(message);
}

const EVM_ERROR = /revert|invalid opcode|out of gas|intrinsic gas|gas required exceeds|EVM error/i;

/** For a transaction that failed in a way that none of the contracts' errors describes. */
export function unexplained(): RefusalShape {
  return refuse("MalformedInput", { field: "call" });
}

const OUTAGES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "UND_ERR_SOCKET",
  "TIMEOUT",
  "NETWORK_ERROR",
  "SERVER_ERROR",
]);

/** True when the node could not be asked at all. */
export function isOutage(problem: unknown): boolean {
  return OUTAGES.has((problem as { code?: string } | undefined)?.code ?? "");
}

/** True when nothing answered at all, so that asking for less would not help. */
export function isUnreachable(problem: unknown): boolean {
  const { code = "" } = (problem ?? {}) as { code?: string };
  return isOutage(problem) && code !== "SERVER_ERROR" && code !== "TIMEOUT";
}

/** What the node itself said, for the log: ethers keeps it where a message does not show it. */
export function wordsOf(problem: unknown): string | undefined {
  type Told = {
    error?: { message?: string };
    info?: { error?: { message?: string }; responseBody?: string };
  };
  const { error, info } = (problem ?? {}) as Told;
  const words = error?.message ?? info?.error?.message ?? info?.responseBody;
  // Some nodes repeat what they were sent.
  return words?.slice(0, LONGEST_WORDS).replace(LONG_VALUES, "[cut]");
}

const LONGEST_WORDS = 300;

const LONG_VALUES = /\b(?:0x)?[0-9a-f]{16,}/gi;

/** True when the database could not be asked: Drizzle wraps what the driver threw. */
function isStorageOutage(problem: unknown): boolean {
  type Wrapped = { cause?: { code?: string; message?: string }; query?: unknown };
  const { cause, query } = (problem ?? {}) as Wrapped;
  if (query === undefined || cause === undefined) return false;
  // 57P01 to 57P03: PostgreSQL is shutting down or starting up; class 53: disk, memory or
  // connections are used up; 25006: it only reads, as a standby does.
  return (
    isOutage(cause) ||
    /^(57P0[123]|53\d{3}|25006)$/.test(cause.code ?? "") ||
    /terminated|ended|timeout|not queryable/i.test(cause.message ?? "")
  );
}

export type RefusalShape = {
  readonly refusal: RefusalCode;
  readonly message: string;
  readonly details: readonly { readonly name: string; readonly value: string }[];
};
