// Whether there is a wallet, whether it is open, and for how long.
import { useQueryClient } from "@tanstack/react-query";
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
} from "react";
import type { Wallet } from "../../../patient/wallet.ts";
import { watchIdle } from "./idle.ts";
import { readWallet, useDevice } from "./storage.ts";
import {
  createVault,
  type Opened,
  openVault,
  restoreVault,
  type Vault,
  type Why,
} from "./vault.ts";

export type Session = {
  /** Undefined while it is being looked up. */
  readonly hasWallet: boolean | undefined;
  /** Why it was locked last, to be told. */
  readonly why: Why | undefined;
  readonly opened: (Opened & { readonly vault: Vault }) | undefined;
  readonly create: (passphrase: string) => Promise<void>;
  readonly restore: (file: Uint8Array, passphrase: string) => Promise<void>;
  readonly unlock: (passphrase: string) => Promise<void>;
  /** Says that a proof is under way, so that the wallet does not lock meanwhile. Returns how to end it. */
  readonly beBusy: () => () => void;
} & ReturnType<typeof useDevice>;

const Current = createContext<Session | undefined>(undefined);
/** All queries of the wallet begin so; locking forgets them. */
export const WALLET_KEY = "wallet";

export function SessionProvider({ children }: { children: ReactNode }) {
  const [hasWallet, setHasWallet] = useState<boolean>();
  const [why, setWhy] = useState<Why>();
  const [vault, setVault] = useState<Vault>();
  const [opened, setOpened] = useState<Opened>();
  const [busy] = useState(() => new Set<symbol>());
  const device = useDevice();
  const queries = useQueryClient();
  const look = useCallback(async () => setHasWallet((await readWallet()) !== undefined), []);
  useEffect(() => void look(), [look]);
  const { idleMinutes } = device.device;
  useEffect(() => {
    if (vault === undefined) return;
    const onIdle = () => vault.lock("idle");
    return watchIdle({ minutes: idleMinutes, isBusy: () => busy.size > 0, onIdle });
  }, [vault, idleMinutes, busy]);

  const session = useMemo<Session>(() => {
    const watching = {
      onChange: setOpened,
      onEnd: (reason: Why) => {
        setVault(undefined);
        setOpened(undefined);
        setWhy(reason);
        queries.removeQueries({ queryKey: [WALLET_KEY] });
        void look();
      },
    };
    const enter = (entered: Vault) => {
      setWhy(undefined);
      setOpened(entered.opened);
      setVault(entered);
      setHasWallet(true);
    };
    return {
      hasWallet,
      why,
      opened: vault && opened && { ...opened, vault },
      create: async (passphrase) => enter(await createVault(passphrase, watching)),
      restore: async (file, passphrase) => enter(await restoreVault(file, passphrase, watching)),
      unlock: async (passphrase) => enter(await openVault(passphrase, watching)),
      beBusy: () => {
        const one = Symbol("busy");
        busy.add(one);
        return () => void busy.delete(one);
      },
      ...device,
    };
  }, [hasWallet, why, vault, opened, busy, device, queries, look]);
  return <Current value={session}>{children}</Current>;
}

export function useSession(): Session {
  const session = useContext(Current);
  if (session === undefined) throw new Error("outside of SessionProvider");
  return session;
}

/** The open wallet, inside of the gate. */
export function useWallet(): {
  readonly wallet: Wallet;
  readonly revision: number;
  readonly vault: Vault;
} {
  const { opened } = useSession();
  if (opened === undefined) throw new Error("outside of the gate");
  return opened;
}
