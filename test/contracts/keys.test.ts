// Keys that the circuit registry refuses, point by point, and a verifier that accepts the forgery.
import { ContractFactory } from "ethers";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { circuitIdOf } from "../../circuits/statement/trial/trial.ts";
import { createWorld, expectRefusal, type World } from "../support/world.ts";
import { compileSolidity } from "./compile.ts";

/**
 * Gives any words as its key, and accepts exactly one proof: that of all-zero signals with `c`, alone
 * or among many.
 */
const STUB = `// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;
contract StubVerifier {
    uint256[30] private words;
    bytes32 private immutable accepted;
    bool private immutable amongMany;
    constructor(uint256[30] memory key_, uint256[2] memory c, bool amongMany_) {
        words = key_;
        amongMany = amongMany_;
        accepted = keccak256(abi.encode(
            [key_[0], key_[1]], [[key_[2], key_[3]], [key_[4], key_[5]]], c, [uint256(0), 0, 0, 0, 0, 0, 0]
        ));
    }
    function key() external view returns (uint256[30] memory) { return words; }
    function verifyProof(
        uint256[2] calldata a, uint256[2][2] calldata b, uint256[2] calldata c, uint256[7] calldata signals
    ) external view returns (bool) {
        return !amongMany && accepted == keccak256(abi.encode(a, b, c, signals));
    }
    function verifyMany(
        uint256[8][] calldata p, uint256[7][] calldata signals
    ) external view returns (bool) {
        bool isOne = p.length == 1 && signals.length == 1;
        return amongMany && isOne && accepted == keccak256(abi.encode(p[0], signals[0]));
    }
}`;
const BASE_FIELD = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;
/** No points, but 30 different words: nothing to refuse. */
const SOUND = Array.from({ length: 30 }, (_, i) => BigInt(i + 1));
const NO_PROOF = [7n, 7n];
const POINTS = [
  { name: "alpha", first: 0, words: 2 },
  { name: "beta", first: 2, words: 4 },
  { name: "gamma", first: 6, words: 4 },
  { name: "delta", first: 10, words: 4 },
  ...[0, 1, 2, 3, 4, 5, 6, 7].map((i) => ({ name: `IC${i}`, first: 14 + 2 * i, words: 2 })),
];

let world: World;
let clean: string;
beforeAll(async () => {
  world = await createWorld();
});
beforeEach(async () => {
  if (clean) await world.revert(clean);
  clean = await world.snapshot();
});
afterAll(() => world.close());

async function register(
  key: readonly bigint[],
  c: readonly bigint[] = NO_PROOF,
  amongMany = false,
): Promise<void> {
  const { abi, bytecode } = compileSolidity("StubVerifier", STUB);
  const factory = new ContractFactory(abi, bytecode, world.actors.anyone as never);
  const stub = await (await factory.deploy(key, c, amongMany)).waitForDeployment();
  await world.as("governance").circuits.register("stub", await stub.getAddress());
}
const withWords = (first: number, words: readonly bigint[]) =>
  SOUND.map((word, i) => words[i - first] ?? word);

describe("a key", () => {
  test("of other words is registered", async () => {
    await register(SOUND);
    const id = circuitIdOf("stub" as never);
    expect(await world.as("anyone").circuits.keyHashOf(id)).not.toBe(`0x${"00".repeat(32)}`);
  });

  test.each(POINTS)("without $name is refused", async ({ first, words }) => {
    await expectRefusal(register(withWords(first, Array(words).fill(0n))), "ForgeableKey");
  });

  test.each(POINTS)("is not refused for a single word of $name that is not zero", async (point) => {
    const { first, words } = point;
    for (let i = 0; i < words; i++) {
      const before = await world.snapshot();
      await register(withWords(first, Array(words).fill(0n).with(i, 99n)));
      await world.revert(before);
    }
  });

  const pairs = [
    { p: 2, q: 6, names: "beta and gamma" },
    { p: 2, q: 10, names: "beta and delta" },
    { p: 6, q: 10, names: "gamma and delta" },
  ];
  test.each(pairs)("with $names at the same x is refused, whatever the y", async ({ p, q }) => {
    await expectRefusal(register(withWords(q, SOUND.slice(p, p + 2))), "ForgeableKey");
  });

  test.each(pairs)("with half the x of $names in common is not refused", async ({ p, q }) => {
    for (const half of [0, 1]) {
      const before = await world.snapshot();
      await register(withWords(q + half, [SOUND[p + half]!]));
      await world.revert(before);
    }
  });
});

describe("a verifier that accepts the forgery", () => {
  const [x, y] = [SOUND[14]!, SOUND[15]!];

  test.each([false, true])(
    "with minus vk_x is refused, whatever its key says (many: %s)",
    async (many) => {
      await expectRefusal(register(SOUND, [x, BASE_FIELD - y], many), "ForgeableKey");
    },
  );

  test.each([false, true])("with plus vk_x is refused (many: %s)", async (many) => {
    await expectRefusal(register(SOUND, [x, y], many), "ForgeableKey");
  });
});
