// The embedded chain's contracts: deployed once, found again by the deployment file.
import { existsSync, readFileSync } from "node:fs";
import { parseDeployment } from "../contracts/deployment.ts";
import { askNode } from "../server/embedded/node.ts";
import { StartError } from "./home.ts";

/** Where a data folder keeps what was deployed. */
export function deploymentFile(folder: string): string {
  return `${folder}/deployment.json`;
}

/**
 * Are the contracts of the deployment file on the chain? They are not as long as there is none, nor when the chain lost
 * them, as after a kill in the first second of the first start. Throws StartError when the file is of another version.
 */
export async function isDeployed(folder: string, url: string): Promise<boolean> {
  const file = deploymentFile(folder);
  if (!existsSync(file)) return false;
  try {
    const { addresses } = parseDeployment(JSON.parse(readFileSync(file, "utf8")));
    return (await askNode(url, "eth_getCode", [addresses.Enrollment, "latest"])) !== "0x";
  } catch (error) {
    throw new StartError(`${file}: ${(error as Error).message}`);
  }
}
