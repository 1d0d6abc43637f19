// The forgery that an uncontributed key allows, against the keys we ship: A = alpha, B = beta, C = -vk_x.
import { Contract } from "ethers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readVerificationKey } from "../../circuits/artifacts/read.ts";
import { SIZES } from "../../circuits/statement/criteria/program.ts";
import { loadCurve } from "../../circuits/statement/proof/curve.ts";
import type { VerificationKey } from "../../circuits/statement/proof/proof.ts";
import { type ContractName, readArtifact } from "../../contracts/artifact.ts";
import { verifierName } from "../../contracts/verifier.ts";
import { createWorld, expectRefusal, type World } from "../support/world.ts";
import { openTrial, personOf, screeningOf } from "./story.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld({ real: true });
});
afterAll(() => world.close());

/** alpha, beta, and minus (or plus) the sum of the key's points that the signals select. */
async function forge(key: VerificationKey, signals: readonly bigint[], sign: 1 | -1) {
  const { mcl, g1, fr, sumOf } = await loadCurve();
  const points = key.IC.map((point) => g1(point));
  const vkX = sumOf(points, [fr(1n), ...signals.map(fr)]);
  const c = mcl.normalize(sign === 1 ? vkX : mcl.neg(vkX));
  const [, cx, cy] = c.getStr(10).split(" ");
  const [[x0, x1], [y0, y1]] = key.vk_beta_2;
  const [ax, ay] = key.vk_alpha_1;
  return [ax, ay, x1, x0, y1, y0, cx!, cy!].map(BigInt);
}

describe("the shipped keys", () => {
  test.each([8, 32] as const)(
    "cannot be forged with their own points (%i leaves)",
    async (size) => {
      const key = await readVerificationKey(SIZES[size].circuit);
      const name = verifierName(size) as ContractName & `EligibilityVerifier${typeof size}`;
      const { abi } = readArtifact(name);
      const runner = world.actors.anyone as never;
      const verifier = new Contract(world.deployment.addresses[name], abi, runner);
      for (const sign of [1, -1] as const) {
        const signals = [1n, 2n, 3n, 4n, 5n, 6n, 7n];
        const [a0, a1, b0, b1, b2, b3, c0, c1] = await forge(key, signals, sign);
        const proof = [
          [a0, a1],
          [
            [b0, b1],
            [b2, b3],
          ],
          [c0, c1],
          signals,
        ] as const;
        expect(await verifier.getFunction("verifyProof")(...proof)).toBe(false);
        const points = [a0, a1, b0, b1, b2, b3, c0, c1];
        expect(await verifier.getFunction("verifyMany")([points], [signals])).toBe(false);
      }
    },
  );

  test("refuse a proof made with another key's trapdoor", async () => {
    const story = await openTrial(world);
    const { proof } = await screeningOf(story, personOf(story, "Mallory"));
    await expectRefusal(world.as("anyone").screening.screen(proof), "InvalidProof");
  });
});
