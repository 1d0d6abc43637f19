// Public entries and receipts from a folder, as somebody published them.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { SignedReceipt } from "../../exchange/custodian.ts";
import { InputError } from "../../files/inputError.ts";
import {
  type PublicEntries,
  type PublicReceipts,
  parseEntriesFile,
  parseReceiptsFile,
  type ToldEntry,
} from "./exchangeRows.ts";

/**
 * Reads every file of entries and of receipts in a folder; others are passed over. Throws InputError
 * when two are of the same trial or custodian.
 */
export async function readExchangeFolder(
  folder: string,
): Promise<{ entries: PublicEntries; receipts: PublicReceipts }> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json")).sort();
  const entries = new Map<string, readonly ToldEntry[]>();
  const receipts = new Map<string, readonly SignedReceipt[]>();
  for (const name of names) {
    const text = await readFile(join(folder, name), "utf8");
    put(entries, parseEntriesFile(text), name);
    put(receipts, parseReceiptsFile(text), name);
  }
  return { entries, receipts };
}

function put<T>(into: Map<string, T>, read: [string, T] | undefined, name: string): void {
  if (read === undefined) return;
  const [of, rows] = read;
  if (into.has(of)) throw new InputError(`${name}: a second file of ${of}: leave one of them out`);
  into.set(of, rows);
}
