import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, describe, expect, test } from "vitest";
import { readConfig } from "../../server/config.ts";
import { openDatabase } from "../../server/store/database.ts";
import { lockFolder } from "../../server/store/lock.ts";
import { seedDatabase, testFolder } from "../support/server.ts";

const folder = testFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fresh(name: string): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  return path;
}

/** Runs code in another process, to its end or until it prints something. */
async function inAnotherProcess(code: string) {
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", code], {
    cwd: new URL("../..", import.meta.url),
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  return child;
}

const holder = (path: string) =>
  `import { lockFolder } from "./server/store/lock.ts";
   lockFolder(${JSON.stringify(path)}); console.log("locked"); setInterval(() => {}, 1000);`;

describe("the lock on a data folder", () => {
  test("keeps a second process out, and names the first", async () => {
    const path = fresh("held");
    const child = await inAnotherProcess(holder(path));
    expect(() => lockFolder(path)).toThrow(`process ${child.pid} is using this data folder`);
    child.kill("SIGKILL");
  });

  test("is taken over when its process was killed", async () => {
    const path = fresh("orphaned");
    const child = await inAnotherProcess(holder(path));
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
    expect(existsSync(join(path, "lock"))).toBe(true);
    lockFolder(path).release();
    expect(existsSync(join(path, "lock"))).toBe(false);
  });

  test("is taken over when its number has passed to another process", () => {
    const path = fresh("recycled");
    writeFileSync(join(path, "lock"), JSON.stringify({ pid: process.ppid, started: "1" }));
    lockFolder(path).release();
  });

  test("keeps the same process out as well, until released", () => {
    const path = fresh("twice");
    const lock = lockFolder(path);
    expect(() => lockFolder(path)).toThrow("is using this data folder");
    lock.release();
    lockFolder(path).release();
  });

  test("survives a broken lock file", () => {
    const path = fresh("broken");
    writeFileSync(join(path, "lock"), "{");
    lockFolder(path).release();
  });
});

/** When the first protocol's tables were made (its migrations/meta/_journal.json). */
const FIRST_PROTOCOL = 1_795_225_130_846;

describe("a data folder of another version", () => {
  test("of PostgreSQL is refused with the release that made it and how to go on, and left as it is", async () => {
    const path = fresh("old");
    mkdirSync(join(path, "pglite"));
    writeFileSync(join(path, "pglite", "PG_VERSION"), "16\n");
    const problem = () =>
      openDatabase({ url: undefined, folder: path }).then(
        () => "opened",
        ({ message }: Error) => message,
      );
    expect(await problem()).toMatch(
      /made by PostgreSQL 16 \(the release that made it\), this version/,
    );
    const release = JSON.stringify({ release: "0.0.9", postgres: "16" });
    writeFileSync(join(path, "release.json"), release);
    mkdirSync(join(path, "backups"));
    for (const day of ["2026-01-30", "2026-02-01"]) {
      writeFileSync(join(path, "backups", `own-tables-${day}.jsonl.gz`), "");
    }
    const told = await problem();
    expect(told).toContain('with release 0.0.9, "npx cohort operator export <file>"');
    expect(told).toContain(
      'with this version and another DATA_DIR, "npx cohort operator import <file>"',
    );
    expect(told).toContain(join(path, "backups", "own-tables-2026-02-01.jsonl.gz"));
    expect(readFileSync(join(path, "release.json"), "utf8")).toBe(release);
    expect(existsSync(join(path, "lock"))).toBe(false);
  });

  test("says which release wrote it last", async () => {
    const path = join(folder, "written");
    await seedDatabase(path);
    await (await openDatabase({ url: undefined, folder: path })).close();
    const { version } = JSON.parse(readFileSync("package.json", "utf8"));
    const written = JSON.parse(readFileSync(join(path, "release.json"), "utf8"));
    expect(written).toEqual({ release: version, postgres: "18" });
  });

  test("of a newer release is refused with what to do", async () => {
    const path = join(folder, "newer");
    await seedDatabase(path);
    const database = await openDatabase({ url: undefined, folder: path });
    const future = Date.now() + 1e12;
    await database.db.execute(
      sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('x', ${future})`,
    );
    await database.close();
    await expect(openDatabase({ url: undefined, folder: path })).rejects.toThrow(
      "was used by a newer release of this server",
    );
  });

  test("of the first protocol is refused with what to do, and left as it is", async () => {
    const path = join(folder, "older");
    await seedDatabase(path);
    const database = await openDatabase({ url: undefined, folder: path });
    await database.db.execute(
      sql`update drizzle.__drizzle_migrations set hash = 'x', created_at = ${FIRST_PROTOCOL}`,
    );
    await database.db.execute(sql`create table sign_of_the_old (n int)`);
    await database.close();
    const open = () => openDatabase({ url: undefined, folder: path });
    await expect(open()).rejects.toThrow(
      /was made by an older release of this server, for another protocol: nothing was changed/,
    );
    // Asked again it says the same: nothing was migrated meanwhile.
    await expect(open()).rejects.toThrow(
      "start anew with an empty database or another data folder",
    );
    expect(existsSync(join(path, "lock"))).toBe(false);
  });
});

describe("the configuration", () => {
  const right = { RELAYER_KEY: `0x${"a1".repeat(32)}` };

  test("names every wrong variable and repeats no value", () => {
    const secret = "0xdeadbeefsecret";
    const wrong = { PORT: "99999999", RELAYER_KEY: secret, DATABASE_URL: "mysql://root:hunter2@x" };
    const problem = (() => {
      try {
        readConfig(wrong);
        return "";
      } catch (error) {
        return (error as Error).message;
      }
    })();
    for (const name of Object.keys(wrong)) expect(problem).toContain(name);
    for (const value of [secret, "hunter2", "99999999"]) expect(problem).not.toContain(value);
  });

  test("takes empty variables for absent ones", () => {
    expect(readConfig({ ...right, PORT: "", DATABASE_URL: "" })).toMatchObject({ PORT: 4000 });
    expect(readConfig(right).DATABASE_URL).toBeUndefined();
  });
});
