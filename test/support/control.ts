// A proxy in front of a node, to take the node away, or make it forget what it was sent.
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export type NodeProxy = {
  readonly url: string;
  /** While false every connection is cut. */
  readonly setUp: (up: boolean) => void;
  /** While true sent transactions are answered, but thrown away. */
  readonly setForgetful: (forgetful: boolean) => void;
  readonly stop: () => Promise<void>;
};

export async function startNodeProxy(target: string): Promise<NodeProxy> {
  let isUp = true;
  let isForgetful = false;
  const server = createServer(async (request, response) => {
    if (!isUp) return void request.socket.destroy();
    const body = await readAll(request);
    const { id, method } = JSON.parse(body);
    response.setHeader("content-type", "application/json");
    if (isForgetful && method === "eth_sendRawTransaction") {
      return void response.end(
        JSON.stringify({ jsonrpc: "2.0", id, result: `0x${"00".repeat(32)}` }),
      );
    }
    const headers = { "content-type": "application/json" };
    const answer = await fetch(target, { method: "POST", headers, body });
    response.end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    setUp: (up) => {
      isUp = up;
      if (!up) server.closeAllConnections();
    },
    setForgetful: (forgetful) => {
      isForgetful = forgetful;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readAll(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}
