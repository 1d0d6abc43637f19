// Deploys the contracts to an embedded chain. `deployEmbedded.ts <data folder> <url of the chain>`, started by `npm start`.
import { renameSync, writeFileSync } from "node:fs";
import { JsonRpcProvider, toBeHex, Wallet } from "ethers";
import { readManifest } from "../circuits/artifacts/read.ts";
import { DICTIONARY_VERSION, dictionaryHash } from "../circuits/statement/dictionary/dictionary.ts";
import { artifactHashesOf } from "../client/auditor/proof/published.ts";
import { deploy } from "../contracts/deploy.ts";
import { EMBEDDED_CHAIN_ID } from "../server/embedded/anvil.ts";
import { PRIVATE_FILE } from "../server/store/modes.ts";
import { deploymentFile } from "./deployment.ts";
import { addressOf, type Home, openHome } from "./home.ts";
import { step } from "./step.ts";

const FUNDS = toBeHex(10n ** 22n);

async function deployEmbedded(home: Home, url: string): Promise<void> {
  const provider = new JsonRpcProvider(url, EMBEDDED_CHAIN_ID, {
    staticNetwork: true,
    cacheTimeout: -1,
    pollingInterval: 50,
  });
  try {
    for (const actor of ["relayer", "governance"] as const) {
      await provider.send("anvil_setBalance", [addressOf(home, actor), FUNDS]);
    }
    console.log("Deploying the contracts...");
    const manifest = await readManifest();
    const deployment = await deploy({
      signer: new Wallet(home.keys.relayer, provider),
      governance: addressOf(home, "governance"),
      dictionary: { version: DICTIONARY_VERSION, hash: dictionaryHash(DICTIONARY_VERSION) },
      keys: manifest.keys,
      artifactHashes: artifactHashesOf(manifest),
    });
    const file = deploymentFile(home.folder);
    const text = `${JSON.stringify(deployment, null, 2)}\n`;
    writeFileSync(`${file}.new`, text, { mode: PRIVATE_FILE });
    renameSync(`${file}.new`, file);
  } finally {
    provider.destroy();
  }
}

await step(([folder, url]) => deployEmbedded(openHome(folder!, undefined), url!));
