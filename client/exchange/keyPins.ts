// Which custodians' keys somebody who seals has met: the first one for a participant stays. A custodian draws one and keeps
// it, so another one later is somebody else's, who would read along, or a loss that the custodian hides.
import { z } from "zod";
import { Refusal } from "../../circuits/statement/refusal.ts";
import type { TrialId } from "../../circuits/statement/trial/trial.ts";
import { bytes32, lowerAddress } from "../files/codecs.ts";
import type { KeyRing } from "./keys.ts";

/** By trial and pseudonym ("0x... 123"), the custodians' public keys by their accounts. Keep it while the trials run. */
export const keyPins = z.record(
  z.string().regex(/^0x[0-9a-f]{64} \d{1,78}$/),
  z.record(lowerAddress, bytes32),
);
export type KeyPins = z.output<typeof keyPins>;

/** Reads them, strictly: damaged ones are refused (`MalformedInput`), never taken for none. */
export function parseKeyPins(json: unknown): KeyPins {
  const parsed = keyPins.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new Refusal("MalformedInput", { what: "custodians' keys that were met before" });
}

/**
 * With the keys that a ring has for a participant; the very same pins when none of them is new. Refuses with `KeysChanged`,
 * naming the custodian, when one is another than before: nothing may be sealed to it.
 */
export function pinKeys(
  pins: KeyPins,
  { lists }: Pick<KeyRing, "lists">,
  { trialId, pseudonym }: { readonly trialId: TrialId; readonly pseudonym: bigint },
): KeyPins {
  const name = `${trialId} ${pseudonym}`;
  const before = pins[name] ?? {};
  const met = { ...before };
  for (const { address, keys } of lists) {
    const key = keys.get(pseudonym);
    if (key === undefined) continue;
    const known = before[address] ?? key;
    if (known !== key) throw new Refusal("KeysChanged", { custodian: address });
    met[address] = key;
  }
  const isNew = Object.keys(met).length > Object.keys(before).length;
  return isNew ? { ...pins, [name]: met } : pins;
}
