import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "../../server/store/database.ts";
import { screeningOf } from "../contracts/story.ts";
import { KEYS } from "../support/chain.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { startTestServer, type TestServer, testFolder } from "../support/server.ts";
import { personOf, STAGE_KEYS, type Stage, startStage, submit } from "../support/stage.ts";

let stage: Stage;
let postgres: TestPostgres;

beforeAll(async () => {
  postgres = await startPostgres();
  stage = await startStage();
});
afterAll(async () => {
  await stage?.stop();
  await postgres?.end();
});

const start = () =>
  startTestServer(stage.chain, { DATABASE_URL: postgres.url }, { keys: STAGE_KEYS });

describe("two servers on one PostgreSQL database and one relayer key", () => {
  let servers: [TestServer, TestServer];
  beforeAll(async () => {
    // Together, so that they also migrate together.
    servers = await Promise.all([start(), start()]);
  });
  afterAll(async () => {
    await Promise.all(servers?.map((server) => server.end()) ?? []);
  });

  test("relay everything exactly once, whoever was asked", async () => {
    const names = Array.from({ length: 8 }, (_, i) => `patient ${i}`);
    const proofs = [];
    for (const name of names) {
      proofs.push((await screeningOf(stage.story, personOf(stage.story, name))).proof);
    }
    const answers = await Promise.all(
      proofs.flatMap((proof) => servers.map((server) => submit(server, "submitScreening", proof))),
    );
    const ids = new Set(answers.map(({ id }) => id));
    expect(ids.size).toBe(names.length);
    for (const id of ids) {
      // Whichever server is asked.
      const settled = await Promise.all(servers.map((server) => server.settle(id)));
      expect(settled.map(({ state }) => state)).toEqual(["FINAL", "FINAL"]);
    }
    const { provider } = stage.chain;
    const { data } = await servers[1].ask(
      "query ($id: Bytes32!) { publicState(trialId: $id) { screenings { nullifier } groups { members } } }",
      { id: stage.story.trialId },
    );
    expect(data.publicState.screenings).toHaveLength(names.length);
    expect(data.publicState.groups[0].members).toHaveLength(names.length);
    // One transaction each: nothing was sent twice.
    expect(await provider.getTransactionCount(KEYS.relayer.address)).toBe(names.length);
  });

  test("share sessions", async () => {
    const token = await servers[0].signIn(stage.actors.sponsor);
    const { data } = await servers[1].ask("{ me { roles } }", {}, token);
    expect(data.me.roles).toEqual(["SPONSOR"]);
  });

  test("go on when one of them stops", async () => {
    const extra = await start();
    const { proof } = await screeningOf(stage.story, personOf(stage.story, "left behind"));
    const { id } = await submit(extra, "submitScreening", proof);
    await extra.end();
    expect((await servers[0].settle(id)).state).toBe("FINAL");
  });
});

describe("a database that goes away in the middle", () => {
  test("is a refusal while it lasts, and forgotten when it is back", async () => {
    const server = await start();
    const { proof } = await screeningOf(stage.story, personOf(stage.story, "in between"));
    await postgres.stop();
    expect((await submit(server, "submitScreening", proof)).code).toBe("StorageUnavailable");
    expect((await fetch(`${server.url}/ready`)).status).toBe(503);
    await postgres.start();
    const { id } = await submit(server, "submitScreening", proof);
    expect((await server.settle(id)).state).toBe("FINAL");
    await server.end();
  });
});

describe("a transaction that cannot begin", () => {
  test("keeps no connection, however often it happens", async () => {
    const { db, close } = await openDatabase({ url: postgres.url, folder: testFolder() });
    // As if the connection had just broken: what begins it is refused.
    const begin = () => db.transaction(async () => 1, { isolationLevel: "none" as "serializable" });
    // One more than the pool has connections.
    for (let attempt = 0; attempt < 11; attempt++) {
      await expect(begin()).rejects.toThrow(/begin isolation level none/);
    }
    expect(await db.transaction(async () => 2)).toBe(2);
    await close();
  });
});

describe("a database that is not there", () => {
  test("is named with what to do, without the password", async () => {
    const wrong = "postgres://cohort:secretword@127.0.0.1:1/cohort";
    const attempt = startTestServer(stage.chain, { DATABASE_URL: wrong }, { keys: STAGE_KEYS });
    const problem = await attempt.then(
      () => "started",
      (error: Error) => error.message,
    );
    expect(problem).toContain("cannot reach the PostgreSQL server");
    expect(problem).not.toContain("secretword");
  });
});
