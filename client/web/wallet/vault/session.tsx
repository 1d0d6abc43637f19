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
import { type Passkey, usePasskeys } from "./passkeys.ts";
import { readWallet, useDevice } from "./storage.ts";
import {
  adoptVault,
  createVault,
  type Opened,
  openVault,
  openVaultBy,
  restoreVault,
  type Vault,
  type Why,
} from "./vault.ts";

type Session = {
  /** Undefined while it is being looked up, and when that failed. */
  readonly hasWallet: boolean | undefined;
  /** Why the browser does not tell whether there is one. */
  readonly problem: unknown;
  readonly lookAgain: () => void;
  /** Why it was locked last, to be told. */
  readonly why: Why | undefined;
  readonly opened: (Opened & { readonly vault: Vault }) | undefined;
  readonly create: (passphrase: string) => Promise<void>;
  readonly restore: (file: Uint8Array, passphrase: string) => Promise<void>;
  /** Takes in a wallet that guardians brought back. */
  readonly adopt: (wallet: Wallet, passphrase: string) => Promise<void>;
  readonly unlock: (passphrase: string) => Promise<void>;
  readonly unlockBy: (passkey: Passkey) => Promise<void>;
  readonly passkeys: readonly Passkey[];
  readonly changePasskeys: ReturnType<typeof usePasskeys>["change"];
  /** Says that a proof is under way, so that the wallet does not lock meanwhile. Returns how to end it. */
  readonly beBusy: () => () => void;
} & ReturnType<typeof useDevice>;

const Current = createContext<Session | undefined>(undefined);
/** Apart from the session, which then does not change with it. */
const LocksAt = createContext<number | undefined>(undefined);
/** All queries of the wallet begin so; locking forgets them. */
export const WALLET_KEY = "wallet";

export function SessionProvider({ children }: { children: ReactNode }) {
  const { hasWallet, setHasWallet, problem, look } = useLookup();
  const [why, setWhy] = useState<Why>();
  const [vault, setVault] = useState<Vault>();
  const [opened, setOpened] = useState<Opened>();
  const device = useDevice();
  const { passkeys, look: lookAtPasskeys, change: changePasskeys } = usePasskeys();
  const queries = useQueryClient();
  const { locksAt, beBusy } = useIdleLock(vault, device.device.idleMinutes);
  const entering = useMemo(() => {
    const watching = {
      onChange: setOpened,
      onEnd: (reason: Why) => {
        setVault(undefined);
        setOpened(undefined);
        setWhy(reason);
        queries.removeQueries({ queryKey: [WALLET_KEY] });
        look();
        lookAtPasskeys();
      },
    };
    const enter = (entered: Vault) => {
      setWhy(undefined);
      setOpened(entered.opened);
      setVault(entered);
      setHasWallet(true);
    };
    return { watching, enter };
  }, [queries, look, lookAtPasskeys, setHasWallet]);

  const session = useMemo<Session>(() => {
    const { watching, enter } = entering;
    return {
      ...{ hasWallet, problem, lookAgain: look, why, passkeys, changePasskeys, beBusy },
      opened: vault && opened && { ...opened, vault },
      create: async (passphrase) => enter(await createVault(passphrase, watching)),
      restore: async (file, passphrase) => {
        enter(await restoreVault(file, passphrase, watching));
        // The file that it came from is one.
        await device.change({ hasRecovery: true });
      },
      adopt: async (wallet, passphrase) => enter(await adoptVault(wallet, passphrase, watching)),
      unlock: async (passphrase) => enter(await openVault(passphrase, watching)),
      unlockBy: async (passkey) => enter(await openVaultBy(passkey, watching)),
      ...device,
    };
  }, [
    entering,
    hasWallet,
    problem,
    why,
    vault,
    opened,
    device,
    look,
    passkeys,
    changePasskeys,
    beBusy,
  ]);
  return (
    <Current value={session}>
      <LocksAt value={locksAt}>{children}</LocksAt>
    </Current>
  );
}

/** Locks the wallet when nobody uses it, and says when that will be shortly before. */
function useIdleLock(vault: Vault | undefined, idleMinutes: number) {
  const [busy] = useState(() => new Set<symbol>());
  const [locksAt, setLocksAt] = useState<number>();
  useEffect(() => {
    if (vault === undefined) return;
    const isBusy = () => busy.size > 0;
    const onIdle = () => vault.lock("idle");
    const stop = watchIdle({ minutes: idleMinutes, isBusy, onWarn: setLocksAt, onIdle });
    return () => {
      stop();
      setLocksAt(undefined);
    };
  }, [vault, idleMinutes, busy]);
  const beBusy = useCallback(() => {
    const one = Symbol("busy");
    busy.add(one);
    return () => void busy.delete(one);
  }, [busy]);
  return { locksAt, beBusy };
}

/** The first look at this browser's storage: whether there is a wallet, or why it cannot tell. */
function useLookup() {
  const [hasWallet, setHasWallet] = useState<boolean>();
  const [problem, setProblem] = useState<unknown>();
  const look = useCallback(() => {
    setProblem(undefined);
    readWallet().then((stored) => setHasWallet(stored !== undefined), setProblem);
  }, []);
  useEffect(look, [look]);
  return { hasWallet, setHasWallet, problem, look };
}

export function useSession(): Session {
  const session = useContext(Current);
  if (session === undefined) throw new Error("outside of SessionProvider");
  return session;
}

/** When the wallet locks by itself, in Unix milliseconds, once that is near. */
export function useLocksAt(): number | undefined {
  return useContext(LocksAt);
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
