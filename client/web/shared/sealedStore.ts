// Sealed bytes in this browser, each with a revision: a tab that read an older one overwrites nothing.
import { createStore, del, get, update } from "idb-keyval";
import { readStorage, withStorage } from "./storage.ts";

export type Stored = { readonly revision: number; readonly bytes: Uint8Array };

/** Another tab has saved since this one read. Nothing was written. */
export class ChangedElsewhere extends Error {
  override readonly name = "ChangedElsewhere";
  constructor() {
    super("it was changed in another tab; open it again to continue from there");
  }
}

type SealedStore = {
  readonly read: (key: string) => Promise<Stored | undefined>;
  /** Replaces what is there in one transaction if it still is the one that was read (0: none). The new revision. */
  readonly write: (key: string, bytes: Uint8Array, expected: number) => Promise<number>;
  readonly remove: (key: string) => Promise<void>;
};

/** A store of its own in IndexedDB. Refuses with StorageFails where the browser keeps nothing. */
export function createSealedStore(database: string, name: string): SealedStore {
  const store = createStore(database, name);
  return {
    read: (key) => readStorage(() => get<Stored>(key, store)),
    write: async (key, bytes, expected) => {
      const revision = expected + 1;
      const replace = (stored: Stored | undefined) => {
        if ((stored?.revision ?? 0) !== expected) throw new ChangedElsewhere();
        return { revision, bytes };
      };
      await withStorage(() => update<Stored>(key, replace, store));
      return revision;
    },
    remove: (key) => withStorage(() => del(key, store)),
  };
}
