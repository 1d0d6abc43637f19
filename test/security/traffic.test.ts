// An observer who knows when each patient was at the clinic, and sees everything that becomes public and when: leaves
// of the registry, screenings, consents. Its matcher is first in, first out. Traffic is synthetic and seeded.
import { describe, expect, test } from "vitest";
import { buildBatch } from "../../client/clinic/registry/batch.ts";
import { drawTimes } from "../../client/patient/delay.ts";
import { createWallet } from "../../client/patient/wallet.ts";
import { interfaceOf } from "../../contracts/connect.ts";
import { between, type Random, seeded } from "../circuits/random.ts";

const DAY = 86_400;
const CLINICS = 6;
const PATIENTS = 32;
const WEEKS = 4;
/** Of all patients in a week, so many are screened for the trial. */
const SCREENED = 60;

/** A leaf that became public: whose it is only the clinic knows. */
type Leaf = { readonly at: number; readonly clinic: number; readonly patient: number };
type Screening = { readonly at: number; readonly clinic: number; readonly patient: number };

/** Who is screened when, spread over the weeks. */
function screenings(random: Random): Screening[] {
  const visits = Array.from({ length: SCREENED * WEEKS }, () => ({
    at: random() * WEEKS * 7 * DAY,
    clinic: between(random, 0, CLINICS - 1),
    patient: between(random, 0, PATIENTS - 1),
  }));
  return visits.sort((a, b) => a.at - b.at);
}

/** Leaves as clinics publish them on a schedule: a whole batch a week each, in the batch's own order. */
function scheduled(random: Random): Leaf[] {
  const draw = (below: number) => Math.floor(random() * below);
  const weeks = Array.from({ length: WEEKS }, (_, week) => week);
  return weeks.flatMap((week) =>
    Array.from({ length: CLINICS }, (_, clinic) => {
      const commitments = Array.from({ length: PATIENTS }, (_, patient) => BigInt(1 + patient));
      const { leaves } = buildBatch(commitments, draw);
      const at = (7 * week + clinic) * DAY;
      return leaves.map((leaf) => ({ at, clinic, patient: Number(leaf) - 1 }));
    }).flat(),
  );
}

/** Leaves as they would come if each patient had the record refreshed just before a screening. */
function onDemand(visits: readonly Screening[], random: Random): Leaf[] {
  return visits.map(({ at, ...who }) => ({ at: at - 600 - random() * 3_600, ...who }));
}

/** Links each screening to the leaf that became public last before it, oldest unused first among equals. */
function matchLeaves(leaves: readonly Leaf[], visits: readonly Screening[]): number {
  const used = new Set<Leaf>();
  const ordered = [...leaves].sort((a, b) => a.at - b.at);
  const hits = visits.filter((visit) => {
    const before = ordered.filter((leaf) => leaf.at <= visit.at && !used.has(leaf));
    const newest = before.at(-1)?.at;
    const guess = before.find(({ at }) => at === newest);
    if (guess === undefined) return false;
    used.add(guess);
    return guess.clinic === visit.clinic && guess.patient === visit.patient;
  });
  return hits.length / visits.length;
}

/** Links the n-th consent to the n-th screening. */
function matchConsents(visits: readonly Screening[], delay: () => number): number {
  const consents = visits.map((visit, n) => ({ n, at: visit.at + 60 + delay() }));
  consents.sort((a, b) => a.at - b.at);
  return consents.filter(({ n }, i) => n === i).length / visits.length;
}

describe("a first-in-first-out matcher", () => {
  test("links patients to screenings when records are refreshed on demand: so it works", () => {
    const random = seeded(1);
    const visits = screenings(random);
    expect(matchLeaves(onDemand(visits, random), visits)).toBeGreaterThan(0.4);
  });

  test("refuses to work when clinics refresh whole batches on a schedule: it stays near chance", () => {
    const random = seeded(2);
    const visits = screenings(random);
    // Chance is one patient in all clinics', 1 in 192; a matcher that knew the clinic would have 1 in 32.
    expect(matchLeaves(scheduled(random), visits)).toBeLessThan(1 / PATIENTS);
  });

  test("does not find a patient by the place in a batch: the order says nothing about arrival", () => {
    const leaves = scheduled(seeded(3));
    const inOrder = leaves.filter(({ patient }, i) => patient === i % PATIENTS);
    expect(inOrder.length / leaves.length).toBeLessThan(3 / PATIENTS);
  });

  test("stays near chance from the clinic to the consent, and finds nearly all without the delay", () => {
    const random = seeded(4);
    const visits = screenings(random);
    const perDay = SCREENED / 7;
    const { settings } = createWallet();
    const delayed = matchConsents(visits, () => {
      const drawn = random();
      return drawTimes({ now: 0, perDay, settings, random: () => drawn }).notBefore;
    });
    expect(matchConsents(visits, () => 0)).toBeGreaterThan(0.9);
    // About three others wait at any time: chance is one in four.
    expect(delayed).toBeLessThan(0.25);
    const whole = delayed * matchLeaves(scheduled(random), visits);
    expect(whole).toBeLessThan(0.01);
  });
});

describe("the size of a transaction", () => {
  const big = (1n << 250n) - 1n;
  const bytes = (byte: string) => `0x${byte.repeat(32)}`;
  const statement = (value: bigint, at: string) => ({
    trialId: bytes(at),
    version: value > 9n ? 7 : 1,
    formHash: bytes(at),
    permissions: value > 9n ? 255 : 0,
    siteId: value > 9n ? 9 : 0,
    validUntil: value > 9n ? 1n << 39n : 0n,
    givenBy: 1,
    sequence: value > 9n ? 1n << 31n : 1n,
    decision: 1,
    submitBy: 0n,
    withdrawalCodeHash: bytes(at),
  });

  test("is one for all screenings and one for all statements, grants and withdrawals alike", () => {
    const points = (n: bigint) => Array.from({ length: 8 }, () => n);
    // As many parts as the trial has, the same for everybody.
    const screening = (n: bigint, at: string) => {
      const part = { issuerTag: n, recordsRoot: n, asOf: n >> 210n, points: points(n) };
      const proof = { trialId: bytes(at), version: 1, nullifier: n, participantCommitment: n };
      return interfaceOf("Screening").encodeFunctionData("screen", [
        { ...proof, parts: [part, part] },
      ]);
    };
    const consent = (n: bigint, at: string) =>
      interfaceOf("Enrollment").encodeFunctionData("consent", [
        statement(n, at),
        { pseudonym: n, groupRoot: n, points: points(n) },
      ]);
    expect(screening(big, "ff").length).toBe(screening(0n, "00").length);
    expect(consent(big, "ff").length).toBe(consent(0n, "00").length);
  });
});
