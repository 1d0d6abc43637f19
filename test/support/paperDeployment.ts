// A deployment on paper.
import { keccak256, toUtf8Bytes } from "ethers";
import {
  DEPLOYMENT_FORMAT,
  type Deployment,
  deploymentSchema,
} from "../../contracts/deployment.ts";

const address = (n: number) => `0x${n.toString(16).padStart(40, "0")}`;

/** Contracts that nobody deployed, for what needs no chain. */
export function paperDeployment(chainId = 31_337): Deployment {
  const names = Object.keys(deploymentSchema.shape.addresses.shape);
  const addresses = Object.fromEntries(names.map((name, i) => [name, address(i + 1)]));
  return deploymentSchema.parse({
    format: DEPLOYMENT_FORMAT,
    chainId,
    deployBlock: 1,
    keys: "DEV",
    governance: address(99),
    addresses,
    keyHashes: {},
    rootWindowSeconds: 3600,
    dictionary: { version: 1, hash: keccak256(toUtf8Bytes("dictionary")) },
    artifactHashes: {},
  });
}
