// The operator's commands on a server that holds deposits: nothing of them is lost between databases, or by reading the
// chain again.
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { arriveNew } from "../contracts/story.ts";
import { KEYS } from "../support/chain.ts";
import { operatorHere } from "../support/ownRows.ts";
import {
  environmentOf,
  seedDatabase,
  startTestServer,
  type TestServer,
  testFolder,
} from "../support/server.ts";
import { STAGE_KEYS } from "../support/stage.ts";
import { ROLE } from "../support/world.ts";
import {
  depositAt,
  type ExchangeStage,
  prepared,
  provenBy,
  publish,
  startExchangeStage,
  stateAt,
} from "./exchangeStage.ts";

const SETTINGS = { ANCHOR_SECONDS: "600", ANCHOR_MOST: "2" };
const other = testFolder();
/** A server rests while nobody asks it. */
const PATIENCE = { timeout: 30_000, interval: 500 };

let stage: ExchangeStage;
let server: TestServer;
/** Hashes of packages, in the order of their entries: two are in a batch, one waits. */
const packages: string[] = [];
let repeated: object;
let answered: object;

beforeAll(async () => {
  stage = await startExchangeStage();
  server = await startTestServer(stage.chain, SETTINGS, { keys: STAGE_KEYS });
  await publish(server, stage);
  for (const name of ["Ann", "Bob", "Cem"]) {
    const person = await arriveNew(stage.story, name);
    const { entry } = await prepared(server, stage, { person });
    repeated = await provenBy(stage.story, entry);
    answered = await depositAt(server, repeated);
    packages.push(entry.ciphertextHash);
  }
  await vi.waitFor(async () => expect((await stateOf()).anchored).toBe(1), PATIENCE);
}, 180_000);
afterAll(async () => {
  await server?.end();
  await stage?.stop();
  rmSync(other, { recursive: true, force: true });
});

const stateOf = (of: TestServer = server) => stateAt(of, stage.story.trialId);
const here = (folder = server.folder) => environmentOf(stage.chain, folder);

test("status counts deposits, and says when none gets onto the chain", async () => {
  const status = () => operatorHere(here(), "status", "--json");
  const honest = await status();
  const figures = { deposits: 3, packages: 3 };
  expect(honest.json()).toMatchObject({
    modules: { Deposits: { ...figures, isOperator: true } },
    needs: [],
  });
  const { accreditation } = stage.world.as("governance");
  const relayer = KEYS.relayer.address;
  await accreditation.deaccredit(ROLE.operator, relayer);
  await vi.waitFor(async () => {
    const { code, json } = await status();
    expect([code, json().modules.Deposits.isOperator]).toEqual([5, false]);
    expect(json().needs).toEqual([expect.stringMatching(/is not accredited as an operator/)]);
  }, PATIENCE);
  await accreditation.accredit(ROLE.operator, relayer, "the server");
}, 60_000);

test("entries, batches, packages and words go from database to database, and are read again", async () => {
  const before = await stateOf();
  const file = join(other, "own.jsonl.gz");
  const out = await operatorHere(here(), "export", file, "--json");
  expect([out.code, out.json().counts]).toEqual([
    0,
    expect.objectContaining({ entries: 3, deposit_batches: 1, packages: 3 }),
  ]);
  await seedDatabase(join(other, "database"));
  const into = await operatorHere(here(other), "import", file, "--json");
  expect([into.code, into.err]).toEqual([0, ""]);
  // Packages are copied beside it.
  const store = (folder: string) => join(folder, "database", "packages");
  cpSync(store(server.folder), store(other), { recursive: true });
  const rebuilt = await operatorHere(here(other), "rebuild");
  expect([rebuilt.code, rebuilt.out]).toEqual([0, expect.stringContaining("was read again")]);

  const restored = await startTestServer(stage.chain, SETTINGS, {
    folder: other,
    keys: STAGE_KEYS,
  });
  await vi.waitFor(async () => expect(await stateOf(restored)).toEqual(before), PATIENCE);
  for (const hash of packages) {
    const at = `/packages/${hash.slice(2)}`;
    const [one, two] = await Promise.all(
      [server, restored].map(({ url }) => fetch(url + at).then((got) => got.arrayBuffer())),
    );
    expect(Buffer.from(two!).equals(Buffer.from(one!))).toBe(true);
  }
  expect(await depositAt(restored, repeated)).toEqual(answered);
  await restored.stop();
}, 120_000);
