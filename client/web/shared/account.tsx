// Which organisation acts on this page: an Ethereum wallet of the browser (EIP-1193), or one of the development
// keys of an embedded exchange. Keys live in memory only: a reload signs out.
import { useQuery } from "@tanstack/react-query";
import type { Signer } from "ethers";
import { createContext, type ReactNode, useContext, useMemo, useState } from "react";
import type { Actor } from "../../actor/actor.ts";

type Provider = { request(call: { method: string; params?: unknown[] }): Promise<unknown> };

type Account = {
  /** Undefined until signed in. */
  readonly actor: Actor | undefined;
  /** Signs messages and typed data for the actor. */
  readonly signer: Signer | undefined;
  readonly signIn: (signer: Signer) => Promise<void>;
  readonly signOut: () => Promise<void>;
};

const Current = createContext<Account | undefined>(undefined);

export function AccountProvider({ children }: { children: ReactNode }) {
  const [actor, setActor] = useState<Actor>();
  const account = useMemo<Account>(
    () => ({
      actor,
      signer: actor?.signer,
      signIn: async (signer) => setActor(await signInHere(signer)),
      signOut: async () => {
        setActor(undefined);
        await actor?.api.signOut();
      },
    }),
    [actor],
  );
  return <Current value={account}>{children}</Current>;
}

/** What signs is large: the page that asks who acts shows before it is loaded. */
async function signInHere(signer: Signer): Promise<Actor> {
  const [{ signInActor }, { connect }] = await Promise.all([
    import("../../actor/actor.ts"),
    import("../../api/api.ts"),
  ]);
  return await signInActor({ api: connect({ url: location.origin }), signer });
}

export function useAccount(): Account {
  const account = useContext(Current);
  if (account === undefined) throw new Error("outside of AccountProvider");
  return account;
}

/** The signed-in organisation, inside of `SignedIn`. */
export function useActor(): Actor {
  const { actor } = useAccount();
  if (actor === undefined) throw new Error("outside of SignedIn");
  return actor;
}

/** The browser's Ethereum wallet, if it has one. */
export function browserProvider(): Provider | undefined {
  return (globalThis as { ethereum?: Provider }).ethereum;
}

/** A signer of the browser's wallet; it asks its user. Throws when the user declines. */
export async function browserSigner(provider: Provider): Promise<Signer> {
  const { BrowserProvider } = await import("ethers");
  return await new BrowserProvider(provider).getSigner();
}

/** A signer of a key held in this page's memory. */
export async function keySigner(key: string): Promise<Signer> {
  const { Wallet } = await import("ethers");
  return new Wallet(key);
}

/** Development keys by role name; empty on a real exchange. */
export function useDevelopmentKeys() {
  return useQuery({
    queryKey: ["development-keys"],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async (): Promise<Readonly<Record<string, string>>> => {
      const response = await fetch("/development/keys");
      return response.ok ? ((await response.json()) as Record<string, string>) : {};
    },
  });
}
