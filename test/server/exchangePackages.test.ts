// The store of packages and what is known of them: nothing accepted is lost, nothing unasked for stays.
import { existsSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openFolderStore } from "../../server/exchange/packages/folderStore.ts";
import { MAX_PACKAGE_BYTES, readPackageForm } from "../../server/exchange/packages/form.ts";
import {
  dropErased,
  dropUndeposited,
  findPackage,
  keepPackage,
  receivePackage,
  undepositedBytes,
} from "../../server/exchange/packages/rows.ts";
import type { PackageStore } from "../../server/exchange/packages/store.ts";
import { createUploadBudget } from "../../server/exchange/packages/uploadBudget.ts";
import { entries, erasures, packages } from "../../server/exchange/tables.ts";
import { type OpenDatabase, openDatabase } from "../../server/store/database.ts";
import { seedDatabase, testFolder } from "../support/server.ts";
import { bytes32 } from "../support/world.ts";
import { packageFor, sha256 } from "./exchangeStage.ts";

const CUSTODIANS = [`0x${"11".repeat(20)}`, `0x${"22".repeat(20)}`];
const HOUR_MS = 3_600_000;

let folder: string;
let database: OpenDatabase;
let store: PackageStore;

beforeAll(async () => {
  folder = testFolder();
  await seedDatabase(join(folder, "database"));
  database = await openDatabase({ url: undefined, folder: join(folder, "database") });
  store = openFolderStore(join(folder, "packages"));
}, 60_000);
afterAll(async () => {
  await database?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function received(kept: PackageStore = store) {
  const bytes = await packageFor(CUSTODIANS);
  const hash = sha256(bytes);
  const of = { hash, bytes, ...readPackageForm(bytes) };
  await receivePackage({ db: database.db, store: kept }, of);
  return of;
}

const keep = (packageHash: string, entry: string, sizeStep = 0) =>
  database.db.transaction((tx) => keepPackage(tx, { packageHash, entry, sizeStep }));

const codeOf = (act: Promise<unknown>) =>
  act.then(
    () => "none",
    ({ code }) => code,
  );

/** So long ago that nobody waits for it any more. */
async function age(): Promise<void> {
  await database.db.update(packages).set({ storedAt: new Date(Date.now() - 2 * HOUR_MS) });
}

describe("a package's form", () => {
  test.each([0, 1, 4, 6])("tells whose shares it has and its step (%i)", async (sizeStep) => {
    const bytes = await packageFor([...CUSTODIANS].reverse(), sizeStep);
    expect(readPackageForm(bytes)).toEqual({ sizeStep, custodians: CUSTODIANS });
    expect(bytes.length).toBeLessThan(MAX_PACKAGE_BYTES);
  });

  test("is refused when it is none, cut, longer, or names a custodian twice", async () => {
    const bytes = await packageFor(CUSTODIANS);
    const twice = await packageFor([CUSTODIANS[0]!, CUSTODIANS[0]!]);
    const bad = [
      Buffer.alloc(0),
      Buffer.from("hello"),
      bytes.subarray(1),
      bytes.subarray(0, -1),
      bytes.subarray(0, 100),
      Buffer.concat([bytes, Buffer.alloc(1)]),
      twice,
    ];
    for (const one of bad) {
      expect(() => readPackageForm(one)).toThrow(
        expect.objectContaining({ code: "MalformedInput" }),
      );
    }
  });
});

describe("the folder", () => {
  test("holds packages for its owner alone, and no drafts", async () => {
    const { hash, bytes } = await received();
    const place = join(folder, "packages", hash.slice(2, 4));
    expect(readdirSync(place)).toEqual([hash.slice(2)]);
    expect(statSync(join(place, hash.slice(2))).mode & 0o777).toBe(0o600);
    expect(statSync(place).mode & 0o777).toBe(0o700);
    const found = await store.open(hash);
    const chunks: Buffer[] = [];
    for await (const chunk of found!.bytes) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
    expect(found!.size).toBe(bytes.length);
    expect(await store.open(bytes32("none"))).toBeUndefined();
  });

  test("is tidied of drafts that a crash has left, an hour later", async () => {
    const { hash } = await received();
    const place = join(folder, "packages", hash.slice(2, 4));
    const [old, fresh] = [join(place, "a.0.new"), join(place, "b.0.new")];
    for (const draft of [old, fresh]) writeFileSync(draft, "half");
    const past = new Date(Date.now() - 2 * HOUR_MS);
    utimesSync(old, past, past);
    await store.tidy();
    expect([existsSync(old), existsSync(fresh)]).toEqual([false, true]);
    expect(await store.has(hash)).toBe(true);
  });
});

describe("a package", () => {
  test("that nobody deposits is gone after an hour, and not before", async () => {
    const { hash } = await received();
    const kept = await received();
    await keep(kept.hash, bytes32("an entry"));
    await dropUndeposited({ db: database.db, store });
    expect(await store.has(hash)).toBe(true);
    await age();
    await dropUndeposited({ db: database.db, store });
    expect(await store.has(hash)).toBe(false);
    expect(await findPackage(database.db, hash)).toBeUndefined();
    expect(await store.has(kept.hash)).toBe(true);
    expect(await undepositedBytes(database.db)).toBe(0);
    expect(await codeOf(keep(hash, bytes32("late")))).toBe("PackageMissing");
  });

  test("that is sent again is kept for another hour", async () => {
    const one = await received();
    await age();
    await receivePackage({ db: database.db, store }, one);
    await dropUndeposited({ db: database.db, store });
    expect(await store.has(one.hash)).toBe(true);
  });

  test("cannot be deposited while its bytes are not safe: a full disk, a crash", async () => {
    const full: PackageStore = {
      ...store,
      put: () => Promise.reject(Object.assign(new Error("no space"), { code: "ENOSPC" })),
    };
    const bytes = await packageFor(CUSTODIANS);
    const of = { hash: sha256(bytes), bytes, ...readPackageForm(bytes) };
    expect(await codeOf(receivePackage({ db: database.db, store: full }, of))).toBe("ENOSPC");
    expect(await codeOf(keep(of.hash, bytes32("too early")))).toBe("PackageMissing");
    await receivePackage({ db: database.db, store }, of);
    expect(await codeOf(keep(of.hash, bytes32("now")))).toBe("none");
  });

  test("whose removal broke off is neither deposited nor forgotten", async () => {
    await age();
    await dropUndeposited({ db: database.db, store });
    const { hash } = await received();
    await age();
    const away: PackageStore = { ...store, remove: () => Promise.reject(new Error("away")) };
    await expect(dropUndeposited({ db: database.db, store: away })).rejects.toThrow("away");
    expect(await codeOf(keep(hash, bytes32("between")))).toBe("PackageMissing");
    await dropUndeposited({ db: database.db, store });
    expect(await store.has(hash)).toBe(false);
  });

  test("belongs to one entry, of its own step", async () => {
    const { hash } = await received();
    expect(await codeOf(keep(hash, bytes32("mine"), 1))).toBe("MalformedInput");
    await keep(hash, bytes32("mine"));
    await keep(hash, bytes32("mine"));
    expect(await codeOf(keep(hash, bytes32("yours")))).toBe("PackageTaken");
  });

  test("that was lost from the store may be sent again", async () => {
    const one = await received();
    await keep(one.hash, bytes32("of a lost disk"));
    await store.remove(one.hash);
    await receivePackage({ db: database.db, store }, one);
    expect(await store.has(one.hash)).toBe(true);
  });

  test("of somebody erased that is sent again just then is gone all the same", async () => {
    const one = await received();
    const entry = bytes32("sent again");
    await keep(one.hash, entry);
    const [trialId, pseudonym] = [bytes32("trial"), "78"];
    await database.db.insert(entries).values({
      ...{ trialId, pseudonym, position: 1, hash: entry, collection: "diary", sequence: 1 },
      ...{ packageHash: one.hash, collectionChecked: true, row: "{}" },
    });
    const asked = { by: "proof" as const, askedAt: new Date(), blockNumber: 11, position: 2 };
    await database.db.insert(erasures).values({ trialId, pseudonym, ...asked });
    let answer = "";
    const busy: PackageStore = {
      ...store,
      remove: async (hash) => {
        await store.remove(hash);
        answer ||= await codeOf(receivePackage({ db: database.db, store }, one));
      },
    };
    await dropErased({ db: database.db, store: busy }, 11);
    expect([answer, await store.has(one.hash)]).toEqual(["Erased", false]);
  });

  test("of somebody erased whose removal broke off is removed the next time", async () => {
    const one = await received();
    const entry = bytes32("broken off");
    await keep(one.hash, entry);
    await database.db.insert(entries).values({
      ...{ trialId: bytes32("trial"), pseudonym: "78", position: 2, hash: entry },
      ...{ collection: "diary", sequence: 2, row: "{}" },
      ...{ packageHash: one.hash, collectionChecked: true },
    });
    const away: PackageStore = { ...store, remove: () => Promise.reject(new Error("away")) };
    await expect(dropErased({ db: database.db, store: away }, 11)).rejects.toThrow("away");
    expect(await store.has(one.hash)).toBe(true);
    await dropErased({ db: database.db, store }, 11);
    expect(await store.has(one.hash)).toBe(false);
  });

  test("of somebody erased is dropped once that is final, and never comes back", async () => {
    const one = await received();
    const entry = bytes32("of somebody erased");
    await keep(one.hash, entry);
    const [trialId, pseudonym] = [bytes32("trial"), "77"];
    await database.db.insert(entries).values({
      ...{ trialId, pseudonym, position: 0, hash: entry, collection: "diary", sequence: 1 },
      ...{ packageHash: one.hash, collectionChecked: true, row: "{}" },
    });
    const asked = { by: "proof" as const, askedAt: new Date(), blockNumber: 10, position: 1 };
    await database.db.insert(erasures).values({ trialId, pseudonym, ...asked });
    await dropErased({ db: database.db, store }, 9);
    expect(await store.has(one.hash)).toBe(true);
    await dropErased({ db: database.db, store }, 10);
    expect(await store.has(one.hash)).toBe(false);
    expect(await codeOf(receivePackage({ db: database.db, store }, one))).toBe("Erased");
    expect(await codeOf(keep(one.hash, entry))).toBe("Erased");
    expect(await store.has(one.hash)).toBe(false);
  });
});

test("an address sends so much an hour, and another one as much", () => {
  let now = 0;
  const budget = createUploadBudget(100, () => now);
  expect([budget.take("a", 60), budget.take("a", 60), budget.take("b", 60)]).toEqual([
    true,
    false,
    true,
  ]);
  now = HOUR_MS / 4;
  expect([budget.take("a", 65), budget.take("a", 1)]).toEqual([true, false]);
  now = 10 * HOUR_MS;
  expect([budget.take("a", 101), budget.take("a", 100)]).toEqual([false, true]);
});
