// Custodians' shares: bound to their deposit, of no use below the threshold, and committed to one key.
import { beforeAll, describe, expect, it } from "vitest";
import { contextOf } from "../../circuits/statement/exchange/entry.ts";
import { openPackage, openShare, sharesOf } from "../../circuits/statement/exchange/package.ts";
import { joinShares } from "../../client/exchange/shares.ts";
import { gatherParties, type Party, PLACE, sealedVisit } from "./parties.ts";

let parties: Party[];
let sealed: Awaited<ReturnType<typeof sealedVisit>>;
beforeAll(async () => {
  parties = await gatherParties(3, [3n, 7n]);
  sealed = await sealedVisit(parties, { pseudonym: 7n });
});

describe("a share", () => {
  it("in a stanza that was moved to another deposit does not open", async () => {
    const [party] = parties;
    const { bytes, entry } = sealed;
    const stanzas = await sharesOf(bytes);
    const stanza = stanzas.find(({ address }) => address === party!.address)!;
    const key = party!.keys.get(entry.pseudonym)!.privateKey;
    const context = contextOf(PLACE, entry);
    expect((await openShare({ stanza, context, key })).length).toBe(17);
    for (const moved of [
      { pseudonym: 3n },
      { permission: 4 },
      { sequence: 2 },
      { formVersion: 9 },
    ]) {
      const other = contextOf(PLACE, { ...entry, ...moved });
      await expect(openShare({ stanza, context: other, key })).rejects.toThrow();
    }
  });

  it("of one custodian less than the threshold tells nothing: no choice of them fits", async () => {
    const { bytes, entry, identity } = sealed;
    const context = contextOf(PLACE, entry);
    const stanzas = await sharesOf(bytes);
    const shares = await Promise.all(
      parties.map(async ({ address, keys }) => {
        const stanza = stanzas.find((one) => one.address === address)!;
        const key = keys.get(entry.pseudonym)!.privateKey;
        return { custodian: address, share: await openShare({ stanza, context, key }) };
      }),
    );
    const of = { threshold: 2, context, stanzas };
    expect(await joinShares({ ...of, shares: shares.slice(0, 1) })).toBeUndefined();
    const joined = await joinShares({ ...of, shares: shares.slice(1) });
    expect(joined?.wrong).toEqual([]);
    const opened = await openPackage(bytes, { fileKey: joined!.fileKey });
    expect(opened).toEqual(await openPackage(bytes, { identity }));
  });

  it("of a header with two commitments is refused: its maker could open it to two contents", async () => {
    const { bytes, entry } = sealed;
    const stanzas = await sharesOf(bytes);
    const changed = stanzas.map((one, i) =>
      i === 0 ? { ...one, commitment: new Uint8Array(32) } : one,
    );
    const of = { shares: [], threshold: 0, context: contextOf(PLACE, entry), stanzas: changed };
    await expect(joinShares(of)).rejects.toMatchObject({ code: "MalformedPackage" });
  });
});
