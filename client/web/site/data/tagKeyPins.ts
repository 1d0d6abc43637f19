// The desk's keys of persons' tags, as this browser keeps them.
import { Refusal } from "../../../../circuits/statement/refusal.ts";
import type { Bytes32 } from "../../../../circuits/statement/trial/trial.ts";
import { NO_PINS, parsePins, pin, type TagKeyPins } from "../../../site/tagKeys.ts";
import { explaining } from "../../shared/storage.ts";

const KEY = "cohort-zero/site-tag-keys";

/** The key that this desk went by before with these holders. Refuses with `MalformedInput`, or StorageFails. */
export function pinnedTagKey(holders: Bytes32): Bytes32 | undefined {
  return readPins().keys[holders];
}

/** Keeps the key that this desk goes by from now on. */
export function pinTagKey(holders: Bytes32, hash: Bytes32): void {
  const text = JSON.stringify(pin(readPins(), holders, hash));
  explaining(() => localStorage.setItem(KEY, text));
}

function readPins(): TagKeyPins {
  const text = explaining(() => localStorage.getItem(KEY));
  if (text === null) return NO_PINS;
  try {
    return parsePins(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Refusal("MalformedInput", { what: "desk's keys of persons' tags" });
  }
}
