// What this browser remembers of documents, as hashes; it outlasts a reload and a restart. A damaged memory is an
// error, never an empty one.
import { Refusal } from "../../../../circuits/statement/refusal.ts";
import {
  type DeskMemory,
  EMPTY_MEMORY,
  mergeMemories,
  type Note,
  parseMemory,
  remember,
  writeMemory,
} from "../../../site/memory.ts";
import { explaining } from "../../shared/storage.ts";

const KEY = "cohort-zero/site-memory";

/** The desk's memory. Refuses with `MalformedInput`, or StorageFails where the browser keeps nothing. */
export function readDeskMemory(): DeskMemory {
  const text = explaining(() => localStorage.getItem(KEY));
  return text === null ? EMPTY_MEMORY : parseText(text);
}

/** Adds a note to what is kept now: another tab may have added to it. */
export function noteAtDesk(note: Note): void {
  write(remember(readDeskMemory(), note));
}

/** Takes in the memory of another desk of the site. Refuses with `MalformedInput`. */
export function takeMemory(text: string): void {
  write(mergeMemories(readDeskMemory(), parseText(text)));
}

function write(memory: DeskMemory): void {
  explaining(() => localStorage.setItem(KEY, writeMemory(memory)));
}

function parseText(text: string): DeskMemory {
  try {
    return parseMemory(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Refusal("MalformedInput", { what: "desk's memory" });
  }
}
