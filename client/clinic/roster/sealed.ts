// The roster at rest: an age file under a passphrase, the same for the command line and the page.
import { Refusal } from "../../../circuits/statement/refusal.ts";
import { seal, unseal } from "../../files/seal.ts";
import { checkRosterOf, parseRoster, type Roster, rosterJson } from "./roster.ts";

/** Encrypts a roster. Refuses with `WeakPassphrase`. */
export async function sealRoster(of: {
  roster: Roster;
  passphrase: string;
  workFactor?: number;
}): Promise<Uint8Array> {
  const { roster, ...how } = of;
  const bytes = new TextEncoder().encode(JSON.stringify(rosterJson(roster)));
  return await seal({ bytes, ...how });
}

/** Decrypts a clinic's roster. Refuses with `WrongPassphrase` or `NotARoster`. */
export async function unsealRoster(of: {
  bytes: Uint8Array;
  passphrase: string;
  clinic: string;
}): Promise<Roster> {
  const { bytes, passphrase, clinic } = of;
  const opened = await unseal({ bytes, passphrase }).catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
    if (error.code === "WrongPassphrase") throw new Refusal(error.code, { file: "roster" });
    throw new Refusal("NotARoster");
  });
  return checkRosterOf(parseRoster(parseJson(opened)), clinic);
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new Refusal("NotARoster");
  }
}
