import { Wallet } from "ethers";
import { describe, expect, test } from "vitest";
import type { Rule } from "../../client/auditor/finding/finding.ts";
import type { EventArgs } from "../../client/auditor/node/event.ts";
import { standingOf } from "../../client/auditor/replay/exchangeStanding.ts";
import type { World } from "../../client/auditor/replay/state.ts";
import { bytes32 } from "../support/world.ts";
import { ANALYST, CLINICIAN, CUSTODIANS, lower, OPERATOR, openScene } from "./exchangeStory.ts";
import {
  delegated,
  erasureBySite,
  expectRules,
  requested,
  say,
  sealed,
  type Told,
  tellHonest,
  withdrawal,
} from "./exchangeTold.ts";
import type { Recording } from "./recording.ts";

const scene = await openScene();
const { people, story } = scene;
const { trialId } = story;
const withdrawn = (pseudonym: bigint) => withdrawal(scene, pseudonym);
const DAY = 86_400;
/** Somebody else's, to let time pass. */
const account = lower(new Wallet(`0x${"77".repeat(32)}`));
const accredited: Told = ["Accredited", { role: 1, account, name: "Another" }];
const standingNow = (replayed: World) => standingOf(replayed, replayed.last.time);

describe("a recipient", () => {
  const purged = (change: Partial<EventArgs["CopyPurged"]> = {}): Told => [
    "CopyPurged",
    { cutId: 0n, requestId: 0n, by: lower(ANALYST), statement: bytes32("purged"), ...change },
  ];
  const owed = async (tell: (h: Recording) => unknown) => {
    const { world: replayed } = await expectRules(
      scene,
      async (h) => {
        await tellHonest(scene, h);
        say(h, withdrawn(people.ann.pseudonym));
        await tell(h);
      },
      [],
    );
    return standingNow(replayed).owedPurges.map(({ requestId, left }) => [requestId, left]);
  };
  test("owes a purge for whom has left, until it is declared", async () => {
    expect(await owed(() => {})).toEqual([[0n, [people.ann.pseudonym]]]);
    expect(await owed((h) => say(h, [purged()]))).toEqual([]);
  });
  test("owes nothing of who had left before it asked", async () => {
    const { world: replayed } = await expectRules(
      scene,
      async (h) => {
        say(h, [await delegated(scene, h, "analyst")]);
        say(h, [sealed(scene)]);
        say(h, withdrawn(people.ann.pseudonym));
        say(h, [requested(scene, h)]);
      },
      [],
    );
    expect(standingNow(replayed).owedPurges).toEqual([]);
  });
  test.each([
    ["who asked for erasure is named after a month", true],
    ["who withdrew stays listed: it may have to be kept", false],
  ] as const)("that keeps copies of one %s", async (_, isErased) => {
    const { pseudonym } = people.ann;
    const all = CUSTODIANS.map(
      (one): Told => ["KeyDestroyed", { trialId, pseudonym, custodian: lower(one) }],
    );
    const { world: replayed } = await expectRules(
      scene,
      async (h) => {
        await tellHonest(scene, h);
        if (isErased) {
          say(h, [await erasureBySite(scene, h, people.ann)]);
          say(h, all);
        } else say(h, withdrawn(pseudonym));
        say(h, [accredited], 31 * DAY);
      },
      isErased ? ["custody/purge"] : [],
    );
    expect(standingNow(replayed).owedPurges).toMatchObject([
      { left: [pseudonym], isOverdue: true, isForErasure: isErased },
    ]);
  });
  test("that may not open the cut is named", () =>
    expectRules(
      scene,
      async (h) => {
        await tellHonest(scene, h);
        say(h, [purged({ by: lower(CLINICIAN) })]);
      },
      ["custody/recipient"],
    ));
  test("that takes note of a correction for a request of another cut is named", () =>
    expectRules(
      scene,
      async (h) => {
        await tellHonest(scene, h);
        const entry = bytes32("entry");
        const about = { cutId: 0n, requestId: 9n, entry, by: lower(ANALYST) };
        say(h, [["CorrectionAcknowledged", about]]);
      },
      ["custody/recipient"],
    ));
  const manifest = bytes32("manifest");
  const anchored = (change: Partial<EventArgs["DatasetAnchored"]> = {}): Told => [
    "DatasetAnchored",
    { cutId: 0n, requestId: 0n, manifest, by: lower(ANALYST), ...change },
  ];
  const anchoring = (told: readonly Told[], rules: readonly Rule[]) =>
    expectRules(
      scene,
      async (h) => {
        await tellHonest(scene, h);
        say(h, told.slice());
      },
      rules,
    );
  test("anchors the manifests of its datasets, which are kept by request", async () => {
    const another = bytes32("another");
    const { world } = await anchoring([anchored(), anchored({ manifest: another })], []);
    const kept = world.exchange.requests.get(0n)!.manifests;
    expect([...kept.keys()]).toEqual([manifest, another]);
  });
  test.each([
    ["twice", {}, "custody/dataset"],
    ["that is none", { manifest: `0x${"00".repeat(32)}` }, "custody/dataset"],
    ["for a request of another cut", { requestId: 9n }, "custody/recipient"],
    [
      "of a cut that it may not open",
      { by: lower(CLINICIAN), manifest: bytes32("another") },
      "custody/recipient",
    ],
  ] as const)("that anchors a manifest %s is named", async (_, change, rule) => {
    await anchoring([anchored(), anchored(change)], [rule]);
  });
});

describe("roots of receipts", () => {
  const root = (custodian: string, last: bigint): Told => [
    "ReceiptsAnchored",
    { custodian, root: bytes32(`root ${last}`), count: 1, last },
  ];
  test("by no custodian are named", () =>
    expectRules(scene, (h) => say(h, [root(lower(OPERATOR), 1n)]), ["custody/custodian"]));
  test("that run back are named", () =>
    expectRules(
      scene,
      (h) => {
        say(h, [root(lower(CUSTODIANS[0]!), 5n)]);
        say(h, [root(lower(CUSTODIANS[0]!), 4n)]);
      },
      ["custody/receipts"],
    ));
});
