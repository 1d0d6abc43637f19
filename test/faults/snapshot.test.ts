// What the embedded chain keeps on disk while it works: each snapshot is the state as of one block.
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Anvil, startAnvil } from "../../server/embedded/anvil.ts";
import { connectTo, KEYS } from "../support/chain.ts";
import { testFolder } from "../support/server.ts";

const SAVES = 30;
const MOST_WAITING = 20;
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
        // Held, the chain takes what it is sent and mines it later: not more than it can on a busy machine.
        while (nonce - (await provider.getTransactionCount(relayer.address)) > MOST_WAITING) {
          await sleep(5);
        }
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

  test("goes on after its newest block, though this computer's clock is behind it", async () => {
    const ahead = Math.floor(Date.now() / 1000) + 3_600;
    await provider.send("evm_setNextBlockTimestamp", [ahead]);
    await provider.send("evm_mine", []);
    await anvil.stop();
    anvil = await startAnvil({ folder, place: anvil.place });
    expect((await provider.getBlock("pending"))!.timestamp).toBeGreaterThanOrEqual(ahead);
    await provider.send("evm_mine", []);
    expect((await provider.getBlock("latest"))!.timestamp).toBeGreaterThanOrEqual(ahead);
  });
});
