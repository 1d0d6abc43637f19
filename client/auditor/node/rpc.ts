// JSON-RPC over HTTP, as little of it as an audit needs. Any node of any EVM chain will do.
import { ServerUnavailable } from "../../api/unavailable.ts";
import { InputError } from "../../files/inputError.ts";
import { parseResult, readError } from "./nodeAnswer.ts";

/** Sends one request to a node and returns its result, in the method's shape. */
export type Request = (method: string, params: readonly unknown[]) => Promise<unknown>;

/** The node gives no logs of so many blocks: it may of fewer. */
export class NodeRefusal extends Error {
  override readonly name = "NodeRefusal";
}

/** The contract reverted a call: an answer, not a fault of the node. */
export class CallReverted extends Error {
  override readonly name = "CallReverted";
}

const RETRIES = 4;
/** Limits are counted by the second: twelve of them are waited. */
const RETRIES_WHEN_LIMITED = 6;
const TIMEOUT_MS = 30_000;
/** A gateway's statuses for a node that it can't reach, whatever it writes beside them. */
const GATEWAY_AWAY = [502, 503, 504];
const LONGEST_REASON = 200;

/**
 * The node is lost, or (with a hint of what to do) does not give what is needed: what is said to
 * who audits. `reason` never holds the URL, which may hold a key.
 */
export function nodeUnavailable(reason: string, hint?: string): ServerUnavailable {
  const message =
    hint === undefined
      ? `The chain's node does not answer (${reason}): check its URL and that it runs, then audit again`
      : `The node does not serve this audit (${reason}): ${hint}`;
  return new ServerUnavailable(reason, message);
}

/** What was read belongs to blocks that are gone. */
export function reorganised(): ServerUnavailable {
  return new ServerUnavailable(
    "reorganised",
    "The chain was reorganised while it was read: audit again, up to some blocks back (--to)",
  );
}

export const OTHER_NODE = "audit with another node, or ask who runs this one";
const OTHER_STATE =
  "it no longer has the contracts' state of that block; use an archive node, or audit sooner, up to a newer block";
const OTHER_PACE = "it limits how often it is asked; audit again later, or with another node";

/**
 * A node at a URL. Throws CallReverted, NodeRefusal (of logs only), or ServerUnavailable for
 * everything else, once retries are used up; never shows the URL. Throws InputError when it is no
 * URL of a node.
 */
export function connectNode(url: string, signal?: AbortSignal): Request {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new InputError("The node's URL must begin with http:// or https://.");
  }
  const hide = hiderOf(url);
  let nextId = 1;
  const once = async (method: string, params: readonly unknown[]): Promise<unknown> => {
    const passing = (why: string, retries = RETRIES) =>
      new Passing(retries, endOf(method, `${method}: ${why}`));
    const lost = (error: unknown) =>
      (error as Error).name === "TimeoutError"
        ? passing("timed out", method === "eth_getLogs" ? 1 : RETRIES)
        : new Passing(RETRIES, nodeUnavailable(`${method}: no connection`));
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: nextId++, method, params }),
      signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(signal ? [signal] : [])]),
    }).catch((error: unknown) => {
      throw lost(error);
    });
    const text = await response.text().catch(() => {
      throw passing("broken off");
    });
    const answer = parse(text);
    const isBusy = response.status === 429;
    if (GATEWAY_AWAY.includes(response.status)) throw passing(`HTTP ${response.status}`);
    if (answer?.error || isBusy) {
      throw failureOf(method, answer?.error ?? "HTTP 429", { hide, isBusy });
    }
    if (!response.ok) throw passing(`HTTP ${response.status}`);
    if (answer === undefined || !("result" in answer)) throw passing("not a JSON-RPC node");
    return resultOf(method, answer.result);
  };
  return (method, params) => persist(() => once(method, params), signal);
}

/** What wallets and libraries give for a node (EIP-1193). */
export type Provider = {
  readonly request: (call: { method: string; params: unknown[] }) => Promise<unknown>;
};

/**
 * A node behind a provider. An answer with an error code is the node's, anything else a lost node.
 * Throws as {@link connectNode} does.
 */
export function connectProvider(provider: Provider, signal?: AbortSignal): Request {
  const once = async (method: string, params: readonly unknown[]): Promise<unknown> => {
    signal?.throwIfAborted();
    const result = await provider.request({ method, params: [...params] }).catch((error) => {
      const isAnswer = typeof (error as { code?: unknown } | null)?.code === "number";
      throw isAnswer ? failureOf(method, error, { hide: hiderOf() }) : nodeUnavailable(method);
    });
    return resultOf(method, result);
  };
  return (method, params) => persist(() => once(method, params), signal);
}

/** What may pass: worth asking again some times, and what it is after that. */
class Passing extends Error {
  readonly retries: number;
  readonly end: Error;
  constructor(retries: number, end: Error) {
    super(end.message);
    [this.retries, this.end] = [retries, end];
  }
}

async function persist<T>(once: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await once();
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof Passing)) throw error;
      if (attempt === error.retries) throw error.end;
      await new Promise((resolve) => setTimeout(resolve, 200 * 2 ** attempt));
    }
  }
}

/** An outage in the end: of logs there may have been too many to answer in time. */
function endOf(method: string, reason: string): Error {
  return method === "eth_getLogs" ? new NodeRefusal(reason) : nodeUnavailable(reason);
}

/** What an error in an answer comes to. */
function failureOf(
  method: string,
  error: unknown,
  { hide, isBusy = false }: { hide: (text: string) => string; isBusy?: boolean },
): Error {
  const { kind, text } = readError(method, error, isBusy);
  const reason = `${method}: ${hide(text)}`;
  if (kind === "reverted") return new CallReverted(hide(text));
  if (kind === "range") return new NodeRefusal(hide(text));
  if (kind === "gone") return nodeUnavailable(reason, OTHER_STATE);
  if (kind === "other") return nodeUnavailable(reason, OTHER_NODE);
  // Some say the same of too many logs: then fewer are asked for in the end.
  if (method === "eth_getLogs" && !isBusy) return new Passing(RETRIES, new NodeRefusal(hide(text)));
  return new Passing(RETRIES_WHEN_LIMITED, nodeUnavailable(reason, OTHER_PACE));
}

function resultOf(method: string, result: unknown): unknown {
  const parsed = parseResult(method, result);
  if (parsed !== undefined) return parsed.value;
  throw nodeUnavailable(`${method}: the answer is not one of a node`, OTHER_NODE);
}

/** Takes out of a node's words what its URL may have of secrets. */
function hiderOf(url?: string): (text: string) => string {
  const { host, pathname, search, username, password } = new URL(url ?? "http://none");
  const parts = `${host}/${pathname}/${search}/${username}/${password}`.split(/[/?&=]/);
  const secrets = parts.filter((part) => part.length >= 8);
  return (text) => {
    const shown = secrets.reduce((rest, secret) => rest.replaceAll(secret, "…"), text);
    const line = shown.replace(/\w+:\/\/\S+/g, "…").replace(/\s+/g, " ");
    return line.length > LONGEST_REASON ? `${line.slice(0, LONGEST_REASON)}…` : line;
  };
}

type Answer = { readonly result?: unknown; readonly error?: unknown };

function parse(text: string): Answer | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Maps with at most `limit` at a time, keeping the order. */
export async function mapLimited<T, R>(
  items: readonly T[],
  limit: number,
  map: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  const work = async () => {
    while (next < items.length) {
      const at = next++;
      results[at] = await map(items[at]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  return results;
}
