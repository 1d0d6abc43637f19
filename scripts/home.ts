// The data folder of an embedded exchange: what is in it, which version wrote it, and its development keys.
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { computeAddress, hexlify, randomBytes } from "ethers";
import { z } from "zod";
import { makePrivate, makePrivateFolder, PRIVATE_FILE } from "../server/store/modes.ts";

/** Raised whenever an older version could not read what this one writes; 1 was of the first protocol, 2 recruited only. */
const FORMAT = 3;
const FIRST_PROTOCOL = 1;
const ACTORS = [
  "governance",
  "relayer",
  "sponsor",
  "board",
  "clinic-1",
  "clinic-2",
  "site-1",
  "site-2",
  "emergency",
] as const;
export type Actor = (typeof ACTORS)[number];

const homeSchema = z.strictObject({
  format: z.literal(FORMAT),
  /** Seconds added to the wall clock; not 0 after `--chain-time`. */
  clockOffset: z.int(),
  /** Development keys of the sample's actors. A real actor keeps their own. */
  keys: z.record(z.enum(ACTORS), z.string().regex(/^0x[0-9a-f]{64}$/)),
  /** How far the sample recruitment got. */
  sample: z.enum(["none", "running", "done"]),
});
export type Home = z.infer<typeof homeSchema> & { readonly folder: string };

/** An expected obstacle at start; its message says what to do. */
export class StartError extends Error {
  override readonly name = "StartError";
}

/** Where a data folder keeps what an embedded exchange is: also its development keys. */
export function homeFile(folder: string): string {
  return join(folder, "cohort.json");
}

/**
 * Opens the data folder, or makes one.
 * Throws StartError for a folder of another version, a damaged one, or one that belongs to something else.
 */
export function openHome(folder: string, chainTime: number | undefined): Home {
  const file = homeFile(folder);
  if (existsSync(file)) return readHome(folder, file, chainTime);
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new StartError(
      `The folder ${folder} has files in it but no cohort.json, so it is not ours to write to. Choose another with --data <folder>, or empty it.`,
    );
  }
  makePrivateFolder(folder);
  const home: Home = {
    folder,
    format: FORMAT,
    clockOffset: chainTime === undefined ? 0 : chainTime - Math.floor(Date.now() / 1000),
    keys: Object.fromEntries(
      ACTORS.map((actor) => [actor, hexlify(randomBytes(32))]),
    ) as Home["keys"],
    sample: "none",
  };
  saveHome(home);
  return home;
}

function readHome(folder: string, file: string, chainTime: number | undefined): Home {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    throw new StartError(
      `${file} is damaged. Restore it from a backup, or start anew with --data <folder>.`,
    );
  }
  const format = (content as { format?: unknown } | null)?.format;
  if (format === FIRST_PROTOCOL) {
    throw new StartError(
      `The data folder ${folder} holds an exchange of the first protocol. Its contracts, records, wallets and trials cannot be used with this version, and nothing was changed. Continue with the version that made it, or start afresh: npm start -- --data <new folder> (or move ${folder} away).`,
    );
  }
  if (format !== FORMAT) {
    throw new StartError(
      `The data folder ${folder} was written by another version (format ${String(format)}, this one writes ${FORMAT}). Use that version, or start anew with --data <folder>; nothing was changed.`,
    );
  }
  const parsed = homeSchema.safeParse(content);
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.join(".") ?? "";
    throw new StartError(
      `${file} is damaged at "${where}". Restore it from a backup, or start anew with --data <folder>.`,
    );
  }
  if (chainTime !== undefined && parsed.data.clockOffset === 0) {
    throw new StartError(
      `The chain in ${folder} runs on today's time; --chain-time works only on a new one. Add --data <new folder>.`,
    );
  }
  makePrivate(folder);
  return { folder, ...parsed.data };
}

/** Writes cohort.json, readable by its owner only, in one step. */
export function saveHome({ folder, ...content }: Home): void {
  const file = homeFile(folder);
  writeFileSync(`${file}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: PRIVATE_FILE });
  chmodSync(`${file}.new`, PRIVATE_FILE);
  renameSync(`${file}.new`, file);
}

/** Address of an actor's development key. */
export function addressOf(home: Home, actor: Actor): string {
  return computeAddress(home.keys[actor]);
}
