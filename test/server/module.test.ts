// A capability is one folder and one line: this one is given to the server by a test.
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { modules } from "../../server/modules.ts";
import { backedUp } from "../../server/operator/format.ts";
import { openDatabase } from "../../server/store/database.ts";
import { seedDatabase, startTestServer, type TestServer, testFolder } from "../support/server.ts";
import { STAGE_KEYS, type Stage, startStage, submit } from "../support/stage.ts";
import { number } from "../support/world.ts";
import { forwardOf } from "./forward.ts";
import { NOTE_COST, registers } from "./registers/module.ts";

const NOTE = "mutation ($text: String!) { leaveNote(text: $text) }";

let stage: Stage;
let server: TestServer;
let token: string;

/** What a migration would do. */
async function makeTables(folder: string): Promise<void> {
  await seedDatabase(folder);
  const { db, close } = await openDatabase({ url: undefined, folder });
  await db.execute(sql`create table forwarded_calls (position bigint primary key, signer text)`);
  await db.execute(sql`create table notes (account text primary key, text text)`);
  await close();
}

beforeAll(async () => {
  stage = await startStage();
  const folder = testFolder();
  await makeTables(join(folder, "database"));
  const added = { folder, keys: STAGE_KEYS, modules: [...modules, registers] };
  server = await startTestServer(stage.chain, {}, added);
  token = await server.signIn(stage.actors.clinic);
});
afterAll(async () => {
  await server?.end();
  await stage?.stop();
});

/** Units charged so far. */
async function charged(): Promise<number> {
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  return Number(/^cohort_charged_units_total (\d+)$/m.exec(metrics)![1]);
}

describe("a capability that is plugged in", () => {
  test("has its events read, asked by GraphQL and downloaded by everybody", async () => {
    const { clinic } = stage.actors;
    const call = {
      contract: "RecordRegistry",
      name: "anchor",
      args: [number("a record")],
    } as const;
    const request = await forwardOf(stage, {
      who: clinic,
      call: { ...call, args: [...call.args] },
    });
    const { id } = await submit(server, "relay", request, token);
    expect((await server.settle(id)).state).toBe("FINAL");
    const signers = [clinic.address.toLowerCase()];
    const told = async () => (await server.ask("{ forwardedCalls }")).data.forwardedCalls;
    expect(await told()).toEqual(signers);
    await server.rebuild();
    expect(await told()).toEqual(signers);
    const head = await (await fetch(`${server.url}/state/registers`)).json();
    expect(head).toMatchObject({ notes: 0, log: { rows: 1 } });
    expect(head.log.tail).toContain(signers[0]);
  });

  test("is refused without the right, and charged nothing", async () => {
    const before = await charged();
    const { errors } = await server.ask(NOTE, { text: "nobody's" });
    expect(errors).toMatchObject([{ extensions: { code: "NotSignedIn" } }]);
    expect(await charged()).toBeLessThan(before + NOTE_COST);
  });

  test("is charged what it costs, once what is asked makes sense", async () => {
    const before = await charged();
    const { errors } = await server.ask(NOTE, { text: "x".repeat(101) }, token);
    expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT" } }]);
    expect(await charged()).toBeLessThan(before + NOTE_COST);
    expect((await server.ask(NOTE, { text: "mine" }, token)).data.leaveNote).toBe(true);
    expect(await charged()).toBeGreaterThanOrEqual(before + NOTE_COST);
    const head = await (await fetch(`${server.url}/state/registers`)).json();
    expect(head.notes).toBe(1);
  });

  test("has its uploads backed up", () => {
    expect(Object.keys(backedUp([...modules, registers]))).toContain("notes");
  });

  test("is unknown to a server without it", async () => {
    const other = await startTestServer(stage.chain, {}, { keys: STAGE_KEYS });
    expect((await fetch(`${other.url}/state/registers`)).status).toBe(404);
    await other.end();
  });
});
