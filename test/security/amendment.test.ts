// Attacks around an amendment and around a lost wallet, as they reach the server over GraphQL. Proofs are simulated
// for the tests' own keys; contracts, server, outbox and indexer are as in production.
import { beforeAll, describe, expect, test } from "vitest";
import { dayOfTimestamp, packAsOf } from "../../circuits/statement/encoding/day.ts";
import type { ConsentStatement } from "../../circuits/statement/trial/consent.ts";
import { told } from "../contracts/events.ts";
import { consentProofOf, type Person, screeningOf } from "../contracts/story.ts";
import { successionOf } from "../contracts/succession.ts";
import { openServed } from "../support/served.ts";
import { consentOf, personOf, screenThrough, submit } from "../support/stage.ts";
import { expectRefusal, number } from "../support/world.ts";

const { stage, server } = await openServed();

const person = (name: string) => personOf(stage.story, name);

async function standingOf({ pseudonym }: Person) {
  const { data } = await server.ask(
    "query ($id: Bytes32!) { publicState(trialId: $id) { participants { pseudonym state onHold version } } }",
    { id: stage.story.trialId },
  );
  const { participants } = data.publicState;
  return participants.find((p: { pseudonym: string }) => p.pseudonym === String(pseudonym));
}

/** Submits and waits: the refusal's code, or the settled state. */
async function outcome(kind: string, input: unknown): Promise<string> {
  const answer = await submit(server, kind, input);
  if (answer.code !== undefined) return answer.code;
  const { state, refusal } = await server.settle(answer.id);
  return refusal?.code ?? state;
}

const consent = async (someone: Person, change: Partial<ConsentStatement> = {}) =>
  outcome("submitConsent", await consentOf(stage.story, someone, change));

/** A pseudonym grants once in an hour of the clock. */
async function waitAnHour(): Promise<void> {
  await stage.world.travel(3_600);
  await stage.world.mine();
}

async function enrolled(name: string): Promise<Person> {
  const someone = person(name);
  await screenThrough(server, stage.story, someone);
  expect(await consent(someone)).toBe("FINAL");
  const { story, world } = stage;
  await world.as("sponsor").enrollment.enroll(story.trialId, [someone.pseudonym]);
  return someone;
}

describe("a lost wallet's successor, through the server", () => {
  /** What a site and a new wallet hand in, as the server takes it. */
  async function handedIn(old: Person, next: Person, signer: "site" | "sponsor" = "site") {
    const made = await successionOf(stage.story, old, next, { signer });
    const { version, parts } = made.proof;
    const { code, signature } = made;
    return { ...made.succession, code, signature, proof: { version, parts } };
  }

  test("is admitted once, consents under a new pseudonym, and the lost one ends", async () => {
    const old = await enrolled("Ada");
    const next = person("Ada's new wallet");
    const signed = await handedIn(old, next);
    expect(await outcome("submitSuccession", signed)).toBe("FINAL");
    expect((await standingOf(old)).state).toBe("OFF_STUDY");
    expect(await consent(next)).toBe("FINAL");
    expect((await standingOf(next)).state).toBe("ELIGIBLE");
    // Who finds the lost wallet may still speak for the ended pseudonym, but takes part no more.
    await waitAnHour();
    await consent(old, { sequence: 2n });
    const { story, world } = stage;
    const enroll = world.as("sponsor").enrollment.enroll(story.trialId, [old.pseudonym]);
    expect((await told(enroll)).map(([name]) => name)).toEqual(["NotEnrolled"]);
    expect((await standingOf(old)).state).toBe("OFF_STUDY");
    // Nobody is admitted a second time.
    const third = await handedIn(old, person("Ada's third wallet"));
    expect(await outcome("submitSuccession", third)).toBe("WrongState");
    const { proof } = await screeningOf(story, { ...next, commitment: number("another") });
    expect(await outcome("submitScreening", proof)).toBe("AlreadyScreened");
  });

  test("is refused with a sponsor's signature, or with numbers the site did not sign", async () => {
    const old = await enrolled("Bea");
    const next = person("Bea's new wallet");
    const bySponsor = await handedIn(old, next, "sponsor");
    expect(await outcome("submitSuccession", bySponsor)).toBe("InvalidSignature");
    const signed = await handedIn(old, next);
    // Numbers that nobody proved, and numbers that were proven but not signed.
    const mine = { ...signed, successorCommitment: number("mine") };
    expect(await outcome("submitSuccession", mine)).toBe("InvalidProof");
    const rival = await handedIn(old, person("rival"));
    const borrowed = { ...rival, signature: signed.signature };
    expect(await outcome("submitSuccession", borrowed)).toBe("InvalidSignature");
    expect((await standingOf(old)).state).toBe("PENDING_ON_STUDY");
  });
});

describe("a tightened amendment, through the server", () => {
  let gil: Person;
  let hana: Person;

  beforeAll(async () => {
    const { story } = stage;
    gil = person("Gil");
    await screenThrough(server, story, gil);
    expect(await consent(gil)).toBe("FINAL");
    hana = person("Hana");
    await screenThrough(server, story, hana);
    const criteriaHashes = [number("tighter")];
    const successorHashes = [number("tighter, for a successor")];
    const tighter = { criteriaHashes, successorHashes };
    await story.publish({ ...tighter, requiresRescreening: true, requiresReconsent: true });
    await story.approve(2);
    await stage.world.as("anyone").screening.openGroup(story.trialId);
  });

  test("puts on hold who has not done what it asks", async () => {
    expect(await standingOf(gil)).toMatchObject({ onHold: true, version: 1 });
  });

  test("refuses the earlier version's screener: a screening or a consent under the old criteria", async () => {
    const { story, world } = stage;
    const old = await screeningOf(story, person("Latecomer"), { version: 1 });
    expect(await outcome("submitScreening", old.proof)).toBe("VersionSuperseded");
    const { screening, semaphore } = world.as("anyone");
    const groupRoot = await semaphore.getMerkleTreeRoot(await screening.groupOf(story.trialId, 1));
    const { statement } = await consentOf(story, hana);
    const proof = await consentProofOf(story, hana, statement, { groupRoot });
    expect(await outcome("submitConsent", { statement, proof })).toBe("NotScreened");
    expect(await consent(hana, { version: 1 })).toBe("VersionSuperseded");
  });

  test("refuses a re-screening with another commitment, and a second one", async () => {
    const { story } = stage;
    const other = await screeningOf(story, { ...gil, commitment: number("a friend's") });
    expect(await outcome("submitScreening", other.proof)).toBe("CommitmentMismatch");
    const settled = await screenThrough(server, story, gil);
    expect(settled.state).toBe("FINAL");
    // Another proof of the same answer is the same submission here, and refused by the contract.
    const asOf = packAsOf(dayOfTimestamp(await stage.world.now()) - 1);
    const again = await screeningOf(story, gil, { asOf });
    expect((await submit(server, "submitScreening", again.proof)).id).toBe(settled.id);
    const direct = stage.world.as("anyone").screening.screen(again.proof);
    await expectRefusal(direct, "AlreadyScreened");
  });

  test("refuses a consent from before, and lets the hold end with a new one only", async () => {
    expect((await standingOf(gil)).onHold).toBe(true);
    expect(await consent(gil, { sequence: 1n })).toBe("StaleSequence");
    await waitAnHour();
    expect(await consent(gil, { sequence: 2n })).toBe("FINAL");
    expect(await standingOf(gil)).toMatchObject({ onHold: false, version: 2, state: "ELIGIBLE" });
  });
});
