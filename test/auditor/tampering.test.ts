import { id } from "ethers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hashPair } from "../../circuits/statement/hash.ts";
import { audit } from "../../client/auditor/audit.ts";
import type { EventArgs } from "../../client/auditor/event.ts";
import type { Rule } from "../../client/auditor/finding.ts";
import { SITE_ACT_KINDS } from "../../client/auditor/typedData.ts";
import { signAct } from "../contracts/story.ts";
import { bytes32, DAY, number } from "../contracts/world.ts";
import {
  type History,
  KEYS,
  openHistory,
  playHistory,
  proveConsented,
  proveScreened,
} from "./history.ts";
import {
  argsAt,
  change,
  copy,
  drop,
  endOf,
  find,
  insert,
  lie,
  play,
  type Recording,
  record,
  rootOver,
  rulesOf,
} from "./recording.ts";

let history: History;
let honest: Recording;
beforeAll(async () => {
  history = await playHistory();
  honest = await record(await openHistory(history));
});
afterAll(() => history.world.close());

const FIRST = 0;
const STATE = { eligible: 1, pending: 2, off: 4 } as const;

/** Falsifies the history, makes the chain's state fit, and expects exactly these findings. */
async function expectFindings(falsify: (h: Recording) => unknown, rules: Rule[]): Promise<void> {
  const history = copy(honest);
  await falsify(history);
  await lie(history);
  const result = await audit({ source: play(history), keys: KEYS });
  expect(rulesOf(result), JSON.stringify(result.findings)).toEqual(rules);
}

/** A pseudonym made up, with a consent that the trapdoor proves: all that is wrong is what a test adds. */
function consented(h: Recording, name: string, siteId: number): EventArgs["Consented"] {
  const last = argsAt(h, "Consented", find(h, "Consented", -1));
  const { statement } = last;
  const time = BigInt(h.blocks.get(h.logs.at(-1)!.blockNumber)!.timestamp);
  const timely = { submitBy: time + 60n, validUntil: time + BigInt(DAY), siteId, sequence: 1n };
  const args = { ...last, pseudonym: number(name), statement: { ...statement, ...timely } };
  return { ...args, points: proveConsented(history, args) };
}

function enrolled(h: Recording, pseudonym: bigint, siteId: number) {
  const { trialId } = history.story;
  const { timestamp } = h.blocks.get(h.logs.at(-1)!.blockNumber)!;
  const arriveBy = BigInt(timestamp + 14 * DAY);
  return [
    ["StateChanged", { trialId, pseudonym, state: STATE.pending }],
    ["Enrolled", { trialId, pseudonym, siteId, arriveBy }],
  ] as const;
}

function join(h: Recording, name: string, siteId: number): void {
  const args = consented(h, name, siteId);
  const { trialId, pseudonym } = args;
  insert(h, h.logs.length - 1, [
    ["Consented", args],
    ["StateChanged", { trialId, pseudonym, state: STATE.eligible }],
  ]);
  insert(h, h.logs.length - 1, [...enrolled(h, pseudonym, siteId)]);
}

test("the honest recording has no findings, also when made-up people join by the rules", async () => {
  await expectFindings(() => {}, []);
  await expectFindings((h) => join(h, "Fay", 2), []);
});

describe("an event that was dropped", () => {
  test("shows as a gap in the registry", () =>
    expectFindings((h) => drop(h, "Anchored", FIRST), ["records/index"]));
  test("shows as a screening without its member", () =>
    expectFindings((h) => drop(h, "MemberAdded", FIRST), ["group/member"]));
  test("shows as a member whom nobody screened", async () => {
    const h = copy(honest);
    drop(h, "Screened", FIRST);
    await lie(h);
    const result = await audit({ source: play(h), keys: KEYS });
    expect(rulesOf(result)).toContain("group/member");
  });
  test("shows as an act without its change of state", () =>
    expectFindings((h) => drop(h, "StateChanged", -1), ["participant/unexplained"]));
  test("shows in the chain's own state when the node left it out", async () => {
    const h = copy(honest);
    drop(h, "StatusChanged", -1);
    const result = await audit({ source: play(h), keys: KEYS });
    expect(rulesOf(result)).toEqual(["state/differs"]);
  });
  test("is no approval: who was screened without one is named", async () => {
    const h = copy(honest);
    drop(h, "VersionApproved", FIRST);
    const result = await audit({ source: play(h), keys: KEYS });
    expect(rulesOf(result)).toContain("screening/version");
  });
});

describe("a proof", () => {
  test("of somebody else is named", () =>
    expectFindings(
      (h) => {
        const { points } = argsAt(h, "Screened", find(h, "Screened", 1));
        change(h, ["Screened", FIRST], () => ({ points }));
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
  test("that is no point of the curve is named", () =>
    expectFindings(
      (h) => change(h, ["Screened", FIRST], ({ points }) => ({ points: [5n, ...points.slice(1)] })),
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
  const screened = (h: Recording, nth: number, to: Partial<EventArgs["Screened"]>) =>
    change(h, ["Screened", nth], (args) => ({
      ...to,
      points: proveScreened(history, { ...args, ...to }),
    }));
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
        const { recordsRoot } = argsAt(h, "Screened", find(h, "Screened", FIRST));
        screened(h, -1, { recordsRoot });
      },
      ["screening/root-expired"],
    ));
  test("with a day that is not its block's is named", () =>
    expectFindings(
      (h) => {
        const { asOf } = argsAt(h, "Screened", find(h, "Screened", FIRST));
        // The day goes on by one, the date does not.
        screened(h, FIRST, { asOf: asOf + (1n << 27n) });
      },
      ["screening/day"],
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
});

/** Rewrites a later member's place and root, and the consent proof about that root, after a member was made up. */
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
        return { ...moved, points: proveConsented(history, moved) };
      });
    }
  }
}

describe("an enrollment", () => {
  test("without consent is named", () =>
    expectFindings(
      (h) => insert(h, h.logs.length - 1, [...enrolled(h, number("nobody"), 2)]),
      ["participant/unknown"],
    ));
  test("under a consent that has expired is named", () =>
    expectFindings(
      (h) => {
        const last = h.logs.at(-1)!;
        const before = h.blocks.get(last.blockNumber)!;
        const late = {
          ...before,
          number: before.number + 1,
          timestamp: before.timestamp + 400 * DAY,
        };
        h.blocks.set(late.number, late);
        h.logs.push({ ...last, blockNumber: late.number });
        const events = enrolled(h, history.people.eve!.pseudonym, 2);
        h.logs.pop();
        insert(h, h.logs.length - 1, [...events]);
        for (const at of [-1, -2]) {
          h.logs[h.logs.length + at] = { ...h.logs.at(at)!, blockNumber: late.number };
        }
      },
      ["enrollment/consent"],
    ));
  test("beyond a site's places is named", () =>
    expectFindings((h) => join(h, "Fay", 1), ["enrollment/site-capacity"]));
  test("beyond the trial's places is named", () =>
    expectFindings(
      (h) => {
        join(h, "Fay", 2);
        join(h, "Gil", 2);
      },
      ["enrollment/capacity"],
    ));
  test("with more time to arrive than the version gives is named", () =>
    expectFindings(
      (h) => change(h, ["Enrolled", FIRST], ({ arriveBy }) => ({ arriveBy: arriveBy + 1n })),
      ["enrollment/deadline"],
    ));
});

describe("a consent", () => {
  test("about a root that the group never had is named", () =>
    expectFindings(
      (h) =>
        change(h, ["Consented", FIRST], (args) => {
          const moved = { ...args, groupRoot: number("another group") };
          return { ...moved, points: proveConsented(history, moved) };
        }),
      ["consent/group"],
    ));
  test("to another form than the version's is named", () =>
    expectFindings(
      (h) =>
        change(h, ["Consented", FIRST], (args) => {
          const statement = { ...args.statement, formHash: bytes32("another form") };
          return { statement, points: proveConsented(history, { ...args, statement }) };
        }),
      ["consent/terms"],
    ));
  test("kept back by a relayer is named", () =>
    expectFindings(
      (h) =>
        change(h, ["Consented", FIRST], (args) => {
          const statement = { ...args.statement, submitBy: 1n };
          return { statement, points: proveConsented(history, { ...args, statement }) };
        }),
      ["consent/time"],
    ));
  test("withdrawn by another code is named", () =>
    expectFindings(
      (h) => change(h, ["WithdrawnByCode", FIRST], () => ({ code: bytes32("guess") })),
      ["consent/code"],
    ));
});

describe("a site's act", () => {
  test("after the withdrawal is named", () =>
    expectFindings(
      async (h) => {
        const { trialId } = history.story;
        const { pseudonym } = history.people.ben!;
        const { signature, act } = await signAct(history.story, "Completion", { pseudonym });
        const arrival = argsAt(h, "SiteSigned", find(h, "SiteSigned", FIRST));
        const kind = kindOf("Completion");
        insert(h, h.logs.length - 1, [
          ["SiteSigned", { ...arrival, trialId, pseudonym, kind, act, signature }],
          ["StateChanged", { trialId, pseudonym, state: STATE.off }],
        ]);
      },
      ["participant/after-withdrawal"],
    ));
  test("with a signature over something else is named", () =>
    expectFindings(
      (h) => {
        const { signature } = argsAt(h, "SiteSigned", find(h, "SiteSigned", 1));
        change(h, ["SiteSigned", FIRST], () => ({ signature }));
      },
      ["site/signature"],
    ));
  test("signed by a key that is not the site's is named", () =>
    expectFindings(
      async (h) => {
        const { act } = argsAt(h, "SiteSigned", find(h, "SiteSigned", FIRST));
        const { signature } = await signAct(history.story, "Arrival", act, "anyone");
        const signer = history.world.actors.anyone.address.toLowerCase();
        change(h, ["SiteSigned", FIRST], () => ({ signer, signature }));
      },
      ["site/signature"],
    ));
});

describe("a record", () => {
  test("of a clinic without accreditation is named", () =>
    expectFindings(
      (h) =>
        change(h, ["Anchored", FIRST], () => ({
          clinic: history.world.actors.anyone.address.toLowerCase(),
        })),
      ["records/clinic"],
    ));
  test("whose root is another tree's is named", () =>
    expectFindings(
      (h) => change(h, ["Anchored", FIRST], () => ({ root: number("elsewhere") })),
      ["records/root"],
    ));
  test("revoked without a new epoch is named", () =>
    expectFindings(
      (h) => change(h, ["RevokedEarly", FIRST], () => ({ epoch: 1n })),
      ["records/epoch"],
    ));
});

describe("a trial", () => {
  test("whose digest is not that of its terms is named", () =>
    expectFindings(
      (h) => {
        const digest = bytes32("other terms");
        change(h, ["VersionPublished", FIRST], () => ({ digest }));
        change(h, ["VersionApproved", FIRST], () => ({ digest }));
      },
      ["trial/digest"],
    ));
  test("approved by another digest than published is named", () =>
    expectFindings(
      (h) => change(h, ["VersionApproved", -1], () => ({ digest: bytes32("x") })),
      ["trial/approval"],
    ));
  test("suspended by a stranger is named", () =>
    expectFindings(
      (h) =>
        change(h, ["StatusChanged", -2], () => ({
          by: history.world.actors.anyone.address.toLowerCase(),
        })),
      ["trial/status"],
    ));
});

describe("a verifying key", () => {
  const KEY = id("key()").slice(0, 10);
  const withKey = async (edit: (words: bigint[]) => void) => {
    const h = copy(honest);
    const at = `${honest.deployment.addresses.EligibilityVerifier8.toLowerCase()} ${KEY}`;
    const answer = h.calls.get(at)!;
    const words = answer
      .slice(2)
      .match(/.{64}/g)!
      .map((word) => BigInt(`0x${word}`));
    edit(words);
    h.calls.set(at, `0x${words.map((w) => w.toString(16).padStart(64, "0")).join("")}`);
    return rulesOf(await audit({ source: play(h), keys: KEYS }));
  };
  test("for which anyone forges proofs is named: delta equals gamma", async () => {
    expect(await withKey((words) => words.splice(10, 4, ...words.slice(6, 10)))).toEqual([
      "key/forgeable",
    ]);
  });
  test("that is not the published one is named", async () => {
    expect(
      await withKey((words) => {
        words[0] = 7n;
      }),
    ).toEqual(["key/mismatch"]);
  });
});

/** The type hash that the contract logs for an act. */
function kindOf(name: string): string {
  return [...SITE_ACT_KINDS].find(([, act]) => act === name)![0];
}
