// The record registry, published batches and re-issued records.
import { z } from "zod";
import { clinic, governance } from "../accreditation/roles.ts";
import type { Module } from "../module.ts";
import { anyone } from "../schema/relayRights.ts";
import { address, type Backups, decimal, time } from "../store/backup.ts";
import { sendBucket, takeBucket } from "./bucketRoutes.ts";
import { tagOf } from "./buckets.ts";
import { events } from "./events.ts";
import { recordsState } from "./publicState.ts";
import { recordsFields } from "./schema.ts";
import { clinics, leaves, roots } from "./tables.ts";

const batch = z.strictObject({ root: decimal, leaves: z.array(decimal), created_at: time });

const bucket = z
  .strictObject({
    clinic: address,
    bucket: z.int().nonnegative(),
    bytes: z.string(),
    size: z.int().nonnegative(),
    etag: z.string(),
    updated_at: time,
  })
  .refine(({ bytes, size, etag }) => {
    const content = Buffer.from(bytes, "base64");
    return content.length === size && tagOf(content) === etag;
  }, "is not what its tag says");

const backups: Backups = {
  batches: { key: ["root"], row: batch, page: 20 },
  buckets: { key: ["clinic", "bucket"], row: bucket, page: 2 },
};

export const records: Module = {
  name: "records",
  contracts: ["RecordRegistry"],
  tables: [leaves, roots, clinics],
  events,
  schema: recordsFields,
  publicState: recordsState,
  backups,
  routes: { GET: { "/records/": sendBucket }, PUT: { "/records/": takeBucket } },
  relayRights: {
    RecordRegistry: {
      anchor: [clinic],
      anchorBatch: [clinic],
      anchorInto: [clinic],
      replace: [clinic],
      replaceAndVoid: [clinic],
      revoke: [clinic],
      revokeEarly: [clinic],
      voidClinic: [governance],
      setQuota: [governance],
      setRevocationLimit: [governance],
      clearLeaf: [anyone],
    },
  },
};
