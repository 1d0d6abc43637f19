import { id, TypedDataEncoder } from "ethers";
import { describe, expect, test } from "vitest";
import { hashEntry } from "../../circuits/statement/exchange/entry.ts";
import { entryTree } from "../../circuits/statement/exchange/entryTree.ts";
import {
  CUSTODIAN_TYPES,
  custodianDomain,
  type Receipt,
} from "../../circuits/statement/exchange/receipt.ts";
import type { Rule } from "../../client/auditor/finding/finding.ts";
import { RELEASED } from "../../client/auditor/replay/exchangeReceipts.ts";
import { checkExchange } from "../../client/auditor/server/compareExchange.ts";
import { readAllReceipts } from "../../client/auditor/server/readExchange.ts";
import { bytes32 } from "../support/world.ts";
import { CLINICIAN, CUSTODIANS, lower, openScene } from "./exchangeStory.ts";
import {
  anchored,
  auditTold,
  erasureBySite,
  glassBroken,
  say,
  tellHonest,
  withdrawal,
} from "./exchangeTold.ts";
import { KEYS } from "./history.ts";
import { type Recording, suspension } from "./recording.ts";

const scene = await openScene();
const { people, story, world } = scene;
const { trialId } = story;
const { addresses, chainId } = world.deployment;
const custodian = CUSTODIANS[0]!;
const [diary, summary, visit] = scene.entries.map(({ entry }) => hashEntry(entry));
const domain = custodianDomain(chainId, addresses.CustodyLog);

async function signed(receipt: Receipt, by = custodian) {
  return { receipt, signature: await by.signTypedData(domain, CUSTODIAN_TYPES.Receipt, receipt) };
}

/** A release of Bob's visit for the request, as of the block of the last event. */
const releasedAt = (block: number, change: Partial<Receipt> = {}): Receipt => ({
  ...{ number: 1n, registry: addresses.CutRegistry.toLowerCase(), requestId: 0n, entry: visit! },
  ...{ outcome: RELEASED, blockNumber: BigInt(block) },
  ...change,
});

type Telling = {
  /** Told after the request; returns the block that the custodian read. */
  readonly after?: (h: Recording, request: number) => number | Promise<number>;
  readonly change?: Partial<Receipt>;
  /** Who signs, and as whose it is shown. */
  readonly by?: typeof custodian;
  readonly shownAs?: string;
  readonly receipts?: (block: number) => readonly Receipt[];
};

async function check({ after, change, by, shownAs, receipts }: Telling) {
  let block = 0;
  const audit = await auditTold(scene, async (h) => {
    const request = await tellHonest(scene, h);
    block = (await after?.(h, request)) ?? request;
    const root = scene.roots[1]!;
    say(h, [anchored(scene, { root, batch: 1n, count: 1, first: 3n })]);
  });
  expect(audit.findings).toEqual([]);
  const made = receipts?.(block) ?? [releasedAt(block, change)];
  const rows = await Promise.all(made.map((one) => signed(one, by)));
  const told = {
    entries: new Map([[trialId, scene.entries]]),
    receipts: new Map([[shownAs ?? lower(by ?? custodian), rows]]),
  };
  return checkExchange(audit, told, { keys: KEYS });
}

async function expectReceipts(telling: Telling, rules: readonly Rule[]): Promise<void> {
  const { findings } = await check(telling);
  expect(
    findings.map(({ rule }) => rule),
    JSON.stringify(findings),
  ).toEqual(rules);
}

describe("an honest receipt", () => {
  test("is no finding, and answers the request", async () => {
    const found = await check({});
    expect(found.findings).toEqual([]);
    expect(found.receipts).toEqual({ receipts: 1, released: 1, later: 0, unanswered: [] });
  });
  test("of a refusal may be about anything", () =>
    expectReceipts({ change: { outcome: id("NotCovered"), requestId: 99n } }, []));
  test("for an emergency is no finding", () =>
    expectReceipts(
      {
        after: (h) => say(h, [glassBroken(scene)]),
        change: { registry: addresses.EmergencyAccess.toLowerCase(), entry: summary! },
      },
      [],
    ));
  test("that is not shown leaves its request unanswered", async () => {
    const found = await check({ receipts: () => [] });
    expect(found.receipts.unanswered).toEqual([0n]);
  });
});

describe("a receipt that confesses", () => {
  test("a release without a request is named", () =>
    expectReceipts({ change: { requestId: 5n } }, ["receipt/request"]));
  test("a release before the request is named", () =>
    expectReceipts({ after: (_, request) => request - 1 }, ["receipt/request"]));
  test("a release after the request's end is named", () =>
    expectReceipts({ after: (h) => say(h, [glassBroken(scene)], 2 * 3_600) }, ["receipt/request"]));
  test("a release for a registry that is none is named", () =>
    expectReceipts({ change: { registry: addresses.Enrollment.toLowerCase() } }, [
      "receipt/request",
    ]));
  test("a release for a consent that had ended is named", () =>
    expectReceipts({ after: (h) => say(h, withdrawal(scene, people.bob.pseudonym)) }, [
      "receipt/consent",
    ]));
  test("a release while the trial stood still is named", () =>
    expectReceipts(
      {
        after: (h) => say(h, suspension({ trialId, by: lower(world.actors.board), version: 1 })),
      },
      ["receipt/consent"],
    ));
  test("a release of one whose erasure had been asked for is named", () =>
    expectReceipts({ after: async (h) => say(h, [await erasureBySite(scene, h, people.bob)]) }, [
      "receipt/erased",
    ]));
  test("a release of what had been corrected is named", () =>
    // The correction is anchored in the block after the request's.
    expectReceipts({ after: (_, request) => request + 1, change: { entry: diary! } }, [
      "receipt/superseded",
    ]));
  test("a release of nothing that was deposited is named", () =>
    expectReceipts({ change: { entry: bytes32("nothing") } }, ["receipt/entry"]));
  test("a release under a permission that the cut has not is named", () =>
    expectReceipts({ change: { entry: summary! } }, ["receipt/entry"]));
  test("an emergency's release of what is not for emergencies is named", () =>
    expectReceipts(
      {
        after: (h) => say(h, [glassBroken(scene)]),
        change: { registry: addresses.EmergencyAccess.toLowerCase(), entry: diary! },
      },
      ["receipt/entry"],
    ));
  test("an emergency's release to a clinician that was not accredited any more is named", () =>
    expectReceipts(
      {
        after: (h) => {
          say(h, [glassBroken(scene)]);
          return say(h, [["Deaccredited", { role: 5, account: lower(CLINICIAN) }]]);
        },
        change: { registry: addresses.EmergencyAccess.toLowerCase(), entry: summary! },
      },
      ["receipt/request"],
    ));
  test("a release by a custodian that was not accredited any more is named", () =>
    expectReceipts(
      {
        after: (h) => say(h, [["Deaccredited", { role: 4, account: lower(custodian) }]]),
      },
      ["receipt/custodian"],
    ));
});

describe("a custodian's receipts", () => {
  test("with a gap are named", () =>
    expectReceipts(
      { receipts: (block) => [releasedAt(block), releasedAt(block, { number: 3n })] },
      ["receipt/number"],
    ));
  test("with a number given twice are named", () =>
    expectReceipts(
      { receipts: (block) => [releasedAt(block), releasedAt(block, { outcome: id("NoKey") })] },
      ["receipt/number"],
    ));
  test("signed by somebody else are named, and convict nobody", () =>
    expectReceipts({ by: CUSTODIANS[1]!, shownAs: lower(custodian), change: { requestId: 5n } }, [
      "receipt/signature",
    ]));

  const anchoring = (root: string, last: bigint) => (h: Recording) =>
    say(h, [["ReceiptsAnchored", { custodian: lower(custodian), root, count: 1, last }]]);
  const block = scene.honest.head.number;

  test("that add up to the anchored root are honest, and others are named", async () => {
    const refusal = releasedAt(block, { outcome: id("NotCovered") });
    const { root } = entryTree([TypedDataEncoder.hash(domain, CUSTODIAN_TYPES.Receipt, refusal)]);
    const receipts = () => [refusal];
    await expectReceipts({ after: anchoring(root, 1n), receipts }, []);
    await expectReceipts({ after: anchoring(bytes32("other"), 1n), receipts }, ["receipt/root"]);
  });
  test("of which the last ones are withheld are named", () =>
    expectReceipts({ after: anchoring(bytes32("all"), 2n), receipts: () => [] }, [
      "receipt/number",
    ]));
  test("are read page by page", async () => {
    const rows = await Promise.all(
      [1n, 2n, 3n].map((number) => signed(releasedAt(block, { number }))),
    );
    const receipts = async (after: bigint) =>
      rows.filter(({ receipt }) => receipt.number > after).slice(0, 2);
    const counts: number[] = [];
    const told = await readAllReceipts([{ address: custodian.address, receipts }], (done) =>
      counts.push(done.receipts),
    );
    expect(told.get(lower(custodian))).toEqual(rows);
    expect(counts.at(-1)).toBe(3);
  });
  test("that break off are none, and their custodian is named as silent", async () => {
    const row = await signed(releasedAt(block));
    const receipts = async (after: bigint) => {
      if (after > 0n) throw new Error("away");
      return [row];
    };
    const told = await readAllReceipts([{ address: custodian.address, receipts }]);
    expect([...told]).toEqual([]);
    const { silent } = await check({});
    expect(silent).toEqual(CUSTODIANS.slice(1).map(lower));
  });
});

describe("without public entries", () => {
  test("a release without a request is named all the same", async () => {
    const audit = await auditTold(scene, (h) => tellHonest(scene, h));
    const { number } = audit.source.head;
    const judge = async (change: Partial<Receipt>) => {
      const rows = [await signed(releasedAt(number, change))];
      const receipts = new Map([[lower(custodian), rows]]);
      const { findings } = await checkExchange(audit, { receipts }, { keys: KEYS });
      return findings.map(({ rule }) => rule);
    };
    expect(await judge({ requestId: 9n })).toEqual(["receipt/request"]);
    expect(await judge({ entry: bytes32("whoever's") })).toEqual([]);
  });
  test("a receipt of a later block than the last one audited is not judged", async () => {
    const audit = await auditTold(scene, (h) => tellHonest(scene, h));
    const late = releasedAt(audit.source.head.number + 1, { requestId: 9n });
    const receipts = new Map([[lower(custodian), [await signed(late)]]]);
    const found = await checkExchange(audit, { receipts }, { keys: KEYS });
    expect(found.findings).toEqual([]);
    expect(found.receipts).toMatchObject({ released: 1, later: 1 });
  });
});

describe("how many were left out of a cut", () => {
  test("told wrongly is named", async () => {
    const audit = await auditTold(scene, (h) => tellHonest(scene, h));
    const due = audit.world.exchange.cuts.get(0n)!.leftOut;
    const told = (leftOut: number) => ({ receipts: new Map(), leftOut: new Map([[0n, leftOut]]) });
    const check = async (leftOut: number) =>
      (await checkExchange(audit, told(leftOut), { keys: KEYS })).findings;
    expect(await check(due)).toEqual([]);
    expect((await check(due + 1))[0]).toMatchObject({ rule: "server/differs" });
  });
});
