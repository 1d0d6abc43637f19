// A sealed cut and the key of a request for it, as the sponsor keeps them: without the key what custodians answer is
// lost, so it is handed over as a file before the request is made.
import { getBytes, hexlify } from "ethers";
import { z } from "zod";
import { Refusal } from "../../../../circuits/statement/refusal.ts";
import type { OpenRequest, SealedCut } from "../../../exchange/cut.ts";

const FORMAT = "cohort-zero/kept-request/1";
const bytes32 = z.string().regex(/^0x[0-9a-f]{64}$/);
const decimal = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,77})$/)
  .transform(BigInt);

const file = z.strictObject({
  format: z.literal(FORMAT),
  cut: z.strictObject({
    cutId: decimal,
    trialId: bytes32,
    permission: z.int().min(0),
    entries: z.array(bytes32).min(1).max(100_000),
    packagesRoot: bytes32,
  }),
  recipientKey: bytes32,
  privateKey: bytes32,
});

/** What is kept: the request itself, the chain tells by its public key. */
export type KeptRequest = {
  readonly cut: SealedCut;
  readonly recipientKey: string;
  readonly privateKey: Uint8Array;
};

/** The text of the file. It holds a secret: whoever has it opens what was released for this request. */
export function writeKept({ cut, recipientKey, privateKey }: KeptRequest): string {
  const shown = { ...cut, cutId: cut.cutId.toString() };
  const kept = { format: FORMAT, cut: shown, recipientKey, privateKey: hexlify(privateKey) };
  return `${JSON.stringify(kept, null, 2)}\n`;
}

/** Reads the file. Refuses with `MalformedInput`, without any of its content. */
export function readKept(text: string): KeptRequest {
  const parsed = file.safeParse(jsonOf(text));
  if (!parsed.success) throw new Refusal("MalformedInput", { what: "kept request" });
  const { cut, recipientKey, privateKey } = parsed.data;
  return { cut, recipientKey, privateKey: getBytes(privateKey) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The request as it is fetched. */
export function openRequestOf(
  kept: KeptRequest,
  of: { readonly registry: string; readonly requestId: bigint; readonly until: number },
): OpenRequest {
  return { ...of, privateKey: kept.privateKey };
}
