// Every function that changes state, called by every actor: who may is listed, everybody else is
// refused.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { registryLeafOf } from "../../circuits/statement/encoding/tree.ts";
import { PERMISSIONS, termsForContract, trialIdOf } from "../../circuits/statement/trial/trial.ts";
import { refusalOf } from "../../contracts/connect.ts";
import { ABI } from "../../contracts/generated/abi.ts";
import {
  type Actor,
  accreditExchange,
  bytes32,
  createWorld,
  number,
  REASON,
  ROLE,
  type World,
} from "../support/world.ts";
import { EXCHANGE, exchangeBlind, exchangeRows } from "./exchangeRoles.ts";
import { openTrial, type Story, termsOf, withdrawalOf } from "./story.ts";

const ZERO = `0x${"00".repeat(32)}`;
/** Of another clinic's leaf the registry says that there is none in this clinic's name. */
const WRONG_ROLE = ["NotGovernance", "NotAccredited", "NotYourTrial", "NotYourLeaf", "NotAnchored"]
  // Of the exchange.
  .concat("NotStaff");

let world: World;
let story: Story;
beforeAll(async () => {
  world = await createWorld();
  await accreditExchange(world);
  story = await openTrial(world, { change: { offeredPermissions: 0b111 | PERMISSIONS.emergency } });
});
afterAll(() => world.close());

type Row = {
  contract: keyof typeof ABI;
  name: string;
  may: Actor[];
  call: (by: Actor) => unknown;
  /** What must have happened before. */
  given?: () => Promise<unknown>;
};

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
    {
      ...row("Accreditation", "acceptOwnership", ["anyone"], (b) =>
        as(b).accreditation.acceptOwnership(),
      ),
      given: () => as("governance").accreditation.transferOwnership(anyone()),
    },
    row("CircuitRegistry", "register", governance, (b) =>
      as(b).circuits.register("eligibility-16", world.deployment.addresses.EligibilityVerifier8),
    ),
    row("RecordRegistry", "anchor", clinics, (b) => as(b).records.anchor(number("roles"))),
    row("RecordRegistry", "anchorBatch", clinics, (b) =>
      as(b).records.anchorBatch(number("roles"), 2, bytes32("l"), ""),
    ),
    row("RecordRegistry", "replace", ["clinic"], (b) =>
      as(b).records.replace(record(), number("roles"), 1, ZERO, "", []),
    ),
    row("RecordRegistry", "replaceAndVoid", ["clinic"], (b) =>
      as(b).records.replaceAndVoid(record(), number("roles"), 1, ZERO, "", [], []),
    ),
    row("RecordRegistry", "revoke", ["clinic"], (b) => as(b).records.revoke(record(), [])),
    row("RecordRegistry", "revokeEarly", clinics, (b) =>
      as(b).records.revokeEarly(number("roles")),
    ),
    {
      ...row("RecordRegistry", "anchorInto", ["clinic"], async (b) => {
        const leaf = registryLeafOf(record(), world.actors.clinic.address);
        const tombstone = await as(b).records.tombstoneOf(leaf);
        return as(b).records.anchorInto(tombstone, number("roles"), 1, ZERO, "", []);
      }),
      given: () => as("clinic").records.revoke(record(), []),
    },
    {
      ...row("RecordRegistry", "voidClinic", governance, (b) =>
        as(b).records.voidClinic(world.actors.clinic.address),
      ),
      given: () =>
        as("governance").accreditation.deaccredit(ROLE.clinic, world.actors.clinic.address),
    },
    row("RecordRegistry", "setQuota", governance, (b) => as(b).records.setQuota(anyone(), 1)),
    row("RecordRegistry", "setRevocationLimit", governance, (b) =>
      as(b).records.setRevocationLimit(anyone(), 1),
    ),
    row("TrialRegistry", "register", ["sponsor", "otherSponsor"], (b) =>
      as(b).trials.register("ROLES-1", world.actors.board.address),
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
    row("TrialRegistry", "comment", ["board"], (b) =>
      as(b).trials.comment(trialId, 1, bytes32("words")),
    ),
    ...(["requestChanges", "reject"] as const).map((name) => ({
      ...row("TrialRegistry", name, ["board"], async (b) => {
        const { digest } = await as(b).trials.versionOf(trialId, 2);
        return as(b).trials[name](trialId, 2, digest, bytes32("words"));
      }),
      given: () => as("sponsor").trials.publishVersion(trialId, termsForContract(termsOf(world))),
    })),
    row("TrialRegistry", "suspend", ["board"], (b) => as(b).trials.suspend(trialId, REASON)),
    row("TrialRegistry", "hold", governance, (b) => as(b).trials.hold(trialId)),
    {
      ...row("TrialRegistry", "lift", governance, (b) => as(b).trials.lift(trialId)),
      given: () => as("governance").trials.hold(trialId),
    },
    {
      ...row("TrialRegistry", "release", governance, (b) =>
        as(b).trials.release(trialIdOf("ROLES-2")),
      ),
      given: () => as("sponsor").trials.register("ROLES-2", world.actors.board.address),
    },
    {
      ...row("TrialRegistry", "resume", ["board"], (b) => as(b).trials.resume(trialId)),
      given: () => as("board").trials.suspend(trialId, REASON),
    },
    row("TrialRegistry", "close", ["sponsor"], (b) => as(b).trials.close(trialId)),
    {
      ...row("TrialRegistry", "complete", ["sponsor"], (b) => as(b).trials.complete(trialId)),
      given: () => as("sponsor").trials.close(trialId),
    },
    // Of Enrollment alone, which retires the old pseudonym (succession.test.ts).
    row("Screening", "admitSuccessor", [], (b) =>
      as(b).screening.admitSuccessor(screeningNothing(trialId), 1n),
    ),
    row("Enrollment", "enroll", ["sponsor"], (b) => as(b).enrollment.enroll(trialId, [])),
    ...exchangeRows(world, story),
  ];
};
const record = () => number("record for CZ-2030-001");
const row = (contract: Row["contract"], name: string, may: Actor[], call: Row["call"]): Row => ({
  contract,
  name,
  may,
  call,
});

const screeningNothing = (trialId: string) => {
  const part = { issuerTag: 1n, recordsRoot: record(), asOf: 0n, points: Array(8).fill(0n) };
  const who = { nullifier: 1n, participantCommitment: 1n };
  return { trialId, version: 1, ...who, parts: [part] };
};

/**
 * Acts by proof, code, signature or passage of time: the sender does not matter. What they answer
 * here is a refusal of what was sent, the same one for all (but openGroup, which anyone may call).
 */
const senderBlind = (): Omit<Row, "may">[] => {
  const { trialId } = story;
  const about = { trialId, pseudonym: 1n, siteId: 1, arriveBy: 0n };
  const site = { ...about, evidence: ZERO, deadline: 10_000_000_000n };
  const numbers = { successorNullifier: 1n, successorCommitment: 1n };
  const succession = { trialId, pseudonym: 1n, siteId: 1, ...numbers, deadline: site.deadline };
  const points = Array(8).fill(0n);
  const screening = screeningNothing(trialId);
  const records = (b: Actor) => world.as(b).records;
  const enrollment = (b: Actor) => world.as(b).enrollment;
  const clinic = world.actors.clinic.address;
  const blind = (contract: Row["contract"], name: string, call: Row["call"]) => ({
    ...{ contract, name, call },
  });
  return [
    blind("RecordRegistry", "anchorSigned", (b) =>
      records(b).anchorSigned(1n, clinic, site.deadline, ZERO),
    ),
    blind("RecordRegistry", "clearLeaf", (b) =>
      records(b).clearLeaf(registryLeafOf(record(), clinic), []),
    ),
    blind("Screening", "screen", (b) => world.as(b).screening.screen(screening)),
    blind("Screening", "screenMany", (b) => world.as(b).screening.screenMany(trialId, 1, [])),
    blind("Screening", "openGroup", (b) => world.as(b).screening.openGroup(trialId)),
    blind("Enrollment", "consent", (b) =>
      enrollment(b).consent(withdrawalOf(story), { pseudonym: 1n, groupRoot: 1n, points }),
    ),
    blind("Enrollment", "withdrawByCode", (b) => enrollment(b).withdrawByCode(trialId, 1n, ZERO)),
    ...(["arrive", "failScreening", "finish", "withdrawBySite"] as const).map((name) =>
      blind("Enrollment", name, (b) => enrollment(b)[name](site, ZERO)),
    ),
    blind("Enrollment", "reportNoShow", (b) => enrollment(b).reportNoShow(trialId, 1n)),
    blind("Enrollment", "succeed", (b) => enrollment(b).succeed(succession, ZERO, screening, ZERO)),
    ...exchangeBlind(world, story),
  ];
};

/** What a call of a row by an actor comes to; the world is as before. */
async function outcomeOf({ call, given }: Omit<Row, "may">, actor: Actor): Promise<string> {
  const before = await world.snapshot();
  await given?.();
  const outcome = await Promise.resolve(call(actor)).then(
    () => "accepted",
    (error: unknown) => refusalOf(error)?.code ?? String(error),
  );
  await world.revert(before);
  return outcome;
}

describe("the role matrix", () => {
  test("every function is called by every actor, and only those listed succeed", async () => {
    for (const { may, ...rest } of rows()) {
      for (const actor of Object.keys(world.actors) as Actor[]) {
        const outcome = await outcomeOf(rest, actor);
        const what = `${rest.contract}.${rest.name} by ${actor}`;
        if (may.includes(actor)) expect(outcome, what).toBe("accepted");
        else expect(WRONG_ROLE, `${what}: ${outcome}`).toContain(outcome);
      }
    }
  });

  test("a function that looks at no sender answers every actor alike", async () => {
    for (const blind of senderBlind()) {
      const outcomes = new Set<string>();
      for (const actor of Object.keys(world.actors) as Actor[]) {
        outcomes.add(await outcomeOf(blind, actor));
      }
      const [only, ...others] = outcomes;
      expect(others, `${blind.contract}.${blind.name} also says`).toEqual([]);
      expect(WRONG_ROLE, `${blind.contract}.${blind.name}`).not.toContain(only);
    }
  });

  test("lists every function that changes state", () => {
    const ours = [
      "Accreditation",
      "CircuitRegistry",
      "RecordRegistry",
      "TrialRegistry",
      "Screening",
      "Enrollment",
      ...EXCHANGE,
    ];
    const found = ours.flatMap((contract) =>
      ABI[contract as keyof typeof ABI]
        .filter((line) => line.startsWith("function ") && !/\) (view|pure)/.test(line))
        .map((line) => `${contract}.${/^function (\w+)/.exec(line)![1]}`),
    );
    const listed = [...rows(), ...senderBlind()].map(({ contract, name }) => `${contract}.${name}`);
    expect(found.sort()).toEqual(listed.sort());
  });
});
