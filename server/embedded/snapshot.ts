// The embedded chain's state on disk, so that a kill at any moment loses at most the last fraction of a second, which
// the outbox then sends again.
import { open, rename } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { PRIVATE_FILE } from "../store/modes.ts";
import { askNode } from "./node.ts";

const DUMP_ATTEMPTS = 4;

/** Saves the state when the chain has grown since the last time. One write at a time. */
export function createSaver(url: string, file: string): () => Promise<void> {
  let saved: string | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  const save = async () => {
    if ((await newestHash(url)) === saved) return;
    const { dump, as } = await dumpState(url);
    await writeAtomically(file, gunzipSync(Buffer.from(dump.slice(2), "hex")));
    saved = as;
  };
  return () => {
    const mine = turn.then(save);
    turn = mine.catch(() => {});
    return mine;
  };
}

type Dump = { readonly dump: string; readonly as: string };

/**
 * The chain's state as of one block. Anvil reads blocks and accounts one after the other: a block mined in between
 * would leave its effects in the accounts and its events nowhere. One that mines without a break is held meanwhile;
 * what it is sent then waits, and is mined when it goes on.
 */
async function dumpState(url: string): Promise<Dump> {
  const dump = await dumpBetweenBlocks(url);
  if (dump !== undefined) return dump;
  await askNode(url, "evm_setAutomine", [false]);
  try {
    const held = await dumpBetweenBlocks(url);
    if (held === undefined) throw new Error("the chain does not stand still to be saved");
    return held;
  } finally {
    await askNode(url, "evm_setAutomine", [true]);
  }
}

async function dumpBetweenBlocks(url: string): Promise<Dump | undefined> {
  for (let attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
    const as = await newestHash(url);
    const dump = (await askNode(url, "anvil_dumpState")) as string;
    if ((await newestHash(url)) === as) return { dump, as };
  }
  return undefined;
}

/** Not its number: a reorganisation may put another block in its place. */
async function newestHash(url: string): Promise<string> {
  return ((await askNode(url, "eth_getBlockByNumber", ["latest", false])) as { hash: string }).hash;
}

export async function writeAtomically(file: string, content: string | Uint8Array): Promise<void> {
  const handle = await open(`${file}.new`, "w", PRIVATE_FILE);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
}
