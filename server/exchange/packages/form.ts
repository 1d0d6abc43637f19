// What can be told of a package without a key: an age file (age-encryption.org/v1), whom its shares are for, and the
// step that it was padded to.
import { FIRST_STEP_BYTES, LAST_SIZE_STEP } from "../../../circuits/statement/exchange/entry.ts";
import { Refusal } from "../../../circuits/statement/refusal.ts";

const INTRO = "age-encryption.org/v1\n";
/** Room for the stanzas of some two hundred custodians. */
const MAX_HEADER_BYTES = 65_536;
/** age's STREAM: a nonce of 16 bytes, then chunks of 64 KiB with a tag of 16 bytes each. */
const NONCE_BYTES = 16;
const CHUNK_BYTES = 65_536;
const TAG_BYTES = 16;

/** Most bytes of a package: 16 MiB, what age adds, and a header. */
export const MAX_PACKAGE_BYTES = MAX_HEADER_BYTES + sealedBytes(LAST_SIZE_STEP);

/**
 * A share's stanza: 32 bytes that a key was agreed by, 32 of a hash, 33 of the sealed share (circuits/statement/exchange/
 * package.ts). Custodians are asked for many at once: one that is larger would spoil the answers about all others.
 */
const SHARE =
  /^-> cohort-custodian (0x[0-9a-fA-F]{40}) [A-Za-z0-9+/]{43} [A-Za-z0-9+/]{43}\n[A-Za-z0-9+/]{44}\n(?=-)/gm;

export type PackageForm = {
  readonly sizeStep: number;
  /** In lower case and ascending. */
  readonly custodians: readonly string[];
};

/** Bytes of a payload that was padded to a step, as age seals it. */
function sealedBytes(step: number): number {
  const padded = FIRST_STEP_BYTES * 2 ** step;
  return NONCE_BYTES + padded + TAG_BYTES * Math.ceil(padded / CHUNK_BYTES);
}

/** Refuses with `MalformedInput` what is no age file, or is not padded to a step. */
export function readPackageForm(bytes: Buffer): PackageForm {
  const header = headerOf(bytes);
  const left = bytes.length - header.length;
  const sizeStep = Array.from({ length: LAST_SIZE_STEP + 1 }, (_, step) => step).find(
    (step) => sealedBytes(step) === left,
  );
  if (sizeStep === undefined) throw malformed();
  const custodians = [...header.matchAll(SHARE)].map(([, address]) => address!.toLowerCase());
  const stanzas = header.match(/^-> cohort-custodian\b/gm) ?? [];
  const isSound = stanzas.length === custodians.length;
  if (!isSound || new Set(custodians).size !== custodians.length) throw malformed();
  custodians.sort();
  return { sizeStep, custodians };
}

/** The header's text: one byte a character. */
function headerOf(bytes: Buffer): string {
  const start = bytes.toString("latin1", 0, MAX_HEADER_BYTES);
  const mac = start.startsWith(INTRO) ? start.indexOf("\n--- ") : -1;
  const end = mac < 0 ? -1 : start.indexOf("\n", mac + 1);
  if (end < 0) throw malformed();
  return start.slice(0, end + 1);
}

const malformed = () => new Refusal("MalformedInput", { field: "package" });
