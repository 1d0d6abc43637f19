// Which keys this desk has met, as this browser keeps them: those of persons' tags, and those that forms are sealed to.
import { Refusal } from "../../../../circuits/statement/refusal.ts";
import type { Bytes32 } from "../../../../circuits/statement/trial/trial.ts";
import { parseKeyPins, pinKeys } from "../../../exchange/keyPins.ts";
import type { KeyRing } from "../../../exchange/keys.ts";
import { NO_PINS, parsePins, pin, type TagKeyPins } from "../../../site/tagKeys.ts";
import { explaining } from "../../shared/storage.ts";

const TAG_KEYS = "cohort-zero/site-tag-keys";
const CUSTODIAN_KEYS = "cohort-zero/site-custodian-keys";

/** The key that this desk went by before with these holders. Refuses with `MalformedInput`, or StorageFails. */
export function pinnedTagKey(holders: Bytes32): Bytes32 | undefined {
  return readTagKeys().keys[holders];
}

/** Keeps the key that this desk goes by from now on. */
export function pinTagKey(holders: Bytes32, hash: Bytes32): void {
  write(TAG_KEYS, pin(readTagKeys(), holders, hash));
}

/** Keeps the custodians' keys for a participant. Refuses with `KeysChanged`, `MalformedInput`, or StorageFails. */
export function pinRing(ring: KeyRing, whose: Parameters<typeof pinKeys>[2]): void {
  const before = parseKeyPins(read(CUSTODIAN_KEYS) ?? {});
  const pins = pinKeys(before, ring, whose);
  if (pins !== before) write(CUSTODIAN_KEYS, pins);
}

const readTagKeys = (): TagKeyPins => parsePins(read(TAG_KEYS) ?? NO_PINS);

/** Undefined when nothing is kept. */
function read(name: string): unknown {
  const text = explaining(() => localStorage.getItem(name));
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    throw new Refusal("MalformedInput", { what: `desk's keys (${name})` });
  }
}

function write(name: string, content: unknown): void {
  explaining(() => localStorage.setItem(name, JSON.stringify(content)));
}
