// Documents by the hash of their bytes.
import { eq } from "drizzle-orm";
import { hashDocument, ZERO_BYTES32 } from "../../circuits/statement/trial/trial.ts";
import { requireRole } from "../accreditation/roles.ts";
import { answering, type RefusalShape } from "../chain/refusals.ts";
import type { Services } from "../schema/context.ts";
import type { Database } from "../store/database.ts";
import { documents } from "./tables.ts";

export async function findDocument(db: Database, hash: string): Promise<DocumentShape | null> {
  if (hash === ZERO_BYTES32) return null;
  const [row] = await db.select().from(documents).where(eq(documents.hash, hash));
  return row ? { hash: row.hash, mediaType: row.mediaType, content: row.content } : null;
}

/** Stores a document; the same bytes twice are one document. */
async function storeDocument(
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

export type DocumentShape = {
  readonly hash: string;
  readonly mediaType: string;
  readonly content: string;
};

/** Stores a sponsor's document under the hash of its bytes. */
export function uploadDocument(
  services: Services,
  document: { readonly mediaType: string; readonly content: string },
  address: string,
): Promise<DocumentShape | RefusalShape> {
  return answering(async () => {
    await requireRole(services, address, "sponsor");
    const { mediaType, content } = document;
    return storeDocument(services.db, { mediaType, content, uploadedBy: address });
  });
}
