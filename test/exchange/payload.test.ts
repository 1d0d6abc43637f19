import { describe, expect, it } from "vitest";
import { SOURCES } from "../../circuits/statement/exchange/entry.ts";
import {
  PAYLOAD_FORMAT,
  type Payload,
  packageEntryOf,
  readPayload,
  writePayload,
} from "../../circuits/statement/exchange/payload.ts";
import { entryOf, PROVENANCE, RESPONSE } from "./parties.ts";

const ENTRY = entryOf();
const PAYLOAD: Payload = {
  format: PAYLOAD_FORMAT,
  entry: packageEntryOf(ENTRY),
  content: { resource: RESPONSE },
  provenance: PROVENANCE,
};
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (of: string) => new TextEncoder().encode(of);
const read = (of: string, entry = ENTRY) => readPayload(bytes(of), entry);
const code = (act: () => unknown): string => {
  try {
    act();
    return "accepted";
  } catch (error) {
    return (error as { code?: string; name: string }).code ?? (error as Error).name;
  }
};

describe("a package's payload", () => {
  const written = text(writePayload(PAYLOAD));

  it("is read as it was written", () => {
    expect(read(written)).toEqual(PAYLOAD);
  });

  it("is one text for one value, whatever the order of its parts", () => {
    const turned = Object.fromEntries(Object.entries(PAYLOAD).reverse()) as Payload;
    expect(text(writePayload(turned))).toBe(written);
  });

  it.each([
    ["spaces", (json: string) => json.replace(":", ": ")],
    [
      "another order",
      (json: string) =>
        `{"provenance"${json.split('"provenance"')[1]!.slice(0, -1)},${json.split(',"provenance"')[0]!.slice(1)}}`,
    ],
    ["a key twice", (json: string) => json.replace('{"content"', '{"format":"x","content"')],
    ["an unknown field", (json: string) => json.replace('{"content"', '{"a":1,"content"')],
    ["a number that is none", (json: string) => json.replace("1790000000", "1e999")],
    ["half of it", (json: string) => json.slice(0, json.length / 2)],
    ["another format", (json: string) => json.replace("package/1", "package/2")],
    ["nothing", () => ""],
    ["deep nesting", () => "[".repeat(200_000) + "]".repeat(200_000)],
  ])("is refused with %s", (_, change) => {
    expect(code(() => read(change(written)))).toBe("MalformedPackage");
  });

  it("is refused when it is no UTF-8", () => {
    expect(code(() => readPayload(Uint8Array.of(0xff, 0xfe), ENTRY))).toBe("MalformedPackage");
  });

  it.each([
    { pseudonym: 8n },
    { trialId: `0x${"11".repeat(32)}` },
    { collection: "other" },
    { permission: 4 },
    { formVersion: 2 },
    { sequence: 2 },
    { day: 46_001 },
    { replaces: `0x${"22".repeat(32)}` },
    { correction: 1 },
  ])("is refused under another entry: %o", (change) => {
    expect(code(() => read(written, entryOf(change)))).toBe("NotThisEntry");
  });

  it("holds only content of the entry's source", () => {
    const entry = packageEntryOf(entryOf({ source: SOURCES.device }));
    expect(code(() => writePayload({ ...PAYLOAD, entry }))).toBe("MalformedPackage");
  });

  it("of a record brings proofs, and no other does", () => {
    const entry = packageEntryOf(entryOf({ source: SOURCES.record }));
    const facts = [{ kind: "none", codeLo: "1", codeHi: "1", withinDays: null }] as const;
    const content = { facts: [...facts] };
    expect(code(() => writePayload({ ...PAYLOAD, entry, content }))).toBe("MalformedPackage");
  });

  it("never quotes its content in a refusal", () => {
    try {
      read(written.replace("completed", "completed-secret").replace('"status"', '"Status "'));
    } catch (error) {
      expect(String(error)).not.toContain("secret");
    }
  });

  it("is refused when it is larger than a package", () => {
    const origin = "x".repeat(200);
    const resource = { ...RESPONSE, text: "y".repeat(2 ** 24) };
    const large = { ...PAYLOAD, content: { resource }, provenance: { ...PROVENANCE, origin } };
    expect(() => writePayload(large as unknown as Payload)).toThrow(RangeError);
  });
});
