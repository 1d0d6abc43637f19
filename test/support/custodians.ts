// Custodians in the test's own process, each with a folder of its own and gas money.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Wallet } from "ethers";
import { createLog } from "../../custodian/log.ts";
import { readSettings } from "../../custodian/settings.ts";
import { type RunningCustodian, startCustodian } from "../../custodian/start.ts";
import type { TestChain } from "./chain.ts";
import { testFolder } from "./server.ts";

/** Starts one beside a chain and its exchange; 0 takes any free port. */
export async function startTestCustodian(
  exchange: { readonly url: string; readonly chain: TestChain },
  of: {
    readonly wallet: Wallet;
    readonly port?: number;
    /** Of the custodian. */
    readonly environment?: Record<string, string>;
  },
): Promise<RunningCustodian> {
  const { url, chain } = exchange;
  const { wallet, port = 0, environment = {} } = of;
  const folder = testFolder();
  const key = { format: "cohort-zero/custodian-key/1", privateKey: wallet.privateKey };
  writeFileSync(join(folder, "custodian.key"), JSON.stringify(key), { mode: 0o600 });
  const settings = readSettings({
    ...{ PORT: String(port), DATA_DIR: folder, EXCHANGE_URLS: url },
    ...{ RPC_URL: chain.anvil.url, DEPLOYMENT: await deploymentFile(url, folder) },
    // The chain makes blocks only for transactions, and each is final.
    ...{ FINALITY: "1", HEAD_SECONDS: "2000000000", POLL_MS: "100" },
    ...environment,
  });
  const running = await startCustodian(settings, { log: createLog("silent") });
  await chain.provider.send("anvil_setBalance", [running.address, "0x3635c9adc5dea00000"]);
  const stop = async () => {
    await running.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { ...running, stop };
}

async function deploymentFile(url: string, folder: string): Promise<string> {
  const path = join(folder, "deployment.json");
  const response = await fetch(`${url}/deployment.json`);
  writeFileSync(path, await response.text());
  return path;
}
