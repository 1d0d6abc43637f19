// One patient with records of two clinics: each shows one part of a trial, on a real chain.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { releaseProver } from "../../circuits/witness/prove.ts";
import { EMPTY_BOOK, issueChallenge } from "../../client/site/challenge.ts";
import { openDesk } from "../../client/site/desk.node.ts";
import { EMPTY_MEMORY } from "../../client/site/memory.ts";
import { verifyArrival } from "../../client/site/verify.ts";
import { enroll, enrollable } from "../../client/sponsor/enroll.ts";
import { downloadTrial } from "../../client/trial/review.ts";
import { PERSON } from "../site/world.ts";
import { attestBatch, type Exchange, openTestTrial, startExchange } from "./exchange.ts";
import { answer, look, makeConsent, type Patient, screen, sendConsent, status } from "./steps.ts";
import { seededWallet } from "./support.ts";
import { TWO_PARTS } from "./trial.ts";

const TRIAL = "CZ-PARTS-1";
let exchange: Exchange;
let patient: Patient;

beforeAll(async () => {
  exchange = await startExchange();
  await openTestTrial(exchange, TRIAL, TWO_PARTS);
  const [first] = await attestBatch({
    exchange,
    clinic: 0,
    wallets: [seededWallet(1)],
    record: { hba1c: "6.1" },
  });
  patient = { wallet: first!, api: exchange.client().api };
}, 300_000);

afterAll(async () => {
  await exchange?.stop();
  await releaseProver();
});

describe("a trial in two parts", () => {
  it("refuses a patient whose one record answers only the first, naming the second", async () => {
    const { check } = await look(patient, TRIAL);
    expect(check.parts.map(({ shownBy }) => shownBy)).toEqual([0, undefined]);
    await expect(screen(patient, TRIAL)).rejects.toMatchObject({ code: "NotEligible" });
  });

  it("screens the patient with parts from two clinics, whose tags differ", async () => {
    const [both] = await attestBatch({
      exchange,
      clinic: 1,
      wallets: [patient.wallet],
      record: { diabetic: false, hba1c: "8.1" },
    });
    patient.wallet = both!;
    const input = await screen(patient, TRIAL);
    expect(input.parts).toHaveLength(2);
    const { state, check } = await look(patient, TRIAL);
    expect(check.reveals.mixed).toContain("two clinics");
    const [screening] = state.screenings;
    expect(new Set(screening!.issuerTags).size).toBe(2);
    expect(screening!.issuerTags).toEqual(input.parts.map(({ issuerTag }) => issuerTag));
  });

  it("brings the person to the desk with a person check for each clinic", async () => {
    await sendConsent(patient, (await makeConsent(patient, TRIAL)).input);
    const pseudonyms = await enrollable(exchange.cast.sponsor, TRIAL);
    await enroll(exchange.cast.sponsor, { protocolNumber: TRIAL, pseudonyms });
    expect((await status(patient, TRIAL)).state).toBe("pending-on-study");
    const downloads = await downloadTrial(patient.api, TRIAL);
    const { trialId } = downloads.trial;
    const now = downloads.deployment.chainTime;
    const of = { book: EMPTY_BOOK, trialId, siteId: 1, now, freshEligibility: true };
    const { book, challenge } = issueChallenge(of);
    const shown = await answer(patient, TRIAL, challenge);
    expect(shown.persons).toHaveLength(2);
    expect(shown.eligibility).toHaveLength(2);
    const visit = { book, memory: EMPTY_MEMORY, person: PERSON, desk: await openDesk(downloads) };
    const { pseudonym } = await verifyArrival({ ...visit, answer: shown });
    expect(pseudonyms).toContain(pseudonym);
    const [only] = shown.persons;
    const half = verifyArrival({ ...visit, answer: { ...shown, persons: [only!] } });
    await expect(half).rejects.toMatchObject({ code: "OtherIssuer" });
  });
});
