import { describe, expect, test } from "vitest";
import { hashPair } from "../../circuits/statement/encoding/hash.ts";
import type { Part } from "../../client/auditor/node/event.ts";
import { number } from "../support/world.ts";
import { end, FIRST, join, openHonest, screenedNow } from "./falsify.ts";
import { proveConsented, proveScreened } from "./history.ts";
import {
  argsAt,
  auditFalsified,
  change,
  drop,
  endOf,
  find,
  insert,
  lie,
  type Recording,
  rootOver,
  rulesOf,
  suspension,
} from "./recording.ts";

const of = await openHonest();
const { expectFindings } = of;

test("the honest recording has no findings, also when made-up people join by the rules", async () => {
  await expectFindings(() => {}, []);
  await expectFindings((h) => join(of, h, "Fay", 2), []);
});

describe("an event that was dropped", () => {
  test("shows as a gap in the registry", () =>
    expectFindings((h) => drop(h, "Anchored", FIRST), ["records/index"]));
  test("shows as a screening without its member", () =>
    expectFindings((h) => drop(h, "MemberAdded", FIRST), ["group/member"]));
  test("shows as a member whom nobody screened", async () => {
    const result = await auditFalsified(of.honest, (h) => {
      drop(h, "Screened", FIRST);
      return lie(h);
    });
    expect(rulesOf(result)).toContain("group/member");
  });
  test("shows as an act without its change of state", () =>
    expectFindings((h) => drop(h, "StateChanged", -1), ["participant/unexplained"]));
  test("shows in the chain's own state when the node left it out", async () => {
    const result = await auditFalsified(of.honest, (h) => drop(h, "StatusChanged", -1));
    expect(rulesOf(result)).toEqual(["state/differs"]);
  });
  test("leaves no approval: whoever was screened without one is named", async () => {
    const result = await auditFalsified(of.honest, (h) => drop(h, "VersionApproved", FIRST));
    expect(rulesOf(result)).toContain("screening/version");
  });
});

const swapPoints = (h: Recording, points: readonly bigint[]) =>
  change(h, ["Screened", FIRST], ({ parts }) => ({ parts: [{ ...parts[0]!, points }] }));

describe("a proof", () => {
  test("of somebody else is named", () =>
    expectFindings(
      (h) => {
        const { parts } = argsAt(h, "Screened", find(h, "Screened", 1));
        swapPoints(h, parts[0]!.points);
      },
      ["screening/proof"],
    ));
  test("of another consent is named", () =>
    expectFindings(
      (h) => {
        const { points } = argsAt(h, "Consented", find(h, "Consented", 1));
        change(h, ["Consented", FIRST], () => ({ points }));
      },
      ["consent/proof"],
    ));
  test("that is not a point on the curve is named", () =>
    expectFindings(
      (h) => {
        const { parts } = argsAt(h, "Screened", find(h, "Screened", FIRST));
        swapPoints(h, [5n, ...parts[0]!.points.slice(1)]);
      },
      ["screening/proof"],
    ));
  test("of a withdrawal for another pseudonym is named", () =>
    expectFindings(
      (h) =>
        change(h, ["WithdrawnByProof", FIRST], ({ statement }) => ({
          statement: { ...statement, sequence: 9n },
        })),
      ["consent/proof"],
    ));
});

describe("a screening", () => {
  const screened = (h: Recording, nth: number, to: Partial<Part>) =>
    change(h, ["Screened", nth], (args) => {
      const parts = args.parts.map((part) => ({ ...part, ...to }));
      return { parts: proveScreened(of.history, { ...args, parts }) };
    });
  const firstRoot = (h: Recording) => argsAt(h, "Anchored", find(h, "Anchored", FIRST)).root;

  test("against a foreign root is named", () =>
    expectFindings(
      (h) => screened(h, FIRST, { recordsRoot: number("elsewhere") }),
      ["screening/root-unknown"],
    ));
  test("against a root past its window is named", () =>
    expectFindings(
      (h) => screened(h, FIRST, { recordsRoot: firstRoot(h) }),
      ["screening/root-expired"],
    ));
  test("against a root that a revocation voided is named", () =>
    expectFindings(
      (h) => {
        const { recordsRoot } = argsAt(h, "Screened", find(h, "Screened", FIRST)).parts[0]!;
        screened(h, -1, { recordsRoot });
      },
      ["screening/root-expired"],
    ));
  test("with a day that is not its block's is named", () =>
    expectFindings(
      (h) => {
        const { asOf } = argsAt(h, "Screened", find(h, "Screened", FIRST)).parts[0]!;
        // The day goes on by one, the date does not.
        screened(h, FIRST, { asOf: asOf + (1n << 27n) });
      },
      ["screening/day"],
    ));
  test("with one proof too many or too few for its parts is named", async () => {
    await expectFindings(
      (h) => change(h, ["Screened", FIRST], ({ parts }) => ({ parts: [...parts, ...parts] })),
      ["screening/parts"],
    );
    await expectFindings(
      (h) => change(h, ["Screened", FIRST], () => ({ parts: [] })),
      ["screening/parts"],
    );
  });
  test("under another clinic's tag than the proof shows is named", () =>
    expectFindings(
      (h) =>
        change(h, ["Screened", FIRST], ({ parts }) => ({
          parts: parts.map((part) => ({ ...part, issuerTag: number("another clinic") })),
        })),
      ["screening/proof"],
    ));
  test("of the same person twice is named", () =>
    expectFindings(
      (h) => {
        const at = endOf(h, find(h, "Screened", FIRST));
        const args = argsAt(h, "Screened", find(h, "Screened", FIRST));
        const { groupId, participantCommitment: identityCommitment } = args;
        const merkleTreeRoot = rootOver([identityCommitment, identityCommitment], hashPair);
        insert(h, at, [
          ["MemberAdded", { groupId, index: 1n, identityCommitment, merkleTreeRoot }],
          ["Screened", args],
        ]);
        // The tree that others joined later is another one now: believe what it says.
        for (let nth = 2; nth < 5; nth++) refit(h, nth);
      },
      ["screening/nullifier"],
    ));

  test("while the trial is suspended is named", () =>
    expectFindings(
      (h) => {
        suspend(h);
        insert(h, end(h), screenedNow(of, h));
      },
      ["screening/not-recruiting"],
    ));
  test("with a commitment of somebody else's is named", () =>
    expectFindings(
      (h) => {
        const { participantCommitment } = argsAt(h, "Screened", find(h, "Screened", -1));
        insert(h, end(h), screenedNow(of, h, { participantCommitment }));
      },
      ["screening/commitment"],
    ));
  test("by the rules is not named", () =>
    expectFindings((h) => insert(h, end(h), screenedNow(of, h)), []));
});

describe("a group", () => {
  test("whose root is another tree's is named", () =>
    expectFindings(
      (h) => change(h, ["MemberAdded", -1], () => ({ merkleTreeRoot: number("elsewhere") })),
      ["group/root"],
    ));
  test("that loses a member is named", () =>
    expectFindings(
      (h) => {
        const member = argsAt(h, "MemberAdded", find(h, "MemberAdded", FIRST));
        insert(h, end(h), [["MemberRemoved", member]]);
      },
      ["group/changed"],
    ));
  test("opened for no version in force is named", () =>
    expectFindings(
      (h) => {
        const { trialId } = of.history.story;
        insert(h, end(h), [["GroupOpened", { trialId, screeningVersion: 7, groupId: 99n }]]);
      },
      ["screening/group"],
    ));
});

function suspend(h: Recording): void {
  const { trialId } = of.history.story;
  const by = of.history.world.actors.board.address.toLowerCase();
  insert(h, end(h), suspension({ trialId, by, version: 2 }));
}

/**
 * Rewrites a later member's place and root, and the consent proof about that root, after a member
 * was made up.
 */
function refit(h: Recording, nth: number): void {
  const first = argsAt(h, "MemberAdded", find(h, "MemberAdded", FIRST));
  const members: bigint[] = [];
  for (let i = 0; i <= nth; i++) {
    members.push(argsAt(h, "MemberAdded", find(h, "MemberAdded", i)).identityCommitment);
  }
  const old = argsAt(h, "MemberAdded", find(h, "MemberAdded", nth)).merkleTreeRoot;
  const merkleTreeRoot = rootOver(members, hashPair);
  change(h, ["MemberAdded", nth], () => ({
    index: BigInt(nth),
    merkleTreeRoot,
    groupId: first.groupId,
  }));
  for (const name of ["Consented", "WithdrawnByProof"] as const) {
    for (let i = 0; i < (name === "Consented" ? 6 : 1); i++) {
      change(h, [name, i], (args) => {
        if (args.groupRoot !== old) return {};
        const moved = { ...args, groupRoot: merkleTreeRoot };
        return { ...moved, points: proveConsented(of.history, moved) };
      });
    }
  }
}
