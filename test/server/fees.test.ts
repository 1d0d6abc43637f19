// A transaction that nobody mines because fees have risen since it was signed.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { screeningOf } from "../contracts/story.ts";
import { KEYS } from "../support/chain.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { personOf, STAGE_KEYS, type Stage, startStage, submit } from "../support/stage.ts";

let stage: Stage;
let server: TestServer;

beforeAll(async () => {
  stage = await startStage();
  server = await startTestServer(stage.chain, { STUCK_SECONDS: "1" }, { keys: STAGE_KEYS });
});
afterAll(async () => {
  await stage?.chain.provider.send("evm_setAutomine", [true]);
  await server?.end();
  await stage?.stop();
});

type Pooled = { hash: string; maxFeePerGas: string; maxPriorityFeePerGas: string };

/** The relayer's transaction that waits in the node's pool. */
async function pooled(): Promise<Pooled | undefined> {
  const { pending, queued } = await stage.chain.provider.send("txpool_content", []);
  const ours = Object.entries({ ...queued, ...pending }).find(
    ([from]) => from.toLowerCase() === KEYS.relayer.address.toLowerCase(),
  );
  return Object.values((ours?.[1] ?? {}) as Record<string, Pooled>)[0];
}

describe("a transaction that is stuck", () => {
  test("is replaced by one with the same nonce and a fee high enough, and counts once", async () => {
    const { provider, contracts } = stage.chain;
    const { story } = stage;
    const person = personOf(story, "stuck");
    const before = await provider.getTransactionCount(KEYS.relayer.address);
    await provider.send("evm_setAutomine", [false]);
    const { id } = await submit(
      server,
      "submitScreening",
      (await screeningOf(story, person)).proof,
    );
    await expect.poll(pooled).toBeDefined();
    const first = (await pooled())!;

    // From now on blocks ask for three times what it offers, so they leave it out.
    const price = BigInt(first.maxFeePerGas) * 3n;
    await provider.send("anvil_setNextBlockBaseFeePerGas", [`0x${price.toString(16)}`]);
    await provider.send("evm_mine", []);
    expect(await provider.getTransactionReceipt(first.hash)).toBeNull();

    // Anvil forgets what it had to leave out; other nodes keep it. Either way it is replaced.
    const replacement = async () => {
      const now = await pooled();
      return now?.hash === first.hash ? undefined : now;
    };
    await expect.poll(replacement).toBeDefined();
    const second = (await pooled())!;
    expect(BigInt(second.maxFeePerGas)).toBeGreaterThanOrEqual(price);
    // Nodes take a replacement only when both fees are a tenth higher.
    for (const fee of ["maxFeePerGas", "maxPriorityFeePerGas"] as const) {
      expect(BigInt(second[fee]) * 10n).toBeGreaterThanOrEqual(BigInt(first[fee]) * 11n);
    }
    await provider.send("evm_mine", []);
    expect(await server.settle(id)).toMatchObject({ state: "FINAL", transactionHash: second.hash });
    expect(await contracts.screening.commitmentOf(story.trialId, person.nullifier)).toBe(
      person.commitment,
    );
    expect(await provider.getTransactionCount(KEYS.relayer.address)).toBe(before + 1);
    expect(server.logged()).toContain("transaction stuck: replaced with a higher fee");
  });
});
