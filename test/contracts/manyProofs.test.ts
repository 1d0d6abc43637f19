// Many proofs in one pairing check: sound only if nobody can choose errors that cancel. The tests
// hold the key's trapdoor, so that they can make errors of any size.
import { AbiCoder, ContractFactory, keccak256 } from "ethers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FIELD_ORDER } from "../../circuits/statement/encoding/field.ts";
import type { PointG1 } from "../../circuits/statement/proof/proofShape.ts";
import { SIGNALS } from "../../circuits/statement/proof/signals.ts";
import type { Artifact } from "../../contracts/artifact.ts";
import { keyWords } from "../../contracts/keyWords.ts";
import { renderVerifier } from "../../contracts/verifier.ts";
import { createWorld, number, type World } from "../support/world.ts";
import { compileSolidity, compileVerifier } from "./compile.ts";
import { aloneOf, keyOf, malleate, simulate, simulateWithout, trapdoorOf } from "./trapdoor.ts";
import { pointOutsideSubgroup } from "./twist.ts";

const BASE_FIELD = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;
const TRAPDOOR = trapdoorOf(77);
const KEY_HASH = keccak256(
  AbiCoder.defaultAbiCoder().encode(
    ["uint256[30]"],
    [keyWords(keyOf(TRAPDOOR)).map(({ value }) => value)],
  ),
);

type Numbers = readonly bigint[];
type Verifier = {
  verifyMany(points: readonly Numbers[], signals: readonly Numbers[]): Promise<boolean>;
  verifyProof(a: unknown, b: unknown, c: unknown, signals: Numbers): Promise<boolean>;
};
let world: World;
let verifier: Verifier;
beforeAll(async () => {
  world = await createWorld();
  verifier = await deployed(compileVerifier(TRAPDOOR));
});
afterAll(() => world.close());

async function deployed({ abi, bytecode }: Artifact): Promise<Verifier> {
  const factory = new ContractFactory(abi, bytecode, world.actors.anyone as never);
  return (await (await factory.deploy()).waitForDeployment()) as unknown as Verifier;
}

const signalsOf = (i: number) => SIGNALS.map((name) => number(`${name} ${i}`));
const many = (count: number) => Array.from({ length: count }, (_, i) => signalsOf(i));
const proofsOf = (signals: readonly Numbers[]) => signals.map((of) => simulate(TRAPDOOR, of));
const modulo = (value: bigint) => ((value % FIELD_ORDER) + FIELD_ORDER) % FIELD_ORDER;

describe("many proofs", () => {
  test.each([1, 2, 3, 20])("are accepted when all %i verify", async (count) => {
    const signals = many(count);
    expect(await verifier.verifyMany(proofsOf(signals), signals)).toBe(true);
  });

  test("are accepted in another form that verifies alone as well", async () => {
    const signals = many(3);
    const other = signals.map((of, i) => malleate(TRAPDOOR, of, BigInt(i + 2)));
    expect(await verifier.verifyMany(other, signals)).toBe(true);
  });

  test("are refused when one is bad, wherever it stands", async () => {
    const signals = many(5);
    for (const bad of signals.keys()) {
      const points = signals.map((of, i) => simulate(TRAPDOOR, of, { error: i === bad ? 1n : 0n }));
      expect(await verifier.verifyMany(points, signals)).toBe(false);
    }
  });

  test("are refused with any signal of any proof changed", async () => {
    const signals = many(2);
    const points = proofsOf(signals);
    for (const i of signals.keys()) {
      for (const j of SIGNALS.keys()) {
        const changed = signals.with(i, signals[i]!.with(j, signals[i]![j]! + 1n));
        expect(await verifier.verifyMany(points, changed)).toBe(false);
      }
    }
  });

  test("are refused when two have exchanged signals", async () => {
    const signals = many(2);
    expect(await verifier.verifyMany(proofsOf(signals), signals.toReversed())).toBe(false);
  });

  test("are refused when there are none, or more of one list than of the other", async () => {
    const signals = many(2);
    const points = proofsOf(signals);
    expect(await verifier.verifyMany([], [])).toBe(false);
    expect(await verifier.verifyMany(points, signals.slice(1))).toBe(false);
    expect(await verifier.verifyMany(points.slice(1), signals)).toBe(false);
    expect(await verifier.verifyMany([], signals)).toBe(false);
  });

  test("are refused when one is of another key, or of no points at all", async () => {
    const signals = many(2);
    const [first] = proofsOf(signals);
    const foreign = simulate(trapdoorOf(78), signals[1]!);
    expect(await verifier.verifyMany([first!, foreign], signals)).toBe(false);
    expect(await verifier.verifyMany([first!, Array(8).fill(0n)], signals)).toBe(false);
  });

  test("say what each says alone, for sound and unsound ones alike", async () => {
    const signals = many(4);
    for (let mask = 0; mask < 16; mask++) {
      const isBad = (i: number) => ((mask >> i) & 1) === 1;
      const points = signals.map((of, i) => simulate(TRAPDOOR, of, { error: isBad(i) ? 9n : 0n }));
      const alone = await Promise.all(
        points.map((p, i) =>
          verifier.verifyProof(
            p.slice(0, 2),
            [p.slice(2, 4), p.slice(4, 6)],
            p.slice(6),
            signals[i]!,
          ),
        ),
      );
      expect(alone).toEqual(signals.map((_, i) => !isBad(i)));
      expect(await verifier.verifyMany(points, signals)).toBe(mask === 0);
    }
  });
});

describe("one number out of its range among many", () => {
  const signals = many(2);
  const points = proofsOf(signals);

  test("refuses a signal's alias, each of the seven", async () => {
    for (const j of SIGNALS.keys()) {
      for (const alias of [signals[1]![j]! + FIELD_ORDER, signals[1]![j]! + 5n * FIELD_ORDER]) {
        if (alias >= 2n ** 256n) continue;
        const aliased = signals.with(1, signals[1]!.with(j, alias));
        expect(await verifier.verifyMany(points, aliased)).toBe(false);
      }
    }
  });

  test("refuses the field order itself, which would be zero", async () => {
    for (const j of SIGNALS.keys()) {
      const zero = signals.with(1, signals[1]!.with(j, 0n));
      const sound = zero.map((of) => simulate(TRAPDOOR, of));
      expect(await verifier.verifyMany(sound, zero)).toBe(true);
      const order = signals.with(1, signals[1]!.with(j, FIELD_ORDER));
      expect(await verifier.verifyMany(sound, order)).toBe(false);
    }
  });

  test("refuses a coordinate's alias, each of the eight", async () => {
    for (let k = 0; k < 8; k++) {
      const aliased = points.with(1, points[1]!.with(k, points[1]![k]! + BASE_FIELD));
      expect(await verifier.verifyMany(aliased, signals)).toBe(false);
    }
  });

  test("refuses points that lie on no curve, each of the three", async () => {
    for (const k of [0, 2, 6]) {
      const off = points.with(1, points[1]!.with(k, points[1]![k]! + 1n));
      expect(await verifier.verifyMany(off, signals)).toBe(false);
    }
  });

  test.each(["A", "C"] as const)(
    "refuses a point %s on no curve where a sound proof has the one at infinity",
    async (point) => {
      const at = point === "A" ? 0 : 6;
      const sound = simulateWithout(point, TRAPDOOR, signals[1]!);
      expect(sound.slice(at, at + 2)).toEqual([0n, 0n]);
      expect(await verifier.verifyMany(points.with(1, sound), signals)).toBe(true);
      const off = sound.with(at, 1n).with(at + 1, 1n);
      expect(await verifier.verifyMany(points.with(1, off), signals)).toBe(false);
    },
  );

  test("refuses a point A on no curve where nothing of the proof would be missed", async () => {
    const alone = signals.with(1, aloneOf(TRAPDOOR, signals[1]!));
    const sound = simulate(TRAPDOOR, alone[1]!, { a: 0n });
    expect([...sound.slice(0, 2), ...sound.slice(6)]).toEqual([0n, 0n, 0n, 0n]);
    expect(await verifier.verifyMany(points.with(1, sound), alone)).toBe(true);
    const off = sound.with(0, 1n).with(1, 1n);
    expect(await verifier.verifyMany(points.with(1, off), alone)).toBe(false);
  });

  test("accepts nothing under a key with a point on no curve", async () => {
    const off: PointG1 = ["1", "1", "1"];
    const key = keyOf(TRAPDOOR);
    const keys = [
      { ...key, vk_alpha_1: off },
      ...key.IC.map((_, i) => ({ ...key, IC: key.IC.with(i, off) })),
    ];
    for (const spoilt of keys) {
      const source = renderVerifier({ name: "Spoilt", key: spoilt });
      const other = await deployed(compileSolidity("Spoilt", source));
      expect(await other.verifyMany(points, signals)).toBe(false);
      // These would pass if the key's points were left out.
      const empty = points.map((proof) => [0n, 0n, ...proof.slice(2)]);
      expect(await other.verifyMany(empty, signals)).toBe(false);
    }
  });

  test("refuses a point of the twist outside the group of prime order", async () => {
    const b = pointOutsideSubgroup();
    const outside = points.with(1, [...points[1]!.slice(0, 2), ...b, ...points[1]!.slice(6)]);
    expect(await verifier.verifyMany(outside, signals)).toBe(false);
    // Not because the sum is wrong: with A at infinity B would not count at all.
    const pairing = (words: Numbers) => {
      const data = AbiCoder.defaultAbiCoder().encode(["uint256[6]"], [words]);
      const to = `0x${"8".padStart(40, "0")}`;
      return world.request("eth_call", { to, data }, "latest");
    };
    expect(await pairing([0n, 0n, ...points[1]!.slice(2, 6)])).toBe(`0x${"1".padStart(64, "0")}`);
    await expect(pairing([0n, 0n, ...b])).rejects.toThrow();
  });
});

describe("errors that cancel", () => {
  const signals = many(2);
  const isAccepted = (errors: Numbers, of = signals) =>
    verifier.verifyMany(
      of.map((one, i) => simulate(TRAPDOOR, one, { error: modulo(errors[i]!) })),
      of,
    );

  test("refuses a cancelling pair: what one proof lacks the other has too much", async () => {
    expect(await isAccepted([1n, -1n])).toBe(false);
    // The same in the signals: the sum of both vk_x stays.
    const points = proofsOf(signals);
    for (const j of SIGNALS.keys()) {
      const shifted = [
        signals[0]!.with(j, signals[0]![j]! + 1n),
        signals[1]!.with(j, signals[1]![j]! - 1n),
      ];
      expect(await verifier.verifyMany(points, shifted)).toBe(false);
    }
  });

  test("refuses a cancelling pair twice over, and three that cancel", async () => {
    const four = many(4);
    expect(await isAccepted([1n, -1n, 1n, -1n], four)).toBe(false);
    expect(await isAccepted([1n, -2n, 1n], many(3))).toBe(false);
  });

  test("refuses errors by the place: first, second and third power cancel nothing", async () => {
    // For coefficients i+1 or 2^i, were they that.
    expect(await isAccepted([2n, -1n])).toBe(false);
    expect(await isAccepted([1n, -2n, 1n], many(3))).toBe(false);
  });

  /** Coefficients of a flawed or an earlier hash, as the attacker would know them. */
  const coefficients = (seed: string) =>
    signals.map(
      (_, i) =>
        BigInt(keccak256(AbiCoder.defaultAbiCoder().encode(["bytes32", "uint256"], [seed, i]))) >>
        128n,
    );
  const hashed = (types: string[], values: unknown[]) =>
    keccak256(AbiCoder.defaultAbiCoder().encode(types, values));

  test("refuses errors fitted to the coefficients of the sound proofs: they are others by then", async () => {
    const sound = proofsOf(signals);
    const types = ["bytes32", "uint256[8][]", "uint256[7][]"];
    const [r0, r1] = coefficients(hashed(types, [KEY_HASH, sound, signals]));
    expect(await isAccepted([r1!, -r0!])).toBe(false);
  });

  test("refuses points fitted to coefficients that would depend on signals and key only", async () => {
    const [r0, r1] = coefficients(hashed(["bytes32", "uint256[7][]"], [KEY_HASH, signals]));
    expect(await isAccepted([r1!, -r0!])).toBe(false);
    const [k0, k1] = coefficients(hashed(["bytes32"], [KEY_HASH]));
    expect(await isAccepted([k1!, -k0!])).toBe(false);
  });

  test("refuses signals fitted to coefficients that would depend on points and key only", async () => {
    const sound = proofsOf(signals);
    for (const seed of [
      hashed(["bytes32", "uint256[8][]"], [KEY_HASH, sound]),
      hashed(["uint256[8][]"], [sound]),
    ]) {
      const [r0, r1] = coefficients(seed);
      const fitted = [
        signals[0]!.with(0, modulo(signals[0]![0]! + r1!)),
        signals[1]!.with(0, modulo(signals[1]![0]! - r0!)),
      ];
      expect(await verifier.verifyMany(sound, fitted)).toBe(false);
    }
  });

  test("refuses every one of many variants that an attacker grinds through", async () => {
    // Each has another hash. With coefficients of few bits two would soon be equal, and the pair
    // cancel; with 128 bits it takes 2^128 variants.
    for (let variant = 1n; variant <= 150n; variant++) {
      const points = [
        simulate(TRAPDOOR, signals[0]!, { a: 17n + variant, error: 1n }),
        simulate(TRAPDOOR, signals[1]!, { error: FIELD_ORDER - 1n }),
      ];
      expect(await verifier.verifyMany(points, signals)).toBe(false);
    }
  });
});
