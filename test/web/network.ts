// What lies between a browser and an exchange, and breaks as it is told: it hangs, stalls in the middle, loses a file
// or changes one.
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * What becomes of a request: `hang` answers once the network is healed, `stall` begins an answer and breaks it
 * off then, `lose` answers 503; a function makes another text of the answer's.
 */
type Fate = "hang" | "stall" | "lose" | ((text: string) => string) | undefined;
export type Rule = (path: string) => Fate;

export type Network = {
  readonly url: string;
  /** Every path that was asked for, in order. */
  readonly asked: string[];
  readonly breakBy: (rule: Rule) => void;
  readonly heal: () => void;
  readonly stop: () => Promise<void>;
};

export async function startNetwork(target: string): Promise<Network> {
  let rule: Rule = () => undefined;
  let healed = Promise.withResolvers<void>();
  const asked: string[] = [];
  const server = createServer(async (from, to) => {
    const path = new URL(from.url!, target).pathname;
    asked.push(path);
    const fate = rule(path);
    if (fate === "stall") {
      to.writeHead(200, { "content-type": "text/html", "content-length": "1000" }).write(
        "<!doctype",
      );
    } else if (fate === "lose") {
      to.writeHead(503, { "content-length": "0" }).end();
    } else {
      if (fate === "hang") await healed.promise;
      pass(from, to, { target, change: typeof fate === "function" ? fate : undefined });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    breakBy: (next) => {
      rule = next;
    },
    heal: () => {
      rule = () => undefined;
      healed.resolve();
      healed = Promise.withResolvers();
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Way = { readonly target: string; readonly change: ((text: string) => string) | undefined };

function pass(from: IncomingMessage, to: ServerResponse, { target, change }: Way): void {
  const headers = { ...from.headers, ...(change && { "accept-encoding": "identity" }) };
  const onward = request(new URL(from.url!, target), { method: from.method!, headers });
  onward.on("response", async (answer) => {
    const { "content-length": length, ...headers } = answer.headers;
    to.writeHead(answer.statusCode!, change ? headers : answer.headers);
    if (change === undefined) return void answer.pipe(to);
    let text = "";
    for await (const chunk of answer) text += chunk;
    to.end(change(text));
  });
  onward.on("error", () => to.destroy());
  from.pipe(onward);
}
