// Unlocking by passkey: for each passkey an age file that holds the wallet's passphrase, opened by what the authenticator
// computes (WebAuthn's PRF extension). So both ways open the same vault, and saving it asks for no passkey.
import { createStore, get, update } from "idb-keyval";
import { useCallback, useEffect, useState } from "react";
import { readStorage, withStorage } from "../../shared/storage.ts";
import { explained, requirePasskeys } from "./passkeyProblem.ts";
import { NAMES, PASSKEYS } from "./storage.ts";

/** One passkey of this browser's wallet. It is no secret: only the authenticator opens the file. */
export type Passkey = {
  readonly id: string;
  readonly name: string;
  /** Unix milliseconds. */
  readonly addedAt: number;
  /** Which credential it is, as age writes it. */
  readonly identity: string;
  readonly file: Uint8Array;
};

const store = createStore(...NAMES);
/** As authenticators show it. */
const KEY_NAME = "Cohort Zero wallet";

/** Makes a passkey that will unlock what the passphrase does. Refuses with PasskeyFails. */
export async function makePasskey(of: { name: string; passphrase: string }): Promise<Passkey> {
  const { name, passphrase } = of;
  requirePasskeys();
  const { Encrypter, webauthn } = await import("age-encryption");
  try {
    const identity = await webauthn.createCredential({ keyName: KEY_NAME });
    const encrypter = new Encrypter();
    encrypter.addRecipient(new webauthn.WebAuthnRecipient({ identity }));
    const file = await encrypter.encrypt(passphrase);
    return { id: crypto.randomUUID(), name, addedAt: Date.now(), identity, file };
  } catch (problem) {
    throw explained(problem);
  }
}

/** The passphrase that a passkey opens. Refuses with PasskeyFails. */
export async function openPasskey({ identity, file }: Passkey): Promise<string> {
  requirePasskeys();
  const { Decrypter, webauthn } = await import("age-encryption");
  try {
    const decrypter = new Decrypter();
    decrypter.addIdentity(new webauthn.WebAuthnIdentity({ identity }));
    return await decrypter.decrypt(file, "text");
  } catch (problem) {
    throw explained(problem);
  }
}

const readPasskeys = () => readStorage(async () => (await get<Passkey[]>(PASSKEYS, store)) ?? []);

/** In one transaction: two tabs lose none. */
async function changePasskeys(change: (before: readonly Passkey[]) => Passkey[]): Promise<void> {
  await withStorage(() => update<Passkey[]>(PASSKEYS, (before = []) => change(before), store));
}

/** The passkeys of this browser's wallet, and how to change which there are. */
export function usePasskeys() {
  const [passkeys, setPasskeys] = useState<readonly Passkey[]>([]);
  const look = useCallback(() => {
    // The look at the wallet itself, in the same storage, says what is wrong.
    readPasskeys().then(setPasskeys, () => {});
  }, []);
  useEffect(look, [look]);
  const change = useCallback(
    async (make: (before: readonly Passkey[]) => Passkey[]) => {
      await changePasskeys(make);
      look();
    },
    [look],
  );
  return { passkeys, look, change };
}
