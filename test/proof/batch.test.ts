import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { verifyMany, verifyOne } from "../../circuits/statement/proof/proof.ts";
import { semaphoreKey } from "../../circuits/statement/proof/semaphoreKeys.ts";
import {
  parseSemaphoreProof,
  type SemaphoreProof,
  semaphoreClaim,
  verifySemaphore,
} from "../../circuits/statement/proof/semaphoreProof.ts";
import { openVerifyPool } from "../../server/verify/verifyPool.ts";
import { algebra, type Fixture, type HonestClaim, prove } from "./fixture.ts";
import { cofactorPoint } from "./points.ts";

let fixture: Fixture;
beforeAll(async () => {
  fixture = await prove(3);
});

/** `count` honest claims, then the changes at their places. */
function batch(count: number, changes: Record<number, unknown> = {}) {
  const items = Array.from({ length: count }, (_, i) => fixture.honest[i % 3] as HonestClaim);
  for (const [at, change] of Object.entries(changes)) items[Number(at)] = change as HonestClaim;
  return { key: fixture.key, items };
}

const wrongSignal = (claim: HonestClaim) => ({ ...claim, signals: claim.signals.with(2, "5") });
const refused = (verdicts: boolean[]) => verdicts.flatMap((good, i) => (good ? [] : [i]));

describe("many proofs at once", () => {
  it("accepts a hundred honest ones", async () => {
    expect(await verifyMany(batch(100))).toEqual(Array(100).fill(true));
  });

  it("answers an empty batch with nothing", async () => {
    expect(await verifyMany(batch(0))).toEqual([]);
  });

  it("finds one bad among a hundred and accepts the other 99", async () => {
    const bad = wrongSignal(fixture.honest[1]!);
    expect(refused(await verifyMany(batch(100, { 37: bad })))).toEqual([37]);
  });

  it("finds bad ones at both ends, beside each other, of every sort, and all bad", async () => {
    const bad = wrongSignal(fixture.honest[0]!);
    const junk = { proof: { pi_a: "x" }, signals: [] };
    const changes = { 0: bad, 1: junk, 16: bad, 17: bad, 33: bad };
    expect(refused(await verifyMany(batch(34, changes)))).toEqual([0, 1, 16, 17, 33]);
    const all = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [i, bad]));
    expect(await verifyMany(batch(9, all))).toEqual(Array(9).fill(false));
  });

  it.each([1, 2, 3, 4, 5, 6, 9, 16, 23])(
    "finds %i bad ones, few or many, wherever they stand",
    async (count) => {
      const bad = wrongSignal(fixture.honest[2]!);
      for (const step of [1, 5, 7]) {
        const places = Array.from({ length: count }, (_, i) => (i * step + count) % 24);
        const changes = Object.fromEntries(places.map((at) => [at, bad]));
        const expected = [...new Set(places)].toSorted((a, b) => a - b);
        expect(refused(await verifyMany(batch(24, changes)))).toEqual(expected);
      }
    },
  );

  it("refuses two bad proofs made to cancel under equal coefficients", async () => {
    const { mcl, g1, fr, write1 } = await algebra();
    const [first, second] = fixture.honest as [HonestClaim, HonestClaim];
    const shift = mcl.mul(g1(first.proof.pi_a), fr(99n));
    const move = (claim: HonestClaim, by: typeof shift) => ({
      ...claim,
      proof: { ...claim.proof, pi_c: write1(mcl.add(g1(claim.proof.pi_c), by)) },
    });
    const [up, down] = [move(first, shift), move(second, mcl.neg(shift))];
    const sum = mcl.add(g1(up.proof.pi_c), g1(down.proof.pi_c));
    expect(sum.isEqual(mcl.add(g1(first.proof.pi_c), g1(second.proof.pi_c)))).toBe(true);
    expect(refused(await verifyMany(batch(8, { 2: up, 5: down })))).toEqual([2, 5]);
  });

  it("refuses two torsion points that cancel, and one alone in a crowd", async () => {
    const { mcl, g2, write2 } = await algebra();
    const torsion = await cofactorPoint();
    const claim = fixture.honest[0]!;
    const move = (by: typeof torsion) => ({
      ...claim,
      proof: { ...claim.proof, pi_b: write2(mcl.add(g2(claim.proof.pi_b), by)) },
    });
    const pair = { 1: move(torsion), 2: move(mcl.neg(torsion)) };
    expect(refused(await verifyMany(batch(6, pair)))).toEqual([1, 2]);
    expect(refused(await verifyMany(batch(6, { 4: move(torsion) })))).toEqual([4]);
  });

  it("accepts the same proof twice: duplicates are the nullifier's business", async () => {
    const twice = { key: fixture.key, items: [fixture.honest[0]!, fixture.honest[0]!] };
    expect(await verifyMany(twice)).toEqual([true, true]);
  });

  it("gives the same verdicts as one by one", async () => {
    const { key, items } = batch(5, { 3: wrongSignal(fixture.honest[2]!) });
    const single = await Promise.all(items.map((item) => verifyOne({ key, ...item })));
    expect(await verifyMany({ key, items })).toEqual(single);
  });
});

describe("Semaphore proofs", () => {
  /** What each alone is found to be, after it was found the same in one batch with all of its depth. */
  async function verdictsOf(proofs: readonly unknown[]): Promise<boolean[]> {
    const alone = await Promise.all(proofs.map((proof) => verifySemaphore({ proof })));
    for (const depth of [1, 2, 3]) {
      const places = proofs.flatMap((proof, i) => (depthOf(proof) === depth ? [i] : []));
      const items = places.map((i) => semaphoreClaim(proofs[i]));
      const together = await verifyMany({ key: await semaphoreKey(depth), items });
      expect(together).toEqual(places.map((i) => alone[i]));
    }
    return alone;
  }
  const depthOf = (proof: unknown) => (proof as SemaphoreProof | null)?.merkleTreeDepth;

  it("accepts honest ones of several depths and refuses each changed part", async () => {
    const shallow = await prove(1, 3);
    const honest = [...fixture.semaphore, ...shallow.semaphore];
    expect(await verdictsOf(honest)).toEqual([true, true, true, true]);
    const proof = fixture.semaphore[0]!;
    const bumped = (part: string) => (BigInt(part) + 1n).toString();
    const changed = [
      { ...proof, merkleTreeDepth: 1 },
      { ...proof, merkleTreeRoot: bumped(proof.merkleTreeRoot) },
      { ...proof, nullifier: bumped(proof.nullifier) },
      { ...proof, message: bumped(proof.message) },
      { ...proof, scope: bumped(proof.scope) },
      ...proof.points.map((point, i) => ({
        ...proof,
        points: proof.points.with(i, bumped(point)),
      })),
    ];
    const verdicts = await verdictsOf([proof, ...changed]);
    expect(verdicts).toEqual([true, ...changed.map(() => false)]);
  });

  it("refuses depths that do not exist, extra fields and other writings", async () => {
    const proof = fixture.semaphore[0]!;
    const bad: unknown[] = [
      { ...proof, merkleTreeDepth: 0 },
      { ...proof, merkleTreeDepth: 33 },
      { ...proof, merkleTreeDepth: 1.5 },
      { ...proof, merkleTreeDepth: "2" },
      { ...proof, extra: 1 },
      { ...proof, message: `0${proof.message}` },
      { ...proof, scope: (2n ** 256n + BigInt(proof.scope)).toString() },
      { ...proof, points: proof.points.slice(1) },
      null,
    ];
    expect(await verdictsOf(bad)).toEqual(bad.map(() => false));
    expect(() => parseSemaphoreProof(bad[0])).toThrow(/merkleTreeDepth/);
    expect(await verifySemaphore({ proof })).toBe(true);
  });
});

describe("the worker pool", () => {
  const pool = openVerifyPool({ workers: 2 });
  afterAll(() => pool.close());

  it("gives verifyMany's verdicts, whatever is in the batch", async () => {
    const bad = wrongSignal(fixture.honest[0]!);
    const uncloneable = { proof: () => 0, signals: [] };
    const changes = { 3: bad, 140: uncloneable, 259: bad };
    expect(refused(await pool.verifyMany(batch(260, changes)))).toEqual([3, 140, 259]);
    expect(await pool.verifyMany(batch(0))).toEqual([]);
  });

  it("refuses a forgeable key", async () => {
    const weak = { ...fixture.key, vk_delta_2: fixture.key.vk_gamma_2 };
    await expect(pool.verifyMany({ key: weak, items: [] })).rejects.toThrow(/forgeable/);
  });

  it("goes on with another worker when one ended by itself", async () => {
    const brief = openVerifyPool({ workers: 1 });
    process.once("worker", (worker: Worker) => void worker.terminate());
    await expect(brief.verifyMany(batch(2))).rejects.toThrow(/ended before it answered/);
    expect(await brief.verifyMany(batch(2))).toEqual([true, true]);
    await brief.close();
  });

  it("rejects what is running when it closes", async () => {
    const brief = openVerifyPool({ workers: 1 });
    const running = brief.verifyMany(batch(50));
    running.catch(() => undefined);
    await brief.close();
    await expect(running).rejects.toThrow(/ended before it answered/);
  });
});
