import { beforeAll, describe, expect, it } from "vitest";
import { FIELD_ORDER } from "../../circuits/statement/encoding/field.ts";
import { BASE_FIELD_ORDER } from "../../circuits/statement/proof/bn254.ts";
import { type Groth16Proof, parseProof, verifyOne } from "../../circuits/statement/proof/proof.ts";
import type { PointG2 } from "../../circuits/statement/proof/proofShape.ts";
import { algebra, type Fixture, type HonestClaim, prove, snarkjsAccepts } from "./fixture.ts";
import { cofactorPoint } from "./points.ts";

let fixture: Fixture;
let claim: HonestClaim;
beforeAll(async () => {
  fixture = await prove(1);
  claim = fixture.honest[0]!;
});

const verify = (change: { proof?: unknown; signals?: unknown }) =>
  verifyOne({ key: fixture.key, ...claim, ...change });

/** The proof with one decimal changed: `at` is a path such as ["pi_b", 0, 1]. */
function withNumber(at: readonly (string | number)[], change: (decimal: string) => unknown) {
  const copy = structuredClone(claim.proof) as unknown;
  let holder = copy as Record<string | number, unknown>;
  for (const step of at.slice(0, -1)) holder = holder[step] as typeof holder;
  const last = at.at(-1)!;
  holder[last] = change(holder[last] as string);
  return copy;
}

const COORDINATES: readonly (readonly (string | number)[])[] = [
  ["pi_a", 0],
  ["pi_a", 1],
  ["pi_b", 0, 0],
  ["pi_b", 0, 1],
  ["pi_b", 1, 0],
  ["pi_b", 1, 1],
  ["pi_c", 0],
  ["pi_c", 1],
];

describe("one proof", () => {
  it("accepts what an honest prover made, as snarkjs does", async () => {
    expect(await verify({})).toBe(true);
    expect(await snarkjsAccepts(fixture.key, claim)).toBe(true);
  });

  it.each([0, 1, 2, 3])("refuses a change of signal %i", async (i) => {
    const next = (BigInt(claim.signals[i]!) + 1n) % FIELD_ORDER;
    expect(await verify({ signals: claim.signals.with(i, next.toString()) })).toBe(false);
  });

  it.each(COORDINATES.map((at) => [at.join(" "), at] as const))(
    "refuses a change of %s",
    async (_, at) => {
      const plusOne = (decimal: string) => ((BigInt(decimal) + 1n) % BASE_FIELD_ORDER).toString();
      expect(await verify({ proof: withNumber(at, plusOne) })).toBe(false);
    },
  );

  it("refuses the honest points in each other's places and negated", async () => {
    const { mcl, g1, write1 } = await algebra();
    const { proof } = claim;
    const swapped = { ...proof, pi_a: proof.pi_c, pi_c: proof.pi_a };
    const negated = { ...proof, pi_a: write1(mcl.neg(g1(proof.pi_a))) };
    expect(await verify({ proof: swapped })).toBe(false);
    expect(await verify({ proof: negated })).toBe(false);
  });

  it("refuses a proof for another key", async () => {
    const other = await prove(1, 3);
    expect(await verifyOne({ key: other.key, ...claim })).toBe(false);
    expect(await verifyOne({ key: other.key, ...other.honest[0]! })).toBe(true);
  });

  it("accepts the malleated proof (kA, B/k, C): replays are told apart by the nullifier", async () => {
    const { mcl, g1, g2, fr, write1, write2 } = await algebra();
    const k = fr(123456789n);
    const proof: Groth16Proof = {
      ...claim.proof,
      pi_a: write1(mcl.mul(g1(claim.proof.pi_a), k)),
      pi_b: write2(mcl.mul(g2(claim.proof.pi_b), mcl.inv(k))),
    };
    expect(proof.pi_a).not.toEqual(claim.proof.pi_a);
    expect(await verify({ proof })).toBe(true);
  });
});

describe("points that are no points of the groups", () => {
  it("refuses points off the curve", async () => {
    expect(await verify({ proof: { ...claim.proof, pi_a: ["1", "1", "1"] } })).toBe(false);
    expect(await verify({ proof: { ...claim.proof, pi_c: ["0", "0", "1"] } })).toBe(false);
    const offTwist: PointG2 = [
      ["1", "0"],
      ["1", "0"],
      ["1", "0"],
    ];
    expect(await verify({ proof: { ...claim.proof, pi_b: offTwist } })).toBe(false);
  });

  it("refuses infinity in each place, in each writing", async () => {
    for (const infinity of [
      ["0", "1", "0"],
      ["0", "0", "0"],
      ["1", "1", "0"],
    ]) {
      expect(await verify({ proof: { ...claim.proof, pi_a: infinity } })).toBe(false);
      expect(await verify({ proof: { ...claim.proof, pi_c: infinity } })).toBe(false);
    }
    const infinity = [
      ["0", "0"],
      ["1", "0"],
      ["0", "0"],
    ];
    expect(await verify({ proof: { ...claim.proof, pi_b: infinity } })).toBe(false);
  });

  it("refuses a B moved by a point of the cofactor's order, though on the curve", async () => {
    const { mcl, g2, write2 } = await algebra();
    const torsion = await cofactorPoint();
    const moved = mcl.add(g2(claim.proof.pi_b), torsion);
    expect(torsion.isValid()).toBe(true);
    expect(moved.isValid()).toBe(true);
    expect(moved.isValidOrder()).toBe(false);
    expect(await verify({ proof: { ...claim.proof, pi_b: write2(moved) } })).toBe(false);
    expect(await verify({ proof: { ...claim.proof, pi_b: write2(torsion) } })).toBe(false);
  });
});

describe("other writings of an honest proof", () => {
  const plusOrder = (order: bigint) => (decimal: string) => (BigInt(decimal) + order).toString();
  const hex = (decimal: string) => `0x${BigInt(decimal).toString(16)}`;
  const writings: [string, (decimal: string) => unknown][] = [
    ["plus the field order", plusOrder(BASE_FIELD_ORDER)],
    ["in hexadecimal", hex],
    ["with a leading zero", (decimal) => `0${decimal}`],
    ["with a space", (decimal) => ` ${decimal}`],
    ["with a line break", (decimal) => `${decimal}\n`],
    ["with a plus sign", (decimal) => `+${decimal}`],
    ["as a number", Number],
    ["as a bigint", BigInt],
    ["as a list", (decimal) => [decimal]],
    ["as an object that prints it", (decimal) => ({ toString: () => decimal })],
    ["a million digits long", () => "9".repeat(1_000_000)],
    ["negative", (decimal) => `-${decimal}`],
    ["empty", () => ""],
  ];

  it.each(writings)("refuses coordinates %s", async (_, change) => {
    for (const at of COORDINATES)
      expect(await verify({ proof: withNumber(at, change) })).toBe(false);
  });

  it.each([["plus the scalar field order", plusOrder(FIELD_ORDER)] as const, ...writings.slice(1)])(
    "refuses signals %s",
    async (_, change) => {
      for (let i = 0; i < claim.signals.length; i++) {
        const signals = (claim.signals as unknown[]).with(i, change(claim.signals[i]!));
        expect(await verify({ signals })).toBe(false);
      }
    },
  );

  it("is stricter than snarkjs, which accepts x + q", async () => {
    const proof = withNumber(["pi_a", 0], plusOrder(BASE_FIELD_ORDER));
    expect(await snarkjsAccepts(fixture.key, { ...claim, proof })).toBe(true);
    expect(await verify({ proof })).toBe(false);
  });

  it("refuses x + q before any curve library reads it, without echoing it", () => {
    const proof = withNumber(["pi_c", 1], plusOrder(BASE_FIELD_ORDER));
    expect(() => parseProof(proof)).toThrow(
      "proof.pi_c[1] must be a canonical decimal string below the base field order",
    );
  });

  it("refuses extra, missing and misspelt parts", async () => {
    const { pi_c: _, ...missing } = claim.proof;
    const { proof, signals } = claim;
    const bad: unknown[] = [
      missing,
      { ...proof, extra: "1" },
      { ...proof, protocol: "plonk" },
      { ...proof, curve: "bls12381" },
      { ...proof, pi_a: proof.pi_a.slice(0, 2) },
      { ...proof, pi_a: [...proof.pi_a, "1"] },
      { ...proof, pi_a: [proof.pi_a[0], proof.pi_a[1], "2"] },
      { ...proof, pi_b: [proof.pi_b[0], proof.pi_b[1]] },
    ];
    for (const each of bad) expect(await verify({ proof: each })).toBe(false);
    for (const each of [[], signals.slice(1), [...signals, "0"], signals.join()]) {
      expect(await verify({ signals: each })).toBe(false);
    }
  });

  it("answers false, and does not throw, for junk", async () => {
    const junk = [undefined, null, 0, "", "{}", [], {}, () => 0, Symbol("s"), new Map(), 10n];
    for (const each of junk) {
      expect(await verify({ proof: each })).toBe(false);
      expect(await verify({ signals: each })).toBe(false);
    }
  });
});
