// Submissions as they leave the server.

import type { RefusalShape } from "../chain/refusals.ts";
import type { outbox, SubmissionStateName } from "./tables.ts";

export type SubmissionShape = {
  readonly id: string;
  readonly kind: string;
  readonly state: SubmissionStateName;
  readonly transactionHash: string | null;
  readonly blockNumber: number | null;
  readonly refusal: RefusalShape | null;
  readonly createdAt: Date;
};

export function presentSubmission(row: typeof outbox.$inferSelect): SubmissionShape {
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    transactionHash: row.transactionHash,
    blockNumber: row.blockNumber,
    refusal: row.refusal,
    createdAt: row.createdAt,
  };
}
