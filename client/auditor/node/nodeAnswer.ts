// What a node answers: the shape of each result, and what its errors mean. Nodes and the gateways before
// them agree on neither codes nor words.
import { z } from "zod";

const hex = z.string().regex(/^0x(?:[0-9a-f]{2})*$/i);
const hash = z.string().regex(/^0x[0-9a-f]{64}$/i);
/** Up to 52 bits: it becomes a number. */
const quantity = z.string().regex(/^0x0*[0-9a-f]{1,13}$/i);

const log = z.object({
  address: z.string().regex(/^0x[0-9a-f]{40}$/i),
  topics: z.array(hash),
  data: hex,
  blockNumber: quantity,
  blockHash: hash,
  transactionHash: hash,
  logIndex: quantity,
});

/** Every method that the auditor asks, and its answer; of objects what is read. */
const RESULTS = {
  eth_chainId: quantity,
  eth_blockNumber: quantity,
  eth_call: hex,
  eth_getCode: hex,
  eth_getLogs: z.array(log),
  eth_getBlockByNumber: z.looseObject({ hash, timestamp: quantity }).nullable(),
  eth_getBlockByHash: z.object({ number: quantity }).nullable(),
  eth_getBlockReceipts: z.array(z.unknown()),
  eth_getTransactionReceipt: z
    .looseObject({ status: quantity, blockNumber: quantity, blockHash: hash, logs: z.array(log) })
    .nullable(),
} as const;

/** A result in its method's shape; undefined when it has another. */
export function parseResult(method: string, result: unknown): { value: unknown } | undefined {
  const shape: z.ZodType | undefined = RESULTS[method as keyof typeof RESULTS];
  if (shape === undefined) return { value: result };
  const parsed = shape.safeParse(result);
  return parsed.success ? { value: parsed.data } : undefined;
}

/**
 * `reverted`: the call's answer; `limited`: later it may answer; `range`: for less it may answer;
 * `gone`: state that it no longer has.
 */
type ErrorKind = "reverted" | "limited" | "range" | "gone" | "other";

/** "Too many requests", as several providers number it. */
const LIMIT_CODES: readonly unknown[] = [429, -32_005, -32_007, -32_016, -32_090];
const LIMITED =
  /rate.?limit|too many requests?|request limit|limit exceeded|request count|throttle|exceeded.{0,60}(?:capacity|quota|limit)/i;
const RANGE = /\b(?:range|results?|blocks?|logs?|response|too (?:large|wide|long))\b/i;
const GONE =
  /missing trie node|header not found|unknown block|block not found|historical state|state (?:is |histories )?(?:not|un)available|state .{0,80}not available|no state|pruned|archive/i;
/** A contract's word, or an instruction that fails on every node: a hostile contract must not stop an audit. */
const REVERTED =
  /execution reverted|transaction reverted|vm exception while processing|vm execution error|invalid opcode|out of gas|stack underflow|stack limit reached|invalid jump|InvalidFEOpcode|OpcodeNotFound|OutOfGas/i;
/** A selector at least: some put an empty `data` beside any error. */
const REVERT_DATA = /^(?:Reverted )?0x(?:[0-9a-f]{2}){4,}$/i;

type Part = { readonly code?: unknown; readonly message?: unknown; readonly data?: unknown };

/** What an error of a node means for a request, and its words. `isBusy`: HTTP said so (429). */
export function readError(
  method: string,
  error: unknown,
  isBusy = false,
): { kind: ErrorKind; text: string } {
  const parts = partsOf(error);
  const texts = parts.map(({ message }) => message).filter((text) => typeof text === "string");
  const text = texts.join(": ");
  const kindOf = (): ErrorKind => {
    if (method === "eth_call" && parts.some(isRevert)) return "reverted";
    const isLogs = method === "eth_getLogs";
    if (isLogs && !isBusy && RANGE.test(text)) return "range";
    if (isBusy || LIMITED.test(text)) return "limited";
    if (parts.some(({ code }) => LIMIT_CODES.includes(code))) return "limited";
    if (isLogs) return "range";
    return GONE.test(text) ? "gone" : "other";
  };
  return { kind: kindOf(), text: text === "" ? "no reason given" : text };
}

/** An error and those in it: wallets and gateways wrap what their node said. */
function partsOf(error: unknown, depth = 4): Part[] {
  if (typeof error === "string") return [{ message: error }];
  if (typeof error !== "object" || error === null || depth === 0) return [];
  const { code, message, data, ...of } = error as Part & Record<string, unknown>;
  const inside = [data, of.error, of.originalError].filter((one) => typeof one === "object");
  return [{ code, message, data }, ...inside.flatMap((one) => partsOf(one, depth - 1))];
}

function isRevert({ code, message, data }: Part): boolean {
  if (code === 3 || (typeof message === "string" && REVERTED.test(message))) return true;
  return typeof data === "string" && REVERT_DATA.test(data);
}
