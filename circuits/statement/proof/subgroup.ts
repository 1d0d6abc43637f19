// Is a point of BN254's twist in the subgroup of order r? By the untwist-Frobenius-twist endomorphism psi, a third of the
// cost of multiplying by r (Dai, Lin, Zhao, Zhou, ePrint 2022/348, section 5.1; gnark-crypto checks the same way):
//   P is in the subgroup  <=>  [x + 1]P + psi([x]P) + psi^2([x]P) = psi^3([2x]P),  x the curve's parameter.
import { CURVE_PARAMETER, PSI } from "./bn254.ts";

/** The raw wasm exports of mcl that are used: pointers are to Fp2 and G2 elements in its memory. */
export type Raw = {
  _malloc(bytes: number): number;
  readonly HEAP8: Int8Array;
  _mclBnFp_neg(out: number, a: number): void;
  _mclBnFp2_mul(out: number, a: number, b: number): void;
  _mclBnG2_add(out: number, a: number, b: number): void;
  _mclBnG2_sub(out: number, a: number, b: number): void;
  _mclBnG2_dbl(out: number, a: number): void;
  _mclBnG2_isEqual(a: number, b: number): number;
};

const FP_BYTES = 48;
const FP2_BYTES = 2 * FP_BYTES;
const G2_BYTES = 3 * FP2_BYTES;
const DIGITS = signedDigits(CURVE_PARAMETER);

/** Returns the check; `place` puts the number a + b i into mcl's memory and returns where. */
export function subgroupCheck(
  raw: Raw,
  place: (number: readonly [bigint, bigint]) => number,
): (point: { copyToMem(at: number): void }) => boolean {
  const [u, v] = [place(PSI.u), place(PSI.v)];
  const [p, xP, psi1, psi2, psi3, sum] = Array.from({ length: 6 }, () => raw._malloc(G2_BYTES)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];

  function psi(out: number, from: number): void {
    raw.HEAP8.copyWithin(out, from, from + G2_BYTES);
    const [x, y, z] = [out, out + FP2_BYTES, out + 2 * FP2_BYTES] as const;
    for (const coordinate of [x, y, z]) {
      raw._mclBnFp_neg(coordinate + FP_BYTES, coordinate + FP_BYTES);
    }
    raw._mclBnFp2_mul(x, x, u);
    raw._mclBnFp2_mul(y, y, v);
  }

  /** [x]P by doubling and adding: mcl's own multiplication presumes the subgroup. */
  function timesX(out: number, point: number): void {
    raw.HEAP8.copyWithin(out, point, point + G2_BYTES);
    for (const digit of DIGITS) {
      raw._mclBnG2_dbl(out, out);
      if (digit === 1) raw._mclBnG2_add(out, out, point);
      if (digit === -1) raw._mclBnG2_sub(out, out, point);
    }
  }

  return (point) => {
    point.copyToMem(p);
    timesX(xP, p);
    psi(psi1, xP);
    psi(psi2, psi1);
    psi(psi3, psi2);
    raw._mclBnG2_add(sum, xP, p);
    raw._mclBnG2_add(sum, sum, psi1);
    raw._mclBnG2_add(sum, sum, psi2);
    raw._mclBnG2_dbl(psi3, psi3);
    return raw._mclBnG2_isEqual(sum, psi3) === 1;
  };
}

/** Non-adjacent form, most significant digit first and left out (it is 1). */
function signedDigits(scalar: bigint): number[] {
  const digits: number[] = [];
  for (let rest = scalar; rest > 0n; rest >>= 1n) {
    const digit = rest & 1n ? 2 - Number(rest & 3n) : 0;
    rest -= BigInt(digit);
    digits.push(digit);
  }
  return digits.reverse().slice(1);
}
