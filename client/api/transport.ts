// GraphQL over HTTP POST with plain fetch. Everything goes in the body: no identifier is ever part
// of a URL, where proxies and access logs would keep it.
import { z } from "zod";
import { readAtMost } from "./body.ts";
import { ServerUnavailable } from "./unavailable.ts";

export type Transport = {
  /** The server's base address, e.g. http://localhost:4000 (no trailing slash). */
  readonly url: string;
  /** Milliseconds before an attempt is given up. */
  readonly timeoutMs: number;
  /** Further attempts after a network failure, for requests that may be repeated. */
  readonly retries: number;
  readonly fetch: typeof fetch;
  /** Of an answer's body, from whoever is not trusted to end it. */
  readonly mostBytes?: number;
  /** Session token of a signed-in sponsor, board, clinic or site; wallets have none. */
  readonly token?: string | undefined;
};

/** A GraphQL document together with the shape its answer must have. */
export type Operation<T> = {
  readonly document: string;
  readonly answer: z.ZodType<T>;
  /** False for the few mutations whose repetition would do something twice. */
  readonly repeatable?: boolean;
};

const envelope = z.object({
  data: z.unknown().optional(),
  errors: z
    .array(z.object({ message: z.string(), extensions: z.looseObject({}).optional() }))
    .optional(),
});
const RETRY_BASE_MS = 250;
/**
 * Answers that say "not now": a proxy without a server behind it, a server that is starting or
 * full.
 */
const PASSING_STATUS = new Set([429, 502, 503, 504]);

/**
 * A request the server understood and would not answer: a fault of this program, not of its user.
 */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: string;
  constructor(options: { message: string; code: string }) {
    super(options.message);
    this.code = options.code;
  }
}

/** Sends one operation; parses its answer. Throws ServerUnavailable or ApiError. */
export async function request<T>(
  transport: Transport,
  operation: Operation<T>,
  variables: Record<string, unknown> = {},
): Promise<T> {
  // JSON has no bigints: numbers of the field and of Solidity travel as decimal text.
  const body = JSON.stringify({ query: operation.document, variables }, (_, value) =>
    typeof value === "bigint" ? value.toString() : value,
  );
  const response = await sendRepeatedly({
    transport,
    path: "/graphql",
    repeatable: operation.repeatable ?? true,
    init: { method: "POST", body, headers: headersOf(transport) },
  });
  const { data, errors } = envelope.parse(await readJson(response, transport.mostBytes));
  const [error] = errors ?? [];
  if (error !== undefined) {
    const code = String(error.extensions?.code ?? "INTERNAL_SERVER_ERROR");
    throw new ApiError({ message: error.message, code });
  }
  return operation.answer.parse(data);
}

/** Downloads a public file by its fixed path (artifacts, whole public states). */
export async function download(transport: Transport, path: string): Promise<Uint8Array> {
  const init = { method: "GET", headers: {} };
  const response = await sendRepeatedly({ transport, path, repeatable: true, init });
  if (!response.ok) {
    throw new ApiError({ message: `${path}: HTTP ${response.status}`, code: "NOT_FOUND" });
  }
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch {
    throw new ServerUnavailable(`${path}: broke off`);
  }
}

function headersOf({ token }: Transport): Record<string, string> {
  return {
    "content-type": "application/json",
    accept: "application/graphql-response+json, application/json",
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
}

async function readJson(response: Response, limit?: number): Promise<unknown> {
  try {
    if (limit === undefined) return await response.json();
    return JSON.parse(new TextDecoder().decode(await readAtMost(response, limit)));
  } catch {
    throw new ServerUnavailable(`answered HTTP ${response.status} without JSON`);
  }
}

type Attempt = {
  transport: Transport;
  path: string;
  repeatable: boolean;
  init: {
    method: string;
    body?: string | Uint8Array<ArrayBuffer>;
    headers: Record<string, string>;
    /** `reload`: past every cache on the way. */
    cache?: "reload";
  };
};

/** Repeats after network failures, with growing pauses; the last failure is reported. */
export async function sendRepeatedly({
  transport,
  path,
  repeatable,
  init,
}: Attempt): Promise<Response> {
  const attempts = repeatable ? transport.retries + 1 : 1;
  let failure = "";
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (attempt > 0) await pause(RETRY_BASE_MS * 2 ** (attempt - 1));
    try {
      const signal = AbortSignal.timeout(transport.timeoutMs);
      const response = await transport.fetch(`${transport.url}${path}`, {
        ...init,
        signal,
        // Nothing ambient goes along: no cookies, no referrer.
        credentials: "omit",
        referrerPolicy: "no-referrer",
      });
      if (!PASSING_STATUS.has(response.status)) return response;
      failure = `HTTP ${response.status}`;
    } catch (error) {
      failure =
        error instanceof Error && error.name === "TimeoutError" ? "no answer" : "no connection";
    }
  }
  throw new ServerUnavailable(failure);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
