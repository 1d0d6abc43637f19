// A point on the twist of BN254 that is not in the group of prime order: what a pairing must refuse.
const P = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;

/** a + b i, with i * i = -1. */
type Fp2 = readonly [bigint, bigint];
const mod = (value: bigint) => ((value % P) + P) % P;
const add = ([a, b]: Fp2, [c, d]: Fp2): Fp2 => [mod(a + c), mod(b + d)];
const multiply = ([a, b]: Fp2, [c, d]: Fp2): Fp2 => [mod(a * c - b * d), mod(a * d + b * c)];

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, mod(base)];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = mod(result * square);
    square = mod(square * square);
  }
  return result;
}

const inverse = (value: bigint) => power(value, P - 2n);
/** A square root in the base field (P is 3 modulo 4), if there is one. */
function rootOf(value: bigint): bigint | undefined {
  const root = power(value, (P + 1n) / 4n);
  return mod(root * root) === mod(value) ? root : undefined;
}

/** A square root of a + b i by the norm: x^2 = (a + |a + b i|) / 2, y = b / (2 x). */
function squareRoot([a, b]: Fp2): Fp2 | undefined {
  const norm = rootOf(a * a + b * b);
  if (norm === undefined) return undefined;
  for (const sign of [norm, -norm]) {
    const x = rootOf((a + sign) * inverse(2n));
    if (x === undefined || x === 0n) continue;
    return [x, mod(b * inverse(2n * x))];
  }
  return undefined;
}

/**
 * Words of a point in EIP-197 order (imaginary part first). The first on the curve by x; the group
 * of prime order is one point in 2^254 of the twist's.
 */
export function pointOutsideSubgroup(): bigint[] {
  // y^2 = x^3 + 3 / (9 + i), and 1 / (9 + i) = (9 - i) / 82.
  const b: Fp2 = [mod(27n * inverse(82n)), mod(-3n * inverse(82n))];
  for (let real = 1n; ; real++) {
    const x: Fp2 = [real, 1n];
    const square = add(multiply(multiply(x, x), x), b);
    const y = squareRoot(square);
    if (y === undefined) continue;
    const check = multiply(y, y);
    if (check[0] !== square[0] || check[1] !== square[1]) throw new Error("no square root");
    return [x[1], x[0], y[1], y[0]];
  }
}
