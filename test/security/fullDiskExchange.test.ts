// The disk under the server's database is full while data flow: PostgreSQL then refuses to write (53100). Simulated by
// triggers that refuse the same way, on a database that is otherwise the real one. A full disk under the packages:
// test/server/exchangeStorage.test.ts.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { arriveNew } from "../contracts/story.ts";
import {
  depositAt,
  type ExchangeStage,
  packageFor,
  prepared,
  provenBy,
  publish,
  putAt,
  sha256,
  startExchangeStage,
  stateAt,
} from "../server/exchangeStage.ts";
import { KEYS } from "../support/chain.ts";
import { startTestServer, type TestServer, testFolder } from "../support/server.ts";
import { STAGE_KEYS } from "../support/stage.ts";

const TABLES = ["entries", "packages", "deposit_batches", "texts"];
const FULL = `
  create function disk_is_full() returns trigger language plpgsql as
    $$ begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$;
  ${TABLES.map((name) => `create trigger full_disk before insert on ${name} execute function disk_is_full();`).join("\n")}`;
const FREED = "drop function disk_is_full() cascade;";

const folder = testFolder();
let stage: ExchangeStage;
let server: TestServer;

async function start(seconds: number): Promise<void> {
  const settings = { ANCHOR_SECONDS: String(seconds) };
  server = await startTestServer(stage.chain, settings, { folder, keys: STAGE_KEYS });
}

async function restart(sql: string): Promise<void> {
  await server.stop();
  const db = await PGlite.create({ dataDir: join(folder, "database", "pglite") });
  await db.exec(sql);
  await db.close();
  await start(1);
}

beforeAll(async () => {
  stage = await startExchangeStage();
  await start(600);
  await publish(server, stage);
}, 180_000);
afterAll(async () => {
  await server?.end();
  await stage?.stop();
});

/** Files of packages. */
function stored(): string[] {
  const packages = join(folder, "database", "packages");
  if (!existsSync(packages)) return [];
  const all = readdirSync(packages, { recursive: true, withFileTypes: true });
  return all.filter((one) => one.isFile()).map(({ name }) => name);
}

const sent = () => stage.chain.provider.getTransactionCount(KEYS.relayer.address);

async function uploadText(): Promise<object> {
  const token = await server.signIn(stage.actors.sponsor);
  const query = `mutation { uploadText(content: "Why we ask.") {
    __typename ... on Refusal { code }
  } }`;
  const { data, errors } = await server.ask(query, {}, token);
  return data?.uploadText ?? errors;
}

describe("a server whose disk is full while data flow", () => {
  test("refuses package, entry and text by name, loses none, and goes on when there is room", async () => {
    const { story, custodians } = stage;
    const { trialId } = story;
    const ann = await arriveNew(story, "Ann");
    const first = await prepared(server, stage, { person: ann });
    const taken = await depositAt(server, await provenBy(story, first.entry));
    expect(taken).toMatchObject({ __typename: "Deposit", position: 0 });
    const second = await prepared(server, stage, { person: ann, change: { sequence: 2 } });
    const input = await provenBy(story, second.entry);
    const left = await packageFor(custodians);
    expect(await putAt(server.url, left)).toMatchObject({ status: 204 });
    const files = stored().filter((name) => name !== sha256(left).slice(2));
    const before = await sent();

    await restart(
      `update packages set stored_at = stored_at - interval '2 hours' where hash = '${sha256(left)}'; ${FULL}`,
    );
    // Nobody deposited it: it goes, and makes room.
    await vi.waitFor(() => expect(stored().sort()).toEqual(files.sort()), 30_000);
    const bytes = await packageFor(custodians);
    const isRefused = { code: "StorageUnavailable" };
    expect(await putAt(server.url, bytes)).toEqual({ status: 503, ...isRefused });
    expect(stored().sort()).toEqual(files);
    expect(await depositAt(server, input)).toMatchObject(isRefused);
    expect(await uploadText()).toMatchObject(isRefused);
    // The batch that is due is not formed, so not anchored either: it says so, and lives on.
    await vi.waitFor(() => expect(server.logged()).toContain('"loop":"exchange"'), 30_000);
    expect([await sent(), server.logged().includes("insert into")]).toEqual([before, false]);
    const state = await stateAt(server, trialId);
    expect([state.entries.length, state.batches.length]).toEqual([1, 0]);
    const name = first.entry.ciphertextHash.slice(2);
    expect((await fetch(`${server.url}/packages/${name}`)).status).toBe(200);

    await restart(FREED);
    expect(await putAt(server.url, bytes)).toMatchObject({ status: 204 });
    expect(await uploadText()).toEqual({ __typename: "Text" });
    expect(await depositAt(server, input)).toMatchObject({ __typename: "Deposit", position: 1 });
    await vi.waitFor(async () => {
      const { anchored, batches } = await stateAt(server, trialId);
      const held = batches.reduce((sum, { count }) => sum + count, 0);
      expect([held, anchored]).toEqual([2, batches.length]);
    }, 60_000);
  });
});
