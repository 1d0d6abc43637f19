// The head of a log of public state, and what is kept of a log between two starts.
import { z } from "zod";
import {
  MAX_PART_BYTES,
  PART_ROWS,
  SEGMENT_PARTS,
} from "../../../circuits/statement/encoding/publicLog.ts";
import { count } from "../scalars.ts";

/** A head as it came: its text, and the newest block it is of, with that block's time. */
export type Received = {
  readonly text: string;
  /** Empty when it was kept from an earlier session. */
  readonly etag: string;
  readonly block: number;
  readonly seconds: number;
};

/** Where what was downloaded is kept from one start to the next. It may forget anything. */
export type LogKeeper = {
  readonly head: (subject: string) => Promise<Received | undefined>;
  readonly keepHead: (subject: string, head: Received) => Promise<void>;
  readonly bytes: (subject: string, digest: string) => Promise<string | undefined>;
  readonly keepBytes: (subject: string, digest: string, bytes: string) => Promise<void>;
  /** Everything else of this subject may go. */
  readonly keepOnly: (subject: string, digests: ReadonlySet<string>) => Promise<void>;
};

export const digest = z.string().regex(/^[0-9a-f]{64}$/);

/** What every head says of its log. */
export const listed = z
  .object({
    partRows: z.literal(PART_ROWS),
    segmentParts: z.literal(SEGMENT_PARTS),
    rows: count,
    segments: z.array(digest),
    partsFrom: count,
    parts: z.array(digest).max(2 * SEGMENT_PARTS),
    open: z.union([digest, z.literal("")]),
    tail: z.string().max(MAX_PART_BYTES),
  })
  .refine(({ rows, segments, partsFrom, parts, open, tail }) => {
    const full = Math.floor(rows / PART_ROWS);
    const begun = full - segments.length * SEGMENT_PARTS;
    const isTail = rows % PART_ROWS > 0 === (tail !== "");
    const isOpen = begun > 0 === (open !== "");
    const isWhole = partsFrom + parts.length === full && parts.length >= begun;
    return isTail && isOpen && isWhole && segments.length === Math.floor(full / SEGMENT_PARTS);
  }, "a head's list does not fit its number of rows");
export type Listed = z.output<typeof listed>;
