import { existsSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import {
  ForgeableKeyError,
  type Groth16Proof,
  parseVerificationKey,
  refuseForgeableKey,
  type VerificationKey,
  verifyMany,
  verifyOne,
} from "../../circuits/statement/proof/proof.ts";
import { MAX_SEMAPHORE_DEPTH, semaphoreKey } from "../../circuits/statement/proof/semaphoreKeys.ts";
import { algebra, snarkjsAccepts } from "./fixture.ts";

const SIGNALS = ["1", "2", "3", "4"];
const ARTIFACTS = new URL("../../circuits/artifacts/", import.meta.url);
let key: VerificationKey;
let parts: Awaited<ReturnType<typeof readParts>>;
beforeAll(async () => {
  key = await semaphoreKey(20);
  parts = await readParts(key);
});

/** What a forger reads off a key: vk_x for false signals, and the key's points to add and negate. */
async function readParts(from: VerificationKey, signals = SIGNALS) {
  const tools = await algebra();
  const { g1, g2, fr, sumOf } = tools;
  const vkX = sumOf(
    from.IC.map((point) => g1(point)),
    ["1", ...signals].map((signal) => fr(BigInt(signal))),
  );
  const [beta, delta] = [g2(from.vk_beta_2), g2(from.vk_delta_2)];
  return { ...tools, vkX, alpha: g1(from.vk_alpha_1), beta, delta };
}

/** The forgery of a key without contributions: A = alpha, B = beta, C = -vk_x. */
function forge({ mcl, vkX, write1 }: typeof parts, from: VerificationKey): Groth16Proof {
  return {
    pi_a: from.vk_alpha_1,
    pi_b: from.vk_beta_2,
    pi_c: write1(mcl.neg(vkX)),
    protocol: "groth16",
    curve: "bn128",
  };
}

describe("a key without a phase-2 contribution (delta = gamma)", () => {
  it("lets anybody prove anything to a verifier that does not look, and is refused here", async () => {
    const weak = { ...key, vk_delta_2: key.vk_gamma_2 };
    const proof = forge(parts, weak);
    expect(await snarkjsAccepts(weak, { proof, signals: SIGNALS })).toBe(true);
    expect(() => parseVerificationKey(weak)).toThrow(ForgeableKeyError);
    expect(() => refuseForgeableKey(weak)).toThrow(/delta equals gamma/);
    await expect(verifyOne({ key: weak, proof, signals: SIGNALS })).rejects.toThrow(/forgeable/);
    await expect(verifyMany({ key: weak, items: [] })).rejects.toThrow(/forgeable/);
  });

  it("is refused as well when delta is minus gamma", () => {
    const { mcl, g2, write2 } = parts;
    const weak = { ...key, vk_delta_2: write2(mcl.neg(g2(key.vk_gamma_2))) };
    expect(() => refuseForgeableKey(weak)).toThrow(/delta equals gamma/);
  });

  it("is not what our key is: the same forgery fails against it", async () => {
    const proof = forge(parts, key);
    expect(await verifyOne({ key, proof, signals: SIGNALS })).toBe(false);
  });
});

describe("other keys that bind nothing", () => {
  it("refuses delta = beta, with which A = vk_x, B = gamma, C = -alpha proves anything", async () => {
    const { mcl, alpha, vkX, write1 } = parts;
    const weak = { ...key, vk_delta_2: key.vk_beta_2 };
    const pi_c = write1(mcl.neg(alpha));
    const proof = { ...forge(parts, key), pi_a: write1(vkX), pi_b: key.vk_gamma_2, pi_c };
    expect(await snarkjsAccepts(weak, { proof, signals: SIGNALS })).toBe(true);
    expect(() => parseVerificationKey(weak)).toThrow(/delta equals beta/);
  });

  it("refuses gamma = beta, with which A = alpha + vk_x, B = beta + delta, C = A does", async () => {
    const { mcl, alpha, vkX, beta, delta, write1, write2 } = parts;
    const weak = { ...key, vk_gamma_2: key.vk_beta_2 };
    const pi_a = write1(mcl.add(alpha, vkX));
    const proof = { ...forge(parts, key), pi_a, pi_b: write2(mcl.add(beta, delta)), pi_c: pi_a };
    expect(await snarkjsAccepts(weak, { proof, signals: SIGNALS })).toBe(true);
    expect(() => parseVerificationKey(weak)).toThrow(/gamma equals beta/);
  });

  it("refuses two signals with one point: their amounts could be moved", () => {
    const weak = { ...key, IC: key.IC.with(2, key.IC[1]!) };
    expect(() => parseVerificationKey(weak)).toThrow(/two public signals/);
  });

  it("refuses infinity anywhere, naming the part", () => {
    const infinity = ["0", "1", "0"];
    expect(() => parseVerificationKey({ ...key, vk_alpha_1: infinity })).toThrow(/vk_alpha_1/);
    const weak = { ...key, IC: (key.IC as unknown[]).with(3, infinity) };
    expect(() => parseVerificationKey(weak)).toThrow(ForgeableKeyError);
    const infinity2 = [
      ["0", "0"],
      ["1", "0"],
      ["0", "0"],
    ];
    for (const part of ["vk_beta_2", "vk_gamma_2", "vk_delta_2"]) {
      expect(() => parseVerificationKey({ ...key, [part]: infinity2 })).toThrow(part);
    }
  });
});

describe("reading a key", () => {
  it("reads every key of the Semaphore package", async () => {
    for (let depth = 1; depth <= MAX_SEMAPHORE_DEPTH; depth++) {
      expect((await semaphoreKey(depth)).nPublic).toBe(4);
    }
    await expect(semaphoreKey(0)).rejects.toThrow(/1 to 32/);
    await expect(semaphoreKey(33)).rejects.toThrow(/1 to 32/);
  });

  it("refuses keys of another shape, and points off the curve at the first use", async () => {
    expect(() => parseVerificationKey({ ...key, IC: key.IC.slice(1) })).toThrow(/IC/);
    expect(() => parseVerificationKey({ ...key, curve: "bls12381" })).toThrow(/bn128/);
    expect(() => parseVerificationKey({ ...key, more: 1 })).toThrow(/exactly/);
    expect(() => parseVerificationKey(null)).toThrow(/object/);
    const off = parseVerificationKey({ ...key, vk_alpha_1: ["1", "3", "1"] });
    await expect(verifyOne({ key: off, proof: 1, signals: [] })).rejects.toThrow(/vk_alpha_1/);
  });
});

const CIRCUITS = ["eligibility-8", "eligibility-32"] as const;
const built = CIRCUITS.every((name) => existsSync(new URL(`${name}.vkey.json`, ARTIFACTS)));
if (!built) console.info("circuits/artifacts is absent: the keys of our circuits are not checked");

describe.skipIf(!built)("the keys of our circuits", () => {
  it.each(CIRCUITS)("%s refuses the forgery", async (circuit) => {
    const path = new URL(`${circuit}.vkey.json`, ARTIFACTS).href;
    const json = (await import(path, { with: { type: "json" } })) as { default: unknown };
    const ours = parseVerificationKey(json.default);
    const signals = ["1", "2", "3", "4", "5", "6", "7"];
    const proof = forge(await readParts(ours, signals), ours);
    expect(ours.nPublic).toBe(7);
    expect(await verifyOne({ key: ours, proof, signals })).toBe(false);
    expect(await snarkjsAccepts({ ...ours, vk_delta_2: ours.vk_gamma_2 }, { proof, signals })).toBe(
      true,
    );
  });
});
