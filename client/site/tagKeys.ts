// Which key of persons' tags this desk goes by with each trial's holders: the first one that it met. Another one later would
// give the same person another tag.
import { z } from "zod";
import { Refusal } from "../../circuits/statement/refusal.ts";
import type { Bytes32 } from "../../circuits/statement/trial/trial.ts";
import { bytes32 } from "../files/codecs.ts";

const FORMAT = "cohort-zero/desk-tag-keys/1";

const kept = z.strictObject({ format: z.literal(FORMAT), keys: z.record(bytes32, bytes32) });
/** Names of keys by the name of their holders (`hashSet`), which names the trial. Plain data: keep it for as long as the trials run. */
export type TagKeyPins = z.output<typeof kept>;

export const NO_PINS: TagKeyPins = { format: FORMAT, keys: {} };

/** Reads them, strictly: damaged ones are refused (`MalformedInput`), never taken for none. */
export function parsePins(json: unknown): TagKeyPins {
  const parsed = kept.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new Refusal("MalformedInput", { what: "desk's keys of persons' tags" });
}

/** With one more. */
export function pin(of: TagKeyPins, holders: Bytes32, hash: Bytes32): TagKeyPins {
  return { ...of, keys: { ...of.keys, [holders]: hash } };
}
