// The disk under the server's database is full in the middle of its work: PostgreSQL then refuses to write (53100).
// Simulated by a trigger that refuses the same way, on a database that is otherwise the real one.
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CODE, screeningOf } from "../contracts/story.ts";
import { KEYS } from "../support/chain.ts";
import { seedDatabase, startTestServer, type TestServer, testFolder } from "../support/server.ts";
import {
  consentOf,
  personOf,
  STAGE_KEYS,
  type Stage,
  screenThrough,
  startStage,
  submit,
} from "../support/stage.ts";

const FULL = `
  create function disk_is_full() returns trigger language plpgsql as
    $$ begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$;
  create trigger full_disk before insert on outbox execute function disk_is_full();`;
const FREED = "drop trigger full_disk on outbox; drop function disk_is_full();";

const folder = testFolder();
let stage: Stage;
let server: TestServer;

beforeAll(async () => {
  await seedDatabase(join(folder, "database"));
  stage = await startStage();
});
afterAll(async () => {
  await server?.end();
  await stage?.stop();
});

async function restart(sql: string): Promise<void> {
  await server?.stop();
  const db = await PGlite.create({ dataDir: join(folder, "database", "pglite") });
  await db.exec(sql);
  await db.close();
  server = await startTestServer(stage.chain, {}, { folder, keys: STAGE_KEYS });
}

const sent = () => stage.chain.provider.getTransactionCount(KEYS.relayer.address);

describe("a server whose disk is full", () => {
  test("refuses what it cannot keep, sends nothing, tells nothing, and takes it when there is room", async () => {
    const { story } = stage;
    const anna = personOf(story, "Anna");
    await restart("select 1");
    await screenThrough(server, story, anna);
    await server.settle((await submit(server, "submitConsent", await consentOf(story, anna))).id);
    const { trialId } = story;
    const byCode = { byCode: { trialId, pseudonym: anna.pseudonym, code: CODE } };
    const { proof } = await screeningOf(story, personOf(story, "Bert"));
    const before = await sent();

    await restart(FULL);
    for (const [kind, input] of [
      ["submitScreening", proof],
      ["submitWithdrawal", byCode],
    ] as const) {
      const answer = await submit(server, kind, input).catch(({ message }: Error) => message);
      expect(answer.id).toBeUndefined();
      const told = JSON.stringify(answer);
      expect(told).toContain("StorageUnavailable");
      expect(told).not.toContain("insert into");
      expect(told).not.toContain(CODE.slice(2));
    }
    // The printed code is a secret until it is on the chain: a failed query must not log its values.
    expect(server.logged()).not.toContain(CODE.slice(2));
    expect(await sent()).toBe(before);
    // What only reads goes on.
    const { data } = await server.ask(`{ trial(protocolNumber: "CZ-2030-001") { status } }`);
    expect(data.trial.status).toBe("ACTIVE");

    await restart(FREED);
    const ids = [
      (await submit(server, "submitScreening", proof)).id,
      (await submit(server, "submitWithdrawal", byCode)).id,
    ];
    for (const id of ids) expect((await server.settle(id)).state).toBe("FINAL");
    expect(await sent()).toBe(before + 2);
  });
});
