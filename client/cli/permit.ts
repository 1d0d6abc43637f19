// A record that its patient anchors: the clinic's signed permit is all it takes, and says nothing about the record.
import type { Command } from "commander";
import { z } from "zod";
import { contextOf } from "./context.ts";
import { readJson } from "./file.ts";
import { InputError, print, shorten } from "./output.ts";

/** What `clinic attest --sign` writes: an EIP-712 signature over a commitment, with a deadline in Unix seconds. */
const permit = z.strictObject({
  commitment: z.string().regex(/^[1-9]\d{0,77}$/),
  clinic: z.string().regex(/^0x[0-9a-fA-F]{40}$/),
  deadline: z.string().regex(/^\d{1,12}$/),
  signature: z.string().regex(/^0x[0-9a-fA-F]{130}$/),
});

/** Anchors the record of a permit. Refuses with `DeadlinePassed`, `InvalidSignature`, `AlreadyAnchored`. */
export async function anchorWithPermit(
  file: string,
  _flags: object,
  command: Command,
): Promise<void> {
  const { api, json, progress } = contextOf(command);
  const parsed = permit.safeParse(readJson(file));
  if (!parsed.success) {
    const place = parsed.error.issues[0]?.path.join(".") || "file";
    throw new InputError(`${file}: ${place}: not as clinic attest --sign writes it`);
  }
  progress.step("Anchoring...");
  const sent = await api().settle(await api().submit("attestedRecord", parsed.data));
  progress.end();
  const { commitment } = parsed.data;
  print(
    json,
    { anchored: commitment, transaction: sent.transactionHash },
    `Anchored record ${shorten(commitment)}. Next: cohort patient import with the record's file.`,
  );
}
