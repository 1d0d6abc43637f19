// What a clinic hands to the patient, and what it keeps: the commitment to anchor, never the blinding.
import { getAddress, hexlify, randomBytes } from "ethers";
import { z } from "zod";
import type { Field } from "../../../circuits/statement/encoding/field.ts";
import type { Path } from "../../../circuits/statement/encoding/tree.ts";
import type { Bytes32 } from "../../../circuits/statement/trial/trial.ts";
import {
  commitRecord,
  parseRecord,
  type Record,
  type RecordJson,
  serializeRecord,
} from "../../../circuits/witness/record.ts";
import { MAX_BUCKETS } from "../../handover/mailbox.ts";

export const ATTESTED_FORMAT = "cohort-zero/attested-record/2";
const FIRST_PROTOCOL = "cohort-zero/attested-record/1";
/** Longer names of clinics would not fit the mailbox's files. */
const MOST_NAME = 200;

/** The file for the patient. Whoever holds it can read the record, and with the identity's secret use it. */
export type AttestedRecord = {
  readonly format: typeof ATTESTED_FORMAT;
  readonly clinic: { readonly name: string; readonly address: string };
  readonly record: RecordJson;
  /** Where the commitment stands in the clinic's batch; null while it is not anchored, or is anchored alone. */
  readonly batch: { readonly index: number; readonly siblings: readonly string[] } | null;
  /** Where newer issues of the record are published for this patient; null when they come by hand only. */
  readonly mailbox: { readonly bucket: number } | null;
  /** Salt of the identity document's hash, for the site's person check; null when none was checked. */
  readonly idTagSalt: Bytes32 | null;
};

const schema = z.strictObject({
  format: z.literal(ATTESTED_FORMAT),
  clinic: z.strictObject({
    name: z.string().max(MOST_NAME),
    address: z.string().regex(/^0x[0-9a-fA-F]{40}$/),
  }),
  record: z.unknown(),
  batch: z
    .strictObject({
      index: z.int().min(0),
      siblings: z.array(z.string().regex(/^(0|[1-9][0-9]{0,77})$/)),
    })
    .nullable(),
  mailbox: z
    .strictObject({
      bucket: z
        .int()
        .min(0)
        .max(MAX_BUCKETS - 1),
    })
    .nullable(),
  idTagSalt: z
    .string()
    .regex(/^0x[0-9a-f]{64}$/)
    .nullable(),
});

/** A fresh salt for the hash of an identity document. */
export function drawIdTagSalt(): Bytes32 {
  return hexlify(randomBytes(32)) as Bytes32;
}

/** The patient's file and the commitment to anchor. */
export function attestRecord(options: {
  record: Record;
  clinicName: string;
  mailbox?: AttestedRecord["mailbox"];
  idTagSalt?: Bytes32;
}): { attested: AttestedRecord; commitment: Field } {
  const { record, clinicName, mailbox = null, idTagSalt } = options;
  if (clinicName.length > MOST_NAME) {
    throw new RangeError(`the clinic's name is longer than ${MOST_NAME} characters; shorten it`);
  }
  return {
    attested: {
      format: ATTESTED_FORMAT,
      clinic: { name: clinicName, address: getAddress(record.header.issuer) },
      record: serializeRecord(record),
      batch: null,
      mailbox,
      idTagSalt: idTagSalt ?? null,
    },
    commitment: commitRecord(record),
  };
}

/** The same file with the path of its commitment in the batch that was anchored. */
export function withBatchPath(attested: AttestedRecord, path: Path): AttestedRecord {
  const batch = { index: path.index, siblings: path.siblings.map(String) };
  return { ...attested, batch };
}

export type ParsedAttestation = {
  readonly clinicName: string;
  readonly record: Record;
  readonly batch: Path | null;
  readonly mailbox: { readonly bucket: number } | null;
  readonly idTagSalt: Bytes32 | null;
};

/** Reads the file at import, checking the whole record. Throws RangeError naming the place, never the content. */
export function parseAttested(json: unknown): ParsedAttestation {
  if ((json as { format?: unknown } | null)?.format === FIRST_PROTOCOL) {
    throw new RangeError(
      "attested record: made for the first protocol: have the clinic issue it again",
    );
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const place = parsed.error.issues[0]!.path.join(".") || "file";
    throw new RangeError(`attested record: ${place}: not as a clinic writes it; ask for it again`);
  }
  const { clinic, batch, mailbox, idTagSalt } = parsed.data;
  const record = parseRecord(parsed.data.record);
  if (BigInt(record.header.issuer) !== BigInt(clinic.address)) {
    throw new RangeError("attested record: clinic.address: is not the issuer of the record");
  }
  return {
    clinicName: clinic.name,
    record,
    batch: batch && { index: batch.index, siblings: batch.siblings.map(BigInt) },
    mailbox,
    idTagSalt: idTagSalt as Bytes32 | null,
  };
}
