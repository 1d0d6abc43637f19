// Subscriptions over server-sent events (graphql-sse, distinct connections mode: one POST each).
import { createClient } from "graphql-sse";
import { type Operation, request, type Transport } from "./transport.ts";
import { ServerUnavailable } from "./unavailable.ts";

/**
 * Each answer of a subscription as it arrives; ends when the server completes it or `signal`
 * aborts. `onOpen` is called when the server has accepted it: nothing may arrive for long.
 */
export async function* subscribe<T>(
  transport: Transport,
  operation: Operation<T>,
  variables: Record<string, unknown>,
  { signal, onOpen }: { signal?: AbortSignal | undefined; onOpen?: () => void } = {},
): AsyncGenerator<T> {
  const opening: typeof fetch = async (input, init) => {
    const response = await transport.fetch(input, init);
    if (response.ok) onOpen?.();
    return response;
  };
  const client = createClient({
    url: `${transport.url}/graphql`,
    fetchFn: opening,
    credentials: "omit",
    referrerPolicy: "no-referrer",
    // `follow` asks again instead; who subscribes to a stream of events starts it anew where it
    // left off.
    retryAttempts: 0,
    ...(transport.token === undefined
      ? {}
      : { headers: { authorization: `Bearer ${transport.token}` } }),
  });
  const results = client.iterate({ query: operation.document, variables });
  const stop = () => void results.return?.();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    for await (const { data, errors } of results) {
      if (errors?.[0]) throw new Error(errors[0].message);
      yield operation.answer.parse(data);
    }
  } finally {
    signal?.removeEventListener("abort", stop);
    client.dispose();
  }
}

const POLL_MS = 1_000;

/**
 * Follows something until `done`, by subscription while that works and by asking again where it
 * doesn't (proxies that hold back streams, a server that restarts). Throws ServerUnavailable after
 * `patienceMs`.
 */
export async function follow<T>(options: {
  transport: Transport;
  stream: Operation<T>;
  poll: Operation<T | null>;
  variables: Record<string, unknown>;
  done: (value: T) => boolean;
  onChange?: ((value: T) => void) | undefined;
  patienceMs: number;
}): Promise<T> {
  const { transport, stream, poll, variables, done } = options;
  const deadline = Date.now() + options.patienceMs;
  const timer = new AbortController();
  const alarm = setTimeout(() => timer.abort(), options.patienceMs);
  try {
    for await (const value of subscribe(transport, stream, variables, { signal: timer.signal })) {
      options.onChange?.(value);
      if (done(value)) return value;
    }
  } catch {
    // The stream broke: ask instead. What really is wrong will show there.
  } finally {
    clearTimeout(alarm);
  }
  while (Date.now() < deadline) {
    const value = await request(transport, poll, variables);
    if (value !== null) options.onChange?.(value);
    if (value !== null && done(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new ServerUnavailable("the transaction is still on its way");
}
