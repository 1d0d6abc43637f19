// Clients that go away in the middle are no fault of the server's: nothing of them is an error or a warning in its log.
// And what is one says to the operator what it means.
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { openServed } from "../support/served.ts";

const { stage, server } = await openServed();
const { port } = new URL(server.url);

/** A connection on which somebody writes as they please. */
async function dial(): Promise<Socket> {
  const socket = connect(Number(port), "127.0.0.1");
  socket.on("error", () => {});
  await new Promise((resolve) => socket.once("connect", resolve));
  return socket;
}

const head = (line: string, more: Record<string, string | number> = {}) => {
  const headers = Object.entries({ host: `127.0.0.1:${port}`, ...more });
  return `${line} HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}`).join("\r\n")}\r\n\r\n`;
};
const json = { "content-type": "application/json" };
const state = `{"query":"{ publicState(trialId: \\"${stage.story.trialId}\\") { blockNumber } }"}`;

/** What a client does before it goes away. */
const LEAVING: [string, () => Promise<void>][] = [
  [
    "in the middle of a query it sends",
    async () => {
      const socket = await dial();
      socket.write(`${head("POST /graphql", { ...json, "content-length": 5000 })}{"query":"`);
      await pause();
      socket.resetAndDestroy();
    },
  ],
  [
    "in the middle of a bucket it uploads",
    async () => {
      const token = await server.signIn(stage.actors.clinic);
      const address = stage.actors.clinic.address.toLowerCase();
      const socket = await dial();
      const headers = { authorization: `Bearer ${token}`, "content-length": 2_000_000 };
      socket.write(head(`PUT /records/${address}/1`, headers));
      socket.write(Buffer.alloc(500_000));
      await pause();
      socket.resetAndDestroy();
    },
  ],
  ...["br", "identity"].map((encoding): [string, () => Promise<void>] => [
    `in the middle of an artifact it downloads (${encoding})`,
    async () => {
      const socket = await dial();
      socket.write(head("GET /artifacts/eligibility-8.wasm", { "accept-encoding": encoding }));
      await new Promise((resolve) => socket.once("data", resolve));
      socket.resetAndDestroy();
    },
  ]),
  [
    "before the answer to its query",
    async () => {
      const socket = await dial();
      socket.write(head("POST /graphql", { ...json, "content-length": state.length }) + state);
      socket.resetAndDestroy();
    },
  ],
  [
    "as soon as it has its whole answer",
    async () => {
      const close = { ...json, accept: "text/event-stream", connection: "close" };
      const query = `subscription { submission(id: "${randomUUID()}") { state } }`;
      const ask = async () => {
        const sent = { method: "POST", headers: close, body: JSON.stringify({ query }) };
        await (await fetch(`${server.url}/graphql`, sent)).text();
      };
      for (let i = 0; i < 20; i++) await Promise.all(Array.from({ length: 10 }, ask));
    },
  ],
  [
    "in the middle of a subscription",
    async () => {
      const socket = await dial();
      const query = `subscription { trialEvents(trialId: "${stage.story.trialId}") { name } }`;
      const body = JSON.stringify({ query });
      const headers = { ...json, accept: "text/event-stream", "content-length": body.length };
      socket.write(head("POST /graphql", headers) + body);
      await new Promise((resolve) => socket.once("data", resolve));
      socket.destroy();
    },
  ],
];

const pause = () => new Promise((resolve) => setTimeout(resolve, 150));
const LOUD = /"level":(40|50|60)/;

describe("a client that goes away", () => {
  test.each(LEAVING)("%s is no warning and no error", async (_, leave) => {
    const before = server.logged().length;
    for (let i = 0; i < 3; i++) await leave();
    await pause();
    // It is there for the others, and has had time to log.
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    const since = server.logged().slice(before);
    expect(since.split("\n").filter((line) => LOUD.test(line))).toEqual([]);
  });

  test("with half an upload leaves a word for whoever looks for it, and nothing stored", async () => {
    await expect.poll(server.logged).toContain("the client went away");
    const address = stage.actors.clinic.address.toLowerCase();
    expect((await fetch(`${server.url}/records/${address}/1`)).status).toBe(204);
  });
});

test("every error and warning that the server can log is in the operator's table, and nothing else", () => {
  const folder = fileURLToPath(new URL("../../server", import.meta.url));
  const sources = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".ts"),
  );
  const said = { error: new Set<string>(), warn: new Set<string>() };
  for (const name of sources) {
    const text = readFileSync(`${folder}/${name}`, "utf8");
    for (const { 0: start, 1: level, index } of text.matchAll(/\blog\.(error|warn)\(|\balert\(/g)) {
      // The message is the last string of the call, but for the one place that is told it.
      const call = text.slice(index, text.indexOf(");", index));
      const message = [...call.matchAll(/"([^"\n]*)"/g)].at(-1)?.[1];
      if (message === undefined && name.endsWith("outbox/alerts.ts")) continue;
      said[(level ?? "error") as keyof typeof said].add(message ?? `${name}: ${start}`);
    }
  }
  const table = readFileSync(`${folder}/OPERATING.md`, "utf8");
  const listed = (level: string) => {
    const rows = table.split("\n").filter((line) => line.startsWith(`| ${level} |`));
    return rows.flatMap((row) =>
      [...row.split(" | ")[1]!.matchAll(/`([^`]+)`/g)].map(([, m]) => m!),
    );
  };
  for (const [level, messages] of Object.entries(said)) {
    expect(listed(level).sort(), level).toEqual([...messages].sort());
  }
});
