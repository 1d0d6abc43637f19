// Export and import of what only the server holds, as its operator does it: between PGlite and PostgreSQL, and
// everything that an import must refuse without having changed anything.
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { getTableName, is, sql } from "drizzle-orm";
import { PgTable } from "drizzle-orm/pg-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { modules } from "../../server/modules.ts";
import { backedUp } from "../../server/operator/format.ts";
import { type Database, openDatabase } from "../../server/store/database.ts";
import {
  fillOwnTables,
  linesIn,
  operator,
  operatorHere,
  TOKEN_HASH,
  writeLines,
} from "../support/ownRows.ts";
import { paperDeployment } from "../support/paperDeployment.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { seedDatabase, testFolder } from "../support/server.ts";
import { own } from "../support/tables.ts";
import { wrongExports } from "../support/wrongExports.ts";

const folder = testFolder();
const at = (name: string) => join(folder, name);
const DEPLOYMENT = at("deployment.json");
const exported = at("own.jsonl.gz");
const filled = { DATA_DIR: at("filled"), DEPLOYMENT };
let postgres: TestPostgres;

/** The environment of a new, empty database. */
async function empty(name: string): Promise<{ DATA_DIR: string; DEPLOYMENT: string }> {
  await seedDatabase(at(name));
  return { DATA_DIR: at(name), DEPLOYMENT };
}

/** The same in PostgreSQL, where one costs little. */
async function emptyPostgres(name: string) {
  const url = await postgres.add(name);
  await looking({ DATABASE_URL: url }, async () => {});
  return { DATABASE_URL: url, DEPLOYMENT };
}

async function looking<T>(
  target: { DATA_DIR?: string; DATABASE_URL?: string },
  look: (db: Database) => Promise<T>,
): Promise<T> {
  const where = { url: target.DATABASE_URL, folder: target.DATA_DIR ?? "" };
  const { db, close } = await openDatabase(where);
  try {
    return await look(db);
  } finally {
    await close();
  }
}

const countOf = (db: Database) =>
  Promise.all([own.documents, own.outbox, own.relayers].map((table) => db.$count(table)));

/** All but the first line, which holds the time of writing, and the digest of it. */
const rowsIn = (file: string) => linesIn(file).slice(1, -1);

beforeAll(async () => {
  postgres = await startPostgres();
  writeFileSync(DEPLOYMENT, JSON.stringify(paperDeployment()));
  await empty("filled");
  await looking(filled, fillOwnTables);
  const { code, err } = await operator(filled, "export", exported);
  expect([code, err]).toEqual([0, ""]);
});
afterAll(async () => {
  await postgres?.end();
  rmSync(folder, { recursive: true, force: true });
});

describe("an export", () => {
  test("holds every own table but sessions and the nonces of signing in", () => {
    const all = Object.values(own)
      .filter((table) => is(table, PgTable))
      .map((table) => getTableName(table));
    const left = all.filter((name) => !(name in backedUp(modules)));
    expect(left.sort()).toEqual(["handovers", "nonces", "sessions"]);
    const text = linesIn(exported).join("\n");
    expect(text).not.toContain(TOKEN_HASH);
    expect(text).not.toContain("nonce123");
  });

  test("is for its owner alone, says what it holds, and is never written over another file", async () => {
    expect(statSync(exported).mode & 0o777).toBe(0o600);
    const header = JSON.parse(linesIn(exported)[0]!);
    expect(header).toMatchObject({
      format: "cohort-zero/own-tables/2",
      chainId: 31_337,
      addresses: paperDeployment().addresses,
      counts: {
        ...{ documents: 3, batches: 2, buckets: 3, relayers: 1, outbox: 455 },
        ...{ entries: 3, deposit_batches: 1, packages: 3, texts: 1 },
      },
    });
    const before = readFileSync(exported);
    const again = await operatorHere(filled, "export", exported);
    expect([again.code, again.err]).toEqual([2, expect.stringContaining("exists already")]);
    expect(readFileSync(exported).equals(before)).toBe(true);
    const nowhere = await operatorHere(filled, "export", at("no/such/file"));
    expect([nowhere.code, nowhere.err]).toEqual([2, expect.stringContaining("no such folder")]);
  });

  test("of a folder without a database is refused, and makes none", async () => {
    const target = { DATA_DIR: at("nothing"), DEPLOYMENT };
    const { code, err } = await operatorHere(target, "export", at("nothing.gz"));
    expect(code).toBe(3);
    expect(err).toContain(`there is no database in ${at("nothing")}`);
    expect(() => statSync(at("nothing"))).toThrow("ENOENT");
  });
});

describe("an import", () => {
  test("gives the same rows in PostgreSQL, and from there in PGlite again", async () => {
    const there = { DATABASE_URL: postgres.url, DEPLOYMENT };
    const into = await operator(there, "import", exported, "--json");
    expect(into.json()).toMatchObject({ wasThere: false, counts: { outbox: 455, buckets: 3 } });
    const middle = at("middle.jsonl.gz");
    expect((await operatorHere(there, "export", middle)).code).toBe(0);
    expect(rowsIn(middle)).toEqual(rowsIn(exported));
    const back = await empty("back");
    expect((await operatorHere(back, "import", middle)).code).toBe(0);
    const last = at("last.jsonl.gz");
    expect((await operatorHere(back, "export", last)).code).toBe(0);
    expect(rowsIn(last)).toEqual(rowsIn(exported));
    const those = (column: string) =>
      rowsIn(last).filter((row) => !row.includes(`"${column}": null`));
    const ofOutbox = (rows: string[]) => rows.filter((row) => row.startsWith('{"outbox":')).length;
    expect([ofOutbox(those("gather")), ofOutbox(those("bundle"))]).toEqual([2, 2]);
  });

  test("of what is there already changes nothing, and of anything else into rows is refused", async () => {
    const target = await emptyPostgres("twice");
    expect((await operatorHere(target, "import", exported)).code).toBe(0);
    const again = await operatorHere(target, "import", exported);
    const before = expect.stringContaining("All of it was here before");
    expect([again.code, again.out]).toEqual([0, before]);
    await looking(target, (db) =>
      db.execute(sql`update outbox set state = 'final' where id = (select min(id) from outbox)`),
    );
    const other = await operatorHere(target, "import", exported);
    const words = expect.stringContaining("its outbox holds rows that are not");
    expect([other.code, other.err]).toEqual([3, words]);
    await looking(target, (db) => db.delete(own.documents));
    const fewer = await operatorHere(target, "import", exported);
    expect([fewer.code, fewer.err]).toEqual([3, expect.stringContaining("0 documents")]);
  });

  test("into a database in use is refused: a folder's, and PostgreSQL's", async () => {
    const target = await empty("busy");
    await looking(target, async () => {
      const { code, err } = await operatorHere(target, "import", exported);
      expect([code, err]).toEqual([3, expect.stringContaining("is using this data folder")]);
    });
    const there = { DATABASE_URL: postgres.url, DEPLOYMENT };
    await looking(there, async () => {
      const { code, err } = await operatorHere(there, "import", exported);
      expect([code, err]).toEqual([3, expect.stringContaining("stop all servers on it first")]);
      // Reading disturbs nobody.
      expect((await operatorHere(there, "export", at("beside.gz"))).code).toBe(0);
    });
  });

  test("keeps a server from starting on the database meanwhile", async () => {
    const at = { url: postgres.url, folder: "" };
    const alone = await openDatabase({ ...at, use: "fill" });
    await expect(openDatabase(at)).rejects.toThrow("an operator's command is at work");
    await alone.close();
    await (await openDatabase(at)).close();
  });

  test("into a database that is away is told apart from a wrong file", async () => {
    const away = { DATABASE_URL: "postgres://a:b@127.0.0.1:1/c", DEPLOYMENT };
    expect((await operatorHere(away, "import", exported)).code).toBe(4);
    const nothing = await operatorHere(await emptyPostgres("nofile"), "import", at("no-file.gz"));
    expect([nothing.code, nothing.err]).toEqual([2, expect.stringContaining("no such file")]);
  });
});

describe("a file that an import refuses, by name, with nothing changed", () => {
  let target: Awaited<ReturnType<typeof emptyPostgres>>;
  beforeAll(async () => {
    target = await emptyPostgres("wrong");
  });
  test.each(wrongExports(exported))("is one $name", async ({ name, make, says }) => {
    const file = at(`${name.replaceAll(" ", "-")}.gz`);
    make(file);
    const { code, err, out } = await operatorHere(target, "import", file);
    expect(err).toMatch(says);
    expect(err).toContain(file);
    expect([code, out]).toEqual([2, ""]);
    // A signed transaction, or a row of any kind, is no part of an error.
    expect(err).not.toContain("cdcdcd");
    expect(await looking(target, countOf)).toEqual([0, 0, 0]);
  });
});

describe("a file of the first format", () => {
  test("is read by every release after it", async () => {
    const kept = fileURLToPath(new URL("../vectors/own-tables-1.jsonl", import.meta.url));
    const file = at("kept.gz");
    writeLines(file, readFileSync(kept, "utf8").trimEnd().split("\n"), false);
    const target = await emptyPostgres("kept");
    const { code, err } = await operatorHere(target, "import", file);
    expect([code, err]).toEqual([0, ""]);
    expect(await looking(target, countOf)).toEqual([1, 5, 1]);
  });
});
