// The roster on a disk: encrypted, one process at a time, never half written.
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { createRosterFile, withRoster } from "../../client/clinic/roster/roster.node.ts";
import { bindIdentity, type Roster } from "../../client/clinic/roster/roster.ts";
import { CLINIC, chartOf, codeOf } from "./people.ts";

const folder = mkdtempSync(join(tmpdir(), "cohort-roster-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const passphrase = "a roster of few words";
const fileAt = (name: string) => ({ path: join(folder, name), passphrase, clinic: CLINIC });
const named = (n: number | string) => `patient-number-${n}`;
const enter = (roster: Roster, n: number) =>
  bindIdentity(roster, { person: chartOf({ id: named(n) }), code: codeOf(n), day: 45_000 }).roster;
const read = (file: ReturnType<typeof fileAt>) => withRoster(file, async ({ roster }) => roster);

describe("a roster's file", () => {
  test("keeps who was entered, in letters that nobody else can read or open", async () => {
    const file = fileAt("own.age");
    await expect(read(file)).rejects.toMatchObject({ code: "NoRoster" });
    await createRosterFile(file);
    await expect(createRosterFile(file)).rejects.toMatchObject({ code: "RosterExists" });
    await withRoster(file, async ({ roster, save }) => save(enter(roster, 7)));
    expect((await read(file)).entries).toHaveLength(1);
    expect(statSync(file.path).mode & 0o077).toBe(0);
    // Long words only: so much noise holds any three letters.
    const content = readFileSync(file.path, "latin1");
    expect(content.startsWith("age-encryption.org/v1\n-> scrypt")).toBe(true);
    for (const told of ["patient-number-7", CLINIC.slice(2), "age1wallet7"]) {
      expect(content).not.toContain(told);
    }
    const wrong = { ...file, passphrase: "not these words" };
    await expect(read(wrong)).rejects.toMatchObject({ code: "WrongPassphrase" });
    const other = { ...file, clinic: `0x${"c2".repeat(20)}` };
    await expect(read(other)).rejects.toMatchObject({ code: "NotARoster" });
    const weak = { ...fileAt("weak.age"), passphrase: "short" };
    await expect(createRosterFile(weak)).rejects.toMatchObject({ code: "WeakPassphrase" });
  });

  test("is refused when a bit of it was changed, and no other file is one", async () => {
    const file = fileAt("changed.age");
    await createRosterFile(file);
    const bytes = readFileSync(file.path);
    bytes[bytes.length - 5]! ^= 1;
    writeFileSync(file.path, bytes);
    await expect(read(file)).rejects.toMatchObject({ code: "NotARoster" });
    writeFileSync(file.path, "{}");
    await expect(read(file)).rejects.toMatchObject({ code: "NotARoster" });
  });

  test("stays as it was when the act fails, and its lock is given back", async () => {
    const file = fileAt("failing.age");
    await createRosterFile(file);
    const failing = withRoster(file, async () => {
      throw new Error("the act failed");
    });
    await expect(failing).rejects.toThrow("the act failed");
    expect((await read(file)).entries).toEqual([]);
    expect(readdirSync(folder).filter((name) => name.includes("lock"))).toEqual([]);
  });

  test("loses no row when many change it at once", async () => {
    const file = fileAt("many.age");
    await createRosterFile(file);
    const add = (n: number) => withRoster(file, async ({ roster, save }) => save(enter(roster, n)));
    await Promise.all([1, 2, 3].map(add));
    const { entries } = await read(file);
    expect(entries.map(({ ids }) => ids[0]!.id).sort()).toEqual([1, 2, 3].map(named));
    expect(new Set(entries.map(({ place }) => place)).size).toBe(3);
  }, 60_000);

  test("loses no row between two processes", async () => {
    const file = fileAt("processes.age");
    await createRosterFile(file);
    const script = fileURLToPath(new URL("./addToRoster.ts", import.meta.url));
    const run = (first: number) =>
      new Promise<number | null>((resolve) => {
        const child = spawn(process.execPath, [script, file.path, String(first)], {
          env: { ...process.env, COHORT_ROSTER_PASSPHRASE: passphrase },
          stdio: "inherit",
        });
        child.on("exit", resolve);
      });
    expect(await Promise.all([run(10), run(20)])).toEqual([0, 0]);
    const ids = (await read(file)).entries.map((entry) => entry.ids[0]!.id);
    expect(ids.sort()).toEqual(["p10", "p20"]);
  }, 60_000);

  test("takes over the lock of a process that has ended, and waits for one that has not", async () => {
    const file = fileAt("stale.age");
    await createRosterFile(file);
    const lock = `${file.path}.lock`;
    const child = spawn(process.execPath, ["-e", ""]);
    await once(child, "exit");
    writeFileSync(lock, `${child.pid} ${hostname()} 1`);
    expect((await read(file)).entries).toEqual([]);
    expect(existsSync(lock)).toBe(false);
    writeFileSync(lock, `${process.pid} ${hostname()} 999`);
    let isRead = false;
    const waiting = read(file).then(() => {
      isRead = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(isRead).toBe(false);
    rmSync(lock);
    await waiting;
  }, 30_000);

  test("refuses to write over what a program without the lock has changed meanwhile", async () => {
    const file = fileAt("outside.age");
    await createRosterFile(file);
    const act = withRoster(file, async ({ roster, save }) => {
      writeFileSync(file.path, "written by another");
      await save(enter(roster, 1));
    });
    await expect(act).rejects.toThrow("changed by another program");
    expect(readFileSync(file.path, "utf8")).toBe("written by another");
  });
});
