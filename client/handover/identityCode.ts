// The identity code: what a patient gives their clinic. It names the identity that goes into the
// record and the key of the mailbox, guarded by a checksum that no single mistake passes.
import { bech32, bech32m } from "@scure/base";
import { FIELD_ORDER, type Field, toField } from "../../circuits/statement/encoding/field.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";

const PREFIX = "czid";
const NUMBER_BYTES = 32;
const GROUP = 5;
/** Prefix, separator, 103 symbols of 64 bytes, and 6 of the checksum. */
const SYMBOLS = PREFIX.length + 1 + Math.ceil((2 * NUMBER_BYTES * 8) / 5) + 6;

const CURVE_PRIME = 2n ** 255n - 19n;
/** Points of small order (RFC 7748, section 6.1): nothing can be sealed for them. */
const SMALL_ORDER: readonly bigint[] = [
  0n,
  1n,
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
  CURVE_PRIME - 1n,
];

export type IdentityCode = {
  /** Goes into the record. */
  readonly identityCommitment: Field;
  /** Age recipient (`age1...`) that newer issues of the record are sealed for. */
  readonly recipient: string;
};

/** The code as printed: bech32m in groups of five. Throws RangeError for an invalid recipient. */
export function writeIdentityCode(of: { identityCommitment: bigint; recipient: string }): string {
  const { prefix, bytes: key } = bech32.decodeToBytes(of.recipient);
  if (prefix !== "age" || key.length !== NUMBER_BYTES)
    throw new RangeError("not an X25519 recipient");
  const bytes = Uint8Array.from([...bigEndian(toField(of.identityCommitment)), ...key]);
  const code = bech32m.encode(PREFIX, bech32m.toWords(bytes), SYMBOLS);
  return code.match(new RegExp(`.{1,${GROUP}}`, "g"))!.join(" ");
}

/**
 * Reads a code as it was typed or pasted: all upper or all lower case, with any spaces and hyphens.
 * Refuses everything else, every typing error included, with `MalformedInput`.
 */
export function readIdentityCode(text: string): IdentityCode {
  const code = text.replace(/[\s-]/g, "");
  if (/^\d+$/.test(code)) {
    throw malformed("a bare number is of the first protocol; ask for the code that begins czid1");
  }
  if (!code.toLowerCase().startsWith(`${PREFIX}1`)) throw malformed("a code begins czid1");
  if (code.length !== SYMBOLS) {
    throw malformed(`a code has ${SYMBOLS} letters and digits, this text ${code.length}`);
  }
  // A string as long as this keeps the code's distance: three wrong symbols never pass.
  const words = bech32m.decodeUnsafe(code, SYMBOLS)?.words;
  const bytes = words && bech32m.fromWordsUnsafe(words);
  if (!bytes) throw malformed("a letter or digit is mistyped");
  const identityCommitment = numberOf(bytes.slice(0, NUMBER_BYTES));
  if (identityCommitment === 0n || identityCommitment >= FIELD_ORDER) {
    throw malformed("it holds no identity");
  }
  const key = bytes.slice(NUMBER_BYTES);
  if (!isUsableKey(key)) throw malformed("nothing can be sealed for its mailbox");
  return {
    identityCommitment: toField(identityCommitment),
    recipient: bech32.encodeFromBytes("age", key),
  };
}

/** One careless or hostile key would keep a clinic from sealing a whole bucket. */
function isUsableKey(key: Uint8Array): boolean {
  const u = numberOf(key.toReversed());
  return u < CURVE_PRIME && !SMALL_ORDER.includes(u);
}

function bigEndian(value: bigint): Uint8Array {
  return Uint8Array.from({ length: NUMBER_BYTES }, (_, i) =>
    Number((value >> BigInt(8 * (NUMBER_BYTES - 1 - i))) & 255n),
  );
}

function numberOf(bytes: Uint8Array): bigint {
  return bytes.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
}

function malformed(problem: string): Refusal {
  return new Refusal("MalformedInput", { what: "identity code", problem });
}
