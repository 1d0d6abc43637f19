// Root fields of the record registry.
import { z } from "zod";
import { COSTS } from "../limits/costs.ts";
import { builder } from "../schema/builder.ts";
import { requireFew } from "../schema/connection.ts";
import { memberOf, refusalTypes, SubmissionResult } from "../schema/refusal.ts";
import { publishBatch, submitAttestedRecord } from "./acts.ts";
import { countRecordsRows, readBatch, readRecordsState } from "./state.ts";
import { AttestedRecordInput, BatchType, RecordsStateType } from "./types.ts";

const BatchResult = builder.unionType("PublishBatchResult", {
  description: "The published batch, or why it was refused.",
  types: [BatchType, ...refusalTypes(["NotAnchored", "NotYourLeaf", "MalformedInput"])],
  resolveType: (value) => memberOf(value, "Batch"),
});

/** Adds them. */
export function recordsFields(): void {
  builder.queryFields((t) => ({
    recordsState: t.field({
      right: "anyone",
      cost: 0,
      type: RecordsStateType,
      description:
        "A small record registry, whole. A large one (TooLarge) is downloaded as segments.",
      resolve: async (_, __, context) => {
        requireFew(context, await countRecordsRows(context.db), "/state/records");
        return await readRecordsState(context.db);
      },
    }),
    batch: t.field({
      right: "anyone",
      cost: 0,
      type: BatchType,
      nullable: true,
      description: "The published leaves of a batch, from which anybody rebuilds its tree.",
      args: { root: t.arg({ type: "Field", description: "The batch's root." }) },
      resolve: (_, { root }, { db }) => readBatch(db, root),
    }),
  }));
  builder.mutationFields((t) => ({
    submitAttestedRecord: t.field({
      right: "anyone",
      cost: COSTS.submission,
      type: SubmissionResult,
      description: "Anchors a record with its clinic's signature.",
      args: { input: t.arg({ type: AttestedRecordInput, description: "The attestation." }) },
      resolve: (_, { input }, context) => submitAttestedRecord(context, input),
    }),
    publishBatch: t.field({
      right: "signedIn",
      cost: ({ leaves }) => leaves.length * COSTS.leaf,
      type: BatchResult,
      description:
        "Publishes the leaves of an anchored batch, so that auditors can rebuild its tree.",
      args: {
        root: t.arg({ type: "Field", description: "The batch's root." }),
        leaves: t.arg({
          type: ["Field"],
          description: "Its commitments in order, 1 to 4,096.",
          validate: z.array(z.string()).min(1).max(4096),
        }),
      },
      resolve: (_, input, context) => publishBatch(context, input, context.session!.address),
    }),
  }));
}
