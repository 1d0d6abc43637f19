// The known attacks on Groth16, end to end: through GraphQL, to a server and a chain with keys in force.
import { describe, expect, test } from "vitest";
import type { VerificationKey } from "../../circuits/statement/proof/proof.ts";
import { toCalldata } from "../../circuits/statement/proof/proof.ts";
import { consentProofOf, screeningOf } from "../contracts/story.ts";
import { algebra } from "../proof/fixture.ts";
import { openServed } from "../support/served.ts";
import { startTestServer } from "../support/server.ts";
import { consentOf, personOf, STAGE_KEYS, screenThrough, submit } from "../support/stage.ts";

const { stage, server } = await openServed();

/** A = alpha, B = beta, C = -vk_x: what a key without a contribution accepts for any signals. */
async function forge(key: VerificationKey, signals: readonly bigint[]): Promise<bigint[]> {
  const { mcl, g1, fr, sumOf, write1 } = await algebra();
  const vkX = sumOf(
    key.IC.map((point) => g1(point)),
    [1n, ...signals].map((signal) => fr(signal)),
  );
  return toCalldata({
    pi_a: key.vk_alpha_1,
    pi_b: key.vk_beta_2,
    pi_c: write1(mcl.neg(vkX)),
    protocol: "groth16",
    curve: "bn128",
  });
}

describe("a proof forged from the key's own points", () => {
  test("screens nobody", async () => {
    const { proof } = await screeningOf(stage.story, personOf(stage.story, "forger"));
    // Whatever the signals: the forgery would fit all of them.
    const points = await forge(STAGE_KEYS["eligibility-8"], [1n, 2n, 3n, 4n, 5n, 6n, 7n]);
    const parts = [{ ...proof.parts[0], points }];
    const answer = await submit(server, "submitScreening", { ...proof, parts });
    expect(answer.code).toBe("InvalidProof");
  });

  test("consents for nobody", async () => {
    const victim = personOf(stage.story, "victim");
    await screenThrough(server, stage.story, victim);
    const { statement, proof } = await consentOf(stage.story, victim);
    const points = await forge(STAGE_KEYS.semaphore, [1n, 2n, 3n, 4n]);
    const answer = await submit(server, "submitConsent", {
      statement,
      proof: { ...proof, points },
    });
    expect(answer.code).toBe("InvalidProof");
  });

  test("finds no server whose key would accept it", async () => {
    const weak = { ...STAGE_KEYS["eligibility-8"] };
    weak.vk_delta_2 = weak.vk_gamma_2;
    const started = startTestServer(stage.chain, {}, { keys: { "eligibility-8": weak } });
    await expect(started).rejects.toThrow("delta equals gamma");
  });
});

type Theft = { readonly part?: object; readonly [name: string]: unknown };

describe("somebody's proof, taken off the wire", () => {
  test("in another form is the submission it was taken from, also once that is final", async () => {
    const { proof, malleated } = await screeningOf(stage.story, personOf(stage.story, "Nora"));
    const first = await submit(server, "submitScreening", proof);
    await server.settle(first.id);
    expect(malleated.parts).not.toEqual(proof.parts);
    expect((await submit(server, "submitScreening", malleated)).id).toBe(first.id);
  });

  test.each([
    ["another commitment", { participantCommitment: "77" }],
    ["another person's nullifier", { nullifier: "78" }],
    ["yesterday's root", { part: { recordsRoot: "79" } }],
    ["another clinic's tag", { part: { issuerTag: "80" } }],
  ])("serves no thief with %s", async (_, { part = {}, ...change }: Theft) => {
    const { proof } = await screeningOf(stage.story, personOf(stage.story, "Olga"));
    const parts = [{ ...proof.parts[0], ...part }];
    const answer = await submit(server, "submitScreening", { ...proof, parts, ...change });
    expect(["InvalidProof", "UnknownRoot"]).toContain(answer.code);
  });

  test.each([
    ["chain or contract", { scope: 5n }],
    ["criteria", { criteriaHash: 6n }],
    ["authorisation", { message: 7n }],
  ])("made for another %s is refused here", async (_, signals) => {
    const { proof } = await screeningOf(stage.story, personOf(stage.story, "Paul"), {
      signals: signals as never,
    });
    expect((await submit(server, "submitScreening", proof)).code).toBe("InvalidProof");
  });

  test("of a consent grants nothing but what it said", async () => {
    const quinn = personOf(stage.story, "Quinn");
    await screenThrough(server, stage.story, quinn);
    const { statement } = await consentOf(stage.story, quinn);
    const proof = await consentProofOf(stage.story, quinn, statement);
    for (const change of [{ permissions: 1 }, { siteId: 2 }, { sequence: 2n }, { givenBy: 2 }]) {
      const changed = { statement: { ...statement, ...change }, proof };
      expect((await submit(server, "submitConsent", changed)).code).toBe("InvalidProof");
    }
  });
});
