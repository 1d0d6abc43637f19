// `npm run deploy`: the contracts on a chain of your own, and the deployment file that server, clients and auditor need.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { isAddress, JsonRpcProvider, Wallet } from "ethers";
import { readManifest } from "../circuits/artifacts/read.ts";
import { DICTIONARY_VERSION, dictionaryHash } from "../circuits/statement/dictionary/dictionary.ts";
import { artifactHashesOf } from "../client/auditor/proof/published.ts";
import { deploy } from "../contracts/deploy.ts";
import { buildContracts } from "./contracts.ts";
import { StartError } from "./home.ts";

const USAGE = `npm run deploy -- --rpc <url> --governance <address> --key <file> --out <file>
  --rpc         JSON-RPC endpoint of the chain
  --governance  owner of Accreditation: a TimelockController behind a multisig; the deployer gets no power
  --key         file with the private key that pays for the deployment
  --out         where the deployment file goes; it is public
  --development accept the development keys in circuits/artifacts, which their maker can forge with`;

/** The flags, checked before anything is sent. Throws StartError. */
function readFlags() {
  const { values } = parseArgs({
    options: {
      rpc: { type: "string" },
      governance: { type: "string" },
      key: { type: "string" },
      out: { type: "string" },
      development: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const { rpc, governance, key, out, development } = values;
  if (!rpc || !governance || !key || !out) throw new StartError(USAGE);
  if (!isAddress(governance)) throw new StartError("--governance: not an address");
  if (existsSync(out))
    throw new StartError(`${out} exists: a deployment file is never overwritten`);
  return { rpc, governance, key, out, development };
}

async function main(): Promise<void> {
  const { rpc, governance, key, out, development } = readFlags();
  const manifest = await readManifest();
  const { keys } = manifest;
  if (keys === "DEV" && !development) {
    throw new StartError(
      "The keys in circuits/artifacts are development keys: whoever made them can forge proofs. Hold a ceremony (npm run ceremony), or add --development.",
    );
  }
  buildContracts(console.log);
  const provider = new JsonRpcProvider(rpc);
  const deployment = await deploy({
    signer: new Wallet(readFileSync(key, "utf8").trim(), provider),
    governance,
    dictionary: { version: DICTIONARY_VERSION, hash: dictionaryHash(DICTIONARY_VERSION) },
    keys,
    artifactHashes: artifactHashesOf(manifest),
    onStep: (contract) => console.log(`  ${contract}`),
  });
  writeFileSync(out, `${JSON.stringify(deployment, null, 2)}\n`, { flag: "wx" });
  provider.destroy();
  console.log(`Deployed to chain ${deployment.chainId}. Publish ${out}.`);
}

main().catch((error: unknown) => {
  console.error(error instanceof StartError ? error.message : error);
  process.exit(1);
});
