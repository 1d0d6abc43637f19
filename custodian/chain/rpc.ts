// JSON-RPC to the custodian's own node. Whatever goes wrong is a refusal by name: nothing is released on a guess.
import { Refusal } from "../../circuits/statement/refusal.ts";
import { type Connectable, interfaceOf, refusalOf } from "../../contracts/connect.ts";
import { readText } from "../bytes.ts";

const TIMEOUT_MS = 15_000;
/** 64 MiB: an answer with more is none. */
const MAX_ANSWER_BYTES = 2 ** 26;
const JSON_HEADERS = { "content-type": "application/json" };

/** Refuses with `ChainUnavailable` when no answer comes, and throws a NodeError when the answer is an error. */
export type Ask = (method: string, params: readonly unknown[]) => Promise<unknown>;

/** The node answered that it cannot, or that a call reverted. */
export class NodeError extends Error {
  override readonly name = "NodeError";
  readonly error: unknown;

  constructor(error: unknown) {
    super("the node answered with an error");
    this.error = error;
  }
}

/** Asks for what every node can tell: an error refuses with `ChainUnavailable`, too. */
export async function tell(ask: Ask, method: string, params: readonly unknown[]): Promise<unknown> {
  try {
    return await ask(method, params);
  } catch (problem) {
    throw problem instanceof NodeError ? silent("it answers with an error") : problem;
  }
}

type Answer = { readonly id?: unknown; readonly result?: unknown; readonly error?: unknown };

/** How to ask the node at a URL. */
export function askAt(url: string): Ask {
  let last = 0;
  return async (method, params) => {
    const id = ++last;
    const answer = await post(url, JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    if (answer.error !== undefined) throw new NodeError(answer.error);
    if (answer.id !== id || answer.result === undefined) throw silent("the answer is none");
    return answer.result;
  };
}

async function post(url: string, body: string): Promise<Answer> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const request = {
    method: "POST",
    headers: JSON_HEADERS,
    body,
    signal,
    redirect: "error",
  } as const;
  try {
    const text = await textAt(url, request).catch((problem: unknown) => {
      // A node closes connections that were idle, maybe just as one is used. All that is asked here is reading.
      if (!isConnectionLost(problem)) throw problem;
      return textAt(url, request);
    });
    const answer: unknown = JSON.parse(text);
    if (typeof answer !== "object" || answer === null) throw silent("the answer is none");
    return answer as Answer;
  } catch (problem) {
    throw problem instanceof Refusal ? problem : silent("no answer");
  }
}

async function textAt(url: string, request: RequestInit): Promise<string> {
  const response = await fetch(url, request);
  if (!response.ok) throw silent(`status ${response.status}`);
  const text = await readText(response, MAX_ANSWER_BYTES);
  if (text === undefined) throw silent("the answer is too large");
  return text;
}

/** As fetch tells that the other side closed a connection, rather than that there is none to be had. */
function isConnectionLost(problem: unknown): boolean {
  const cause = (problem as { cause?: { code?: unknown } } | undefined)?.cause;
  return ["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"].includes(String(cause?.code));
}

const silent = (reason: string) => new Refusal("ChainUnavailable", { reason });

/** The node says what no node of this chain would say. */
export const contradiction = (reason: string) => new Refusal("NodeContradicts", { reason });

/** A view of a contract, as of one block. */
export type View = {
  readonly contract: Connectable;
  readonly address: string;
  readonly method: string;
  readonly args: readonly unknown[];
  /** By its hash: a node that has not got the block says so. */
  readonly block: string;
};

/**
 * Calls a view. Throws the contract's Refusal when it reverts with one; refuses with `NodeContradicts` for an answer
 * that this contract would not give.
 */
export async function callView(ask: Ask, of: View): Promise<unknown> {
  const { contract, address, method, args, block } = of;
  const abi = interfaceOf(contract);
  const data = abi.encodeFunctionData(method, args);
  let answer: unknown;
  try {
    answer = await ask("eth_call", [{ to: address, data }, { blockHash: block }]);
  } catch (problem) {
    if (!(problem instanceof NodeError)) throw problem;
    throw refusalOf(problem) ?? contradiction(`${contract}.${method} cannot be read`);
  }
  try {
    const values = abi.decodeFunctionResult(method, String(answer));
    return values.length === 1 ? values[0] : values;
  } catch {
    throw contradiction(`${contract}.${method} answers with something else`);
  }
}
