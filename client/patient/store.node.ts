// Wallet files on disk (Node): encrypted, readable by their owner only, replaced in one step.
import { mkdir, open, readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { naming, writeAtomically } from "../files/atomic.node.ts";
import { sealWallet, unsealWallet, type Wallet } from "./wallet.ts";

type File = { path: string; passphrase: string };

/** Reads and decrypts a wallet file. Refuses with `WrongPassphrase`, `NotAWallet` or `NoWallet`. */
export async function openWallet({ path, passphrase }: File): Promise<Wallet> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw error.code === "ENOENT" ? new Refusal("NoWallet", {}) : error;
  });
  return await unsealWallet({ bytes: new Uint8Array(bytes), passphrase });
}

/**
 * Encrypts and writes a wallet; a crash leaves the old file or the new one, never half of either.
 */
export async function saveWallet(options: File & { wallet: Wallet; workFactor?: number }) {
  await writeAtomically(options.path, await sealWallet(options));
}

/** Writes a new wallet file. Refuses (`WalletExists`) to overwrite one. */
export async function writeNewWallet(options: File & { wallet: Wallet; workFactor?: number }) {
  await mkdir(dirname(options.path), { recursive: true });
  const bytes = await sealWallet(options);
  const file = await open(options.path, "wx", 0o600).catch((error: NodeJS.ErrnoException) => {
    throw error.code === "EEXIST" ? new Refusal("WalletExists", {}) : error;
  });
  try {
    await file.writeFile(bytes);
    await file.sync();
  } catch (error) {
    // Half a wallet would stand in the way of the next attempt.
    await rm(options.path, { force: true });
    throw naming(error, options.path);
  } finally {
    await file.close();
  }
}
