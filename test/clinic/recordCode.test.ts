// Record codes: what is sealed under one, only who has it reads, and what the server sees tells nothing.
import { describe, expect, test } from "vitest";
import { isLikeRecordCode } from "../../client/handover/printedCode.ts";
import {
  drawRecordCode,
  openUnder,
  readRecordCode,
  sealUnder,
} from "../../client/handover/recordCode.ts";
import { parseWithdrawalCode } from "../../client/handover/withdrawalCode.ts";

describe("a record code", () => {
  const code = drawRecordCode();
  const known = readRecordCode(code)!;

  test("has 128 bits, drawn anew each time, and is marked as one", () => {
    expect(code).toMatch(/^R-([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{3}$/);
    expect(new Set(Array.from({ length: 50 }, drawRecordCode)).size).toBe(50);
    expect(parseWithdrawalCode(code)).toBeUndefined();
    expect(isLikeRecordCode(code)).toBe(true);
    expect(isLikeRecordCode('{"format": "R"}')).toBe(false);
  });

  test("is read however it is typed, and not at all with one wrong symbol", () => {
    const typed = ` ${code.toLowerCase().replaceAll("-", " ").replaceAll("0", "o")} `;
    expect(readRecordCode(typed)).toEqual(known);
    for (let at = 2; at < code.length; at++) {
      if (code[at] === "-") continue;
      const wrong = code.slice(0, at) + (code[at] === "7" ? "8" : "7") + code.slice(at + 1);
      expect(readRecordCode(wrong), wrong).toBeUndefined();
      expect(isLikeRecordCode(wrong)).toBe(true);
    }
    expect(readRecordCode(code.slice(2))).toBeUndefined();
  });

  test("opens what was sealed under it, and no other does", async () => {
    const bytes = await sealUnder({ identity: known.identity, content: { record: "ann's" } });
    expect(await openUnder({ identity: known.identity, bytes })).toEqual({ record: "ann's" });
    const { identity } = readRecordCode(drawRecordCode())!;
    expect(await openUnder({ identity, bytes })).toBeUndefined();
    const long = await sealUnder({ identity: known.identity, content: "x".repeat(9_000) });
    expect(long.length).toBe(bytes.length);
  });

  test("gives the server a name that holds nothing of the code or the key", () => {
    expect(known.id).toMatch(/^0x[0-9a-f]{64}$/);
    expect(known.identity).toMatch(/^AGE-SECRET-KEY-1/);
    const other = readRecordCode(drawRecordCode())!;
    expect(other.id).not.toBe(known.id);
    expect(other.identity).not.toBe(known.identity);
  });
});
