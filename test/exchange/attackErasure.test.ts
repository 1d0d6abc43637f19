// Erasures as a site declares them: the participant stays on study and consents, so nothing but the erasure itself keeps
// their data shut. In a block that is not final yet, and after any party has put an older copy in the place of its folder.
import { cpSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ERASURE_TYPES } from "../../circuits/statement/exchange/erasure.ts";
import { custodianDomain } from "../../circuits/statement/exchange/receipt.ts";
import { exchangeOf } from "../../client/api/exchange.ts";
import { freePort } from "../../server/embedded/anvil.ts";
import { CHAIN_ID, type Person } from "../contracts/story.ts";
import { arriveTagged } from "../custodian/tagged.ts";
import { KEYS, type TestChain } from "../support/chain.ts";
import { startTestServer, testFolder } from "../support/server.ts";
import { STAGE_KEYS } from "../support/stage.ts";
import { ROLE } from "../support/world.ts";
import {
  allAnswer,
  askedOf,
  auditAll,
  deposit,
  fetchAll,
  outcomes,
  reach,
  request,
  seal,
  until,
} from "./attackActs.ts";
import { openStand, type Party, type Stand } from "./attackStand.ts";

type Restartable = Awaited<ReturnType<typeof startRestartable>>;
/** A server whose folder can be exchanged while it is down. */
async function startRestartable(chain: TestChain, settings: Record<string, string>) {
  const folder = testFolder();
  const environment = { ...settings, PORT: String(await freePort()) };
  const start = () => startTestServer(chain, environment, { folder, keys: STAGE_KEYS });
  let running = await start();
  return {
    ...{ url: running.url, folder },
    logged: () => running.logged(),
    stop: () => running.stop(),
    start: async () => {
      running = await start();
    },
    end: () => running.end(),
  };
}

let stand: Stand;
let server: Restartable;
beforeAll(async () => {
  stand = await openStand({
    // Somebody stays, so that lists of keys are never empty.
    people: ["zoe"],
    server: async (chain, settings) => {
      server = await startRestartable(chain, settings);
      return server;
    },
  });
}, 180_000);
afterAll(() => stand?.end());

/** Somebody on study with a package that all custodians release. */
async function openedPerson(name: string) {
  const who = await arriveTagged(stand.story, name);
  const made = await deposit(stand, who);
  const cut = await seal(stand, [who], [made]);
  const asked = await request(stand, cut);
  const codes = () => allAnswer(stand, asked, (party) => askedOf(party, cut, [made]));
  return { who, made, cut, asked, codes };
}

async function eraseAtSite({ pseudonym }: Person): Promise<void> {
  const { trialId, world } = stand.story;
  const { site } = world.actors;
  const deadline = BigInt((await world.now()) + 3_600);
  const erasure = { trialId, pseudonym, siteId: 1, key: site.address, deadline };
  const domain = custodianDomain(CHAIN_ID, stand.chain.deployment.addresses.CustodyLog);
  const signature = await site.signTypedData(domain, ERASURE_TYPES, erasure);
  const { custody } = world.as("anyone");
  await custody.eraseBySite(trialId, pseudonym, site.address, deadline, signature);
}

/** How many keys for somebody are in a custodian's database. */
function keysOf({ folder }: Party, { pseudonym }: Person): number {
  const database = new DatabaseSync(join(folder, "custodian.sqlite"), { readOnly: true });
  const rows = database.prepare("select 1 from keys where pseudonym = ?").all(String(pseudonym));
  database.close();
  return rows.length;
}

/** How often custodians have said that they destroyed somebody's key. */
async function destroyed({ pseudonym }: Person): Promise<number> {
  const { custody } = stand.story.world.as("anyone");
  const found = await custody.queryFilter(custody.filters.KeyDestroyed!(), 0);
  return found.filter((event) => "args" in event && event.args.pseudonym === pseudonym).length;
}

const packageUrl = (hash: string) => `${server.url}/packages/${hash.slice(2)}`;
const isDropped = async (hash: string) => (await fetch(packageUrl(hash))).status === 410;
/** Whether a package's file is anywhere in the server's folder. */
const isOnDisk = (hash: string) =>
  readdirSync(server.folder, { recursive: true }).some((name) =>
    String(name).includes(hash.slice(2)),
  );

test("a site's erasure in a block that is not final yet refuses at once; the key goes when it is final", async () => {
  const { world } = stand.story;
  const { who, made, cut, asked } = await openedPerson("mia");
  const [party] = stand.parties;
  await party!.stop();
  for (let i = 0; i < 4; i++) await world.mine();
  await party!.start({ FINALITY: "4" });
  const [patient] = await reach(stand);
  const codes = async () => outcomes(patient!, asked, await askedOf(patient!, cut, [made]));
  expect(await codes()).toEqual(["Released"]);
  await eraseAtSite(who);
  // The key is still there, and the consent covers it: nothing else refuses.
  expect(await codes()).toEqual(["Erased"]);
  expect(keysOf(party!, who)).toBe(1);
  for (let i = 0; i < 4; i++) await world.mine();
  await until(async () => keysOf(party!, who) === 0);
  await party!.stop();
  await party!.start();
});

test("an older copy of a custodian's folder revives no key, before the first answer or after", async () => {
  const { who, cut, asked, made, codes } = await openedPerson("noa");
  const [party] = stand.parties;
  const backup = join(stand.folder, "custodian's backup");
  await party!.stop();
  cpSync(party!.folder, backup, { recursive: true });
  await party!.start();
  expect(await codes()).toEqual(["Released"]);
  await eraseAtSite(who);
  expect(await codes()).toEqual(["Erased"]);
  await until(async () => (await destroyed(who)) === 3);
  await party!.stop();
  rmSync(party!.folder, { recursive: true });
  cpSync(backup, party!.folder, { recursive: true });
  expect(keysOf(party!, who)).toBe(1);
  await party!.start();
  // Before anybody has asked for anything.
  expect(keysOf(party!, who)).toBe(0);
  expect(await codes()).toEqual(["Erased"]);
  const [custodian] = await reach(stand);
  const listed = (await custodian!.keys(stand.story.trialId)).keys;
  expect(listed.some(({ pseudonym }) => pseudonym === who.pseudonym)).toBe(false);
  expect(await destroyed(who)).toBe(3);
  const { opened } = await fetchAll(stand, cut, asked);
  expect(opened).toEqual([]);
  const { erasures } = await auditAll(stand);
  const own = erasures.find(({ pseudonym }) => pseudonym === who.pseudonym);
  expect(own).toMatchObject({ outstanding: [], isUnreadable: true });
  expect(made.entry.pseudonym).toBe(who.pseudonym);
});

test("an older copy of the server's whole folder is rid of what was erased since", async () => {
  const { who, made, cut, asked } = await openedPerson("oda");
  const { ciphertextHash: hash } = made.entry;
  const backup = join(stand.folder, "server's backup");
  await server.stop();
  cpSync(server.folder, backup, { recursive: true });
  await server.start();
  expect(await isDropped(hash)).toBe(false);
  await eraseAtSite(who);
  await until(() => isDropped(hash));
  await server.stop();
  rmSync(server.folder, { recursive: true });
  cpSync(backup, server.folder, { recursive: true });
  expect(isOnDisk(hash)).toBe(true);
  await server.start();
  await until(() => isDropped(hash));
  expect(isOnDisk(hash)).toBe(false);
  const { putPackage } = exchangeOf(stand.api);
  await expect(putPackage(made.bytes)).rejects.toMatchObject({ code: "Erased" });
  expect((await fetchAll(stand, cut, asked)).opened).toEqual([]);
});

test("an older copy of the store alone gives nothing back, and is rid of it at the next start", async () => {
  const { who, made } = await openedPerson("pia");
  const { ciphertextHash: hash } = made.entry;
  const store = join(server.folder, "database", "packages");
  const backup = join(stand.folder, "store's backup");
  cpSync(store, backup, { recursive: true });
  await eraseAtSite(who);
  await until(() => isDropped(hash));
  cpSync(backup, store, { recursive: true });
  expect(isOnDisk(hash)).toBe(true);
  expect(await isDropped(hash)).toBe(true);
  await server.stop();
  await server.start();
  await until(async () => !isOnDisk(hash));
  expect(await isDropped(hash)).toBe(true);
});

test("an older copy of the server that lacks a batch stops every release by name, until that operator is one no more", async () => {
  const { cut, asked, made } = await openedPerson("rae");
  const backup = join(stand.folder, "server's older backup");
  await server.stop();
  cpSync(server.folder, backup, { recursive: true });
  await server.start();
  await deposit(stand, stand.people.zoe!);
  await server.stop();
  rmSync(server.folder, { recursive: true });
  cpSync(backup, server.folder, { recursive: true });
  await server.start();
  const [party] = stand.parties;
  await party!.stop();
  await party!.start();
  const [custodian] = await reach(stand);
  const codes = async () => outcomes(custodian!, asked, await askedOf(custodian!, cut, [made]));
  // What is lost may have corrected what is asked for.
  expect(await codes()).toEqual(["EntriesIncomplete"]);
  const { accreditation } = stand.story.world.as("governance");
  await accreditation.deaccredit(ROLE.operator, KEYS.relayer.address);
  expect(await codes()).toEqual(["Released"]);
});
