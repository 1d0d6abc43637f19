// How a wallet's numbers and bytes are written in JSON, and read back strictly.
import { z } from "zod";
import { type Field, parseField } from "../../circuits/statement/encoding/field.ts";

/** Canonical decimal below the scalar field's order. */
export const fieldCodec = z.codec(z.string(), z.custom<Field>(), {
  decode: (text, context) => {
    try {
      return parseField(text);
    } catch {
      context.issues.push({ code: "custom", message: "not a field element", input: text });
      return z.NEVER;
    }
  },
  encode: (value) => value.toString(),
});

/** A whole number as canonical decimal text below 10^78. */
export const decimalCodec = z.codec(
  z.string().regex(/^(0|[1-9][0-9]{0,77})$/),
  z.custom<bigint>((value) => typeof value === "bigint"),
  { decode: BigInt, encode: String },
);

/** Lower-case hexadecimal with 0x. */
export const bytesCodec = z.codec(
  z.string().regex(/^0x([0-9a-f]{2})*$/),
  z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  {
    decode: (hex) => Uint8Array.from(hex.slice(2).match(/../g) ?? [], (pair) => parseInt(pair, 16)),
    encode: (bytes) => `0x${[...bytes].map((b) => b.toString(16).padStart(2, "0")).join("")}`,
  },
);

export const bytes32 = z.string().regex(/^0x[0-9a-f]{64}$/);
/** Addresses inside a wallet are lower case already (codecs must run both ways). */
export const lowerAddress = z.string().regex(/^0x[0-9a-f]{40}$/);
export const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
