// Where the wallet lies in this browser: its sealed bytes with a revision, and what is no secret about the device.
import { createStore, del, get, set, update } from "idb-keyval";
import { useEffect, useState } from "react";

const store = createStore("cohort-zero", "wallet");
const WALLET = "wallet";
const DEVICE = "device";

export type Stored = { readonly revision: number; readonly bytes: Uint8Array };

/** Settings of this browser; they can be read while the wallet is locked. */
export type Device = { readonly idleMinutes: number; readonly hasRecovery: boolean };
const DEFAULT_DEVICE: Device = { idleMinutes: 5, hasRecovery: false };

/** Another tab has saved since this one read. Nothing was written. */
export class ChangedElsewhere extends Error {
  override readonly name = "ChangedElsewhere";
  constructor() {
    super("the wallet was changed in another tab; unlock it again to go on from there");
  }
}

export async function readWallet(): Promise<Stored | undefined> {
  return await get<Stored>(WALLET, store);
}

/** Replaces the wallet in one transaction if it still is the one that was read (0: none). Returns the new revision. */
export async function writeWallet(bytes: Uint8Array, expected: number): Promise<number> {
  const revision = expected + 1;
  await update<Stored>(
    WALLET,
    (stored) => {
      if ((stored?.revision ?? 0) !== expected) throw new ChangedElsewhere();
      return { revision, bytes };
    },
    store,
  );
  return revision;
}

export async function deleteWallet(): Promise<void> {
  await del(WALLET, store);
  await del(DEVICE, store);
}

export async function readDevice(): Promise<Device> {
  return { ...DEFAULT_DEVICE, ...(await get<Partial<Device>>(DEVICE, store)) };
}

export async function writeDevice(device: Device): Promise<void> {
  await set(DEVICE, device, store);
}

/** This browser's settings, and how to change them. */
export function useDevice() {
  const [device, setDevice] = useState(DEFAULT_DEVICE);
  useEffect(() => {
    void readDevice().then(setDevice);
  }, []);
  const change = async (part: Partial<Device>) => {
    const changed = { ...(await readDevice()), ...part };
    await writeDevice(changed);
    setDevice(changed);
  };
  return { device, change };
}
