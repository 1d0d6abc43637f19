// Where the wallet lies in this browser: its sealed bytes with a revision, and what is no secret about the device.
import { createStore, delMany, get, set } from "idb-keyval";
import { useEffect, useState } from "react";
import { createSealedStore, type Stored } from "../../shared/sealedStore.ts";
import { readStorage, withStorage } from "../../shared/storage.ts";

export { ChangedElsewhere, type Stored } from "../../shared/sealedStore.ts";

export const NAMES = ["cohort-zero", "wallet"] as const;
const sealed = createSealedStore(...NAMES);
const store = createStore(...NAMES);
const WALLET = "wallet";
const DEVICE = "device";
/** Of the passkeys that unlock it (passkeys.ts). */
export const PASSKEYS = "passkeys";

/** Settings of this browser; they can be read while the wallet is locked. */
type Device = {
  readonly idleMinutes: number;
  readonly hasRecovery: boolean;
  /** The browser may say that something waits, and never what. */
  readonly reminds: boolean;
};
const DEFAULT_DEVICE: Device = { idleMinutes: 5, hasRecovery: false, reminds: false };

export async function readWallet(): Promise<Stored | undefined> {
  return await sealed.read(WALLET);
}

/** Replaces the wallet in one transaction if it still is the one that was read (0: none). Returns the new revision. */
export async function writeWallet(bytes: Uint8Array, expected: number): Promise<number> {
  return await sealed.write(WALLET, bytes, expected);
}

export async function deleteWallet(): Promise<void> {
  await sealed.remove(WALLET);
  await withStorage(() => delMany([DEVICE, PASSKEYS], store));
}

async function readDevice(): Promise<Device> {
  const kept = await readStorage(() => get<Partial<Device>>(DEVICE, store));
  return { ...DEFAULT_DEVICE, ...kept };
}

async function writeDevice(device: Device): Promise<void> {
  await withStorage(() => set(DEVICE, device, store));
}

/** This browser's settings, and how to change them. */
export function useDevice() {
  const [device, setDevice] = useState(DEFAULT_DEVICE);
  useEffect(() => {
    // The look at the wallet itself, in the same storage, says what is wrong.
    readDevice().then(setDevice, () => {});
  }, []);
  const change = async (part: Partial<Device>) => {
    const changed = { ...(await readDevice()), ...part };
    await writeDevice(changed);
    setDevice(changed);
  };
  return { device, change };
}
