// One PostgreSQL for two servers, one of which dies, and a PostgreSQL that only reads.
import { rmSync } from "node:fs";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect } from "../../client/api/api.ts";
import { screeningOf } from "../contracts/story.ts";
import { KEYS } from "../support/chain.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { environmentOf, startTestServer, testFolder } from "../support/server.ts";
import { killHard, spawnServer } from "../support/serverProcess.ts";
import { personOf, STAGE_KEYS, type Stage, startStage, submit } from "../support/stage.ts";
import { screenAt } from "./join.ts";
import { countEvents, expectCleanAudit, expectSettled } from "./verdict.ts";

let stage: Stage;
let postgres: TestPostgres;
const folder = testFolder();
/** People screened so far. */
let due = 0;

beforeAll(async () => {
  postgres = await startPostgres();
  stage = await startStage();
});
afterAll(async () => {
  await stage?.stop();
  await postgres?.end();
  rmSync(folder, { recursive: true, force: true });
});

const sent = () => stage.chain.provider.getTransactionCount(KEYS.relayer.address);
const screened = async () => (await countEvents(stage.chain, ["Screened"])).Screened;

describe("two servers on one database, one of which is killed", () => {
  test.each([30, 200])(
    "relay everything exactly once, also what the dead one had begun (after %i ms)",
    async (ms) => {
      const { story } = stage;
      const environment = { ...environmentOf(stage.chain, folder), DATABASE_URL: postgres.url };
      const servers = await Promise.all([spawnServer(environment), spawnServer(environment)]);
      try {
        const [doomed, other] = servers;
        const people = Array.from({ length: 12 }, (_, i) => personOf(story, `${ms}-${i}`));
        const toDoomed = people.map(async (one) => {
          const { proof } = await screeningOf(story, one);
          // Nobody waits for an answer that may never come.
          await connect({ url: doomed.url, retries: 0 })
            .submit("screening", proof)
            .catch(() => {});
        });
        const toOther = people.map((one) => screenAt({ story, url: other.url }, one));
        await new Promise((resolve) => setTimeout(resolve, ms));
        await killHard(doomed.child);
        await Promise.all([...toDoomed, ...toOther]);
        await expectSettled(other.url);
        due += people.length;
        expect(await screened()).toBe(due);
        expect(await sent()).toBe(due);
        await expectCleanAudit(connect({ url: other.url }), stage.chain);
      } finally {
        for (const { child } of servers) await killHard(child);
      }
    },
  );
});

describe("a connection that ends in the middle of a transaction", () => {
  test("costs that transaction and nothing else: the server lives on and does it again", async () => {
    const settings = { DATABASE_URL: postgres.url };
    const server = await startTestServer(stage.chain, settings, { keys: STAGE_KEYS });
    const client = new pg.Client(postgres.url);
    try {
      await client.connect();
      // The indexer's own lock: its next transaction waits for it, and is ended while it does.
      await client.query("select pg_advisory_lock(7213002)");
      await stage.chain.provider.send("evm_mine", []);
      const ended = async () => {
        const { rows } = await client.query(
          "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and not granted",
        );
        return rows.length;
      };
      await expect.poll(ended).toBeGreaterThan(0);
      await client.query("select pg_advisory_unlock(7213002)");
      await screenAt({ story: stage.story, url: server.url }, personOf(stage.story, "after it"));
      due += 1;
      expect(await screened()).toBe(due);
    } finally {
      await client.end();
      await server.end();
    }
  });
});

describe("a PostgreSQL that refuses to write", () => {
  /** As a standby, or one that its operator protects, does; sessions learn it when they are new. */
  async function setReadOnly(on: boolean): Promise<void> {
    const client = new pg.Client(postgres.url);
    client.on("error", () => {});
    await client.connect();
    await client.query("set default_transaction_read_only = off");
    await client.query(`alter database cohort set default_transaction_read_only = ${on}`);
    await client.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'cohort' and pid <> pg_backend_pid()",
    );
    await client.end();
  }

  test("is a refusal by name, reading goes on, and what was sent before is settled afterwards", async () => {
    const { chain, story } = stage;
    const settings = { DATABASE_URL: postgres.url };
    const server = await startTestServer(chain, settings, { keys: STAGE_KEYS });
    try {
      const before = await sent();
      const { proof } = await screeningOf(story, personOf(story, "read only"));
      await setReadOnly(true);
      const answer = () => submit(server, "submitScreening", proof).then(({ code }) => code);
      // The first query may meet the connection that was just ended, which has the same name.
      expect(await answer()).toBe("StorageUnavailable");
      expect(await answer()).toBe("StorageUnavailable");
      const { data } = await server.ask(`{ trial(protocolNumber: "CZ-2030-001") { status } }`);
      expect(data.trial.status).toBe("ACTIVE");
      expect(await sent()).toBe(before);
      await setReadOnly(false);
      await screenAt({ story, url: server.url }, personOf(story, "read only"));
      due += 1;
      expect(await screened()).toBe(due);
      await expectCleanAudit(connect({ url: server.url }), chain);
    } finally {
      await setReadOnly(false);
      await server.end();
    }
  });
});
