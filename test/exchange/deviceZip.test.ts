import { deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readAppleHealth } from "../../client/exchange/device/appleHealth.ts";
import { openExport } from "../../client/exchange/device/zip.ts";
import { OPTIONS, refusalOf } from "./deviceGiven.ts";

const XML = `<HealthData><Record type="HKQuantityTypeIdentifierHeartRate" unit="count/min" value="61" startDate="2024-03-01 12:00:00 +0100"/></HealthData>`;

type File = { name: string; text: string; method?: number; flags?: number };

/** A zip file, of 64-bit offsets if asked for. */
function zip(files: readonly File[], isLarge = false): Uint8Array<ArrayBuffer> {
  const locals: Buffer[] = [];
  const list: Buffer[] = [];
  let offset = 0;
  for (const { name, text, method = 8, flags = 0 } of files) {
    const data = method === 8 ? deflateRawSync(text) : Buffer.from(text);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(flags, 8);
    entry.writeUInt16LE(method, 10);
    entry.writeUInt32LE(data.length, 20);
    entry.writeUInt32LE(text.length, 24);
    entry.writeUInt16LE(name.length, 28);
    const extra = Buffer.alloc(isLarge ? 12 : 0);
    if (isLarge) {
      extra.writeUInt16LE(1, 0);
      extra.writeUInt16LE(8, 2);
      extra.writeBigUInt64LE(BigInt(offset), 4);
    }
    entry.writeUInt16LE(extra.length, 30);
    entry.writeUInt32LE(isLarge ? 0xffffffff : offset, 42);
    list.push(Buffer.concat([entry, Buffer.from(name), extra]));
    locals.push(Buffer.concat([local, Buffer.from(name), data]));
    offset += 30 + name.length + data.length;
  }
  const directory = Buffer.concat(list);
  return new Uint8Array(
    Buffer.concat([...locals, directory, endOf(directory.length, offset, isLarge)]),
  );
}

function endOf(size: number, offset: number, isLarge: boolean): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(isLarge ? 0xffffffff : offset, 16);
  if (!isLarge) return end;
  const large = Buffer.alloc(56);
  large.writeUInt32LE(0x06064b50, 0);
  large.writeBigUInt64LE(BigInt(size), 40);
  large.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(offset + size), 8);
  return Buffer.concat([large, locator, end]);
}

const takenFrom = async (bytes: Uint8Array<ArrayBuffer> | string) => {
  const input = await openExport(new Blob([bytes]));
  return (await readAppleHealth(input, OPTIONS)).report.taken;
};
const exported = (more: Partial<File> = {}) => ({
  name: "apple_health_export/export.xml",
  text: XML,
  ...more,
});

describe("export.zip", () => {
  const others = [
    { name: "apple_health_export/export_cda.xml", text: "<ClinicalDocument/>" },
    { name: "apple_health_export/electrocardiograms/ecg.csv", text: "a,b" },
  ];

  it("is read by its inner XML, packed or not", async () => {
    expect(await takenFrom(zip([...others, exported()]))).toBe(1);
    expect(await takenFrom(zip([exported({ method: 0 }), ...others]))).toBe(1);
  });

  it("may have 64-bit offsets, and the name of another language", async () => {
    expect(await takenFrom(zip([...others, exported()], true))).toBe(1);
    expect(
      await takenFrom(zip([...others, exported({ name: "apple_health/Exportieren.xml" })])),
    ).toBe(1);
  });

  it("that is export.xml itself is read as it is", async () => {
    expect(await takenFrom(XML)).toBe(1);
  });

  it.each([
    ["without an export", zip(others), "holds no export.xml"],
    [
      "with two",
      zip([exported({ name: "a/a.xml" }), exported({ name: "a/b.xml" })]),
      "several XML",
    ],
    ["encrypted", zip([exported({ flags: 1 })]), "is encrypted"],
    ["packed in another way", zip([exported({ method: 14 })]), "unknown way"],
    ["cut", zip([exported()]).slice(0, -30), "ends too early"],
    ["of a few bytes", zip([exported()]).slice(0, 10), "ends too early"],
  ])("%s is refused", async (_, bytes, reason) => {
    const { code, details } = await refusalOf(() => takenFrom(bytes));
    expect(code).toBe("UnreadableHealthData");
    expect(details.reason).toContain(reason);
  });

  it("whose data are damaged is refused", async () => {
    const bytes = zip([exported({ text: XML.replace("61", "61".repeat(500)) })]);
    bytes.fill(0xff, 62, 90);
    expect((await refusalOf(() => takenFrom(bytes))).details.reason).toContain("damaged");
  });

  it("with any byte changed is refused by name or read, never worse", async () => {
    const whole = zip([...others, exported()]);
    for (let i = 4; i < whole.length; i++) {
      const bytes = whole.slice();
      bytes[i] = bytes[i]! ^ 0xff;
      const outcome = await takenFrom(bytes).catch((error: Error) => error.name);
      expect(outcome === "Refusal" || typeof outcome === "number").toBe(true);
    }
  });
});
