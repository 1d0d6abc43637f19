// Points of G2's curve outside the prime-order subgroup, for the attack that libraries let through by default.

import { FIELD_ORDER } from "../../circuits/statement/encoding/field.ts";
import type { Curve, G2 } from "../../circuits/statement/proof/curve.ts";
import { algebra } from "./fixture.ts";

/** Generator of G2 (EIP-197). */
const GENERATOR = [
  [
    "10857046999023057135944570762232829481370756359578518086990519993285655852781",
    "11559732032986387107991004021392285783925812861821192530917403151452391805634",
  ],
  [
    "8495653923123431417604973247489272438418190587263600148770280649306958101930",
    "4082367875863433681332203403145435568316851327593401208105741076214120093531",
  ],
  ["1", "0"],
] as const;

/** The first point of the twist with x >= `from`: in the subgroup only by a miracle. */
export async function twistPoint(from: number): Promise<G2> {
  const { mcl, g2 } = await algebra();
  const generator = g2(GENERATOR);
  const cube = (x: ReturnType<typeof generator.getX>) => mcl.mul(mcl.sqr(x), x);
  const b = mcl.sub(mcl.sqr(generator.getY()), cube(generator.getX()));
  for (let i = from; ; i++) {
    const x = new mcl.Fp2();
    x.setInt(i, 1);
    const [found, y] = mcl.squareRoot(mcl.add(cube(x), b));
    const pair = (c: typeof x) => c.getStr(10).split(" ") as [string, string];
    if (found) return g2([pair(x), pair(y), ["1", "0"]]);
  }
}

/** r times a point of the twist: its order divides the cofactor. */
export async function cofactorPoint(): Promise<G2> {
  const { mcl } = await algebra();
  return times(await twistPoint(1), FIELD_ORDER, mcl);
}

/** Double and add: the library's own multiplication assumes the subgroup. */
export function times(point: G2, scalar: bigint, { add, dbl }: Curve["mcl"]): G2 {
  let sum = point;
  for (const bit of scalar.toString(2).slice(1)) {
    sum = dbl(sum);
    if (bit === "1") sum = add(sum, point);
  }
  return sum;
}
