// The scalar field of BN254 and the strict parsing that every number from outside goes through.

/** Order of the BN254 scalar field: all circuit signals live below it (EIP-197). */
export const FIELD_ORDER =
  21888242871839275222246405745257275088548364400416034343698204186575808495617n;

/** Order l of Baby Jubjub's prime subgroup: Semaphore v4 identity secrets live below it (EIP-2494). */
export const SUBGROUP_ORDER =
  2736030358979909402780800718157159386076813972158567259200215660948447373041n;

declare const brand: unique symbol;
/** A number proven by {@link toField} or {@link parseField} to be in [0, FIELD_ORDER). */
export type Field = bigint & { readonly [brand]: "Field" };

/** Checks that a number is a canonical field element. Throws RangeError, without echoing the value. */
export function toField(value: bigint): Field {
  if (value < 0n || value >= FIELD_ORDER) throw new RangeError("number outside the scalar field");
  return value as Field;
}

/** Parses canonical decimal: no sign, hex, leading zeros, spaces; below the field order. */
export function parseField(text: string): Field {
  if (!/^(0|[1-9][0-9]{0,76})$/.test(text)) throw new RangeError("not a canonical decimal number");
  return toField(BigInt(text));
}

/** Reads `bits` bits of a word from bit `at` up. */
export function bitsOf(word: bigint, at: number, bits: number): bigint {
  return (word >> BigInt(at)) & ((1n << BigInt(bits)) - 1n);
}

/**
 * Packs unsigned parts into one word, least significant first.
 * Throws RangeError naming the part that does not fit its width.
 */
export function packBits(parts: readonly { name: string; value: bigint; bits: number }[]): bigint {
  let word = 0n;
  let at = 0n;
  for (const { name, value, bits } of parts) {
    if (value < 0n || value >> BigInt(bits) !== 0n) {
      throw new RangeError(`${name} does not fit ${bits} bits`);
    }
    word |= value << at;
    at += BigInt(bits);
  }
  return word;
}
