// SHA-256 as entries and the store of packages name bytes.
import type { Bytes32 } from "../../circuits/statement/trial/trial.ts";
import { sha256 as hexOf } from "../artifacts/artifacts.ts";

/** SHA-256 of bytes, as a word of an entry. */
export async function sha256(bytes: Uint8Array): Promise<Bytes32> {
  return `0x${await hexOf(bytes)}`;
}
