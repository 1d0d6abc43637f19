// Custodians under attack from within, as they run: folders that are handed over, backups, and one that does what it may not.
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Wallet } from "ethers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contextOf } from "../../circuits/statement/exchange/entry.ts";
import {
  hpke,
  openPackage,
  openShare,
  sharesOf,
} from "../../circuits/statement/exchange/package.ts";
import { joinShares } from "../../client/exchange/shares.ts";
import { Receipts } from "../../custodian/answers/receipts.ts";
import { Store } from "../../custodian/store/store.ts";
import { createVault } from "../../custodian/store/vault.ts";
import { CODE, type Person } from "../contracts/story.ts";
import { arriveTagged } from "../custodian/tagged.ts";
import {
  allAnswer,
  askedOf,
  auditAll,
  deposit,
  expectClean,
  type Made,
  request,
  seal,
  until,
} from "./attackActs.ts";
import { openStand, type Stand } from "./attackStand.ts";

let stand: Stand;
let people: Record<string, Person>;
/** A visit form of each. */
const visits: Record<string, Made> = {};

beforeAll(async () => {
  stand = await openStand({ people: ["ada"] });
  people = stand.people;
  for (const [name, person] of Object.entries(people)) visits[name] = await deposit(stand, person);
}, 180_000);
afterAll(() => stand?.end());

describe("fewer than the threshold", () => {
  test("with the operator, the store and all that is public open nothing; as many as it open", async () => {
    const { ada } = people as { ada: Person };
    const { bytes, entry } = visits.ada!;
    // A custodian's whole folder, key file and all, as its operator has it.
    const shareOf = async (party: (typeof stand.parties)[number]) => {
      const copy = join(stand.folder, `copy of ${party.address}`);
      cpSync(party.folder, copy, { recursive: true });
      const { privateKey } = JSON.parse(readFileSync(join(copy, "custodian.key"), "utf8"));
      const { chainId, addresses } = stand.chain.deployment;
      const owner = { address: party.address, chainId, custodyLog: addresses.CustodyLog };
      const store = new Store(copy, owner);
      const whose = { trialId: stand.story.trialId, pseudonym: ada.pseudonym };
      const secret = createVault(privateKey).open(whose, store.sealedKey(whose)!);
      store.close();
      const stanza = (await sharesOf(bytes)).find(({ address }) => address === party.address)!;
      const context = contextOf({ chainId, depositLog: addresses.DepositLog }, entry);
      const key = await hpke.kem.deserializePrivateKey(new Uint8Array(secret));
      return { custodian: party.address, share: await openShare({ stanza, context, key }) };
    };
    const { chainId, addresses } = stand.chain.deployment;
    const context = contextOf({ chainId, depositLog: addresses.DepositLog }, entry);
    const stanzas = await sharesOf(bytes);
    const [one, two] = [await shareOf(stand.parties[0]!), await shareOf(stand.parties[1]!)];
    for (const shares of [[one], [two], []]) {
      for (const threshold of [1, 2]) {
        expect(await joinShares({ shares, threshold, context, stanzas })).toBeUndefined();
      }
    }
    // A share alone fits every key: it is no part of the key's bytes.
    await expect(openPackage(bytes, { fileKey: one.share.slice(0, 16) })).rejects.toThrow();
    const joined = await joinShares({ shares: [one, two], threshold: 2, context, stanzas });
    const opened = new TextDecoder().decode(await openPackage(bytes, joined!));
    expect(opened).toContain(ada.pseudonym.toString());
  });
});

describe("a custodian that answers what it may not", () => {
  test("without a request, or for who has withdrawn, signs a confession that the auditor finds", async () => {
    const [party] = stand.parties;
    const ivy = await arriveTagged(stand.story, "ivy");
    const ivys = await deposit(stand, ivy);
    const cut = await seal(stand, [ivy], [ivys]);
    const asked = await request(stand, cut);
    const { trialId, world } = stand.story;
    await world.as("anyone").enrollment.withdrawByCode(trialId, ivy.pseudonym, CODE);
    await expectClean(stand);
    const block = await stand.chain.provider.getBlockNumber();
    await party!.stop();
    // What it signs when its own checks are taken out.
    const { privateKey } = JSON.parse(readFileSync(join(party!.folder, "custodian.key"), "utf8"));
    const { chainId, addresses } = stand.chain.deployment;
    const owner = { address: party!.address, chainId, custodyLog: addresses.CustodyLog };
    const store = new Store(party!.folder, owner);
    const receipts = new Receipts(store, new Wallet(privateKey), stand.chain.deployment);
    const released = { registry: asked.registry, entry: ivys.hash, outcome: "Released" } as const;
    receipts.give([
      { ...released, requestId: 9_999n, blockNumber: block },
      { ...released, requestId: asked.requestId, blockNumber: block },
    ]);
    store.close();
    await party!.start();
    const { findings } = await auditAll(stand);
    expect(findings.map(({ rule }) => rule).sort()).toEqual(["receipt/consent", "receipt/request"]);
    for (const { reason } of findings) expect(JSON.stringify(reason)).toContain(party!.address);
  });
});

/** How many events of a name the chain has about somebody. */
async function eventsNamed(name: "KeyDestroyed", pseudonym: bigint): Promise<number> {
  const { custody } = stand.story.world.as("anyone");
  const found = await custody.queryFilter(custody.filters[name]!(), 0);
  return found.filter((event) => "args" in event && event.args.pseudonym === pseudonym).length;
}

describe("an erasure while a request is open", () => {
  test("ends every answer at once, destroys the keys at all custodians, and no backup of one revives them", async () => {
    const hal = await arriveTagged(stand.story, "hal");
    const hals = await deposit(stand, hal);
    const cut = await seal(stand, [hal], [hals]);
    const asked = await request(stand, cut);
    const { trialId, world } = stand.story;
    const [party] = stand.parties;
    const backup = join(stand.folder, "backup");
    cpSync(join(party!.folder, "custodian.sqlite"), backup);
    await world.as("anyone").custody.eraseByCode(trialId, hal.pseudonym, CODE);
    const codes = await allAnswer(stand, asked, (custodian) => askedOf(custodian, cut, [hals]));
    // By the code one withdraws as well, and that is named first.
    expect(codes).toEqual(["Withdrawn"]);
    const destroyed = () => eventsNamed("KeyDestroyed", hal.pseudonym);
    await until(async () => (await destroyed()) === 3);
    await until(async () => {
      const url = `${stand.server.url}/packages/${hals.entry.ciphertextHash.slice(2)}`;
      return (await fetch(url)).status === 410;
    });
    await party!.stop();
    cpSync(backup, join(party!.folder, "custodian.sqlite"));
    await party!.start();
    const again = await allAnswer(stand, asked, (custodian) => askedOf(custodian, cut, [hals]));
    expect(again).toEqual(["Withdrawn"]);
    const database = new DatabaseSync(join(party!.folder, "custodian.sqlite"));
    const kept = database
      .prepare("select 1 from keys where pseudonym = ?")
      .all(hal.pseudonym.toString());
    database.close();
    expect(kept).toEqual([]);
    expect(await destroyed()).toBe(3);
    const { erasures } = await auditAll(stand);
    const own = erasures.find(({ pseudonym }) => pseudonym === hal.pseudonym);
    expect(own).toMatchObject({ outstanding: [], isUnreadable: true });
  });
});

test("nothing that was secret stands in a log of a custodian or the server", async () => {
  const secrets = stand.parties.map(({ folder }) => {
    const { privateKey } = JSON.parse(readFileSync(join(folder, "custodian.key"), "utf8"));
    return privateKey.slice(2) as string;
  });
  const logs = [stand.logged(), ...stand.parties.map(({ logged }) => logged())];
  expect(logs.every((log) => log.length > 0)).toBe(true);
  for (const secret of secrets) {
    for (const log of logs) expect(log).not.toContain(secret);
  }
  for (const { pseudonym } of Object.values(people)) {
    for (const { logged } of stand.parties) expect(logged()).not.toContain(pseudonym.toString());
  }
});
