// Asking the embedded chain: its own process only, over the loopback interface.

/** The result of a JSON-RPC call. Throws when there is none. */
export async function askNode(
  url: string,
  method: string,
  params: readonly unknown[] = [],
): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    signal: AbortSignal.timeout(10_000),
  });
  const { result, error } = (await response.json()) as {
    result?: unknown;
    error?: { message: string };
  };
  if (error) throw new Error(`${method}: ${error.message}`);
  return result;
}

/** Does somebody answer there? */
export async function isAnswering(url: string): Promise<boolean> {
  return askNode(url, "eth_chainId").then(
    () => true,
    () => false,
  );
}

const RECONNECT_MS = 1_000;

/** Tells of each new block, and whenever blocks may have been missed, until stopped. Asks nothing by itself. */
export function followHeads(url: string, tell: () => void): { readonly stop: () => void } {
  let socket: WebSocket | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const connect = () => {
    socket = new WebSocket(url.replace(/^http/, "ws"));
    socket.onopen = () => {
      const request = { jsonrpc: "2.0", id: 1, method: "eth_subscribe", params: ["newHeads"] };
      socket?.send(JSON.stringify(request));
      tell();
    };
    socket.onmessage = () => tell();
    socket.onclose = () => {
      if (!stopped) timer = setTimeout(connect, RECONNECT_MS);
    };
  };
  connect();
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      socket?.close();
    },
  };
}
