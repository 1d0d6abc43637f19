// The record code: a clinic's page seals a record under it, the wallet opens it. 128 random bits, of which the server
// sees a hash: nobody guesses it, offline or online, so it needs no passphrase beside it.
import { bech32 } from "@scure/base";
import { identityToRecipient } from "age-encryption";
import { concat, getBytes, randomBytes, sha256, toUtf8Bytes } from "ethers";
import type { Bytes32 } from "../../circuits/statement/trial/trial.ts";
import { openPlace, sealForMailbox } from "./mailbox.ts";
import { formatPrintedCode, parsePrintedCode, RECORD_MARK, SECRET_BYTES } from "./printedCode.ts";

/** A fresh code, as it is shown: "R-XXXX-XXXX-...". */
export function drawRecordCode(): string {
  return RECORD_MARK + formatPrintedCode(randomBytes(SECRET_BYTES));
}

/** The secret of a code; undefined for a text that is none, or is mistyped. */
function secretOf(code: string): Uint8Array | undefined {
  const text = code.trim().toUpperCase();
  return text.startsWith("R") ? parsePrintedCode(text.slice(1)) : undefined;
}

type RecordCode = {
  /** Under which the sealed record waits at the server. */
  readonly id: Bytes32;
  /** Age identity (AGE-SECRET-KEY-1...) that opens it; never leaves the device. */
  readonly identity: string;
};

/** What a code stands for; undefined when it is mistyped. */
export function readRecordCode(code: string): RecordCode | undefined {
  const secret = secretOf(code);
  if (secret === undefined) return undefined;
  const hash = (use: string) =>
    sha256(concat([toUtf8Bytes(`cohort-zero/handover/1/${use}`), secret]));
  const key = getBytes(hash("key"));
  return {
    id: hash("id") as Bytes32,
    identity: bech32.encodeFromBytes("AGE-SECRET-KEY-", key).toUpperCase(),
  };
}

/** Seals a record for whoever has the code. Every record takes as many bytes. */
export async function sealUnder(of: { identity: string; content: unknown }): Promise<Uint8Array> {
  const recipient = await identityToRecipient(of.identity);
  return await sealForMailbox({ content: of.content, recipient });
}

/** Opens it, as parsed JSON; undefined when it is not sealed under this code. */
export async function openUnder(of: { identity: string; bytes: Uint8Array }): Promise<unknown> {
  return await openPlace(of);
}
