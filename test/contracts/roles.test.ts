// Every function that changes state, called by every actor: who may is listed, everybody else is
// refused.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { termsForContract } from "../../circuits/statement/trial.ts";
import { refusalOf } from "../../contracts/connect.ts";
import { ABI } from "../../contracts/generated/abi.ts";
import { openTrial, type Story, termsOf } from "./story.ts";
import {
  type Actor,
  bytes32,
  createWorld,
  expectRefusal,
  number,
  ROLE,
  type World,
} from "./world.ts";

const ZERO = `0x${"00".repeat(32)}`;
const WRONG_ROLE = ["NotGovernance", "NotAccredited", "NotYourTrial", "NotYourLeaf"];

let world: World;
let story: Story;
beforeAll(async () => {
  world = await createWorld();
  story = await openTrial(world);
});
afterAll(() => world.close());

type Row = { contract: keyof typeof ABI; name: string; may: Actor[]; call: (by: Actor) => unknown };

const anyone = () => world.actors.anyone.address;
const rows = (): Row[] => {
  const { trialId } = story;
  const governance = ["governance"] as Actor[];
  const clinics = ["clinic", "otherClinic"] as Actor[];
  const as = world.as;
  return [
    row("Accreditation", "accredit", governance, (b) =>
      as(b).accreditation.accredit(ROLE.clinic, anyone(), "x"),
    ),
    row("Accreditation", "deaccredit", governance, (b) =>
      as(b).accreditation.deaccredit(ROLE.clinic, world.actors.clinic.address),
    ),
    row("Accreditation", "registerDictionary", governance, (b) =>
      as(b).accreditation.registerDictionary(2, bytes32("d")),
    ),
    row("Accreditation", "transferOwnership", governance, (b) =>
      as(b).accreditation.transferOwnership(anyone()),
    ),
    row("CircuitRegistry", "register", governance, (b) =>
      as(b).circuits.register("eligibility-16", world.deployment.addresses.EligibilityVerifier8),
    ),
    row("RecordRegistry", "anchor", clinics, (b) => as(b).records.anchor(number("roles"))),
    row("RecordRegistry", "anchorBatch", clinics, (b) =>
      as(b).records.anchorBatch(number("roles"), 2, bytes32("l"), ""),
    ),
    row("RecordRegistry", "replace", ["clinic"], (b) =>
      as(b).records.replace(leaf(), number("roles"), 1, ZERO, "", []),
    ),
    row("RecordRegistry", "revoke", ["clinic"], (b) => as(b).records.revoke(leaf(), [])),
    row("TrialRegistry", "register", ["sponsor", "otherSponsor"], (b) =>
      as(b).trials.register("roles", world.actors.board.address),
    ),
    row("TrialRegistry", "changeBoard", governance, (b) =>
      as(b).trials.changeBoard(trialId, world.actors.otherBoard.address),
    ),
    row("TrialRegistry", "publishVersion", ["sponsor"], (b) =>
      as(b).trials.publishVersion(trialId, termsForContract(termsOf(world))),
    ),
    row("TrialRegistry", "approve", ["board"], (b) =>
      as(b).trials.approve(trialId, 1, story.digestOf(1), 10_000_000_000),
    ),
    row("TrialRegistry", "suspend", ["board", "governance"], (b) => as(b).trials.suspend(trialId)),
    row("TrialRegistry", "close", ["sponsor"], (b) => as(b).trials.close(trialId)),
    row("Enrollment", "enroll", ["sponsor"], (b) => as(b).enrollment.enroll(trialId, [])),
  ];
};
const leaf = () => number("record for CZ-2030-001");
const row = (contract: Row["contract"], name: string, may: Actor[], call: Row["call"]): Row => ({
  contract,
  name,
  may,
  call,
});

/**
 * Acts by proof, code, signature or passage of time: the sender does not matter (tests of their
 * own).
 */
const SENDER_BLIND = [
  "RecordRegistry.anchorSigned",
  "Enrollment.screen",
  "Enrollment.openGroup",
  "Enrollment.consent",
  "Enrollment.withdrawByCode",
  "Enrollment.arrive",
  "Enrollment.failScreening",
  "Enrollment.finish",
  "Enrollment.withdrawBySite",
  "Enrollment.reportNoShow",
  "Enrollment.succeed",
  "Enrollment.multicall",
];
/** Need a state of their own: tested in the files named. */
const ELSEWHERE = [
  "RecordRegistry.voidLeaf", // records.test.ts
  "Accreditation.acceptOwnership", // governance.test.ts
  "TrialRegistry.resume", // below
  "TrialRegistry.complete", // below
];

describe("the role matrix", () => {
  test("every function is called by every actor, and only those listed succeed", async () => {
    for (const { contract, name, may, call } of rows()) {
      for (const actor of Object.keys(world.actors) as Actor[]) {
        const before = await world.snapshot();
        const outcome = await Promise.resolve(call(actor)).then(
          () => "accepted",
          (error: unknown) => refusalOf(error)?.code ?? String(error),
        );
        const what = `${contract}.${name} by ${actor}`;
        if (may.includes(actor)) expect(outcome, what).toBe("accepted");
        else expect(WRONG_ROLE, `${what}: ${outcome}`).toContain(outcome);
        await world.revert(before);
      }
    }
  });

  test("resume is the board's and complete the sponsor's", async () => {
    const { trialId } = story;
    const before = await world.snapshot();
    await world.as("board").trials.suspend(trialId);
    for (const actor of ["governance", "sponsor", "otherBoard", "anyone", "site"] as const) {
      await expectRefusal(world.as(actor).trials.resume(trialId), "NotYourTrial");
    }
    await world.as("board").trials.resume(trialId);
    await world.as("sponsor").trials.close(trialId);
    for (const actor of ["governance", "board", "otherSponsor", "anyone", "site"] as const) {
      await expectRefusal(world.as(actor).trials.complete(trialId), "NotYourTrial");
    }
    await world.revert(before);
  });

  test("lists every function that changes state", () => {
    const ours = [
      "Accreditation",
      "CircuitRegistry",
      "RecordRegistry",
      "TrialRegistry",
      "Enrollment",
    ];
    const found = ours.flatMap((contract) =>
      ABI[contract as keyof typeof ABI]
        .filter((line) => line.startsWith("function ") && !/\) (view|pure)/.test(line))
        .map((line) => `${contract}.${/^function (\w+)/.exec(line)![1]}`),
    );
    const listed = rows().map(({ contract, name }) => `${contract}.${name}`);
    expect(found.sort()).toEqual([...listed, ...SENDER_BLIND, ...ELSEWHERE].sort());
  });
});
