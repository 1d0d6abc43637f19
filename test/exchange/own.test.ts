// A wallet's and a site's deposits from what was downloaded to what is sent, with real proofs.
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { Wallet } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SiteCollection } from "../../circuits/statement/exchange/collection.ts";
import { hashEntry, KEY_COLLECTION } from "../../circuits/statement/exchange/entry.ts";
import { releaseProver } from "../../circuits/witness/prove.ts";
import type { PublicEntry } from "../../client/api/exchange.ts";
import { authorityCheck } from "../../client/exchange/authority.ts";
import type { Prepared } from "../../client/exchange/deposit.ts";
import { sha256 } from "../../client/exchange/digest.ts";
import { publishedRecipient } from "../../client/exchange/keys.ts";
import { type OwnGround, ownIdentity, prepareKey, prepareOwn } from "../../client/exchange/own.ts";
import { openOwn } from "../../client/exchange/read.ts";
import { prepareVisit, visitProblems } from "../../client/exchange/visit.ts";
import { artifacts, enrolledWorld, type World } from "../site/world.ts";
import { gatherParties, type Party, PLACE, PROVENANCE, ringOf } from "./parties.ts";

const COLLECTION: SiteCollection = {
  ...{ id: "visit", title: "Visit 1", why: "To follow your weight.", permission: "participate" },
  source: "site",
  questionnaire: {
    resourceType: "Questionnaire",
    status: "active",
    item: [{ linkId: "weight", text: "Weight", type: "integer", required: true }],
  },
  visits: [{ id: "v1", title: "Visit 1", day: 7, before: 3, after: 3 }],
};
const RESPONSE = {
  resourceType: "QuestionnaireResponse",
  status: "completed",
  item: [{ linkId: "weight", answer: [{ valueInteger: 80 }] }],
} as const;
const SITE = Wallet.createRandom();
const NOW = 1_790_000_000;

let world: World;
let parties: Party[];

beforeAll(async () => {
  world = await enrolledWorld();
  parties = await gatherParties(3, [world.pseudonym]);
}, 60_000);
afterAll(releaseProver);

const published = (of: Prepared, position = 0): PublicEntry => ({
  ...{ entry: of.entry, authority: of.authority, block: 10, position },
  ...(of.recipient !== undefined && { recipient: of.recipient }),
});
const groundOf = (entries: readonly PublicEntry[] = []): OwnGround => {
  const { wallet, reviewed, state, asOfDay: today } = world;
  return { wallet, reviewed, state, entries, at: PLACE, artifacts, today };
};
const check = (entry: PublicEntry, scope = world.reviewed.scope) =>
  authorityCheck({ at: PLACE, scope, state: world.state, events: [] })(entry);

describe("a wallet's deposits", () => {
  let key: Prepared;
  beforeAll(async () => {
    key = (await prepareKey(groundOf()))!;
  }, 60_000);

  it("begin with its key, under a proof that everybody can check, and publish it once", async () => {
    expect(key.entry).toMatchObject({ collection: KEY_COLLECTION, pseudonym: world.pseudonym });
    await check(published(key));
    expect(await prepareKey(groundOf([published(key)]))).toBeUndefined();
  });

  it("are nobody else's: another entry, pseudonym, trial or root does not fit the proof", async () => {
    const sound = published(key);
    const changed = { ...sound, entry: { ...sound.entry, day: 1 } };
    await expect(check(changed)).rejects.toMatchObject({ code: "InvalidProof" });
    const moved = { ...sound, entry: { ...sound.entry, pseudonym: 5n } };
    await expect(check(moved)).rejects.toMatchObject({ code: "InvalidProof" });
    await expect(check(sound, 5n as never)).rejects.toMatchObject({ code: "InvalidProof" });
    const { authority } = sound;
    const rooted = { ...sound, authority: { ...authority, groupRoot: 5n } } as PublicEntry;
    await expect(check(rooted)).rejects.toMatchObject({ code: "UnknownRoot" });
  });

  it("are sealed so that the wallet reads them again", async () => {
    const deposit = await prepareOwn({
      ...groundOf([published(key)]),
      keys: await ringOf(parties, 2),
      collection: { ...COLLECTION, source: "participant" } as never,
      day: world.asOfDay,
      filling: { content: { resource: RESPONSE as never }, provenance: PROVENANCE },
    });
    await check(published(deposit));
    const { wallet, reviewed, state } = world;
    const { identity } = await ownIdentity({ wallet, place: reviewed, state });
    const exchange = { package: async () => deposit.bytes };
    const read = await openOwn({ exchange, deposited: published(deposit), identity });
    expect(read.content).toEqual({ resource: RESPONSE });
  }, 60_000);

  it("are refused for a wallet that has not joined", async () => {
    const state = { ...world.state, participants: [] };
    await expect(prepareKey({ ...groundOf(), state })).rejects.toMatchObject({
      code: "NotParticipating",
    });
  });

  it("of a site need that key: the person could not read them otherwise", async () => {
    const of = await visitOf([published(key)]);
    const prepared = await prepareVisit(of);
    expect(prepared.entry).toMatchObject({ collection: "visit", sequence: 1, day: of.day });
    const again = await prepareVisit({
      ...(await visitOf([published(key), published(prepared, 1)])),
      corrects: { entry: hashEntry(prepared.entry), reason: "sourceCorrected" },
    });
    expect(again.entry).toMatchObject({ sequence: 2, replaces: hashEntry(prepared.entry) });
    await expect(prepareVisit(await visitOf([]))).rejects.toMatchObject({
      code: "NoParticipantKey",
    });
  });

  it("of a site are not sealed to a key that the operator put in the place of theirs", async () => {
    const recipient = await identityToRecipient(await generateX25519Identity());
    const ciphertextHash = await sha256(new TextEncoder().encode(recipient));
    const sound = published(key);
    const forged = { ...sound, entry: { ...sound.entry, sequence: 2, ciphertextHash }, recipient };
    // It would be taken: it is the newest, and its hash fits.
    expect(await publishedRecipient([sound, forged], world.pseudonym)).toBe(recipient);
    const refused = { code: "InvalidProof" };
    await expect(prepareVisit(await visitOf([sound, forged]))).rejects.toMatchObject(refused);
  });
});

async function visitOf(entries: readonly PublicEntry[], change: object = {}) {
  const { software, origin, madeAt } = PROVENANCE;
  return {
    ...{ signer: SITE, siteId: 1, state: world.state, pseudonym: world.pseudonym },
    ...{ collection: COLLECTION, response: RESPONSE as unknown, day: world.asOfDay, entries },
    ...{ keys: await ringOf(parties, 2), at: PLACE, now: NOW, scope: world.reviewed.scope },
    provenance: { software, origin, madeAt },
    ...change,
  };
}

describe("a visit's form", () => {
  it("is refused for nobody, at another site, and with answers that do not fit", async () => {
    const codeOf = async (change: object): Promise<string> => {
      try {
        await prepareVisit(await visitOf([], change));
        return "accepted";
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect(await codeOf({ pseudonym: 5n })).toBe("UnknownParticipant");
    expect(await codeOf({ siteId: 2 })).toBe("WrongSite");
    expect(await codeOf({ response: { ...RESPONSE, item: [] } })).toBe("MalformedInput");
    expect(await codeOf({ response: { ...RESPONSE, subject: { display: "Ann" } } })).toBe(
      "MalformedInput",
    );
    expect(await codeOf({ response: null })).toBe("MalformedInput");
  });

  it("says where an answer is wrong", () => {
    const item = [{ linkId: "weight", answer: [{ valueString: "much" }] }];
    const [problem] = visitProblems({ collection: COLLECTION, response: { ...RESPONSE, item } });
    expect(problem?.path).toContain("item[0]");
  });
});
