// Newer issues of a record come out of the clinic's mailbox: a whole bucket, opened on the device.
import { describe, expect, it } from "vitest";
import { buildTree, pathOf, rootOf } from "../../circuits/statement/encoding/tree.ts";
import { readIdentityCode } from "../../client/handover/identityCode.ts";
import { bucketOf, fillBucket, sealForMailbox } from "../../client/handover/mailbox.ts";
import { identityCodeOf } from "../../client/patient/derive.ts";
import { importRecord } from "../../client/patient/import.ts";
import { renewalWords, renewWallet } from "../../client/patient/renew.ts";
import type { Wallet } from "../../client/patient/wallet.ts";
import { attestedFor, CLINIC, OTHER_CLINIC, registryOf, seededWallet, TODAY } from "./support.ts";

const MAILBOX = { bucket: 2 };
const owner = seededWallet(1);
type Attested = Awaited<ReturnType<typeof attestedFor>>;

/** A wallet with a record of ten days ago, and the registry as it was then. */
async function withRecord() {
  const first = await attestedFor(owner, { mailbox: MAILBOX });
  const { wallet } = await importRecord({ wallet: owner, attested: first.attested });
  return { wallet, first };
}

async function bucketWith(content: unknown, to: Wallet = owner, slot = 7) {
  const { recipient } = readIdentityCode(await identityCodeOf(to.seed));
  const sealed = await sealForMailbox({ content, recipient });
  return await fillBucket({ before: undefined, mail: new Map([[slot, sealed]]) });
}

/** A server that has this bucket, and writes down what it was asked for. */
function server(bytes: Uint8Array | undefined) {
  const asked: unknown[] = [];
  return {
    asked,
    recordBucket: async (of: { clinic: string; bucket: number }) => {
      asked.push(of);
      return bytes;
    },
    batchLeaves: async () => undefined,
  };
}

async function renew(
  wallet: Wallet,
  bytes: Uint8Array | undefined,
  registry: Attested["registry"],
) {
  const mailboxes = server(bytes);
  const renewal = await renewWallet({ wallet, registry, mailboxes, leaves: mailboxes });
  return { ...renewal, asked: mailboxes.asked };
}

describe("a record that the clinic has issued anew", () => {
  it("is taken over from the whole bucket, without asking for a place in it", async () => {
    const { wallet } = await withRecord();
    const newer = await attestedFor(owner, { issuedDay: TODAY - 1, mailbox: MAILBOX });
    const renewal = await renew(wallet, await bucketWith(newer.attested), newer.registry);
    expect(renewal.asked).toEqual([{ clinic: CLINIC, bucket: 2 }]);
    expect(renewal.wallet.records.map(({ commitment }) => commitment)).toEqual([newer.commitment]);
    expect(renewal.lost).toEqual([]);
    expect(renewalWords(renewal).join()).toContain("issued your record again");
    expect(bucketOf(2 * 64 + 7)).toEqual({ bucket: 2, slot: 7 });
  });

  it("is left when it is older, another's, another clinic's, or not in the registry", async () => {
    const { wallet, first } = await withRecord();
    const old = await attestedFor(owner, { issuedDay: TODAY - 20, mailbox: MAILBOX });
    const foreign = await attestedFor(seededWallet(2), { issuedDay: TODAY - 1 });
    const elsewhere = await attestedFor(owner, { issuedDay: TODAY - 1, issuer: OTHER_CLINIC });
    const unanchored = await attestedFor(owner, { issuedDay: TODAY - 1 });
    const cases = [
      [old, old.registry],
      [foreign, foreign.registry],
      [elsewhere, elsewhere.registry],
      [unanchored, first.registry],
    ] as const;
    for (const [made, registry] of cases) {
      const renewal = await renew(wallet, await bucketWith(made.attested), registry);
      expect(renewal.renewed).toEqual([]);
      expect(renewal.wallet.records).toEqual(wallet.records);
    }
    const junk = await renew(wallet, await bucketWith({ any: "thing" }), first.registry);
    expect(junk.renewed).toEqual([]);
  });

  it("of the same day is taken when the one at hand is gone from the registry", async () => {
    const { wallet, first } = await withRecord();
    const again = await attestedFor(owner, { strangers: 9, mailbox: MAILBOX });
    expect(again.commitment).toBe(first.commitment);
    const renewal = await renew(wallet, await bucketWith(again.attested), again.registry);
    expect(renewal.renewed.length).toBe(1);
    expect(renewal.lost).toEqual([]);
  });

  it("that has not come is missed aloud, when the one at hand was replaced", async () => {
    const { wallet } = await withRecord();
    const gone = registryOf([{ value: 9n, size: 1 }]);
    for (const bytes of [undefined, await bucketWith({}, seededWallet(2))]) {
      const renewal = await renew(wallet, bytes, gone);
      expect(renewal.lost.map(({ clinicName }) => clinicName)).toEqual(["Test clinic"]);
      expect(renewalWords(renewal).join()).toContain("no newer one has arrived");
    }
  });

  it("is looked for in no bucket that is none, which is said", async () => {
    const { wallet, first } = await withRecord();
    const renewal = await renew(wallet, new Uint8Array(100), first.registry);
    expect(renewal.unreadable).toEqual([CLINIC]);
    expect(renewal.wallet).toBe(wallet);
  });
});

describe("a batch that was rebuilt around the record", () => {
  it("is found among the clinic's published leaves, all of which are fetched", async () => {
    const { wallet, first } = await withRecord();
    const rebuilt = [first.commitment, 4_001n, 4_002n];
    const tree = buildTree(rebuilt);
    const other = [5_001n, 5_002n];
    const registry = registryOf([
      { value: rootOf(tree), size: 3 },
      { value: rootOf(buildTree(other)), size: 2 },
    ]);
    const asked: bigint[] = [];
    const renewal = await renewWallet({
      wallet,
      registry,
      mailboxes: server(undefined),
      leaves: {
        batchLeaves: async (root) => {
          asked.push(root);
          return root === rootOf(tree) ? rebuilt : other;
        },
      },
    });
    expect(renewal.lost).toEqual([]);
    expect(renewal.wallet.records[0]!.batch).toEqual(pathOf(tree, 0));
    expect(asked.length).toBe(2);
  });
});
