import { generateX25519Identity } from "age-encryption";
import { beforeAll, describe, expect, it } from "vitest";
import { formatDay } from "../../circuits/statement/encoding/day.ts";
import { hashEntry } from "../../circuits/statement/exchange/entry.ts";
import { downloadOwn, openOwn } from "../../client/exchange/read.ts";
import { gatherParties, publicEntries, RESPONSE, sealedVisit } from "./parties.ts";

let sealed: Awaited<ReturnType<typeof sealedVisit>>;
beforeAll(async () => {
  sealed = await sealedVisit(await gatherParties(3, [7n]));
});

const exchange = (bytes: Uint8Array | undefined) => ({ package: async () => bytes });

describe("one's own package", () => {
  const open = (change: { bytes?: Uint8Array | undefined; identity?: string } = {}) =>
    openOwn({
      exchange: exchange("bytes" in change ? change.bytes : sealed.bytes),
      deposited: publicEntries([sealed.entry])[0]!,
      identity: change.identity ?? sealed.identity,
    });

  it("opens with the wallet's key alone, without any custodian", async () => {
    expect((await open()).content).toEqual({ resource: RESPONSE });
  });

  it("that does not open is told apart: gone, another's, damaged", async () => {
    const identity = await generateX25519Identity();
    await expect(open({ bytes: undefined })).rejects.toMatchObject({ code: "PackageMissing" });
    await expect(open({ identity })).rejects.toMatchObject({ code: "NotYourPackage" });
    for (const bytes of [sealed.bytes.slice(0, -1), new Uint8Array(10)]) {
      await expect(open({ bytes })).rejects.toMatchObject({ code: "MalformedPackage" });
    }
  });
});

describe("taking everything along", () => {
  it("gives the files as they lie in the store, the key, and how to open them", async () => {
    const files = new Map<string, Uint8Array>();
    const of = { entries: publicEntries([sealed.entry]), pseudonym: 7n, protocolNumber: "CZ-1" };
    const own = { ...of, exchange: exchange(sealed.bytes), identity: sealed.identity };
    for await (const { name, bytes } of downloadOwn(own)) files.set(name, bytes);
    const name = `visit-1-${formatDay(sealed.entry.day)}.age`;
    const named = [name, "key.txt", "entries.json", "HOW-TO-OPEN.txt"];
    expect([...files.keys()]).toEqual(named);
    const told = JSON.parse(new TextDecoder().decode(files.get("entries.json")));
    expect(told).toMatchObject([{ entry: { pseudonym: "7", collection: "visit" } }]);
    expect(files.get(name)).toEqual(sealed.bytes);
    const text = new TextDecoder().decode(files.get("HOW-TO-OPEN.txt"));
    expect(text).toContain(`age --decrypt -i key.txt ${name} | tail -c +5`);
    expect(text).not.toContain(sealed.identity);
  });

  it("writes nothing outside of its folder, whatever a server calls a collection or a day", async () => {
    const named = [{ collection: "../../.profile" }, { collection: "a/b" }, { day: 4_000_000_000 }];
    const entries = publicEntries(named.map((one) => ({ ...sealed.entry, ...one })));
    const of = { entries, pseudonym: 7n, protocolNumber: "CZ-1", identity: sealed.identity };
    const names: string[] = [];
    const own = { ...of, exchange: exchange(sealed.bytes) };
    for await (const { name } of downloadOwn(own)) names.push(name);
    expect(names.slice(0, 3)).toEqual(
      entries.map(({ entry }) => `${hashEntry(entry).slice(2)}.age`),
    );
  });

  it("names what the exchange no longer has", async () => {
    const of = { entries: publicEntries([sealed.entry]), pseudonym: 7n, protocolNumber: "CZ-1" };
    const own = { ...of, exchange: exchange(undefined), identity: sealed.identity };
    let text = "";
    for await (const { bytes } of downloadOwn(own)) text = new TextDecoder().decode(bytes);
    expect(text).toContain("no longer has these:\nvisit-1-");
  });
});
