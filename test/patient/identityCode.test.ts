// The identity code refuses whatever was not copied exactly.
import { bech32m } from "@scure/base";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { describe, expect, test } from "vitest";
import { FIELD_ORDER } from "../../circuits/statement/encoding/field.ts";
import { readIdentityCode, writeIdentityCode } from "../../client/handover/identityCode.ts";

const SYMBOLS = "023456789acdefghjklmnpqrstuvwxyz";
const TYPED = [...new Set([...SYMBOLS, ..."1bioABCXYZ"])];

async function drawCode(identityCommitment: bigint) {
  const recipient = await identityToRecipient(await generateX25519Identity());
  return { identityCommitment, recipient };
}

/** A code over these bytes with a right checksum. */
function codeOver(bytes: Uint8Array): string {
  return bech32m.encode("czid", bech32m.toWords(bytes), false);
}

function bytesWith(options: { commitment?: bigint; key?: bigint }): Uint8Array {
  const commitment = (options.commitment ?? 5n).toString(16).padStart(64, "0");
  const key = (options.key ?? 9n).toString(16).padStart(64, "0");
  const big = (hex: string) => Uint8Array.from(hex.match(/../g)!, (pair) => parseInt(pair, 16));
  return Uint8Array.from([...big(commitment), ...big(key).toReversed()]);
}

const refusal = expect.objectContaining({ code: "MalformedInput" });

describe("an identity code", () => {
  test("is read as it was written, in groups of five, in either case, with hyphens or without", async () => {
    for (const commitment of [1n, 2n ** 200n + 7n, FIELD_ORDER - 1n]) {
      const of = await drawCode(commitment);
      const code = writeIdentityCode(of);
      expect(code).toMatch(/^czid1( [02-9a-z]{5}){21} [02-9a-z]{4}$/);
      const spelt = [code, code.toUpperCase(), code.replaceAll(" ", "-"), ` ${code}\n`];
      for (const text of [...spelt, code.replaceAll(" ", "")]) {
        expect(readIdentityCode(text)).toEqual(of);
      }
    }
  });

  test("refuses every change of one letter or digit", async () => {
    const code = writeIdentityCode(await drawCode(2n ** 240n + 12345n)).replaceAll(" ", "");
    for (let at = 0; at < code.length; at++) {
      for (const typed of TYPED.filter((symbol) => symbol !== code[at])) {
        const text = code.slice(0, at) + typed + code.slice(at + 1);
        expect(() => readIdentityCode(text), text).toThrow(refusal);
      }
    }
  });

  test("refuses every swap of neighbours, every letter left out and every letter doubled", async () => {
    const code = writeIdentityCode(await drawCode(77n)).replaceAll(" ", "");
    for (let at = 0; at < code.length; at++) {
      const [before, here, after] = [code.slice(0, at), code[at]!, code.slice(at + 1)];
      expect(() => readIdentityCode(before + after)).toThrow(refusal);
      expect(() => readIdentityCode(before + here + here + after)).toThrow(refusal);
      if (after === "" || here === after[0]) continue;
      expect(() => readIdentityCode(before + after[0] + here + after.slice(1))).toThrow(refusal);
    }
  });

  test("says what is wrong with a bare number, another code, and one cut short", async () => {
    const code = writeIdentityCode(await drawCode(77n));
    const { recipient } = await drawCode(1n);
    expect(() => readIdentityCode("1234567890")).toThrow(withProblem(/first protocol/));
    expect(() => readIdentityCode(recipient)).toThrow(withProblem(/begins czid1/));
    expect(() => readIdentityCode("")).toThrow(withProblem(/begins czid1/));
    expect(() => readIdentityCode(code.slice(0, -3))).toThrow(withProblem(/114 letters/));
  });

  test("refuses an identity of zero or above the field, under a right checksum", () => {
    expect(readIdentityCode(codeOver(bytesWith({}))).identityCommitment).toBe(5n);
    for (const commitment of [0n, FIELD_ORDER, 2n ** 256n - 1n]) {
      expect(() => readIdentityCode(codeOver(bytesWith({ commitment })))).toThrow(
        withProblem(/no identity/),
      );
    }
  });

  test("refuses a mailbox key that would keep the clinic from sealing a bucket", () => {
    const prime = 2n ** 255n - 19n;
    const order8 = 325606250916557431795983626356110631294008115727848805560023387167927233504n;
    for (const key of [0n, 1n, order8, prime - 1n, prime, prime + 1n, 2n ** 255n]) {
      expect(() => readIdentityCode(codeOver(bytesWith({ key })))).toThrow(withProblem(/mailbox/));
    }
  });

  test("is not written for a recipient that is none", () => {
    const identityCommitment = 1n;
    expect(() => writeIdentityCode({ identityCommitment, recipient: "age1nothing" })).toThrow();
    const other = bech32m.encodeFromBytes("age", new Uint8Array(32));
    expect(() => writeIdentityCode({ identityCommitment, recipient: other })).toThrow();
  });
});

function withProblem(problem: RegExp) {
  const details = expect.objectContaining({
    what: "identity code",
    problem: expect.stringMatching(problem),
  });
  return expect.objectContaining({ code: "MalformedInput", details });
}
