// The custodian's folder: what lies in it, what is gone from it, and what an older copy brings back.
import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { id, TypedDataEncoder, verifyTypedData } from "ethers";
import { describe, expect, test, vi } from "vitest";
import { rootOver } from "../../circuits/statement/exchange/entryTree.ts";
import {
  CUSTODIAN_TYPES,
  custodianDomain,
  hashKeys,
} from "../../circuits/statement/exchange/receipt.ts";
import { Receipts } from "../../custodian/answers/receipts.ts";
import { openFolder, openKeyFile } from "../../custodian/store/folder.ts";
import { Store } from "../../custodian/store/store.ts";
import { createVault } from "../../custodian/store/vault.ts";
import { CHAIN_ID, CODE } from "../contracts/story.ts";
import { paperDeployment } from "../support/paperDeployment.ts";
import { CUSTODIANS, openCustodian, openScene, openStage, outcomes, request } from "./stage.ts";

/** Whether the disk is full: then half of what is written fits. */
const disk = vi.hoisted(() => ({ isFull: false }));
vi.mock("node:fs", async (load) => {
  const real = await load<typeof import("node:fs")>();
  const writeSync = (file: number, text: string) => {
    if (!disk.isFull) return real.writeSync(file, text);
    real.writeSync(file, text.slice(0, text.length / 2));
    throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
  };
  return { ...real, writeSync, default: { ...real, writeSync } };
});

const fresh = () => mkdtempSync(join(tmpdir(), "custodian-"));
const wallet = CUSTODIANS[0]!;
const deployment = paperDeployment();
const owner = {
  address: wallet.address,
  chainId: CHAIN_ID,
  custodyLog: deployment.addresses.CustodyLog,
};
const ANSWER = {
  registry: `0x${"ab".repeat(20)}`,
  requestId: 3n,
  entry: id("entry"),
  outcome: "Superseded",
  blockNumber: 9,
} as const;
const bytesIn = (folder: string) => readFileSync(join(folder, "custodian.sqlite"));

describe("the folder", () => {
  test("and the key file are for their owner alone", () => {
    const folder = join(fresh(), "own");
    const release = openFolder(folder);
    const file = join(folder, "custodian.key");
    const made = openKeyFile(file);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(openKeyFile(file).address).toBe(made.address);
    release();
  });

  test("a key file that others may read, or that is none, is refused without its content", () => {
    const file = join(fresh(), "custodian.key");
    const { privateKey } = openKeyFile(file);
    chmodSync(file, 0o640);
    expect(() => openKeyFile(file)).toThrow("chmod 600");
    chmodSync(file, 0o600);
    writeFileSync(file, privateKey);
    let message = "";
    try {
      openKeyFile(file);
    } catch (problem) {
      message = (problem as Error).message;
    }
    expect(message).toContain("not a custodian's key file");
    expect(message).not.toContain(privateKey.slice(2));
  });

  test("a full disk leaves no half key file, which would keep it from ever starting", () => {
    const folder = fresh();
    const file = join(folder, "custodian.key");
    disk.isFull = true;
    try {
      expect(() => openKeyFile(file)).toThrow("ENOSPC");
    } finally {
      disk.isFull = false;
    }
    expect(readdirSync(folder)).toEqual([]);
    // Nor does what a kill has left in the middle of it.
    writeFileSync(`${file}.new`, "{", { mode: 0o600 });
    expect(openKeyFile(file).address).toBe(openKeyFile(file).address);
    expect(readdirSync(folder)).toEqual(["custodian.key"]);
  });

  test("takes one process at a time, and outlives a kill", () => {
    const folder = fresh();
    const release = openFolder(folder);
    expect(() => openFolder(folder)).toThrow("uses this custodian's folder");
    release();
    // A process that is gone has left its lock.
    writeFileSync(join(folder, "lock"), "999999999");
    openFolder(folder)();
  });

  test("of another custodian or deployment is refused", () => {
    const folder = fresh();
    new Store(folder, owner).close();
    expect(() => new Store(folder, { ...owner, chainId: 1 })).toThrow("another deployment");
    expect(() => new Store(folder, { ...owner, address: owner.custodyLog })).toThrow("another");
    new Store(folder, owner).close();
  });
});

describe("keys at rest", () => {
  const whose = { trialId: id("trial"), pseudonym: 5n };
  const secret = new Uint8Array(32).fill(7);

  test("open for their own participant, by their own custodian", () => {
    const vault = createVault(wallet.privateKey);
    const sealed = vault.seal(whose, secret);
    expect(Buffer.from(sealed).includes(Buffer.from(secret))).toBe(false);
    expect(vault.open(whose, sealed)).toEqual(secret);
    expect(() => vault.open({ ...whose, pseudonym: 6n }, sealed)).toThrow();
    expect(() => createVault(CUSTODIANS[1]!.privateKey).open(whose, sealed)).toThrow();
  });

  test("are overwritten when they are destroyed, and not made again", () => {
    const folder = fresh();
    const store = new Store(folder, owner);
    const sealed = new Uint8Array(60).fill(0xa7);
    store.addKeys([{ ...whose, publicKey: id("public"), sealed }]);
    expect(bytesIn(folder).includes(Buffer.from(sealed))).toBe(true);
    expect(store.destroyKeys([whose])).toBe(1);
    expect(bytesIn(folder).includes(Buffer.from(sealed))).toBe(false);
    expect(store.knows(whose)).toBe(true);
    expect(store.listKeys(whose.trialId)).toEqual([]);
    store.close();
  });

  test("the list of a whole trial is signed, ascending, and without the destroyed", async () => {
    const stage = await openStage(["ada", "ben", "cas"]);
    const custodian = await openCustodian(stage);
    const { ada } = stage.people;
    custodian.store.destroyKeys([{ trialId: stage.trialId, pseudonym: ada!.pseudonym }]);
    custodian.keys.forgetLists();
    const { blockNumber } = custodian.node;
    const list = custodian.keys.list(stage.trialId, blockNumber)!;
    expect(list.keys).toHaveLength(2);
    expect(list.keys[0]!.pseudonym < list.keys[1]!.pseudonym).toBe(true);
    const domain = custodianDomain(CHAIN_ID, stage.world.deployment.addresses.CustodyLog);
    const message = {
      ...{ trialId: stage.trialId, keys: hashKeys(list.keys), count: 2 },
      blockNumber: BigInt(blockNumber),
    };
    const signer = verifyTypedData(domain, CUSTODIAN_TYPES.KeyList, message, list.signature);
    expect(signer).toBe(wallet.address);
    expect(custodian.keys.list(id("no trial"), blockNumber)).toBeUndefined();
  });
});

describe("receipts", () => {
  test("are numbered without gaps over a restart", () => {
    const folder = fresh();
    const first = new Store(folder, owner);
    const given = new Receipts(first, wallet, deployment).give([
      ANSWER,
      { ...ANSWER, requestId: 4n },
    ]);
    expect(given.map(({ receipt }) => receipt.number)).toEqual([1n, 2n]);
    first.close();
    const second = new Store(folder, owner);
    const receipts = new Receipts(second, wallet, deployment);
    const [next] = receipts.give([{ ...ANSWER, outcome: "Released" }]);
    expect(next!.receipt.number).toBe(3n);
    expect(receipts.after(1n).map(({ receipt }) => receipt.number)).toEqual([2n, 3n]);
    second.close();
  });

  test("lie under a root of their digests, in order", () => {
    const store = new Store(fresh(), owner);
    const receipts = new Receipts(store, wallet, deployment);
    expect(receipts.root()).toBeUndefined();
    const given = receipts.give([ANSWER, { ...ANSWER, outcome: "Released" }]);
    const domain = custodianDomain(CHAIN_ID, owner.custodyLog);
    const digests = given.map(({ receipt }) =>
      TypedDataEncoder.hash(domain, CUSTODIAN_TYPES.Receipt, receipt),
    );
    expect(receipts.root()).toEqual({ root: rootOver(digests), count: 2, last: 2 });
    store.close();
  });

  test("an older copy of the folder gives no number twice that was anchored", () => {
    const store = new Store(fresh(), owner);
    const receipts = new Receipts(store, wallet, deployment);
    receipts.give([ANSWER]);
    expect(receipts.startAfter(1n)).toBe(false);
    expect(receipts.startAfter(40n)).toBe(true);
    const [next] = receipts.give([{ ...ANSWER, outcome: "Released" }]);
    expect(next!.receipt.number).toBe(41n);
    store.close();
  });

  test("while they cannot be kept, nothing of the call is", () => {
    const folder = fresh();
    const store = new Store(folder, owner);
    const receipts = new Receipts(store, wallet, deployment);
    receipts.give([ANSWER]);
    const other = new DatabaseSync(join(folder, "custodian.sqlite"));
    other.exec("begin immediate");
    const next = { ...ANSWER, outcome: "Released" } as const;
    expect(() => receipts.give([next, { ...next, requestId: 9n }])).toThrow("StorageUnavailable");
    other.exec("rollback");
    other.close();
    expect(receipts.newest).toBe(1);
    expect(receipts.give([next])[0]!.receipt.number).toBe(2n);
    store.close();
  });
});

describe("erasure", () => {
  test("destroys, tells the chain once, and a restored backup revives nothing", async () => {
    const scene = await openScene();
    const { stage, world, custodian, trialId, ada, cut, packages } = scene;
    const { pseudonym } = ada;
    const sealed = custodian.store.sealedKey({ trialId, pseudonym })!;
    // As nightly backups are made: a copy of the folder.
    const backup = fresh();
    cpSync(custodian.folder, backup, { recursive: true });
    await world.as("anyone").custody.eraseByCode(trialId, pseudonym, CODE);
    await custodian.catchUp();
    await custodian.erasure.tell();
    expect(custodian.store.sealedKey({ trialId, pseudonym })).toBeUndefined();
    const { custody } = world.as("anyone");
    expect(await custody.isDestroyed(trialId, pseudonym, wallet.address)).toBe(true);
    // Neither at once nor after it has read its own word is it said again.
    await custodian.erasure.tell();
    await custodian.catchUp();
    await custodian.erasure.tell();

    const restored = await openCustodian(stage, { folder: backup });
    expect(restored.store.sealedKey({ trialId, pseudonym })).toBeUndefined();
    expect(restored.store.knows({ trialId, pseudonym })).toBe(true);
    expect(bytesIn(backup).includes(Buffer.from(sealed))).toBe(false);
    const { asking } = await request(stage, cut.cutId);
    expect(await outcomes(restored, asking, packages)).toEqual(["Withdrawn", "Released"]);
  });

  test("that was told in a block which the chain has lost is told again within the hour", async () => {
    const stage = await openStage(["ada"]);
    const { world, trialId, people } = stage;
    const { pseudonym } = people.ada!;
    const { custody } = world.as("anyone");
    await custody.eraseByCode(trialId, pseudonym, CODE);
    let seconds = 0;
    const custodian = await openCustodian(stage, { clock: () => seconds });
    const isTold = () => custody.isDestroyed(trialId, pseudonym, wallet.address);
    const before = await world.snapshot();
    await custodian.erasure.tell();
    expect(await isTold()).toBe(true);
    await world.revert(before);
    seconds = 3_599;
    await custodian.erasure.tell();
    expect(await isTold()).toBe(false);
    seconds = 3_600;
    await custodian.erasure.tell();
    expect(await isTold()).toBe(true);
    seconds = 7_200;
    await custodian.erasure.tell();
  });

  test("no key is made for somebody whose erasure was asked for before there was one", async () => {
    const stage = await openStage(["ada"]);
    const { ada } = stage.people;
    const { custody } = stage.world.as("anyone");
    await custody.eraseByCode(stage.trialId, ada!.pseudonym, CODE);
    const custodian = await openCustodian(stage);
    expect(custodian.store.countKeys()).toBe(0);
    await custodian.erasure.tell();
    expect(await custody.isDestroyed(stage.trialId, ada!.pseudonym, wallet.address)).toBe(true);
  });

  test("at the newest block, a custodian that waits for finality refuses already", async () => {
    const { stage, world, trialId, ben, asking, packages } = await openScene();
    for (let i = 0; i < 5; i++) await world.mine();
    const patient = await openCustodian(stage, { finality: 4 });
    await world.as("anyone").custody.eraseByCode(trialId, ben.pseudonym, CODE);
    const [, second] = await outcomes(patient, asking, packages);
    expect(second).toBe("Withdrawn");
    expect(patient.node.facts.isErased(trialId, ben.pseudonym)).toBe(false);
  });
});
