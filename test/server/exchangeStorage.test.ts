// Packages as a hostile or unlucky sender brings them, and a disk that is full: over HTTP, at a running server.
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { hashEntry } from "../../circuits/statement/exchange/entry.ts";
import { MAX_PACKAGE_BYTES } from "../../server/exchange/packages/form.ts";
import { arriveNew, type Person } from "../contracts/story.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { STAGE_KEYS } from "../support/stage.ts";
import {
  depositAt,
  type ExchangeStage,
  entryFor,
  packageFor,
  proofOf,
  publish,
  putAt,
  sha256,
  startExchangeStage,
} from "./exchangeStage.ts";

/** How many bytes the disk still takes of a package; then it is full. */
const disk = vi.hoisted(() => ({ room: Number.POSITIVE_INFINITY }));
vi.mock("node:fs/promises", async (load) => {
  const real = await load<typeof import("node:fs/promises")>();
  const open: typeof real.open = async (path, flags, mode) => {
    const file = await real.open(path, flags, mode);
    if (!String(path).endsWith(".new")) return file;
    const write = file.writeFile.bind(file);
    file.writeFile = async (data) => {
      const bytes = data as Uint8Array;
      if (bytes.length <= disk.room) return await write(bytes);
      await write(bytes.subarray(0, disk.room));
      throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
    };
    return file;
  };
  return { ...real, open, default: { ...real, open } };
});

let stage: ExchangeStage;
let server: TestServer;
let ann: Person;

beforeAll(async () => {
  stage = await startExchangeStage();
  server = await startTestServer(stage.chain, {}, { keys: STAGE_KEYS });
  await publish(server, stage);
  ann = await arriveNew(stage.story, "Ann");
}, 180_000);
afterAll(async () => {
  disk.room = Number.POSITIVE_INFINITY;
  await server?.end();
  await stage?.stop();
});

/** Every file in the store, drafts too. */
function stored(): string[] {
  const folder = join(server.folder, "database", "packages");
  if (!existsSync(folder)) return [];
  const all = readdirSync(folder, { recursive: true, withFileTypes: true });
  return all.filter((one) => one.isFile()).map(({ name }) => name);
}

const lost = async (hash: string) =>
  (await fetch(`${server.url}/packages/${hash.slice(2)}`)).status;

describe("a package", () => {
  test("that is none, is cut, longer, or of another name is refused, and nothing of it stays", async () => {
    const bytes = await packageFor(stage.custodians);
    const refused: [string, Buffer, string?][] = [
      ["nothing", Buffer.alloc(0)],
      ["a page", Buffer.from("<html></html>")],
      ["cut in its content", bytes.subarray(0, -1)],
      ["cut in its header", bytes.subarray(0, 100)],
      ["with a byte more", Buffer.concat([bytes, Buffer.alloc(1)])],
      ["under another's hash", bytes, sha256("another").slice(2)],
    ];
    for (const [what, sent, name] of refused) {
      const answer = await putAt(server.url, sent, name);
      expect([what, answer]).toEqual([what, { status: 400, code: "MalformedInput" }]);
    }
    for (const name of ["..%2f..%2fetc%2fpasswd", "00", sha256(bytes).slice(2).toUpperCase()]) {
      expect([name, (await putAt(server.url, bytes, name)).status]).toEqual([name, 404]);
    }
    expect(stored()).toEqual([]);
  });

  test("that is larger than one may be is refused before it is read", async () => {
    const { hostname, port } = new URL(server.url);
    const path = `/packages/${"ab".repeat(32)}`;
    const headers = { "content-length": MAX_PACKAGE_BYTES + 1 };
    const sent = request({ hostname, port, path, method: "PUT", headers });
    sent.on("error", () => {});
    sent.write("age-encryption.org/v1\n");
    const [response] = (await once(sent, "response")) as [{ statusCode: number }];
    sent.destroy();
    expect(response.statusCode).toBe(413);
    const unsaid = new Uint8Array(MAX_PACKAGE_BYTES + 1);
    const body = new ReadableStream({
      start: (stream) => {
        stream.enqueue(unsaid);
        stream.close();
      },
    });
    const init = { method: "PUT", body, duplex: "half" } as RequestInit;
    const status = await fetch(`${server.url}${path}`, init).then(
      (answer) => answer.status,
      () => 413,
    );
    expect([status, stored()]).toEqual([413, []]);
  });

  test("whose sender goes away in the middle leaves nothing", async () => {
    const bytes = await packageFor(stage.custodians, 4);
    const { hostname, port } = new URL(server.url);
    const path = `/packages/${sha256(bytes).slice(2)}`;
    const headers = { "content-length": bytes.length };
    const sent = request({ hostname, port, path, method: "PUT", headers });
    sent.on("error", () => {});
    await new Promise((written) => sent.write(bytes.subarray(0, bytes.length / 2), written));
    await new Promise((closed) => sent.once("close", closed).destroy());
    expect(await putAt(server.url, await packageFor(stage.custodians))).toMatchObject({
      status: 204,
    });
    expect(stored()).toHaveLength(1);
  });
});

describe("a full disk", () => {
  test("is said by name, leaves no half package, and loses nothing that was taken", async () => {
    const kept = await packageFor(stage.custodians);
    await putAt(server.url, kept);
    const ciphertextHash = sha256(kept);
    const entry = await entryFor(stage.story, ann, { ciphertextHash });
    const before = stored();
    const bytes = await packageFor(stage.custodians, 3);
    disk.room = 1_000;
    try {
      expect(await putAt(server.url, bytes)).toEqual({ status: 503, code: "StoreUnavailable" });
      expect(stored()).toEqual(before);
      // Its entry cannot get ahead of it.
      const early = await entryFor(stage.story, ann, {
        ...{ ciphertextHash: sha256(bytes), sizeStep: 3 },
      });
      const participant = await proofOf(stage.story, early);
      expect(await depositAt(server, { entry: early, participant })).toMatchObject({
        code: "PackageMissing",
      });
      // What was there before is deposited and read, full or not.
      const told = await depositAt(server, {
        entry,
        participant: await proofOf(stage.story, entry),
      });
      expect(told).toMatchObject({ __typename: "Deposit", hash: hashEntry(entry) });
      expect(await lost(ciphertextHash)).toBe(200);
    } finally {
      disk.room = Number.POSITIVE_INFINITY;
    }
    expect(server.logged()).toContain("no package can be stored: look at the disk, or at S3");
    expect(await putAt(server.url, bytes)).toMatchObject({ status: 204 });
  });

  test("is met again after a restart as if nothing had been", async () => {
    const { folder } = server;
    await server.stop();
    server = await startTestServer(stage.chain, {}, { folder, keys: STAGE_KEYS });
    const bytes = await packageFor(stage.custodians, 2);
    await putAt(server.url, bytes);
    const change = { ciphertextHash: sha256(bytes), sizeStep: 2, sequence: 2 };
    const entry = await entryFor(stage.story, ann, change);
    const input = { entry, participant: await proofOf(stage.story, entry) };
    const first = await depositAt(server, input);
    expect(first).toMatchObject({ __typename: "Deposit" });
    // Twice is once.
    expect(await depositAt(server, input)).toEqual(first);
  });
});
