// The collections of a trial's version in force, as far as the server has to know them: id, source and permission. The
// rest of a document is the business of who compiles it (board, wallet, auditor).
import { and, eq } from "drizzle-orm";
import { z } from "zod";
import {
  type Entry,
  isKeyEntry,
  SOURCES,
  type Source,
} from "../../../circuits/statement/exchange/entry.ts";
import { Refusal } from "../../../circuits/statement/refusal.ts";
import { PERMISSIONS } from "../../../circuits/statement/trial/trial.ts";
import type { Database } from "../../store/database.ts";
import { findDocument } from "../../trials/documents.ts";
import { trials, versions } from "../../trials/tables.ts";

const collection = z.object({
  id: z.string(),
  source: z.enum(["record", "site", "participant", "device"]),
  permission: z.string(),
});
const document = z.object({ trial: z.object({ collections: z.array(collection).default([]) }) });

type Known = { readonly id: string; readonly source: Source; readonly permission: number };

/** What the version in force says. */
export type Exchanged = {
  /** In lower case and ascending; empty: the trial collects nothing. */
  readonly custodians: readonly string[];
  /** Undefined where the document is sealed, or nobody has uploaded it. */
  readonly collections: readonly Known[] | undefined;
};

/** Documents never change: what was read of them is kept, of those asked for last. */
const read = new Map<string, readonly Known[]>();
const MOST_READ = 100;

/** Undefined for no trial, and before its first approval. */
export async function readExchanged(db: Database, trialId: string): Promise<Exchanged | undefined> {
  const [found] = await db
    .select({ terms: versions.terms })
    .from(trials)
    .innerJoin(
      versions,
      and(eq(versions.trialId, trials.trialId), eq(versions.version, trials.currentVersion)),
    )
    .where(eq(trials.trialId, trialId));
  if (found === undefined) return undefined;
  const { custodians, isSealed, documentHash } = found.terms;
  return {
    custodians: custodians.map((address) => address.toLowerCase()).sort(),
    collections: isSealed ? undefined : await readCollections(db, documentHash),
  };
}

async function readCollections(db: Database, hash: string): Promise<readonly Known[] | undefined> {
  const known = read.get(hash);
  if (known !== undefined) return known;
  const found = await findDocument(db, hash);
  if (found === null) return undefined;
  const collections = parseCollections(found.content);
  read.set(hash, collections);
  if (read.size > MOST_READ) read.delete(read.keys().next().value!);
  return collections;
}

/** None for what is no trial document, which no wallet would take either. */
function parseCollections(text: string): readonly Known[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return [];
  }
  const parsed = document.safeParse(json);
  if (!parsed.success) return [];
  return parsed.data.trial.collections.flatMap(({ id, source, permission }) =>
    Object.hasOwn(PERMISSIONS, permission)
      ? [{ id, source, permission: PERMISSIONS[permission as keyof typeof PERMISSIONS] }]
      : [],
  );
}

/**
 * Whether the entry's collection could be looked up. Throws UnknownCollection, or MalformedInput where source or
 * permission are not the collection's.
 */
export function requireCollection({ collections, custodians }: Exchanged, entry: Entry): boolean {
  if (custodians.length === 0) throw new Refusal("UnknownCollection");
  if (isKeyEntry(entry)) return true;
  if (collections === undefined) return false;
  const found = collections.find(({ id }) => id === entry.collection);
  if (found === undefined) throw new Refusal("UnknownCollection");
  if (entry.source !== SOURCES[found.source]) {
    throw new Refusal("MalformedInput", { field: "source" });
  }
  if (entry.permission !== found.permission) {
    throw new Refusal("MalformedInput", { field: "permission" });
  }
  return true;
}
