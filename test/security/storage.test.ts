// Full disks, read-only folders, and a database that goes away in the middle: a clear error, and nothing lost.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { describeError, EXIT } from "../../client/cli/output.ts";
import { openWallet, saveWallet, writeNewWallet } from "../../client/patient/store.node.ts";
import { PASSPHRASE, QUICK, seededWallet } from "../patient/support.ts";

const FULL = "/dev/full";
const SHELL = "/bin/sh";
let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "cohort-storage-"));
  path = join(folder, "wallet.age");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const errorOf = (act: Promise<unknown>) =>
  act.then(
    () => undefined,
    (error: unknown) => describeError(error),
  );

describe("a wallet", () => {
  test.skipIf(!existsSync(FULL))(
    "is kept as it was when the disk is full, and says so",
    async () => {
      const file = { path, passphrase: PASSPHRASE, workFactor: QUICK };
      await writeNewWallet({ ...file, wallet: seededWallet(1) });
      // The file beside the wallet that a save writes first, on a device that is always full.
      await symlink(FULL, join(folder, `.wallet.age.${process.pid}.tmp`));
      const told = await errorOf(saveWallet({ ...file, wallet: seededWallet(2) }));
      expect(told).toMatchObject({ code: EXIT.usage, kind: "ENOSPC" });
      expect(told!.message).toBe(`${path}: the disk is full`);
      expect((await openWallet(file)).seed).toEqual(seededWallet(1).seed);
      expect(await readdir(folder)).toEqual(["wallet.age"]);
      await saveWallet({ ...file, wallet: seededWallet(2) });
      expect((await openWallet(file)).seed).toEqual(seededWallet(2).seed);
    },
  );

  test.skipIf(!existsSync(SHELL))("that could not be written whole is not there at all", () => {
    const script = `
      import { writeNewWallet } from "./client/patient/store.node.ts";
      import { createWallet } from "./client/patient/wallet.ts";
      const file = { path: process.argv[1], passphrase: "ten characters", workFactor: 10 };
      await writeNewWallet({ ...file, wallet: createWallet() }).then(
        () => console.log("written"),
        (error) => console.log(error.code, error.path),
      );`;
    // No file of this process may have more than 0 bytes: every write fails half way.
    const limited = 'ulimit -f 0; exec "$0" --input-type=module -e "$1" "$2"';
    const { stdout, stderr } = spawnSync(SHELL, ["-c", limited, process.execPath, script, path], {
      encoding: "utf8",
    });
    expect(stdout.trim(), stderr).toBe(`EFBIG ${path}`);
    expect(existsSync(path)).toBe(false);
  });

  test("under a path that is not a folder is refused by name", async () => {
    const inside = join(path, "wallet.age");
    await writeNewWallet({
      path,
      passphrase: PASSPHRASE,
      workFactor: QUICK,
      wallet: seededWallet(1),
    });
    const save = saveWallet({
      path: inside,
      passphrase: PASSPHRASE,
      workFactor: QUICK,
      wallet: seededWallet(1),
    });
    const told = await errorOf(save);
    expect(told).toMatchObject({ code: EXIT.usage, kind: "ENOTDIR" });
  });
});
