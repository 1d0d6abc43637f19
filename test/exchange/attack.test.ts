import { hexlify } from "ethers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hashEntry } from "../../circuits/statement/exchange/entry.ts";
import { hpke } from "../../circuits/statement/exchange/package.ts";
import { exchangeOf } from "../../client/api/exchange.ts";
import { openReleased } from "../../client/exchange/shares.ts";
import { refusalOf } from "../../contracts/connect.ts";
import { CODE, type Person } from "../contracts/story.ts";
import { arriveTagged } from "../custodian/tagged.ts";
import { bytes32 } from "../support/world.ts";
import {
  allAnswer,
  anchored,
  askedOf,
  deposit,
  expectClean,
  fetchAll,
  GENES,
  type Made,
  reach,
  request,
  seal,
  sealVisit,
  sendVisit,
} from "./attackActs.ts";
import { openStand, type Stand } from "./attackStand.ts";

let stand: Stand;
let people: Record<string, Person>;
/** A visit form of each. */
const visits: Record<string, Made> = {};

beforeAll(async () => {
  stand = await openStand({ people: ["ada", "ben", "cas"] });
  people = stand.people;
  for (const [name, person] of Object.entries(people)) visits[name] = await deposit(stand, person);
}, 180_000);
afterAll(() => stand?.end());

test("the honest way opens everything, and the audit is clean", async () => {
  const cut = await seal(stand, [people.ada!, people.ben!], [visits.ada!, visits.ben!]);
  const { opened, omissions, faults } = await fetchAll(stand, cut, await request(stand, cut));
  expect(opened).toEqual([visits.ada!.hash, visits.ben!.hash]);
  expect({ omissions, faults }).toEqual({ omissions: [], faults: [] });
  await expectClean(stand);
});

describe("a stanza", () => {
  test("moved to another person's, number's or permission's package opens at no custodian", async () => {
    const { ada, ben } = people as { ada: Person; ben: Person };
    const second = await deposit(stand, ada, { text: "second" });
    const genes = await deposit(stand, ada, { collection: "genes", permission: GENES });
    const cut = await seal(stand, [ada, ben], [visits.ada!, visits.ben!, second]);
    const asked = await request(stand, cut);
    const moved = await allAnswer(stand, asked, async (custodian) => {
      const [adas, bens, seconds] = await askedOf(custodian, cut, [
        visits.ada!,
        visits.ben!,
        second,
      ]);
      return [
        { ...bens!, stanza: adas!.stanza },
        { ...seconds!, stanza: adas!.stanza },
        // What it should be, so that nothing else is in the way.
        adas!,
      ];
    });
    expect(moved).toEqual(["StanzaDoesNotOpen", "StanzaDoesNotOpen", "Released"]);
    const geneCut = await seal(stand, [ada], [genes], GENES);
    const geneAsked = await request(stand, geneCut);
    const others = await allAnswer(stand, geneAsked, async (custodian) => {
      const [adas] = await askedOf(custodian, cut, [visits.ada!]);
      const [own] = await askedOf(custodian, geneCut, [genes]);
      return [{ ...own!, stanza: adas!.stanza }, own!];
    });
    expect(others).toEqual(["StanzaDoesNotOpen", "Released"]);
    // Nor does a cut for one permission open what needs another.
    const mixed = await seal(stand, [ada], [genes]);
    const mixedAsked = await request(stand, mixed);
    const codes = await allAnswer(stand, mixedAsked, (custodian) =>
      askedOf(custodian, mixed, [genes]),
    );
    expect(codes).toEqual(["OtherPermission"]);
  });

  test("of somebody who withdrew stays shut when a site deposits the package under one who consents", async () => {
    const { ben } = people as { ben: Person };
    const eve = await arriveTagged(stand.story, "eve");
    const eves = await deposit(stand, eve);
    await stand.story.world
      .as("anyone")
      .enrollment.withdrawByCode(stand.story.trialId, eve.pseudonym, CODE);
    // As it is, it belongs to her entry.
    const { draft } = await sealVisit(stand, ben).then(({ entry }) => ({ draft: entry }));
    const copied = (bytes: Uint8Array, ciphertextHash: string): Made => {
      const entry = { ...draft, ciphertextHash, sizeStep: eves.entry.sizeStep };
      return { entry, hash: hashEntry(entry), bytes };
    };
    const stolen = copied(eves.bytes, eves.entry.ciphertextHash);
    await expect(sendVisit(stand, stolen)).rejects.toMatchObject({ code: "PackageTaken" });
    // With one byte changed behind the header, it is another file with the same stanzas: the server cannot tell.
    const bytes = eves.bytes.with(eves.bytes.length - 1, eves.bytes.at(-1)! ^ 1);
    const made = copied(
      bytes,
      hexlify(
        new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>)),
      ),
    );
    await sendVisit(stand, made);
    await anchored(stand, made);
    const cut = await seal(stand, [ben], [made]);
    const asked = await request(stand, cut);
    const codes = await allAnswer(stand, asked, (custodian) => askedOf(custodian, cut, [made]));
    expect(codes).toEqual(["StanzaDoesNotOpen"]);
    const { opened, omissions } = await fetchAll(stand, cut, asked);
    expect([opened, omissions]).toEqual([[], [[made.hash, "StanzaDoesNotOpen"]]]);
  });

  test("that is larger than a share is, which would spoil everybody's answer, is not deposited", async () => {
    const { cas } = people as { cas: Person };
    const made = await sealVisit(stand, cas, { text: "spoilt" });
    const text = Buffer.from(made.bytes).toString("latin1");
    for (const spoil of [
      // The last stanza's share, then the key that was agreed for it: both are sent to a custodian in one call.
      (line: string) =>
        line.replace(/^([\w+/]{44})$/m, `${[...Array(200).fill("A".repeat(64)), "$1"].join("\n")}`),
      (line: string) => line.replace(/ ([\w+/]{43}) ([\w+/]{43})$/m, ` ${"A".repeat(8_000)} $2`),
    ]) {
      const bytes = Uint8Array.from(Buffer.from(spoil(text), "latin1"));
      expect(bytes.length).toBeGreaterThan(made.bytes.length);
      await expect(exchangeOf(stand.api).putPackage(bytes)).rejects.toMatchObject({
        code: "MalformedInput",
      });
    }
  });
});

describe("a request", () => {
  test("opens to its own key alone, whoever asks, and only the sponsor makes one", async () => {
    const { ada } = people as { ada: Person };
    const cut = await seal(stand, [ada], [visits.ada!]);
    const asked = await request(stand, cut);
    // Whoever looks at the chain can ask as well, and gets what only the request's key opens.
    const [custodian] = await reach(stand);
    const [answer] = await custodian!.release({
      ...asked,
      packages: await askedOf(custodian!, cut, [visits.ada!]),
    });
    if (answer === undefined || "code" in answer) throw new Error("not released");
    const thief = await hpke.kem.generateKeyPair();
    const of = { custodian: custodian!.address, released: answer };
    await expect(openReleased({ ...of, privateKey: thief.privateKey })).rejects.toMatchObject({
      code: "WrongShare",
    });
    const own = await hpke.kem.deserializePrivateKey(new Uint8Array(asked.privateKey));
    expect((await openReleased({ ...of, privateKey: own })).share.length).toBe(17);
    const key = hexlify(new Uint8Array(await hpke.kem.serializePublicKey(thief.publicKey)));
    for (const by of ["otherSponsor", "site", "anyone", "board", "custodian"] as const) {
      const { cuts } = stand.story.world.as(by);
      const refused = await cuts
        .request(cut.cutId, bytes32("purpose"), key, asked.until)
        .catch((problem: unknown) => refusalOf(problem)?.code);
      expect(refused).toBe("NotStaff");
    }
  });

  test("of an earlier key opens nothing that is released to a later one", async () => {
    const { ada } = people as { ada: Person };
    const cut = await seal(stand, [ada], [visits.ada!]);
    const first = await request(stand, cut);
    const second = await request(stand, cut);
    const { opened } = await fetchAll(stand, cut, { ...second, privateKey: first.privateKey });
    expect(opened).toEqual([]);
    expect((await fetchAll(stand, cut, second)).opened).toEqual([visits.ada!.hash]);
  });

  test("that has ended is refused by every custodian", async () => {
    const { ada } = people as { ada: Person };
    const cut = await seal(stand, [ada], [visits.ada!]);
    const asked = await request(stand, cut, 60);
    await stand.story.world.travel(61);
    await stand.story.world.mine();
    const codes = await allAnswer(stand, asked, (custodian) =>
      askedOf(custodian, cut, [visits.ada!]),
    );
    expect(codes).toEqual(["RequestEnded"]);
    await expect(fetchAll(stand, cut, asked)).rejects.toMatchObject({ code: "RequestEnded" });
  });
});

describe("a withdrawal", () => {
  test("between sealing and release leaves that one out, by name, and the others in", async () => {
    const [fay, gus] = [
      await arriveTagged(stand.story, "fay"),
      await arriveTagged(stand.story, "gus"),
    ];
    const [fays, guss] = [await deposit(stand, fay), await deposit(stand, gus)];
    const cut = await seal(stand, [fay, gus], [fays, guss]);
    const asked = await request(stand, cut);
    const { trialId, world } = stand.story;
    await world.as("anyone").enrollment.withdrawByCode(trialId, fay.pseudonym, CODE);
    const codes = await allAnswer(stand, asked, (custodian) =>
      askedOf(custodian, cut, [fays, guss]),
    );
    expect(codes).toEqual(["Withdrawn", "Released"]);
    const { opened, omissions } = await fetchAll(stand, cut, asked);
    expect([opened, omissions]).toEqual([[guss.hash], [[fays.hash, "Withdrawn"]]]);
    // And nobody who has withdrawn is sealed again.
    const sealing = seal(stand, [fay, gus], [fays, guss]).catch(
      (problem: unknown) => refusalOf(problem)?.code,
    );
    expect(await sealing).toBe("NotCovered");
  });
});
