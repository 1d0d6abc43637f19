// What a site's desk keeps between two commands: its open challenges, and which document came under
// which pseudonym.
import { existsSync } from "node:fs";
import type { Command } from "commander";
import { writeAtomically } from "../patient/store.node.ts";
import { type ChallengeBook, EMPTY_BOOK } from "../site/challenge.ts";
import {
  type DeskMemory,
  EMPTY_MEMORY,
  type Note,
  parseMemory,
  remember,
  writeMemory,
} from "../site/memory.ts";
import { readJson } from "./file.ts";
import { InputError } from "./output.ts";

export type DeskFiles = { book: string; memory: string };

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
