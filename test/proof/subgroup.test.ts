import { describe, expect, it } from "vitest";
import { FIELD_ORDER } from "../../circuits/statement/encoding/field.ts";
import { BASE_FIELD_ORDER, CURVE_PARAMETER, PSI } from "../../circuits/statement/proof/bn254.ts";
import { loadCurve } from "../../circuits/statement/proof/curve.ts";
import { algebra } from "./fixture.ts";
import { cofactorPoint, times, twistPoint } from "./points.ts";

/** Prime factors of the order of the twist's points outside the subgroup, and so the orders of the worst points. */
const COFACTOR_PRIMES = [
  10069n,
  5864401n,
  1875725156269n,
  197620364512881247228717050342013327560683201906968909n,
];
const COFACTOR = 2n * BASE_FIELD_ORDER - FIELD_ORDER;

describe("the subgroup check of G2", () => {
  it("uses the constants that the curve defines", () => {
    const x = CURVE_PARAMETER;
    expect(36n * x ** 4n + 36n * x ** 3n + 24n * x ** 2n + 6n * x + 1n).toBe(BASE_FIELD_ORDER);
    expect(power([9n, 1n], (BASE_FIELD_ORDER - 1n) / 3n)).toEqual([...PSI.u]);
    expect(power([9n, 1n], (BASE_FIELD_ORDER - 1n) / 2n)).toEqual([...PSI.v]);
  });

  it("accepts points of the subgroup, in affine and in Jacobian form", async () => {
    const { mcl, inSubgroup, fr } = await loadCurve();
    for (let i = 1; i <= 20; i++) {
      const point = mcl.hashAndMapToG2(`point ${i}`);
      expect(inSubgroup(point)).toBe(true);
      expect(inSubgroup(mcl.mul(point, fr(BigInt(i) ** 20n)))).toBe(true);
      expect(point.isValidOrder()).toBe(true);
    }
  });

  it("refuses arbitrary points of the twist, as multiplying by r does", async () => {
    const { inSubgroup } = await loadCurve();
    for (let i = 1; i <= 20; i++) {
      const point = await twistPoint(i * 1000);
      expect(inSubgroup(point)).toBe(false);
      expect(point.isValidOrder()).toBe(false);
    }
  });

  it("is what reading a point of G2 does, and reading off-curve points of G1 and G2 throws too", async () => {
    const { mcl, g1, g2 } = await loadCurve();
    const { write2 } = await algebra();
    const good = mcl.hashAndMapToG2("good");
    expect(g2(write2(good)).isEqual(good)).toBe(true);
    const moved = write2(mcl.add(good, await cofactorPoint()));
    expect(() => g2(moved)).toThrow(/subgroup/);
    expect(() => g1(["1", "1", "1"])).toThrow(/not on the curve/);
    expect(() =>
      g2([
        ["1", "0"],
        ["1", "0"],
        ["1", "0"],
      ]),
    ).toThrow(/not on the curve/);
  });

  it("refuses points of every small order, alone and added to a good one", async () => {
    const { mcl, inSubgroup } = await loadCurve();
    expect(COFACTOR_PRIMES.reduce((product, prime) => product * prime)).toBe(COFACTOR);
    const torsion = await cofactorPoint();
    const good = mcl.hashAndMapToG2("good");
    for (const prime of COFACTOR_PRIMES) {
      const point = times(torsion, COFACTOR / prime, mcl);
      expect(point.isZero()).toBe(false);
      expect(times(point, prime, mcl).isZero()).toBe(true);
      expect(inSubgroup(point)).toBe(false);
      expect(inSubgroup(mcl.add(good, point))).toBe(false);
    }
  });
});

type Fp2 = [bigint, bigint];

/** Powers in Fp[i]/(i^2 + 1). */
function power(base: Fp2, exponent: bigint): Fp2 {
  const p = BASE_FIELD_ORDER;
  const multiply = ([a, b]: Fp2, [c, d]: Fp2): Fp2 => [
    (((a * c - b * d) % p) + p) % p,
    (a * d + b * c) % p,
  ];
  let [result, square]: [Fp2, Fp2] = [[1n, 0n], base];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = multiply(result, square);
    square = multiply(square, square);
  }
  return result;
}
