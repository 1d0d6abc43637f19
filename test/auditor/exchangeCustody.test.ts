import { Wallet } from "ethers";
import { describe, expect, test } from "vitest";
import { hashEncoded } from "../../circuits/statement/encoding/keccak.ts";
import { ZERO_BYTES32 } from "../../circuits/statement/trial/trial.ts";
import type { EventArgs } from "../../client/auditor/node/event.ts";
import { standingOf } from "../../client/auditor/replay/exchangeStanding.ts";
import type { World } from "../../client/auditor/replay/state.ts";
import { simulate } from "../contracts/trapdoor.ts";
import { bytes32, number, TRAPDOORS } from "../support/world.ts";
import { ANALYST, CUSTODIANS, lower, OPERATOR, openScene } from "./exchangeStory.ts";
import {
  delegated,
  erasureBySite,
  expectRules,
  glassBroken,
  say,
  type Told,
  withdrawal,
} from "./exchangeTold.ts";
import { argsAt, find, type Recording } from "./recording.ts";

const scene = await openScene();
const { people, story, world } = scene;
const { trialId } = story;
const WEEK = 7 * 86_400;
const withdrawn = (pseudonym: bigint) => withdrawal(scene, pseudonym);
/** Somebody else's, to let time pass. */
const account = lower(new Wallet(`0x${"77".repeat(32)}`));
const accredited: Told = ["Accredited", { role: 1, account, name: "Another" }];
const standingNow = (replayed: World) => standingOf(replayed, replayed.last.time);
const nurse = async (h: Recording) => say(h, [await delegated(scene, h, "nurse")]);

describe("an emergency case", () => {
  const closed = (change: Partial<EventArgs["CaseClosed"]> = {}): Told => {
    const by = lower(world.actors.board);
    return ["CaseClosed", { caseId: 0n, by, outcome: bytes32("justified"), ...change }];
  };
  const open = (nth: number) => glassBroken(scene, { caseId: BigInt(nth) });

  test("opened by a clinician and closed by the board is honest", () =>
    expectRules(
      scene,
      (h) => {
        say(h, [open(0)]);
        say(h, [closed()], 3 * 86_400);
      },
      [],
    ));
  test("opened by nobody accredited is named", () =>
    expectRules(scene, (h) => say(h, [glassBroken(scene, { clinician: lower(ANALYST) })]), [
      "case/clinician",
    ]));
  test("of somebody who opted out is named", () =>
    expectRules(scene, (h) => say(h, [glassBroken(scene, { pseudonym: people.cay.pseudonym })]), [
      "case/opted-out",
    ]));
  test("without a reason is named", () =>
    expectRules(scene, (h) => say(h, [glassBroken(scene, { reason: ZERO_BYTES32 })]), [
      "case/form",
    ]));
  test("beyond five a day is named", () =>
    expectRules(
      scene,
      (h) => {
        for (let nth = 0; nth < 6; nth++) say(h, [open(nth)]);
      },
      ["case/limit"],
    ));
  test("by a clinician with one open for over a week is named", () =>
    expectRules(
      scene,
      (h) => {
        say(h, [open(0)]);
        say(h, [open(1)], WEEK + 1);
      },
      // Of the board that left it open, and of the clinician who went on.
      ["case/week", "case/limit"],
    ));
  test("closed after the board's week is named", () =>
    expectRules(
      scene,
      (h) => {
        say(h, [open(0)]);
        say(h, [closed()], WEEK + 1);
      },
      ["case/week"],
    ));
  test("left open for more than the board's week is named, with the board", async () => {
    const { findings } = await expectRules(
      scene,
      (h) => {
        say(h, [open(0)]);
        say(h, [accredited], WEEK + 1);
      },
      ["case/week"],
    );
    expect(findings[0]?.reason).toContain(lower(world.actors.board));
  });
  test("open within the board's week is owed, and no finding", async () => {
    const { world: replayed } = await expectRules(scene, (h) => say(h, [open(0)]), []);
    expect(standingNow(replayed).openCases).toMatchObject([{ caseId: 0n, isOverdue: false }]);
  });
  test("closed by another than the board is named", () =>
    expectRules(
      scene,
      (h) => {
        say(h, [open(0)]);
        say(h, [closed({ by: lower(world.actors.otherBoard) })]);
      },
      ["case/board"],
    ));
  test("closed twice is named", () =>
    expectRules(
      scene,
      (h) => {
        say(h, [open(0)]);
        say(h, [closed()]);
        say(h, [closed()]);
      },
      ["case/board"],
    ));
});

describe("an erasure", () => {
  /** By proof: the trapdoor proves what it is told. */
  function byProof(h: Recording, change: { message?: bigint; groupRoot?: bigint } = {}): Told {
    const last = argsAt(h, "Consented", find(h, "Consented", -1));
    const groupRoot = change.groupRoot ?? last.groupRoot;
    const { pseudonym } = people.ann;
    const { chainId, addresses } = world.deployment;
    const due = hashEncoded(
      ["string", "uint256", "address", "bytes32"],
      ["cohort-zero/erasure/1", chainId, addresses.CustodyLog, trialId],
    );
    const hashed = (value: bigint) => hashEncoded(["uint256"], [value]);
    const message = change.message ?? due;
    const about = [groupRoot, pseudonym, hashed(message), hashed(story.scope)];
    const points = simulate(TRAPDOORS.semaphore, about);
    return ["ErasureByProof", { trialId, pseudonym, groupId: last.groupId, groupRoot, points }];
  }
  const destroyed = (pseudonym: bigint, custodian: string): Told => [
    "KeyDestroyed",
    { trialId, pseudonym, custodian },
  ];

  test("is promised, receipted and outstanding", async () => {
    const { pseudonym } = people.ann;
    const { world: replayed } = await expectRules(
      scene,
      (h) => {
        say(h, [byProof(h)]);
        say(h, [destroyed(pseudonym, lower(CUSTODIANS[0]!))]);
      },
      [],
    );
    const [standing] = standingNow(replayed).erasures;
    expect(standing).toMatchObject({ pseudonym, by: "proof", isUnreadable: false });
    expect(standing?.destroyed).toEqual([lower(CUSTODIANS[0]!)]);
    expect(standing?.outstanding).toHaveLength(2);
  });
  test("that custodians have not carried out within a week is named, with them", async () => {
    const { pseudonym } = people.ann;
    const { findings } = await expectRules(
      scene,
      (h) => {
        say(h, [byProof(h)]);
        say(h, [destroyed(pseudonym, lower(CUSTODIANS[0]!))], WEEK + 1);
      },
      ["custody/outstanding"],
    );
    const [{ reason } = { reason: "" }] = findings;
    expect(CUSTODIANS.map((one) => reason.includes(lower(one)))).toEqual([false, true, true]);
  });
  test("leaves nothing readable once fewer keys are left than open a package", async () => {
    const { world: replayed } = await expectRules(
      scene,
      (h) => {
        say(h, [byProof(h)]);
        const both = CUSTODIANS.slice(0, 2);
        say(
          h,
          both.map((one) => destroyed(people.ann.pseudonym, lower(one))),
        );
      },
      [],
    );
    expect(standingNow(replayed).erasures[0]?.isUnreadable).toBe(true);
  });
  test("by a proof of something else is named", () =>
    expectRules(scene, (h) => say(h, [byProof(h, { message: 7n })]), ["erasure/proof"]));
  test("by a proof about a root that the group never had is named", () =>
    expectRules(scene, (h) => say(h, [byProof(h, { groupRoot: number("elsewhere") })]), [
      "erasure/authority",
    ]));
  test("by the printed code, which withdraws in the same call, is honest", () =>
    expectRules(
      scene,
      (h) => {
        const { pseudonym } = people.ann;
        say(h, [...withdrawn(pseudonym), ["ErasureByCode", { trialId, pseudonym }]]);
      },
      [],
    ));
  test("by a code that a withdrawal has made public is named", () =>
    expectRules(
      scene,
      (h) => {
        const { pseudonym } = people.ann;
        say(h, withdrawn(pseudonym));
        say(h, [["ErasureByCode", { trialId, pseudonym }]]);
      },
      ["erasure/authority"],
    ));
  test("by the site's staff is honest", () =>
    expectRules(
      scene,
      async (h) => {
        await nurse(h);
        say(h, [await erasureBySite(scene, h, people.bob)]);
      },
      [],
    ));
  test("by staff whom nobody gave the task is named", () =>
    expectRules(
      scene,
      async (h) => say(h, [await erasureBySite(scene, h, people.bob, { key: ANALYST })]),
      ["erasure/authority"],
    ));
  test("signed over somebody else is named", () =>
    expectRules(
      scene,
      async (h) => {
        await nurse(h);
        const [, args] = await erasureBySite(scene, h, people.bob);
        const { pseudonym } = people.ann;
        say(h, [["ErasureBySite", { ...(args as EventArgs["ErasureBySite"]), pseudonym }]]);
      },
      ["site/signature"],
    ));
  test("asked for twice is named", () =>
    expectRules(
      scene,
      (h) => {
        say(h, [byProof(h)]);
        say(h, [byProof(h)]);
      },
      ["erasure/twice"],
    ));
  test("that destroys keys of whom nobody asked for is named", () =>
    expectRules(scene, (h) => say(h, [destroyed(people.ann.pseudonym, lower(CUSTODIANS[0]!))]), [
      "custody/destroyed",
    ]));
  test("said to be carried out twice, or by no custodian, is named", () =>
    expectRules(
      scene,
      (h) => {
        say(h, [byProof(h)]);
        const { pseudonym } = people.ann;
        say(h, [destroyed(pseudonym, lower(CUSTODIANS[0]!))]);
        say(h, [destroyed(pseudonym, lower(CUSTODIANS[0]!))]);
        say(h, [destroyed(pseudonym, lower(OPERATOR))]);
      },
      ["custody/destroyed", "custody/custodian"],
    ));
});
