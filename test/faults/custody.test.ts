import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { hashEntry } from "../../circuits/statement/exchange/entry.ts";
import { exchangeOf } from "../../client/api/exchange.ts";
import type { Answer } from "../../client/exchange/custodian.ts";
import { CODE, type Person } from "../contracts/story.ts";
import { arriveTagged } from "../custodian/tagged.ts";
import {
  anchored,
  askedOf,
  type Cut,
  deposit,
  expectClean,
  fetchAll,
  type Made,
  outcomes,
  type Requested,
  reach,
  request,
  seal,
  sealVisit,
  sendVisit,
  until,
} from "../exchange/attackActs.ts";
import { openStand } from "../exchange/attackStand.ts";
import { killHard } from "../support/serverProcess.ts";
import type { FetchTask } from "./fetcher.ts";
import {
  askedPlainly,
  HAS_LIMITS,
  limitFiles,
  type ProcessParty,
  type ProcessServer,
  startFetch,
  startPartyProcess,
  startServerProcess,
} from "./parties.ts";

/** Kills a step; `FAULTS=every` and `FAULTS=all` for evidence. */
const KILLS = { all: 24, every: 12 }[process.env.FAULTS ?? ""] ?? 1;
// A kill costs as many starts as its step has, and each of those seconds on a busy machine.
vi.setConfig({ testTimeout: Math.max(120_000, 100_000 * KILLS) });
const MOST_MS = 150;
const PACKAGES = 16;
/** Offsets of the kills, spread over the step. */
const OFFSETS = Array.from({ length: KILLS }, (_, i) => Math.round((MOST_MS * (i + 0.5)) / KILLS));
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

type Stand = Awaited<ReturnType<typeof open>>;
let stand: Stand;
let server: ProcessServer;
let ada: Person;
const made: Made[] = [];

async function open() {
  return await openStand<ProcessParty>({
    people: ["ada"],
    party: startPartyProcess,
    server: async (chain, settings) => {
      server = await startServerProcess(chain, settings);
      return server;
    },
  });
}

beforeAll(async () => {
  stand = await open();
  ada = stand.people.ada!;
  for (let i = 0; i < PACKAGES; i++) {
    made.push(await sealVisit(stand, ada, { text: `visit ${i}` }));
    await sendVisit(stand, made[i]!);
  }
  await anchored(stand, made.at(-1)!);
}, 300_000);
afterAll(() => stand?.end());

/** All receipts of a custodian, by the entry and request that they are about. */
async function receiptsOf(party: ProcessParty) {
  const [custodian] = await reach({ parties: [party] });
  return await custodian!.receipts(0n);
}

describe("kill -9 of a custodian", () => {
  test("in the middle of releases: no share without a receipt, no number twice or missing, and it answers again", async () => {
    const [party] = stand.parties;
    const cut = await seal(stand, [ada], made);
    const got: Answer[] = [];
    for (const offset of OFFSETS) {
      const asked = await request(stand, cut);
      const [custodian] = await reach({ parties: [party!] });
      const packages = await askedOf(party!, cut, made);
      const answering = packages.map((one) =>
        custodian!.release({ ...asked, packages: [one] }).then(
          (answers) => got.push(...answers),
          () => {},
        ),
      );
      await pause(offset);
      await party!.kill();
      await Promise.all(answering);
      await party!.start();
      const [again] = await reach({ parties: [party!] });
      const told = await outcomes(again!, asked, packages);
      expect(told).toEqual(packages.map(() => "Released"));
    }
    const kept = await receiptsOf(party!);
    const signatures = new Set(kept.map(({ signature }) => signature));
    expect(got.filter(({ signature }) => !signatures.has(signature))).toEqual([]);
    expect(kept.map(({ receipt }) => receipt.number)).toEqual(kept.map((_, i) => BigInt(i + 1)));
    expect((await fetchAll(stand, cut, await request(stand, cut))).opened).toHaveLength(PACKAGES);
    await expectClean(stand);
  });

  test("in the middle of an erasure: the key goes, once, and the chain is told once", async () => {
    const [party] = stand.parties;
    const { trialId, world } = stand.story;
    const { custody } = world.as("anyone");
    for (const [i, offset] of OFFSETS.entries()) {
      const person = await arriveTagged(stand.story, `erased ${i}`);
      await deposit(stand, person);
      await custody.eraseByCode(trialId, person.pseudonym, CODE);
      // It looks at the chain ten times a second, and tells it a moment later.
      await pause(offset * 3);
      await party!.kill();
      await party!.start();
      const told = async () => {
        const found = await custody.queryFilter(custody.filters.KeyDestroyed!(), 0);
        return found.flatMap((event) =>
          "args" in event && event.args.pseudonym === person.pseudonym
            ? [event.args.custodian]
            : [],
        );
      };
      await until(async () => (await told()).length >= 3);
      expect(new Set(await told()).size).toBe(3);
      expect(await told()).toHaveLength(3);
      expect(keysOf(party!, person)).toBe(0);
    }
    await expectClean(stand);
  });
});

/** How many keys for somebody are in a custodian's database. */
function keysOf({ folder }: ProcessParty, { pseudonym }: Person): number {
  const database = new DatabaseSync(join(folder, "custodian.sqlite"), { readOnly: true });
  const rows = database.prepare("select 1 from keys where pseudonym = ?").all(String(pseudonym));
  database.close();
  return rows.length;
}

describe("a custodian whose disk is full", () => {
  test.skipIf(!HAS_LIMITS)(
    "gives nothing out, makes no key and loses none, destroys later, and goes on when there is room",
    async () => {
      const [party] = stand.parties;
      const { trialId, world } = stand.story;
      const cut = await seal(stand, [ada], made.slice(0, 2));
      const asked = await request(stand, cut);
      const packages = await askedOf(party!, cut, made.slice(0, 2));
      const [custodian] = await reach({ parties: [party!] });
      const before = (await receiptsOf(party!)).length;
      const gone = await arriveTagged(stand.story, "gone");
      await until(async () =>
        (await custodian!.keys(trialId)).keys.some(({ pseudonym }) => pseudonym === gone.pseudonym),
      );
      limitFiles(party!.pid(), 1_024);
      try {
        expect(await askedPlainly(party!, asked, packages)).toEqual([
          503,
          "StorageUnavailable",
          false,
        ]);
        expect((await receiptsOf(party!)).length).toBe(before);
        await world.as("anyone").custody.eraseByCode(trialId, gone.pseudonym, CODE);
        const late = await arriveTagged(stand.story, "late");
        await until(async () => party!.logged().includes("StorageUnavailable"));
        const keys = await custodian!.keys(trialId);
        expect(keys.keys.some(({ pseudonym }) => pseudonym === late.pseudonym)).toBe(false);
        limitFiles(party!.pid(), undefined);
        await until(async () =>
          (await custodian!.keys(trialId)).keys.some(
            ({ pseudonym }) => pseudonym === late.pseudonym,
          ),
        );
      } finally {
        limitFiles(party!.pid(), undefined);
      }
      expect(keysOf(party!, gone)).toBe(0);
      expect(await outcomes(custodian!, asked, packages)).toEqual(["Released", "Released"]);
      await expectClean(stand);
    },
  );
});

describe("kill -9 of the server", () => {
  test("between package and deposit, and between deposit and anchoring: each is there once, on the chain once", async () => {
    const before = (await exchangeOf(stand.api).entries(stand.story.trialId)).length;
    const sent: Made[] = [];
    for (const [i, offset] of OFFSETS.entries()) {
      const one = await sealVisit(stand, ada, { text: `under fire ${i}` });
      sent.push(one);
      await exchangeOf(stand.api).putPackage(one.bytes);
      await server.kill();
      await server.restart();
      // The answer is lost: whoever deposits sends the same again.
      const sending = sendVisit(stand, one).catch(() => {});
      await pause(offset);
      await server.kill();
      await sending;
      await server.restart();
      await sendVisit(stand, one);
      // A batch is formed after a second, and its transaction sent then.
      await pause(600 + offset * 6);
      await server.kill();
      await server.restart();
      await anchored(stand, one);
    }
    const entries = await exchangeOf(stand.api).entries(stand.story.trialId);
    expect(entries).toHaveLength(before + KILLS);
    const hashes = entries.map(({ entry }) => hashEntry(entry));
    for (const { hash } of sent) expect(hashes.filter((one) => one === hash)).toHaveLength(1);
    const { deposits } = stand.story.world.as("anyone");
    const batches = await deposits.queryFilter(deposits.filters.DepositsAnchored!(), 0);
    const roots = batches.flatMap((event) => ("args" in event ? [String(event.args.root)] : []));
    expect(new Set(roots).size).toBe(roots.length);
    const cut = await seal(stand, [ada], sent);
    expect((await fetchAll(stand, cut, await request(stand, cut))).opened).toHaveLength(KILLS);
    await expectClean(stand);
  });
});

describe("a fetch into a folder", () => {
  const taskOf = (folder: string, cut: Cut, asked: Requested): FetchTask => ({
    ...{ url: server.url, folder, deployment: stand.chain.deployment },
    parties: stand.parties.map(({ url }) => ({ url })),
    ...{ trialId: stand.story.trialId, scope: String(stand.story.scope) },
    cut: { cutId: String(cut.cutId), hashes: cut.hashes },
    asked: {
      ...{ registry: asked.registry, requestId: String(asked.requestId), until: asked.until },
      privateKey: Buffer.from(asked.privateKey).toString("hex"),
    },
  });

  test("goes on after every kill -9, asks nobody again for what came, and opens the same", async () => {
    const cut = await seal(stand, [ada], made);
    const asked = await request(stand, cut);
    const folder = join(stand.folder, "interim");
    mkdirSync(folder);
    for (const offset of OFFSETS) {
      const { child } = await startFetch(taskOf(folder, cut, asked));
      await pause(offset * 4);
      await killHard(child);
    }
    const last = await startFetch(taskOf(folder, cut, asked));
    const hashes = made.map(({ hash }) => hash);
    expect(await last.result()).toEqual({ opened: hashes, omissions: [] });
    // With everything in the folder nobody is asked: receipts do not grow.
    const count = async () =>
      (await Promise.all(stand.parties.map((one) => receiptsOf(one)))).map(({ length }) => length);
    const before = await count();
    const again = await startFetch(taskOf(folder, cut, asked));
    expect(await again.result()).toEqual({ opened: hashes, omissions: [] });
    expect(await count()).toEqual(before);
    await expectClean(stand);
  });

  test.skipIf(!HAS_LIMITS)(
    "whose disk is full says which file, and goes on when there is room",
    async () => {
      const cut = await seal(stand, [ada], made);
      const asked = await request(stand, cut);
      const folder = join(stand.folder, "full");
      mkdirSync(folder);
      const full = await startFetch(taskOf(folder, cut, asked), 1_024);
      const told = await full.result();
      expect(told.code).toBe("EFBIG");
      expect(told.path).toContain(folder);
      const last = await startFetch(taskOf(folder, cut, asked));
      expect(await last.result()).toEqual({ opened: made.map(({ hash }) => hash), omissions: [] });
    },
  );
});
