// The withdrawal code: as it is printed, and as the contract takes it.
import { zeroPadValue } from "ethers";
import type { Bytes32 } from "../../circuits/statement/trial/trial.ts";

export {
  formatPrintedCode as formatWithdrawalCode,
  parsePrintedCode as parseWithdrawalCode,
} from "./printedCode.ts";

/** The code as the contract takes it: 32 bytes, the secret's 16 at the end. */
export function withdrawalCodeWord(secret: Uint8Array): Bytes32 {
  return zeroPadValue(secret, 32);
}
