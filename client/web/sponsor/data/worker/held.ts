// What a fetch has brought, kept by this browser so that it goes on after a reload: packages as they lie in the exchange,
// and answers that are sealed to the request's key, which is not kept here.
import { createStore, delMany, get, set, update } from "idb-keyval";
import type { Bytes32 } from "../../../../../circuits/statement/trial/trial.ts";
import type { HeldAnswer } from "../../../../exchange/collecting.ts";
import { type FetchStore, memoryStore } from "../../../../exchange/fetch.ts";
import { readStorage, StorageFails, withStorage } from "../../../shared/storage.ts";
import type { Which } from "./messages.ts";

const store = () => createStore("cohort-zero-fetched", "held");
const packageKey = (hash: Bytes32) => `package/${hash}`;
const answersKey = ({ registry, requestId }: Which) =>
  `answers/${registry.toLowerCase()}/${requestId}`;

type HeldStore = FetchStore & {
  /** Why something could not be kept; undefined: everything was. */
  readonly problem: () => string | undefined;
};

/** Keeps what comes in the browser; where that is full or closed, in memory, and says so. */
export function heldStore(which: Which): HeldStore {
  const memory = memoryStore();
  let problem: string | undefined;
  const keep = async (act: () => Promise<void>, instead: () => Promise<void>) => {
    try {
      await withStorage(act);
    } catch (failed) {
      if (!(failed instanceof StorageFails)) throw failed;
      problem = failed.message;
      await instead();
    }
  };
  /** What cannot be read is asked for again. */
  const read = async <T>(key: string): Promise<T | undefined> => {
    try {
      return await readStorage(() => get<T>(key, store()));
    } catch (failed) {
      if (!(failed instanceof StorageFails)) throw failed;
      problem = failed.message;
      return undefined;
    }
  };
  return {
    package: async (hash) =>
      (await memory.package(hash)) ?? (await read<Uint8Array>(packageKey(hash))),
    keepPackage: (hash, bytes) =>
      keep(
        () => set(packageKey(hash), bytes, store()),
        () => memory.keepPackage(hash, bytes),
      ),
    answers: async () => [
      ...((await read<readonly HeldAnswer[]>(answersKey(which))) ?? []),
      ...(await memory.answers()),
    ],
    keepAnswers: (more) =>
      keep(
        () =>
          update<readonly HeldAnswer[]>(
            answersKey(which),
            (before = []) => [...before, ...more],
            store(),
          ),
        () => memory.keepAnswers(more),
      ),
    problem: () => problem,
  };
}

/** Removes what was kept for a request. Refuses with StorageFails when the browser does not do it. */
export async function forgetHeld(which: Which, packages: readonly Bytes32[]): Promise<void> {
  const keys = [answersKey(which), ...packages.map(packageKey)];
  await withStorage(() => delMany(keys, store()));
}
