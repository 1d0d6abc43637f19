import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Field } from "../../circuits/statement/encoding/field.ts";
import { SIGNALS } from "../../circuits/statement/proof/signals.ts";
import { releaseProver } from "../../circuits/witness/prove.ts";
import { type ArrivalAnswer, parseAnswer, writeAnswer } from "../../client/desk/arrival.ts";
import { proveArrival } from "../../client/patient/arrival.ts";
import { EMPTY_BOOK, issueChallenge } from "../../client/site/challenge.ts";
import { EMPTY_MEMORY, remember } from "../../client/site/memory.ts";
import { type Desk, type Visit, verifyArrival } from "../../client/site/verify.ts";
import { noonOf, TODAY } from "../patient/support.ts";
import { artifacts, deskOf, enrolledWorld, PERSON, registryWith, type World } from "./world.ts";

let world: World;
let desk: Desk;
let issued: ReturnType<typeof issueChallenge>;
let answer: ArrivalAnswer;

beforeAll(async () => {
  world = await enrolledWorld();
  desk = await deskOf(world);
  issued = challengeOf({ freshEligibility: true });
  answer = await answerOf(world, issued);
}, 120_000);
afterAll(releaseProver);

function challengeOf(options: { freshEligibility?: boolean; succeeds?: bigint } = {}) {
  const { trialId } = world.reviewed.trial;
  return issueChallenge({ book: EMPTY_BOOK, trialId, siteId: 1, now: world.now, ...options });
}

function answerOf(of: World, { challenge }: typeof issued, document = PERSON.document) {
  return proveArrival({ ...of, challenge, document, artifacts });
}

type Change = Partial<Omit<Visit, "desk" | "person">> & {
  desk?: Partial<Desk>;
  person?: Partial<typeof PERSON>;
};

function verify(change: Change = {}) {
  return verifyArrival({
    book: issued.book,
    memory: EMPTY_MEMORY,
    answer,
    ...change,
    desk: { ...desk, ...change.desk },
    person: { ...PERSON, ...change.person },
  });
}

/** The code of the refusal that an answer meets. */
async function refusalOf(change: Change): Promise<string> {
  try {
    await verify(change);
    return "accepted";
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe("an arrival", () => {
  it("is accepted for the right person with a fresh challenge, also when sent as JSON", async () => {
    const carried = parseAnswer(JSON.parse(writeAnswer(answer)));
    const verified = await verify({ answer: carried });
    expect(verified.pseudonym).toBe(world.pseudonym);
    expect(verified.screeningNullifier).toBe(world.state.screenings[0]!.nullifier);
    expect(verified.arriveBy).toBe(noonOf(TODAY));
    expect(verified.book.open).toEqual([]);
  });

  it("refuses a replayed challenge", async () => {
    const { book } = await verify();
    expect(await refusalOf({ book })).toBe("ChallengeUsed");
  });

  it("refuses an answer to another challenge of the same site", async () => {
    const other = challengeOf({ freshEligibility: true });
    const relabelled = { ...answer, challenge: other.challenge.challenge };
    expect(await refusalOf({ answer: relabelled, book: other.book })).toBe("InvalidProof");
  });

  it("refuses an answer to a challenge that asks for a successor", async () => {
    const [challenge] = issued.book.open;
    const book = { open: [{ ...challenge!, succeeds: "7" }] };
    expect(await refusalOf({ book })).toBe("ChallengeUsed");
  });

  it("refuses an expired challenge", async () => {
    expect(await refusalOf({ desk: { now: world.now + 901 } })).toBe("ChallengeExpired");
  });

  it("refuses a person whom the record is not about", async () => {
    expect(await refusalOf({ person: { birthDate: "1980-01-01" } })).toBe("NotThisPerson");
    expect(await refusalOf({ person: { sex: "male" } })).toBe("NotThisPerson");
    expect(await refusalOf({ person: { document: "UTO P-999" } })).toBe("NotThisPerson");
  });

  it("refuses the buyer already in the wallet, whose document is not the record's", async () => {
    await expect(answerOf(world, issued, "UTO P-999")).rejects.toMatchObject({
      code: "NotThisPerson",
    });
  });

  it("refuses another's commitment: a stranger's screening with one's own record", async () => {
    const [screening] = world.state.screenings;
    const stranger = { ...screening!, commitment: 4n as Field };
    const state = { ...world.state, screenings: [stranger] };
    expect(await refusalOf({ desk: { state } })).toBe("CommitmentMismatch");
  });

  it("refuses a person who was never screened, though the pseudonym is enrolled", async () => {
    const state = { ...world.state, screenings: [] };
    expect(await refusalOf({ desk: { state } })).toBe("NotScreened");
  });

  it("refuses a borrowed pseudonym: the other wallet's membership with one's own person check", async () => {
    const other = await enrolledWorld(2);
    const borrowed = await answerOf({ ...other, reviewed: world.reviewed }, issued);
    const mixed = { ...answer, membership: borrowed.membership };
    expect(await refusalOf({ answer: mixed })).toBe("InvalidProof");
    const whole = { ...mixed, participantCommitment: borrowed.participantCommitment };
    expect(await refusalOf({ answer: whole })).toBe("InvalidProof");
  });

  it("refuses a pseudonym of another site, in another state, or unknown", async () => {
    const [participant] = world.state.participants;
    const given = (change: object) => {
      const state = { ...world.state, participants: [{ ...participant!, ...change }] };
      return refusalOf({ desk: { state } });
    };
    expect(await given({ siteId: 2 })).toBe("WrongSite");
    expect(await given({ state: "on-study" })).toBe("WrongState");
    expect(await given({ state: "withdrawn" })).toBe("WrongState");
    expect(await given({ pseudonym: 5n })).toBe("UnknownParticipant");
  });

  it("refuses an old root after its window, and a voided one, and accepts one inside it", async () => {
    const { now } = world;
    const moved = (supersededAt: number, voided = false) => {
      const old = { root: world.registry.root, createdAt: 1, supersededAt, voided };
      return { ...registryWith([]), roots: [old] };
    };
    const { rootWindowSeconds: window } = desk;
    expect(await refusalOf({ desk: { registry: moved(now - window) } })).toBe("accepted");
    expect(await refusalOf({ desk: { registry: moved(now - window - 1) } })).toBe("UnknownRoot");
    expect(await refusalOf({ desk: { registry: moved(now - 1, true) } })).toBe("UnknownRoot");
  });

  it("refuses every root, the current one too, while a voided clinic's leaves are being cleared", async () => {
    const registry = { ...world.registry, blocked: true };
    expect(await refusalOf({ desk: { registry } })).toBe("RegistryBlocked");
  });

  it("refuses a proof of another day than today and three before", async () => {
    const today = world.asOfDay;
    expect(await refusalOf({ desk: { today: today + 3 } })).toBe("accepted");
    expect(await refusalOf({ desk: { today: today + 4 } })).toBe("DayOutOfRange");
    expect(await refusalOf({ desk: { today: today - 1 } })).toBe("DayOutOfRange");
  });

  it("refuses when a fresh eligibility proof was asked for and is missing, or is not of each part", async () => {
    expect(await refusalOf({ answer: { ...answer, eligibility: null } })).toBe("NotEligible");
    const [part] = answer.eligibility!;
    const given = (eligibility: typeof answer.eligibility) =>
      refusalOf({ answer: { ...answer, eligibility } });
    expect(await given(answer.persons)).toBe("InvalidProof");
    expect(await given([])).toBe("InvalidProof");
    expect(await given([part!, part!])).toBe("InvalidProof");
  });

  it("refuses every tampered signal", async () => {
    for (const part of ["persons", "eligibility"] as const) {
      const [first] = answer[part]!;
      for (const name of SIGNALS) {
        const signals = { ...first!.signals, [name]: (first!.signals[name] + 1n) as Field };
        const tampered = { ...answer, [part]: [{ ...first, signals }] } as ArrivalAnswer;
        expect([part, name, await refusalOf({ answer: tampered })]).not.toContain("accepted");
      }
    }
  });

  it("reveals to the site neither facts nor record, only what the document says already", () => {
    const text = writeAnswer(answer);
    const [entry] = world.wallet.records;
    const secrets = [...entry!.record.facts, entry!.record.blinding, entry!.commitment];
    for (const secret of secrets) expect(text).not.toContain(secret.toString());
  });
});

describe("a document that came here before", () => {
  const memoryOf = async (pseudonym: bigint) =>
    remember(EMPTY_MEMORY, { ...(await verify()).note, pseudonym });

  it("is let in again under the same pseudonym, and refused under a second one", async () => {
    const verified = await verify();
    const memory = remember(EMPTY_MEMORY, verified.note);
    expect((await verify({ memory })).note.known).toEqual([world.pseudonym]);
    expect(await refusalOf({ memory: await memoryOf(5n) })).toBe("DocumentKnown");
  });

  it("is let in for the successor that the chain names, though the desk has no note of it", async () => {
    const memory = await memoryOf(5n);
    const succeeded = (pseudonym: string, successorCommitment: bigint) => {
      const succession = JSON.stringify({ successorCommitment: `${successorCommitment}` });
      const at = { id: "1-0", blockNumber: 1, blockTime: 1, transactionHash: "0x" };
      const event = { ...at, contract: "Enrollment", name: "Succeeded" };
      return async () => [{ ...event, arguments: { pseudonym, succession } }];
    };
    const { participantCommitment } = answer;
    const given = (events: NonNullable<Desk["events"]>) => refusalOf({ memory, desk: { events } });
    expect(await given(succeeded("5", participantCommitment))).toBe("accepted");
    expect(await given(succeeded("5", 4n))).toBe("DocumentKnown");
    expect(await given(succeeded("6", participantCommitment))).toBe("DocumentKnown");
    expect(await given(async () => [])).toBe("DocumentKnown");
  });
});
