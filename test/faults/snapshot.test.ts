// What the embedded chain keeps on disk while it works: each snapshot is the state as of one block.
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Anvil, startAnvil } from "../../server/embedded/anvil.ts";
import { connectTo, KEYS } from "../support/chain.ts";
import { testFolder } from "../support/server.ts";

const SAVES = 30;
const folder = testFolder();
const { relayer } = KEYS;
let anvil: Anvil;
let provider: ReturnType<typeof connectTo>;

beforeAll(async () => {
  anvil = await startAnvil({ folder });
  provider = connectTo(anvil.url);
  await provider.send("anvil_setBalance", [relayer.address, "0x3635c9adc5dea00000"]);
});
afterAll(async () => {
  provider?.destroy();
  await anvil?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The relayer's nonce in the accounts, and its transactions in the blocks, of what is on disk. */
function saved(): { accounts: number; blocks: number } {
  const state = JSON.parse(readFileSync(join(folder, "state.json"), "utf8"));
  const { nonce = 0 } = state.accounts[relayer.address.toLowerCase()] ?? {};
  return { accounts: Number(nonce), blocks: state.transactions.length };
}

describe("a snapshot of the embedded chain", () => {
  test("never holds effects without their blocks, also when several save while it mines", async () => {
    let isOver = false;
    const mining = (async () => {
      for (let nonce = 0; !isOver; nonce++) {
        const fees = { maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 1n, type: 2 };
        const transfer = {
          to: relayer.address,
          nonce,
          gasLimit: 21_000n,
          chainId: 31_337,
          ...fees,
        };
        await provider.send("eth_sendRawTransaction", [await relayer.signTransaction(transfer)]);
      }
    })();
    try {
      for (let i = 0; i < SAVES; i++) {
        await Promise.all([anvil.persist(), anvil.persist(), anvil.persist()]);
        const { accounts, blocks } = saved();
        expect(accounts).toBe(blocks);
      }
    } finally {
      isOver = true;
      await mining;
    }
    await anvil.persist();
    expect(saved().blocks).toBe(await provider.getTransactionCount(relayer.address));
  });
});
