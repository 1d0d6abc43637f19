// Real keys, real proofs, real Semaphore: the whole way once, within the gas budgets. `npm run
// bench gas` prints the ratios over more of each.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openGasWorld } from "../bench/gasWorld.ts";

const PEOPLE = 2;
let world: Awaited<ReturnType<typeof openGasWorld>>;
beforeAll(async () => {
  world = await openGasWorld(PEOPLE);
});
afterAll(() => world.close());

describe("with real proofs", () => {
  test("anchoring costs at most 70 gas a record in a batch of 4,096", async () => {
    for (const gas of await world.anchorBatches(4096)) expect(gas / 4096).toBeLessThanOrEqual(70);
  });

  test("a screening costs at most 450,000 gas and a consent at most 360,000", async () => {
    // The second member deepens the group's tree, the first hashes nothing: neither is the rule.
    const screenings = await world.screenAll();
    const mean = screenings.reduce((sum, gas) => sum + gas, 0) / PEOPLE;
    expect(mean).toBeLessThanOrEqual(450_000);
    for (const gas of await world.consentAll()) expect(gas).toBeLessThanOrEqual(360_000);
  });
});
