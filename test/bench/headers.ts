// What it costs to believe no node: every header of a chain read and linked, against reading its logs alone.
import { openChain } from "../../client/auditor/node/chain.ts";
import { connectNode } from "../../client/auditor/node/rpc.ts";
import { startChain } from "../support/chain.ts";
import type { Result } from "./measure.ts";

const BLOCKS = 20_000;

export async function measureHeaders(): Promise<Result> {
  const chain = await startChain();
  try {
    await chain.provider.send("anvil_mine", [`0x${BLOCKS.toString(16)}`]);
    const request = connectNode(chain.anvil.url);
    const readAll = async (isProven: boolean) => {
      const source = await openChain({ request, deployment: chain.deployment, isProven });
      const start = performance.now();
      for await (const _ of source.chunks(chain.deployment.deployBlock));
      return (performance.now() - start) / 1000;
    };
    const [told, proven] = [await readAll(false), await readAll(true)];
    return {
      what: `\`audit --prove\`: headers of ${BLOCKS} empty blocks from Anvil`,
      baseline: `logs alone, ${told.toFixed(2)} s`,
      measured: `${proven.toFixed(1)} s, ${Math.round(BLOCKS / proven)}/s`,
      target: "",
      reached: undefined,
    };
  } finally {
    await chain.stop();
  }
}
