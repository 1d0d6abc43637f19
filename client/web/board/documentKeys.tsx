// Keys of sealed trial texts, in memory only: a reload forgets them.
import { createContext, type ReactNode, useContext, useMemo, useState } from "react";

type DocumentKeyring = {
  readonly keyOf: (protocolNumber: string) => string | undefined;
  readonly add: (protocolNumber: string, key: string) => void;
  /** Rises with every key. Queries are named after it, so that no name holds a key. */
  readonly count: number;
};

const Keyring = createContext<DocumentKeyring | undefined>(undefined);

export function DocumentKeys({ children }: { children: ReactNode }) {
  const [{ keys, count }, setKeys] = useState({ keys: new Map<string, string>(), count: 0 });
  const keyring = useMemo<DocumentKeyring>(
    () => ({
      keyOf: (protocolNumber) => keys.get(protocolNumber),
      add: (protocolNumber, key) =>
        setKeys((before) => ({
          keys: new Map(before.keys).set(protocolNumber, key),
          count: before.count + 1,
        })),
      count,
    }),
    [keys, count],
  );
  return <Keyring value={keyring}>{children}</Keyring>;
}

export function useDocumentKeys(): DocumentKeyring {
  const keyring = useContext(Keyring);
  if (keyring === undefined) throw new Error("outside of DocumentKeys");
  return keyring;
}
