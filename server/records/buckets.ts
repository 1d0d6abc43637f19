// Buckets of re-issued records, as their clinics uploaded them last.
import { createHash } from "node:crypto";
import { and, eq, ne, sum } from "drizzle-orm";
import type { Database } from "../store/database.ts";
import { buckets } from "./tables.ts";

export type BucketKey = { readonly clinic: string; readonly bucket: number };

type StoredBucket = { readonly etag: string; readonly bytes: Uint8Array };

/** The ETag of a bucket: the same bytes, the same tag. */
export function tagOf(bytes: Uint8Array): string {
  return `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
}

const is = ({ clinic, bucket }: BucketKey) =>
  and(eq(buckets.clinic, clinic), eq(buckets.bucket, bucket));

/** Its tag alone, so that asking for what one has costs no megabytes. */
export async function findBucketTag(db: Database, key: BucketKey): Promise<string | undefined> {
  const [row] = await db.select({ etag: buckets.etag }).from(buckets).where(is(key));
  return row?.etag;
}

export async function readBucket(db: Database, key: BucketKey): Promise<StoredBucket | undefined> {
  const [row] = await db
    .select({ etag: buckets.etag, bytes: buckets.bytes })
    .from(buckets)
    .where(is(key));
  return row;
}

/** Bytes that all other buckets of this clinic take. */
export async function sizeOfOthers(db: Database, { clinic, bucket }: BucketKey): Promise<number> {
  const [row] = await db
    .select({ bytes: sum(buckets.size) })
    .from(buckets)
    .where(and(eq(buckets.clinic, clinic), ne(buckets.bucket, bucket)));
  return Number(row?.bytes ?? 0);
}

export async function storeBucket(
  db: Database,
  key: BucketKey,
  { etag, bytes }: StoredBucket,
): Promise<void> {
  const row = { bytes, size: bytes.length, etag, updatedAt: new Date() };
  await db
    .insert(buckets)
    .values({ ...key, ...row })
    .onConflictDoUpdate({ target: [buckets.clinic, buckets.bucket], set: row });
}
