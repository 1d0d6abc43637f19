// A custodian's own folder and key file: for its own user alone, and for one process at a time.
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { Wallet } from "ethers";
import { z } from "zod";

const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;
const OTHERS = 0o077;
const KEY_FORMAT = "cohort-zero/custodian-key/1";
const HAS_MODES = process.platform !== "win32";

/** Folders of this process. */
const held = new Set<string>();

const keyFile = z.strictObject({
  format: z.literal(KEY_FORMAT),
  privateKey: z.string().regex(/^0x[0-9a-f]{64}$/),
});

/**
 * Makes the folder, or takes others' rights to the one that is there, and locks it. Returns what releases it. Throws an
 * Error naming the process that has it.
 */
export function openFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER });
  if (HAS_MODES) chmodSync(folder, PRIVATE_FOLDER);
  const lock = join(folder, "lock");
  const own = `${lock}.${process.pid}`;
  writeFileSync(own, String(process.pid), { mode: PRIVATE_FILE });
  try {
    takeLock(lock, own);
  } finally {
    rmSync(own, { force: true });
  }
  held.add(lock);
  return () => {
    held.delete(lock);
    rmSync(lock, { force: true });
  };
}

/** Making a hard link is atomic, and fails when the name is taken. */
function takeLock(lock: string, own: string): void {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      linkSync(own, lock);
      return;
    } catch (problem) {
      if ((problem as NodeJS.ErrnoException).code !== "EEXIST") throw problem;
    }
    const pid = Number(readFileSync(lock, "utf8"));
    if (pid === process.pid ? held.has(lock) : isRunning(pid)) {
      throw new Error(
        `process ${pid} uses this custodian's folder (${lock}): stop it first, or set another DATA_DIR. If no custodian is running, delete the file ${lock}`,
      );
    }
    // After a kill: whose it was is gone, or was this one's namesake.
    rmSync(lock, { force: true });
  }
  throw new Error(`cannot lock ${lock}: another custodian is starting in this folder`);
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (problem) {
    return (problem as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * The custodian's account: read from its file, or drawn and written there. Throws an Error, without any of the key, when
 * others may read the file or it is no such file.
 */
export function openKeyFile(path: string): Wallet {
  if (!existsSync(path)) return makeKeyFile(path);
  const { mode } = statSync(path);
  if (HAS_MODES && (mode & OTHERS) !== 0) {
    throw new Error(
      `others may read the key file ${path}: take their rights away (chmod 600), and have a new key accredited if somebody did`,
    );
  }
  try {
    return new Wallet(keyFile.parse(JSON.parse(readFileSync(path, "utf8"))).privateKey);
  } catch {
    throw new Error(
      `${path} is not a custodian's key file, or it is damaged: restore it from its copy`,
    );
  }
}

/**
 * Written whole beside its place and put there then: were the disk full, or the process killed, half a key file would
 * keep the custodian from ever starting.
 */
function makeKeyFile(path: string): Wallet {
  const { privateKey } = Wallet.createRandom();
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER });
  const draft = `${path}.new`;
  rmSync(draft, { force: true });
  const file = openSync(draft, "wx", PRIVATE_FILE);
  try {
    writeSync(file, `${JSON.stringify({ format: KEY_FORMAT, privateKey })}\n`);
    // Nothing is sealed to keys under it before it is on the disk, its name too.
    fsyncSync(file);
    linkSync(draft, path);
  } finally {
    closeSync(file);
    rmSync(draft, { force: true });
  }
  if (HAS_MODES) syncFolder(folder);
  return new Wallet(privateKey);
}

function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
