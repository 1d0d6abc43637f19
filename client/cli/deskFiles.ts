// What a site's desk keeps between two commands: its open challenges, and which document came under
// which pseudonym.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import type { Bytes32 } from "../../circuits/statement/trial/trial.ts";
import { parseKeyPins, pinKeys } from "../exchange/keyPins.ts";
import type { KeyRing } from "../exchange/keys.ts";
import { writeAtomically } from "../files/atomic.node.ts";
import { type ChallengeBook, EMPTY_BOOK } from "../site/challenge.ts";
import {
  type DeskMemory,
  EMPTY_MEMORY,
  type Note,
  parseMemory,
  remember,
  writeMemory,
} from "../site/memory.ts";
import { NO_PINS, parsePins, pin, type TagKeyPins } from "../site/tagKeys.ts";
import { readJson, writePrivate } from "./file.ts";
import { InputError } from "./output.ts";

export type DeskFiles = { book: string; memory: string };
export type TagFile = Pick<DeskFiles, "memory"> & { tagKeys?: string };

/** Adds the options that name a desk's two files. */
export function withDeskFiles(command: Command): Command {
  return command
    .option("--book <file>", "the site's open challenges", "site-challenges.json")
    .option(
      "--memory <file>",
      "which document came under which pseudonym, as hashes; keep it while the trial runs",
      "site-memory.json",
    );
}

/** Adds the option that names the file of the keys of persons' tags. */
export function withTagFile(command: Command): Command {
  const text =
    "which key of persons' tags the desk goes by; keep it while the trial runs (default: site-tag-keys.json beside the memory)";
  return command.option("--tag-keys <file>", text);
}

/** The key of tags that this desk went by before; undefined for the first time. Refuses with `MalformedInput`. */
export function pinnedTagKey(files: TagFile, holders: Bytes32): Bytes32 | undefined {
  return readPins(tagFileOf(files)).keys[holders];
}

/** Keeps the key that this desk goes by from now on. */
export async function pinTagKey(files: TagFile, holders: Bytes32, hash: Bytes32): Promise<void> {
  const file = tagFileOf(files);
  await writePrivate(file, pin(readPins(file), holders, hash));
}

const tagFileOf = ({ tagKeys, memory }: TagFile): string =>
  tagKeys ?? join(dirname(memory), "site-tag-keys.json");

function readPins(file: string): TagKeyPins {
  return existsSync(file) ? parsePins(readJson(file)) : NO_PINS;
}

export type KeyFile = { custodianKeys: string };

/** Adds the option that names the file of the custodians' keys that the desk has met. */
export function withKeyFile(command: Command): Command {
  const text =
    "the custodians' keys for each participant, as met first; keep it while the trials run";
  return command.option("--custodian-keys <file>", text, "site-custodian-keys.json");
}

/** Keeps what the desk meets. Refuses with `KeysChanged`, or `MalformedInput` for a damaged file. */
export async function pinRing(
  { custodianKeys: file }: KeyFile,
  ring: KeyRing,
  whose: Parameters<typeof pinKeys>[2],
): Promise<void> {
  const before = parseKeyPins(existsSync(file) ? readJson(file) : {});
  const pins = pinKeys(before, ring, whose);
  if (pins !== before) await writePrivate(file, pins);
}

/** The open challenges; none without a file. Throws InputError for another file. */
export function readBook({ book: file }: Pick<DeskFiles, "book">): ChallengeBook {
  if (!existsSync(file)) return EMPTY_BOOK;
  const book = readJson(file) as Partial<ChallengeBook>;
  if (!Array.isArray(book.open)) throw new InputError(`${file}: not a book of challenges`);
  return book as ChallengeBook;
}

/** The desk's memory; empty without a file. Refuses (`MalformedInput`) a damaged one. */
export function readMemory({ memory: file }: Pick<DeskFiles, "memory">): DeskMemory {
  return existsSync(file) ? parseMemory(readJson(file)) : EMPTY_MEMORY;
}

/** Adds a note to the memory's file, in one step. */
export async function noteInMemory(files: DeskFiles, note: Note): Promise<void> {
  const text = writeMemory(remember(readMemory(files), note));
  await writeAtomically(files.memory, new TextEncoder().encode(text));
}
