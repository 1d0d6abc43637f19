// Verification keys, and the ones that anybody can forge proofs for. A zkey without a phase-2 contribution has
// delta = gamma, `snarkjs zkey verify` still says OK, and A = alpha, B = beta, C = -vk_x then proves anything.
import { type PointG1, type PointG2, parseG1, parseG2, record } from "./proofShape.ts";

/** A verification key as snarkjs writes it; the redundant vk_alphabeta_12 is dropped and computed anew. */
export type VerificationKey = {
  readonly protocol: "groth16";
  readonly curve: "bn128";
  readonly nPublic: number;
  readonly vk_alpha_1: PointG1;
  readonly vk_beta_2: PointG2;
  readonly vk_gamma_2: PointG2;
  readonly vk_delta_2: PointG2;
  readonly IC: readonly PointG1[];
};

const KEYS = [
  "IC",
  "curve",
  "nPublic",
  "protocol",
  "vk_alpha_1",
  "vk_beta_2",
  "vk_delta_2",
  "vk_gamma_2",
];

type Bound = Pick<VerificationKey, "vk_alpha_1" | "vk_beta_2" | "vk_gamma_2" | "vk_delta_2" | "IC">;

/** Parses a snarkjs verification key and refuses a forgeable one. Throws RangeError or ForgeableKeyError. */
export function parseVerificationKey(value: unknown): VerificationKey {
  const json = record(value, "verification key", KEYS, ["vk_alphabeta_12"]);
  if (json.protocol !== "groth16" || json.curve !== "bn128") {
    throw new RangeError("verification key must be groth16 on bn128");
  }
  if (
    !Array.isArray(json.IC) ||
    json.IC.length < 2 ||
    json.IC.length !== Number(json.nPublic) + 1
  ) {
    throw new RangeError("verification key must have nPublic + 1 IC points, nPublic at least 1");
  }
  refuseInfinity(json as VerificationKey);
  const key: VerificationKey = {
    protocol: "groth16",
    curve: "bn128",
    nPublic: json.IC.length - 1,
    vk_alpha_1: parseG1(json.vk_alpha_1, "vk_alpha_1"),
    vk_beta_2: parseG2(json.vk_beta_2, "vk_beta_2"),
    vk_gamma_2: parseG2(json.vk_gamma_2, "vk_gamma_2"),
    vk_delta_2: parseG2(json.vk_delta_2, "vk_delta_2"),
    IC: json.IC.map((point, i) => parseG1(point, `IC[${i}]`)),
  };
  refuseForgeableKey(key);
  return key;
}

/** Thrown for a key under which false statements verify. The message says how. */
export class ForgeableKeyError extends Error {
  override readonly name = "ForgeableKeyError";
}

/** How snarkjs writes the point at infinity of G1 and of G2. */
const INFINITY = new Set(['["0","1","0"]', '[["0","0"],["1","0"],["0","0"]]']);

/** The parts may still be unparsed. */
function refuseInfinity(key: Bound): void {
  const parts = ["vk_alpha_1", "vk_beta_2", "vk_gamma_2", "vk_delta_2"] as const;
  const named = parts.map((part) => [part, key[part]] as const);
  for (const [name, point] of [...named, ...Object.entries(key.IC)]) {
    if (INFINITY.has(JSON.stringify(point))) {
      throw new ForgeableKeyError(
        `verification key part ${name} is the point at infinity: what it should bind is free`,
      );
    }
  }
}

/**
 * Refuses a key with a part at infinity, or with two of beta, gamma, delta, or of the signals' points, equal up to sign.
 * Points with the same x are equal up to sign, and negation is known to everybody, so x alone is compared.
 * The forgeries, from e(A,B) = e(alpha,beta) e(vk_x,gamma) e(C,delta):
 *   gamma = delta: A = alpha, B = beta, C = -vk_x;   beta = delta: A = vk_x, B = gamma, C = -alpha;
 *   beta = gamma: A = alpha + vk_x, B = beta + delta, C = A;   IC_i = IC_j: move any amount from signal i to j.
 * Throws ForgeableKeyError.
 */
export function refuseForgeableKey(key: Bound): void {
  refuseInfinity(key);
  const { vk_beta_2: beta, vk_gamma_2: gamma, vk_delta_2: delta } = key;
  const same = (a: PointG2, b: PointG2) => a[0].join() === b[0].join();
  const fail = (what: string): never => {
    throw new ForgeableKeyError(
      `verification key is forgeable: ${what}. Run the ceremony with at least one contribution and a beacon.`,
    );
  };
  if (same(gamma, delta)) fail("delta equals gamma, no phase-2 contribution was made");
  if (same(beta, delta)) fail("delta equals beta");
  if (same(beta, gamma)) fail("gamma equals beta");
  if (new Set(key.IC.map((point) => point[0])).size !== key.IC.length) {
    fail("two public signals have the same point");
  }
}
