import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Field } from "../../circuits/statement/field.ts";
import { listSignals } from "../../circuits/statement/signals.ts";
import { releaseProver } from "../../circuits/witness/prove.ts";
import { type ArrivalAnswer, parseAnswer, writeAnswer } from "../../client/arrival.ts";
import { proveArrival } from "../../client/patient/arrival.ts";
import { EMPTY_BOOK, issueChallenge } from "../../client/site/challenge.ts";
import { type Desk, verifyArrival } from "../../client/site/verify.ts";
import { registryOf } from "../patient/support.ts";
import { artifacts, deskOf, enrolledWorld, PERSON, type World } from "./world.ts";

let world: World;
let desk: Desk;
let issued: ReturnType<typeof issueChallenge>;
let answer: ArrivalAnswer;

beforeAll(async () => {
  world = await enrolledWorld();
  desk = await deskOf(world);
  issued = challengeOf({ freshEligibility: true });
  answer = await answerOf(world, issued);
});
afterAll(releaseProver);

function challengeOf(options: { freshEligibility?: boolean; siteId?: number } = {}) {
  const { trialId } = world.reviewed.trial;
  return issueChallenge({ book: EMPTY_BOOK, trialId, siteId: 1, now: world.now, ...options });
}

function answerOf(of: World, { challenge }: typeof issued, document = PERSON.document) {
  return proveArrival({ ...of, challenge, document, artifacts });
}

/** The code of the refusal that an answer meets. */
async function refusalOf(change: {
  answer?: ArrivalAnswer;
  desk?: Partial<Desk>;
  person?: Partial<typeof PERSON>;
  book?: typeof EMPTY_BOOK;
}): Promise<string> {
  try {
    await verifyArrival({
      desk: { ...desk, ...change.desk },
      book: change.book ?? issued.book,
      answer: change.answer ?? answer,
      person: { ...PERSON, ...change.person },
    });
    return "accepted";
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe("an arrival", () => {
  it("is accepted for the right person with a fresh challenge, also after a trip over JSON", async () => {
    const carried = parseAnswer(JSON.parse(writeAnswer(answer)));
    const verified = await verifyArrival({
      desk,
      book: issued.book,
      answer: carried,
      person: PERSON,
    });
    expect(verified.pseudonym).toBe(world.pseudonym);
    expect(verified.screeningNullifier).toBe(world.state.screenings[0]!.nullifier);
    expect(verified.book.open).toEqual([]);
  });

  it("refuses a replayed challenge", async () => {
    const { book } = await verifyArrival({ desk, book: issued.book, answer, person: PERSON });
    expect(await refusalOf({ book })).toBe("ChallengeUsed");
  });

  it("refuses an answer to another challenge of the same site", async () => {
    const other = challengeOf({ freshEligibility: true });
    const relabelled = { ...answer, challenge: other.challenge.challenge };
    expect(await refusalOf({ answer: relabelled, book: other.book })).toBe("InvalidProof");
  });

  it("refuses an expired challenge", async () => {
    expect(await refusalOf({ desk: { now: world.now + 901 } })).toBe("ChallengeExpired");
  });

  it("refuses a sold secret: the record is about somebody else", async () => {
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
    const [leaf] = registryOf([{ value: 9n, size: 1 }]).leaves;
    const now = world.now;
    const moved = (supersededAt: number, voided = false) => {
      const old = { root: world.registry.root, createdAt: 1, supersededAt, voided };
      return { ...world.registry, root: 9n as Field, leaves: [leaf!], roots: [old] };
    };
    expect(await refusalOf({ desk: { registry: moved(now - 3_600) } })).toBe("accepted");
    expect(await refusalOf({ desk: { registry: moved(now - 3_601) } })).toBe("UnknownRoot");
    expect(await refusalOf({ desk: { registry: moved(now - 1, true) } })).toBe("UnknownRoot");
  });

  it("refuses a proof of another day than today and three before", async () => {
    const today = world.asOfDay;
    expect(await refusalOf({ desk: { today: today + 3 } })).toBe("accepted");
    expect(await refusalOf({ desk: { today: today + 4 } })).toBe("DayOutOfRange");
    expect(await refusalOf({ desk: { today: today - 1 } })).toBe("DayOutOfRange");
  });

  it("refuses when a fresh eligibility proof was asked for and is missing or another person's", async () => {
    expect(await refusalOf({ answer: { ...answer, eligibility: null } })).toBe("NotEligible");
    const other = { ...answer, eligibility: answer.person };
    expect(await refusalOf({ answer: other })).toBe("InvalidProof");
  });

  it("refuses every tampered signal", async () => {
    for (const part of ["person", "eligibility"] as const) {
      const { proof, signals } = answer[part]!;
      for (const name of Object.keys(signals) as (keyof typeof signals)[]) {
        const changed = { ...signals, [name]: (signals[name] + 1n) as Field };
        const tampered = { ...answer, [part]: { proof, signals: changed } };
        expect([part, name, await refusalOf({ answer: tampered })]).not.toContain("accepted");
      }
    }
  });

  it("reveals to the site neither facts nor record, only what the document says already", () => {
    const text = writeAnswer(answer);
    const [entry] = world.wallet.records;
    const secrets = [...entry!.record.facts, entry!.record.blinding, entry!.commitment];
    for (const secret of secrets) expect(text).not.toContain(secret.toString());
    expect(listSignals(answer.person.signals).length).toBe(6);
  });
});
