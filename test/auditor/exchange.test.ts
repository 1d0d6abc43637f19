import { describe, expect, test } from "vitest";
import { STAFF_TYPES, staffDomain } from "../../circuits/statement/exchange/delegation.ts";
import { ZERO_BYTES32 } from "../../circuits/statement/trial/trial.ts";
import type { EventArgs } from "../../client/auditor/node/event.ts";
import { isSound } from "../../client/auditor/replay/terms.ts";
import { bytes32, number } from "../support/world.ts";
import { ANALYST, lower, NURSE, now, openScene } from "./exchangeStory.ts";
import {
  anchored,
  delegated,
  expectRules,
  requested,
  say,
  sealed,
  type Told,
  tellHonest,
  withdrawal,
} from "./exchangeTold.ts";
import { argsAt, find, type Recording, suspension } from "./recording.ts";

const scene = await openScene();
const { people, story, world } = scene;
const { trialId } = story;
const analyst = async (h: Recording) => say(h, [await delegated(scene, h, "analyst")]);

async function revoked(h: Recording, by = world.actors.site): Promise<Told> {
  const of = { trialId, siteId: 1, key: lower(NURSE), salt: bytes32("end") };
  const revocation = { ...of, deadline: BigInt(now(h) + 600) };
  const { chainId, addresses } = world.deployment;
  const types = STAFF_TYPES.Revocation;
  const domain = staffDomain(chainId, addresses.StaffRegistry);
  const signature = await by.signTypedData(domain, types, revocation);
  return ["DelegationRevoked", { ...of, siteId: 1, revocation, by: lower(by), signature }];
}

describe("an honest exchange", () => {
  test("holds nothing to find, and says how many were left out of a cut", async () => {
    const { world: replayed } = await expectRules(scene, (h) => tellHonest(scene, h), []);
    const { cuts, requests } = replayed.exchange;
    // Cay's consent covers it as well.
    expect(cuts.get(0n)?.leftOut).toBe(1);
    expect(requests.get(0n)?.staff).toBe(lower(ANALYST));
  });
});

describe("staff", () => {
  test("delegated by another than the site's signer are named", () =>
    expectRules(
      scene,
      async (h) => {
        const [name, args] = await delegated(scene, h, "nurse");
        const delegation = args as EventArgs["Delegated"];
        say(h, [[name, { ...delegation, by: lower(world.actors.otherSite) }] as Told]);
      },
      // The signature is the true signer's.
      ["site/signature", "staff/delegation"],
    ));
  test("whose delegation had ended are named", () =>
    expectRules(
      scene,
      async (h) => say(h, [await delegated(scene, h, "nurse", { until: now(h) })]),
      ["staff/delegation"],
    ));
  test("delegated after the signature's deadline are named", () =>
    expectRules(
      scene,
      async (h) => say(h, [await delegated(scene, h, "nurse", { deadline: BigInt(now(h)) })]),
      ["staff/delegation"],
    ));
  test("delegated twice by one signature are named", () =>
    expectRules(
      scene,
      async (h) => {
        const event = await delegated(scene, h, "nurse");
        say(h, [event]);
        say(h, [event]);
      },
      ["staff/delegation"],
    ));
  test("brought back after they were revoked are named", () =>
    expectRules(
      scene,
      async (h) => {
        say(h, [await delegated(scene, h, "nurse")]);
        say(h, [await revoked(h)]);
        say(h, [await delegated(scene, h, "nurse", { salt: bytes32("kept back") })]);
      },
      ["staff/delegation"],
    ));
  test("delegated what there is not are named", () =>
    expectRules(
      scene,
      async (h) => say(h, [await delegated(scene, h, "nurse", { tasks: 1 << 9 })]),
      ["staff/delegation"],
    ));
  test("revoked though never delegated are named", () =>
    expectRules(scene, async (h) => say(h, [await revoked(h)]), ["staff/delegation"]));
});

describe("a batch of deposits", () => {
  const wrong: Record<string, Partial<EventArgs["DepositsAnchored"]>> = {
    "by nobody accredited": { operator: lower(ANALYST) },
    "of more entries than a batch holds": { count: 1_025 },
    "with a number left out": { batch: 1n },
    "with entries left out": { first: 5n },
  };
  for (const [what, change] of Object.entries(wrong)) {
    test(`${what} is named`, () =>
      expectRules(scene, (h) => say(h, [anchored(scene, change)]), ["deposits/batch"]));
  }
  test("anchored twice is named", () =>
    expectRules(
      scene,
      (h) => {
        say(h, [anchored(scene)]);
        say(h, [anchored(scene, { batch: 1n, first: 3n })]);
      },
      ["deposits/batch"],
    ));
});

describe("a cut", () => {
  const tell = (change: Partial<EventArgs["Sealed"]>) => async (h: Recording) => {
    await analyst(h);
    say(h, [sealed(scene, change)]);
  };
  const [a, b] = [people.ann.pseudonym, people.bob.pseudonym].sort((x, y) => (x < y ? -1 : 1));

  test("with somebody who never consented is named", () =>
    expectRules(scene, tell({ pseudonyms: [number("nobody")] }), ["cut/consent"]));
  test("under a permission that somebody did not give is named", () =>
    expectRules(scene, tell({ permission: 0b100, pseudonyms: [people.cay.pseudonym] }), [
      "cut/consent",
    ]));
  test("with one who withdrew in the block before is named", () =>
    expectRules(
      scene,
      async (h) => {
        await analyst(h);
        say(h, withdrawal(scene, people.ann.pseudonym));
        say(h, [sealed(scene)]);
      },
      ["cut/consent"],
    ));
  test("sealed when the consents were over is named", () =>
    expectRules(
      scene,
      async (h) => {
        const until = now(h) + 800 * 86_400;
        say(h, [await delegated(scene, h, "analyst", { until })]);
        say(h, [sealed(scene)], 400 * 86_400);
      },
      ["cut/consent"],
    ));
  test("sealed while the trial is suspended is named", () =>
    expectRules(
      scene,
      async (h) => {
        await analyst(h);
        say(h, suspension({ trialId, by: lower(world.actors.board), version: 1 }));
        say(h, [sealed(scene)]);
      },
      ["cut/consent"],
    ));
  test("with pseudonyms out of order is named", () =>
    expectRules(scene, tell({ pseudonyms: [b!, a!] }), ["cut/form"]));
  test("with somebody twice is named", () =>
    expectRules(scene, tell({ pseudonyms: [a!, a!] }), ["cut/form"]));
  test("with nothing in it is named", () =>
    expectRules(scene, tell({ packages: 0 }), ["cut/form"]));
  test("with a number left out is named", () =>
    expectRules(scene, tell({ cutId: 1n }), ["cut/form"]));
  test("by somebody without the task is named", () =>
    expectRules(scene, tell({ by: lower(NURSE) }), ["cut/sponsor"]));
  test("after its sealer's delegation had ended is named", () =>
    expectRules(
      scene,
      async (h) => {
        say(h, [await delegated(scene, h, "analyst", { until: now(h) + 600 })]);
        say(h, [sealed(scene)], 700);
      },
      ["cut/sponsor"],
    ));
  test("of a sponsor that is not accredited any more is named", () =>
    expectRules(
      scene,
      async (h) => {
        await analyst(h);
        say(h, [["Deaccredited", { role: 2, account: lower(world.actors.sponsor) }]]);
        say(h, [sealed(scene)]);
      },
      // The trial does not go on without it.
      ["cut/consent"],
    ));
});

describe("a request", () => {
  const tell = (change: Partial<EventArgs["Requested"]>) => async (h: Recording) => {
    await analyst(h);
    say(h, [sealed(scene)]);
    say(h, [requested(scene, h, change)]);
  };
  test("by somebody without the task is named", () =>
    expectRules(scene, tell({ staff: lower(NURSE) }), ["request/staff"]));
  test("for a cut that was never sealed is named", () =>
    expectRules(scene, tell({ cutId: 7n }), ["request/form"]));
  test("for longer than a day is named", () =>
    expectRules(scene, (h) => tell({ until: BigInt(now(h) + 2 * 86_400) })(h), ["request/form"]));
  test("while the trial is suspended is named", () =>
    expectRules(
      scene,
      async (h) => {
        await analyst(h);
        say(h, [sealed(scene)]);
        say(h, suspension({ trialId, by: lower(world.actors.board), version: 1 }));
        say(h, [requested(scene, h)]);
      },
      ["request/staff"],
    ));
  test("that had ended when it was made is named", () =>
    expectRules(scene, tell({ until: 1n }), ["request/form"]));
  test("without a purpose is named", () =>
    expectRules(scene, tell({ purpose: ZERO_BYTES32 }), ["request/form"]));
  test("without a key is named", () =>
    expectRules(scene, tell({ recipientKey: ZERO_BYTES32 }), ["request/form"]));
  test("with a number left out is named", () =>
    expectRules(scene, tell({ requestId: 3n }), ["request/form"]));
});

describe("custodians of a version", () => {
  const args = argsAt(scene.honest, "VersionPublished", find(scene.honest, "VersionPublished"));
  const circuits = new Map([[args.terms.circuit, {}]]) as never;
  const account = (n: number) => `0x${n.toString(16).padStart(40, "0")}`;
  const sound = (custodians: readonly string[], custodianThreshold: number) =>
    isSound({ circuits }, { ...args, terms: { ...args.terms, custodians, custodianThreshold } });

  test("are none, or two to seven in order of whom two at least are needed", () => {
    expect(sound([], 0)).toBe(true);
    expect(sound([1, 2].map(account), 2)).toBe(true);
    expect(sound([1, 2, 3, 4, 5, 6, 7].map(account), 7)).toBe(true);
  });
  test.each([
    ["none, with a threshold", [], 2],
    ["one, who would open alone", [1], 1],
    ["a threshold of one", [1, 2, 3], 1],
    ["a threshold above their number", [1, 2], 3],
    ["eight", [1, 2, 3, 4, 5, 6, 7, 8], 2],
    ["one of them twice", [1, 1, 2], 2],
    ["out of order", [2, 1, 3], 2],
    ["nobody's address", [0, 1, 2], 2],
  ] as const)("are refused: %s", (_, custodians, threshold) => {
    expect(sound(custodians.map(account), threshold)).toBe(false);
  });
});
