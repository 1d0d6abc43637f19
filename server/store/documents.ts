// Documents by the hash of their bytes.
import { eq } from "drizzle-orm";
import { hashDocument, ZERO_BYTES32 } from "../../circuits/statement/trial.ts";
import type { DocumentShape } from "../shapes.ts";
import type { Database } from "./database.ts";
import { documents } from "./ownTables.ts";

export async function findDocument(db: Database, hash: string): Promise<DocumentShape | null> {
  if (hash === ZERO_BYTES32) return null;
  const [row] = await db.select().from(documents).where(eq(documents.hash, hash));
  return row ? { hash: row.hash, mediaType: row.mediaType, content: row.content } : null;
}

/** Stores a document; the same bytes twice are one document. */
export async function storeDocument(
  db: Database,
  document: { readonly mediaType: string; readonly content: string; readonly uploadedBy: string },
): Promise<DocumentShape> {
  const hash = hashDocument(document.content);
  await db
    .insert(documents)
    .values({ hash, ...document })
    .onConflictDoNothing();
  return (await findDocument(db, hash))!;
}
