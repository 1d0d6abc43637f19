import { describe, expect, test } from "vitest";
import { FIELD_ORDER } from "../../circuits/statement/encoding/field.ts";
import {
  TRIAL_STATUSES,
  termsForContract,
  trialIdOf,
  type VersionTerms,
  ZERO_BYTES32,
} from "../../circuits/statement/trial/trial.ts";
import { type Actor, bytes32, DAY, expectRefusal, REASON, ROLE } from "../support/world.ts";
import { openScene } from "./scene.ts";
import { termsOf } from "./story.ts";

const { world, story } = await openScene({ approved: false });

const trials = (actor: Actor) => world.as(actor).trials;
const status = async () =>
  TRIAL_STATUSES[Number((await trials("anyone").trialOf(story.trialId)).status)];
const approve = async (version: number, change: { digest?: string; until?: number } = {}) =>
  trials("board").approve(
    story.trialId,
    version,
    change.digest ?? story.digestOf(version),
    change.until ?? (await world.now()) + 100 * DAY,
  );

describe("a registered protocol number", () => {
  test("is in review until the board approves a version, then active", async () => {
    expect(await status()).toBe("in-review");
    await approve(1);
    expect(await status()).toBe("active");
  });

  test("cannot be registered again, nor with a board that is not accredited", async () => {
    const { board, anyone } = world.actors;
    const register = (number: string, by: string) => trials("otherSponsor").register(number, by);
    await expectRefusal(register("CZ-2030-001", board.address), "ProtocolTaken");
    await expectRefusal(register("CZ-2", anyone.address), "NotAccredited");
    await expectRefusal(register("CZ-2", world.actors.sponsor.address), "NotAccredited");
  });
});

describe("who may act on a trial", () => {
  test("is refused by name when there is no such trial", async () => {
    const trialId = bytes32("none");
    const { board } = world.actors;
    const until = (await world.now()) + DAY;
    const terms = termsForContract(termsOf(world));
    const attempts = [
      () => trials("governance").changeBoard(trialId, board.address),
      () => trials("governance").hold(trialId),
      () => trials("governance").lift(trialId),
      () => trials("governance").release(trialId),
      () => trials("board").suspend(trialId, REASON),
      () => trials("board").approve(trialId, 1, trialId, until),
      () => trials("sponsor").publishVersion(trialId, terms),
      () => trials("sponsor").close(trialId),
    ];
    for (const attempt of attempts) await expectRefusal(attempt(), "UnknownTrial", { trialId });
  });

  test("is no sponsor that lost its accreditation", async () => {
    await approve(1);
    const { sponsor } = world.actors;
    await world.as("governance").accreditation.deaccredit(ROLE.sponsor, sponsor.address);
    await expectRefusal(story.publish(), "NotAccredited", { account: sponsor.address });
    await expectRefusal(trials("sponsor").close(story.trialId), "NotAccredited");
    const { enrollment } = world.as("sponsor");
    await expectRefusal(enrollment.enroll(story.trialId, []), "NotAccredited");
  });

  test("is no board that is not accredited, also when governance names it", async () => {
    const { anyone, sponsor } = world.actors;
    for (const { address } of [anyone, sponsor]) {
      const change = trials("governance").changeBoard(story.trialId, address);
      await expectRefusal(change, "NotAccredited", { account: address });
    }
  });
});

describe("a version", () => {
  const refuse = async (change: Partial<VersionTerms>) =>
    expectRefusal(story.publish(change), "InvalidTerms");

  test("has the digest that TypeScript computes, over every term", async () => {
    const terms = termsOf(world);
    const { trialId } = story;
    const onChain = await trials("anyone").digestOf(trialId, 1, termsForContract(terms));
    expect(onChain).toBe(story.digestOf(1));
    expect((await trials("anyone").versionOf(trialId, 1)).digest).toBe(onChain);
    const site = terms.sites[0]!;
    const changes: Partial<VersionTerms>[] = [
      { criteriaHashes: [1n] },
      { criteriaHashes: [...terms.criteriaHashes, 1n] },
      { successorHashes: [1n] },
      { successorHashes: [...terms.successorHashes, 1n] },
      { circuit: "eligibility-32" },
      { consentFormHash: bytes32("x") },
      { consentFormVersion: 2 },
      { requiredPermissions: 3 },
      { offeredPermissions: 15 },
      { capacity: 11 },
      { arrivalDays: 15 },
      { requiresReconsent: true },
      { requiresRescreening: true },
      { isSealed: true },
      { attestationsHash: bytes32("x") },
      { documentHash: bytes32("x") },
      { sites: [] },
      { sites: [{ ...site, capacity: 3 }, terms.sites[1]!] },
      { sites: [{ ...site, signer: world.actors.anyone.address }, terms.sites[1]!] },
      { sites: [{ ...site, siteId: 7 }, terms.sites[1]!] },
      { custodians: [site.signer], custodianThreshold: 0 },
      { custodians: [site.signer, terms.sites[1]!.signer] },
      { custodianThreshold: 2 },
    ];
    const digests = changes.map((change) => {
      story.published[0] = termsOf(world, change);
      return story.digestOf(1);
    });
    story.published[0] = terms;
    expect(new Set([...digests, onChain]).size).toBe(changes.length + 1);
  });

  test("is refused when its terms contradict themselves", async () => {
    const site = { siteId: 1, signer: world.actors.site.address, capacity: 1 };
    for (const hash of [0n, FIELD_ORDER]) {
      await refuse({ criteriaHashes: [hash] });
      await refuse({ successorHashes: [hash] });
      await refuse({ criteriaHashes: [1n, hash], successorHashes: [1n, 2n] });
      await refuse({ criteriaHashes: [1n, 2n], successorHashes: [1n, hash] });
    }
    await refuse({ criteriaHashes: [] });
    await refuse({ criteriaHashes: [], successorHashes: [] });
    await refuse({ criteriaHashes: [1n, 2n] });
    await refuse({ successorHashes: [1n, 2n] });
    await refuse({ criteriaHashes: [1n, 2n, 3n, 4n, 5n], successorHashes: [1n, 2n, 3n, 4n, 5n] });
    await refuse({ consentFormHash: ZERO_BYTES32 });
    await refuse({ documentHash: ZERO_BYTES32 });
    await refuse({ capacity: 0 });
    await refuse({ arrivalDays: 0 });
    await refuse({ arrivalDays: 3651 });
    await refuse({ requiredPermissions: 0 });
    await refuse({ requiredPermissions: 0b1001 });
    await refuse({ sites: [] });
    await refuse({ sites: Array.from({ length: 257 }, (_, i) => ({ ...site, siteId: i + 1 })) });
    await refuse({ sites: [site, site] });
    await refuse({ sites: [{ ...site, siteId: 0 }] });
    await refuse({ sites: [{ ...site, signer: `0x${"00".repeat(20)}` }] });
  });

  test("is refused with a circuit that nobody registered", async () => {
    const terms = { ...termsForContract(termsOf(world)), circuit: bytes32("no circuit") };
    const publish = trials("sponsor").publishVersion(story.trialId, terms);
    await expectRefusal(publish, "UnknownCircuit", { circuit: bytes32("no circuit") });
  });

  test("that is not there is refused by name", async () => {
    await expectRefusal(trials("anyone").versionOf(story.trialId, 2), "UnknownVersion");
    await expectRefusal(trials("anyone").trialOf(bytes32("none")), "UnknownTrial");
    await expectRefusal(trials("anyone").hashesOf(story.trialId, 2), "UnknownVersion");
    await expectRefusal(trials("anyone").consentRulesOf(story.trialId, 2), "UnknownVersion");
    await expectRefusal(trials("anyone").sponsorOf(bytes32("none")), "UnknownTrial");
    await expectRefusal(trials("anyone").signerOf(story.trialId, 9), "UnknownSite");
    const { signer, capacity } = await trials("anyone").siteOf(story.trialId, 1, 9);
    expect([signer, capacity]).toEqual([`0x${"00".repeat(20)}`, 0n]);
  });

  test("names no site without places when it is the first, only an amendment does", async () => {
    const site = { siteId: 1, signer: world.actors.site.address, capacity: 0 };
    const other = { siteId: 2, signer: world.actors.site.address, capacity: 1 };
    await story.publish({ sites: [site, other] });
    const kept = await trials("anyone").siteOf(story.trialId, 2, 1);
    expect([kept.signer, kept.capacity]).toEqual([site.signer, 0n]);
    await trials("sponsor").register("CZ-2", world.actors.board.address);
    const terms = termsForContract(termsOf(world, { sites: [site, other] }));
    const first = trials("sponsor").publishVersion(trialIdOf("CZ-2"), terms);
    await expectRefusal(first, "InvalidTerms");
  });
});

describe("the board's approval", () => {
  test("is of the digest it computed itself", async () => {
    await expectRefusal(approve(1, { digest: bytes32("other terms") }), "DigestMismatch", {
      expected: story.digestOf(1),
    });
  });

  test("must end in the future, and can be renewed", async () => {
    await expectRefusal(approve(1, { until: await world.now() }), "InvalidExpiry");
    const until = (await world.now()) + 50;
    await approve(1, { until });
    await world.at(until);
    await world.mine();
    await trials("anyone").enrollmentRules(story.trialId, true);
    await world.at(until + 1);
    await world.mine();
    await expectRefusal(trials("anyone").enrollmentRules(story.trialId, true), "ApprovalExpired");
    await approve(1);
    await trials("anyone").enrollmentRules(story.trialId, true);
  });

  test("is only for the newest version or the one in force", async () => {
    await expectRefusal(approve(2, { digest: bytes32("x") }), "UnknownVersion");
    await approve(1);
    await story.publish({ capacity: 20 });
    await story.publish({ capacity: 30 });
    await expectRefusal(approve(2), "VersionSuperseded", { current: 3n });
    await approve(1);
    await approve(3);
    await expectRefusal(approve(1), "VersionSuperseded");
    await expectRefusal(approve(2), "VersionSuperseded");
  });

  test("decides by the flags which screening and consent a version needs", async () => {
    await approve(1);
    const needs = async (version: number) => {
      const { screeningVersion, consentVersion } = await trials("anyone").versionOf(
        story.trialId,
        version,
      );
      return [Number(screeningVersion), Number(consentVersion)];
    };
    expect(await needs(1)).toEqual([1, 1]);
    await story.publish();
    expect(await needs(2)).toEqual([0, 0]);
    await approve(2);
    expect(await needs(2)).toEqual([1, 1]);
    await story.publish({ requiresReconsent: true });
    await approve(3);
    expect(await needs(3)).toEqual([1, 3]);
    await story.publish({ requiresRescreening: true });
    await story.publish({ capacity: 5 });
    await approve(5);
    expect(await needs(5)).toEqual([1, 3]);
    await story.publish({ requiresRescreening: true });
    await approve(6);
    expect(await needs(6)).toEqual([6, 6]);
  });

  test("is another board's only after governance moved the trial", async () => {
    const digest = story.digestOf(1);
    const until = (await world.now()) + DAY;
    const byOther = () => trials("otherBoard").approve(story.trialId, 1, digest, until);
    await expectRefusal(byOther(), "NotYourTrial");
    const { board, otherBoard } = world.actors;
    await world.as("governance").accreditation.deaccredit(ROLE.board, board.address);
    await expectRefusal(approve(1), "NotAccredited");
    await trials("governance").changeBoard(story.trialId, otherBoard.address);
    await byOther();
    expect(await status()).toBe("active");
  });
});

describe("status", () => {
  const act = (name: "suspend" | "resume" | "close" | "complete", by: Actor) =>
    name === "suspend"
      ? trials(by).suspend(story.trialId, REASON)
      : trials(by)[name](story.trialId);
  const paths = [
    { from: [], allowed: [] },
    { from: ["approve"], allowed: ["suspend", "close"] },
    { from: ["approve", "suspend"], allowed: ["resume"] },
    { from: ["approve", "close"], allowed: ["suspend", "complete"] },
    { from: ["approve", "close", "suspend"], allowed: ["resume"] },
    { from: ["approve", "close", "complete"], allowed: [] },
  ] as const;
  const by = { suspend: "board", resume: "board", close: "sponsor", complete: "sponsor" } as const;
  type Step = keyof typeof by;

  test.each(paths)("after $from only $allowed is possible", async ({ from, allowed }) => {
    for (const step of from) {
      await (step === "approve" ? approve(1) : act(step, by[step]));
    }
    for (const step of Object.keys(by) as Step[]) {
      const before = await world.snapshot();
      const attempt = act(step, by[step]);
      if ((allowed as readonly string[]).includes(step)) await attempt;
      else await expectRefusal(attempt, "WrongStatus");
      await world.revert(before);
    }
  });

  test("after a hold is what it was before", async () => {
    await approve(1);
    await act("close", "sponsor");
    await act("suspend", "board");
    expect(await status()).toBe("temporarily-closed-to-accrual");
    await act("resume", "board");
    expect(await status()).toBe("closed-to-accrual");
  });

  test("completed is the end: no new version, no approval", async () => {
    await approve(1);
    await act("close", "sponsor");
    await act("complete", "sponsor");
    await expectRefusal(story.publish(), "WrongStatus");
    await expectRefusal(approve(1), "WrongStatus");
  });
});
