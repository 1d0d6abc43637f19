// A proxy that stands between a custodian and what it asks, and lies as it is told.
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

const undo: (() => unknown)[] = [];

/** Listens on a free port; its address. */
export async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  undo.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Ends all of them. */
export async function endProxies(): Promise<void> {
  for (const step of undo.splice(0).reverse()) await step();
}
