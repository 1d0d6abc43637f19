// The only file that names a pairing library: mcl (wasm, in Node and browsers) on BN254, which it calls BN_SNARK1.
// Two things it leaves to us: the subgroup of G2 (its default skips it) and infinity.
import type * as Mcl from "mcl-wasm";
import type { PointG1, PointG2 } from "./proofShape.ts";
import { type Raw, subgroupCheck } from "./subgroup.ts";

export type { Fr, G1, G2, GT, PrecomputedG2 } from "mcl-wasm";

type Lib = typeof Mcl & {
  /** The raw wasm exports, for what the typed API lacks or does slowly. */
  readonly mod: Raw & {
    _mclBn_millerLoopVec(out: number, ps: number, qs: number, count: number): void;
  };
};

/** Pairs per call of the wasm's joint Miller loop: it shares squarings, and its memory stays small. */
const PAIRS = 64;
/** The wasm is built for fields of up to 384 bits: three, six and twelve coordinates of 48 bytes. */
const [FP2_BYTES, G1_BYTES, G2_BYTES, GT_BYTES] = [96, 144, 288, 576];

export type Curve = Awaited<ReturnType<typeof start>>;
let started: ReturnType<typeof start> | undefined;

/** The curve, loaded once per process or page. */
export function loadCurve(): Promise<Curve> {
  started ??= start();
  return started;
}

async function start() {
  const module: { default?: unknown } = await import("mcl-wasm");
  // Node gives CommonJS exports as `default`, bundlers as the namespace itself.
  const mcl = (module.default ?? module) as Lib;
  await mcl.init(mcl.BN_SNARK1);
  // With this on, every read and every isValid() multiplies by r; g2() checks the subgroup once, by name.
  mcl.verifyOrderG2(false);
  const inSubgroup = subgroupCheck(mcl.mod, ([a, b]) => {
    const number = new mcl.Fp2();
    number.setStr(`${a} ${b}`, 10);
    const at = mcl.mod._malloc(FP2_BYTES);
    number.copyToMem(at);
    return at;
  });

  /** A point of G1 from its coordinates; throws RangeError when off the curve (G1's cofactor is 1). */
  function g1([x, y]: PointG1, at = "point"): Mcl.G1 {
    const point = new mcl.G1();
    attempt(() => point.setStr(`1 ${x} ${y}`, 10), at);
    if (!point.isValid() || point.isZero()) throw new RangeError(`${at} is not on the curve`);
    return point;
  }

  /** A point of G2 from its coordinates; throws RangeError when off the curve or outside the subgroup of order r. */
  function g2([x, y]: PointG2, at = "point"): Mcl.G2 {
    const point = new mcl.G2();
    attempt(() => point.setStr(`1 ${x[0]} ${x[1]} ${y[0]} ${y[1]}`, 10), at);
    if (!point.isValid() || point.isZero()) throw new RangeError(`${at} is not on the twist`);
    if (!inSubgroup(point)) throw new RangeError(`${at} is outside the prime-order subgroup`);
    return point;
  }

  /** A scalar below r. */
  function fr(value: bigint): Mcl.Fr {
    const scalar = new mcl.Fr();
    scalar.setStr(value.toString(16), 16);
    return scalar;
  }

  /** A fresh random coefficient of 128 bits, never 0. */
  function coefficient(): Mcl.Fr {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[0]! |= bytes.every((byte) => byte === 0) ? 1 : 0;
    const scalar = new mcl.Fr();
    scalar.setLittleEndian(bytes);
    return scalar;
  }

  return { mcl, g1, g2, fr, coefficient, inSubgroup, ...sums(mcl) };
}

/** Products and sums over many points, in pieces that fit the wasm's stack. */
function sums(mcl: Lib) {
  const [ps, qs] = [mcl.mod._malloc(PAIRS * G1_BYTES), mcl.mod._malloc(PAIRS * G2_BYTES)];
  const out = mcl.mod._malloc(GT_BYTES);

  /** The product of Miller loops over pairs (without the final exponentiation); one for no pairs. */
  function millerProduct(pairs: readonly { p: Mcl.G1; q: Mcl.G2 }[]): Mcl.GT {
    let product = new mcl.GT();
    product.setInt(1);
    for (let at = 0; at < pairs.length; at += PAIRS) {
      const part = pairs.slice(at, at + PAIRS);
      part.forEach(({ p, q }, i) => {
        p.copyToMem(ps + i * G1_BYTES);
        q.copyToMem(qs + i * G2_BYTES);
      });
      mcl.mod._mclBn_millerLoopVec(out, ps, qs, part.length);
      const partial = new mcl.GT();
      partial.copyFromMem(out);
      product = mcl.mul(product, partial);
    }
    return product;
  }

  /** Sum of scalar multiples in G1. */
  function sumOf(points: readonly Mcl.G1[], scalars: readonly Mcl.Fr[]): Mcl.G1 {
    let sum = new mcl.G1();
    for (let at = 0; at < points.length; at += PAIRS) {
      const part = mcl.mulVec(points.slice(at, at + PAIRS), scalars.slice(at, at + PAIRS));
      sum = at === 0 ? part : mcl.add(sum, part);
    }
    return sum;
  }

  return { millerProduct, sumOf };
}

function attempt(read: () => void, at: string): void {
  try {
    read();
  } catch {
    // mcl's own message echoes its input.
    throw new RangeError(`${at} is not on the curve`);
  }
}
