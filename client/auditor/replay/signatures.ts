// Signatures that no key recovers to: a site may sign with a contract wallet (ERC-1271), which
// only the chain can ask.
import { Interface, keccak256 } from "ethers";
import type { Report } from "../finding/finding.ts";
import { CallReverted } from "../node/rpc.ts";
import type { Source } from "../node/source.ts";
import type { OpenSignature } from "./handler.ts";

const WALLET = new Interface(["function isValidSignature(bytes32, bytes) view returns (bytes4)"]);
const NO_CODE = keccak256("0x");
/** What a wallet answers to a signature of its own (ERC-1271). */
const VALID = "0x1626ba7e";

/**
 * Asks each signer that is a contract, as of the head; reports every signature that nobody stands
 * by.
 */
export async function checkSignatures(
  open: readonly OpenSignature[],
  { source, report }: { source: Source; report: Report },
): Promise<void> {
  for (const { signer, digest, signature, place } of open) {
    if ((await source.codeHash(signer)) === NO_CODE) {
      report("site/signature", `the signature is not by ${signer} over this act`, place);
      continue;
    }
    const data = WALLET.encodeFunctionData("isValidSignature", [digest, signature]);
    const answer = await source.call(signer, data).catch((error: unknown) => {
      if (error instanceof CallReverted) return "0x";
      throw error;
    });
    if (!answer.startsWith(VALID)) {
      report("site/signature", `the wallet ${signer} does not stand by its signature`, place);
    }
  }
}
