// Rows that the chain cannot give back, as a backup holds them. Packages themselves lie in their store, which is copied
// beside: a row says what must be there.
import { z } from "zod";
import { hashEntry, isKeyEntry } from "../../circuits/statement/exchange/entry.ts";
import { readEntryRow } from "../../circuits/statement/exchange/entryLog.ts";
import { hashDocument, ZERO_BYTES32 } from "../../circuits/statement/trial/trial.ts";
import { address, type Backups, bytes32, decimal, time } from "../store/backup.ts";

const count = z.int().nonnegative();

const entry = z
  .strictObject({
    trial_id: bytes32,
    position: count,
    hash: bytes32,
    pseudonym: decimal,
    collection: z.string(),
    sequence: count,
    package_hash: bytes32.nullable(),
    replaces: bytes32.nullable(),
    collection_checked: z.boolean(),
    row: z.string(),
    batch: bytes32.nullable(),
    accepted_at: time,
  })
  .refine((row) => {
    try {
      const { entry: said } = readEntryRow(row.row);
      const isSame =
        said.trialId === row.trial_id &&
        said.pseudonym.toString() === row.pseudonym &&
        said.collection === row.collection &&
        said.sequence === row.sequence &&
        (said.replaces === ZERO_BYTES32 ? null : said.replaces) === row.replaces &&
        (isKeyEntry(said) ? null : said.ciphertextHash) === row.package_hash;
      return isSame && hashEntry(said) === row.hash;
    } catch {
      return false;
    }
  }, "is not what its hash says");

const batch = z.strictObject({
  trial_id: bytes32,
  number: count,
  root: bytes32,
  first: count,
  count: z.int().min(1),
  created_at: time,
});

const known = z.strictObject({
  hash: bytes32,
  size: count,
  size_step: count,
  custodians: z.array(address),
  is_stored: z.boolean(),
  entry: bytes32.nullable(),
  stored_at: time,
  erased_at: time.nullable(),
});

const text = z
  .strictObject({ hash: bytes32, content: z.string(), uploaded_by: address, created_at: time })
  .refine(({ hash, content }) => hashDocument(content) === hash, "is not what its hash says");

export const backups: Backups = {
  entries: { key: ["trial_id", "position"], row: entry, page: 200 },
  deposit_batches: { key: ["trial_id", "number"], row: batch, page: 500 },
  packages: { key: ["hash"], row: known, page: 500 },
  texts: { key: ["hash"], row: text, page: 100 },
};
