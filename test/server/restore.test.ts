// A restored server meets a chain that has gone on without it, or that was set back: nothing is sent twice, nothing is
// lost, and nobody is told that what was done was refused.
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { screeningOf } from "../contracts/story.ts";
import { KEYS } from "../support/chain.ts";
import { operatorHere } from "../support/ownRows.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { environmentOf, startTestServer, type TestServer, testFolder } from "../support/server.ts";
import {
  consentOf,
  personOf,
  STAGE_KEYS,
  type Stage,
  screenThrough,
  startStage,
  submit,
} from "../support/stage.ts";

/** Screenings wait, as they do before they are gathered. */
const WAITING = { SCREEN_MANY_SECONDS: "3600", SCREEN_MANY_MOST: "100" };
/** What waits goes out with the next look, all in one transaction. */
const GATHERED = { SCREEN_MANY_SECONDS: "1", SCREEN_MANY_MOST: "2" };

/** A server's data: in its folder, or in a database of PostgreSQL. */
type Place = { readonly folder: string; readonly url?: string };

let stage: Stage;
let postgres: TestPostgres;
let untouched: string;
const folders: string[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
  stage = await startStage();
});
afterAll(async () => {
  await stage?.stop();
  await postgres?.end();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  untouched = await stage.chain.provider.send("evm_snapshot", []);
});
afterEach(async () => {
  await stage.chain.provider.send("evm_revert", [untouched]);
});

function newFolder(): string {
  const folder = testFolder();
  folders.push(folder);
  return folder;
}

const onPglite = async (): Promise<Place> => ({ folder: newFolder() });
const onPostgres = async (): Promise<Place> => {
  const folder = newFolder();
  return { folder, url: await postgres.add(`place${folders.length}`) };
};
const inside = ({ url }: Place) => (url === undefined ? {} : { DATABASE_URL: url });

const start = (place: Place, environment: Record<string, string> = {}) =>
  startTestServer(
    stage.chain,
    { ...inside(place), ...environment },
    { folder: place.folder, keys: STAGE_KEYS },
  );
const sent = () => stage.chain.provider.getTransactionCount(KEYS.relayer.address);
const proofOf = async (name: string) =>
  (await screeningOf(stage.story, personOf(stage.story, name))).proof;
const stateOf = async (server: TestServer, id: string) => {
  const query = `query ($id: ID!) { submission(id: $id) {
    state transactionHash refusal { code }
  } }`;
  return (await server.ask(query, { id })).data.submission;
};

/** Three screenings that wait unsent in a place; their ids. */
async function waitingIn(place: Place) {
  const first = await start(place);
  const anna = personOf(stage.story, "Anna");
  await screenThrough(first, stage.story, anna);
  await first.settle((await submit(first, "submitConsent", await consentOf(stage.story, anna))).id);
  await first.stop();
  const server = await start(place, WAITING);
  // It was not restored, and looks for nothing.
  expect(server.logged()).not.toMatch(/ahead of the outbox|behind the outbox/);
  const ids: string[] = [];
  for (const name of ["Bert", "Carl", "Dora"]) {
    ids.push((await submit(server, "submitScreening", await proofOf(name))).id);
  }
  return { server, ids };
}

type Take = (place: Place, server: TestServer) => Promise<() => Promise<Place>>;

/** While the server runs. */
const takeExport: Take = async (place) => {
  const file = join(newFolder(), "backup.gz");
  const at = (one: Place) => ({ ...environmentOf(stage.chain, one.folder), ...inside(one) });
  expect((await operatorHere(at(place), "export", file)).err).toBe("");
  return async () => {
    const target = await onPostgres();
    const { code, err } = await operatorHere(at(target), "import", file);
    expect([code, err]).toEqual([0, ""]);
    return target;
  };
};

const takeCopy: Take = async ({ folder }, server) => {
  await server.stop();
  const copy = newFolder();
  cpSync(join(folder, "database"), join(copy, "database"), { recursive: true });
  return async () => ({ folder: copy });
};

/** How a backup is taken, and brought back into a new place. */
const WAYS: [string, () => Promise<Place>, Take][] = [
  ["an export and import", onPostgres, takeExport],
  ["a copy of the folder of a stopped server", onPglite, takeCopy],
];

describe("a restored server", () => {
  test.each(WAYS)(
    "restored from %s while the chain went on: what was sent since is found again, alone and gathered",
    async (_, newPlace, take) => {
      const place = await newPlace();
      const { server, ids } = await waitingIn(place);
      const restore = await take(place, server);
      await server.stop();
      const later = await start(place, GATHERED);
      for (const id of ids) expect((await later.settle(id)).state).toBe("FINAL");
      const hashes = await Promise.all(ids.map((id) => stateOf(later, id)));
      // Two went together, one alone.
      expect(new Set(hashes.map(({ transactionHash }) => transactionHash)).size).toBe(2);
      // Handed in after the backup, and known to the chain alone now.
      await later.settle((await submit(later, "submitScreening", await proofOf("Emil"))).id);
      const before = await sent();
      await later.stop();

      const restored = await start(await restore(), GATHERED);
      for (const [i, id] of ids.entries()) {
        expect(await restored.settle(id)).toMatchObject({
          state: "FINAL",
          transactionHash: hashes[i].transactionHash,
        });
      }
      expect(restored.logged()).toContain("what was sent already is not sent again");
      expect(restored.logged()).not.toContain("submission refused");
      // The client that asks for Emil again learns that it is done.
      const emil = await submit(restored, "submitScreening", await proofOf("Emil"));
      expect(emil.code).toBe("AlreadyScreened");
      expect(await sent()).toBe(before);
      // And it goes on.
      const next = await submit(restored, "submitScreening", await proofOf("Fritz"));
      expect((await restored.settle(next.id)).state).toBe("FINAL");
      expect(await sent()).toBe(before + 1);
      await restored.stop();
    },
  );

  test.each(WAYS)(
    "restored from %s on a chain that was set back: what it lost is sent again, once",
    async (_, newPlace, take) => {
      const { provider } = stage.chain;
      const snapshot = await provider.send("evm_snapshot", []);
      const place = await newPlace();
      const server = await start(place);
      const ids: string[] = [];
      for (const name of ["Bert", "Carl"]) {
        ids.push((await submit(server, "submitScreening", await proofOf(name))).id);
      }
      for (const id of ids) await server.settle(id);
      const before = await sent();
      const restore = await take(place, server);
      await server.stop();
      await provider.send("evm_revert", [snapshot]);
      await provider.send("anvil_mine", ["0x3"]);
      expect(await sent()).toBe(before - 2);

      const restored = await start(await restore());
      for (const id of ids) expect((await restored.settle(id)).state).toBe("FINAL");
      for (const name of ["Bert", "Carl"]) {
        const { nullifier, commitment } = personOf(stage.story, name);
        const { trialId } = stage.story;
        expect(await stage.chain.contracts.screening.commitmentOf(trialId, nullifier)).toBe(
          commitment,
        );
      }
      expect(await sent()).toBe(before);
      await restored.stop();
    },
  );

  test("waits for what only the node's pool knows of, and sends no second one under its nonce", async () => {
    const { provider } = stage.chain;
    const place = await onPostgres();
    const { server, ids } = await waitingIn(place);
    const restore = await takeExport(place, server);
    await server.stop();
    await provider.send("evm_setAutomine", [false]);
    const later = await start(place, GATHERED);
    await expect.poll(async () => (await stateOf(later, ids[0]!)).state).toBe("SENT");
    await expect.poll(async () => (await stateOf(later, ids[2]!)).state).toBe("SENT");
    const before = await sent();
    await later.stop();
    const target = await restore();
    const starting = start(target, GATHERED);
    // It has read the chain and asks for the pool; a block comes meanwhile.
    setTimeout(() => void provider.send("evm_setAutomine", [true]), 2_000);
    setTimeout(() => void provider.send("evm_mine", []), 2_100);
    const restored = await starting;
    for (const id of ids) expect((await restored.settle(id)).state).toBe("FINAL");
    expect(await sent()).toBe(before + 2);
    expect(restored.logged()).not.toContain("submission refused");
    await restored.stop();
  });
});
