// The embedded chain's contracts: deployed once, found again by the deployment file.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { JsonRpcProvider, toBeHex, Wallet } from "ethers";
import { readManifest } from "../circuits/artifacts/read.ts";
import { DICTIONARY_VERSION, dictionaryHash } from "../circuits/statement/dictionary.ts";
import { artifactHashesOf } from "../client/auditor/published.ts";
import { deploy } from "../contracts/deploy.ts";
import { parseDeployment } from "../contracts/deployment.ts";
import { EMBEDDED_CHAIN_ID } from "../server/embedded/anvil.ts";
import { addressOf, type Home, StartError } from "./home.ts";

const FUNDS = toBeHex(10n ** 22n);

type Options = { home: Home; url: string; say: (text: string) => void };

/** Path of the deployment file; deploys when there is none. Throws StartError when it is of another version. */
export async function ensureDeployment({ home, url, say }: Options): Promise<string> {
  const file = `${home.folder}/deployment.json`;
  const provider = new JsonRpcProvider(url, EMBEDDED_CHAIN_ID, {
    staticNetwork: true,
    cacheTimeout: -1,
    pollingInterval: 50,
  });
  try {
    if (existsSync(file) && (await isDeployed(file, provider))) return file;
    for (const actor of ["relayer", "governance"] as const) {
      await provider.send("anvil_setBalance", [addressOf(home, actor), FUNDS]);
    }
    say("Deploying the contracts...");
    const manifest = await readManifest();
    const deployment = await deploy({
      signer: new Wallet(home.keys.relayer, provider),
      governance: addressOf(home, "governance"),
      dictionary: { version: DICTIONARY_VERSION, hash: dictionaryHash(DICTIONARY_VERSION) },
      keys: manifest.keys,
      artifactHashes: artifactHashesOf(manifest),
    });
    writeFileSync(`${file}.new`, `${JSON.stringify(deployment, null, 2)}\n`);
    renameSync(`${file}.new`, file);
    return file;
  } finally {
    provider.destroy();
  }
}

/** False when the chain lost the contracts, as after a kill in the first second of the first start. */
async function isDeployed(file: string, provider: JsonRpcProvider): Promise<boolean> {
  try {
    const { addresses } = parseDeployment(JSON.parse(readFileSync(file, "utf8")));
    return (await provider.getCode(addresses.Enrollment)) !== "0x";
  } catch (error) {
    throw new StartError(`${file}: ${(error as Error).message}`);
  }
}
