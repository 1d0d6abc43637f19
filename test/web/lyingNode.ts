// A node for pages that answers like another, but not honestly: it changes a digit of every proof that the chain
// logged, or lets no page read it, or keeps quiet.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { EventFragment } from "ethers";
import { ABI } from "../../contracts/generated/abi.ts";

/** `closed`: lets no page read it (no CORS). `silent`: never answers when asked for logs. */
export type Manner = "lying" | "closed" | "silent";

export type LyingNode = {
  readonly url: string;
  readonly behave: (manner: Manner) => void;
  readonly stop: () => Promise<void>;
};

/** Receipts have none. */
type Log = { data?: string; topics?: string[] };

/** Events that carry a proof. A screening's and a consent's end with its last number. */
const WITH_PROOF = new Set(
  [...ABI.Screening, ...ABI.Enrollment]
    .filter((line) => line.startsWith("event ") && line.includes("uint256[8] points"))
    .map((line) => EventFragment.from(line).topicHash),
);
const CORS = { "access-control-allow-origin": "*", "access-control-allow-headers": "*" };

function falsify(log: Log): Log {
  if (log.data === undefined || !WITH_PROOF.has(log.topics?.[0] ?? "")) return log;
  const last = log.data.at(-1) === "1" ? "2" : "1";
  return { ...log, data: log.data.slice(0, -1) + last };
}

function falsifyAnswer(answer: { result?: unknown }): unknown {
  const { result } = answer;
  if (Array.isArray(result)) return { ...answer, result: result.map((log) => falsify(log as Log)) };
  if (typeof result === "object" && result !== null && "logs" in result) {
    return { ...answer, result: { ...result, logs: (result.logs as Log[]).map(falsify) } };
  }
  return answer;
}

export async function startLyingNode(target: string): Promise<LyingNode> {
  let manner: Manner = "lying";
  const server = createServer(async (request, response) => {
    const cors = manner === "closed" ? {} : CORS;
    if (request.method === "OPTIONS") return void response.writeHead(204, cors).end();
    let body = "";
    for await (const chunk of request) body += chunk;
    if (manner === "silent" && body.includes("eth_getLogs")) return;
    const headers = { "content-type": "application/json" };
    const answer = (await (
      await fetch(target, { method: "POST", headers, body })
    ).json()) as object;
    const tell = manner === "lying" ? falsifyAnswer : (one: object) => one;
    const told = Array.isArray(answer) ? answer.map(tell) : tell(answer);
    response.writeHead(200, { ...headers, ...cors }).end(JSON.stringify(told));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    behave: (next) => {
      manner = next;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
