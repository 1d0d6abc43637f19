// Root fields of trials and their documents.
import { z } from "zod";
import { COSTS } from "../limits/costs.ts";
import { builder } from "../schema/builder.ts";
import { connection } from "../schema/connection.ts";
import { AuditEventType } from "../schema/event.ts";
import { memberOf, refusalTypes } from "../schema/refusal.ts";
import type { EventShape } from "../store/events.ts";
import { findDocument, uploadDocument } from "./documents.ts";
import { requireTrial } from "./requireTrial.ts";
import { findTrial, listTrials } from "./trials.ts";
import { DocumentType, TrialStatusType, TrialType } from "./types.ts";

const DocumentResult = builder.unionType("UploadDocumentResult", {
  description: "The stored document, or why it was refused.",
  types: [
    DocumentType,
    ...refusalTypes(["NotAccredited", "TooLarge", "ChainUnavailable", "StorageUnavailable"]),
  ],
  resolveType: (value) => memberOf(value, "Document"),
});

/** Adds what is asked of trials, what is done, and what is told of them. */
export function trialFields(): void {
  addQueries();
  addUpload();
  addEvents();
}

function addQueries(): void {
  builder.queryFields((t) => ({
    trials: t.connection({
      right: "anyone",
      cost: 0,
      type: TrialType,
      description: "All trials, in the order of their registration.",
      args: {
        status: t.arg({
          type: TrialStatusType,
          required: false,
          description: "Only with this status.",
        }),
      },
      resolve: (_, args, context) =>
        connection(context, args, (page) => listTrials(context, args.status, page)),
    }),
    trial: t.field({
      right: "anyone",
      cost: 0,
      type: TrialType,
      nullable: true,
      description: "One trial by its protocol number.",
      args: {
        protocolNumber: t.arg.string({
          description: "As the board registered it.",
          validate: z.string().min(1).max(200),
        }),
      },
      resolve: (_, { protocolNumber }, context) => findTrial(context, protocolNumber),
    }),
    document: t.field({
      right: "anyone",
      cost: 0,
      type: DocumentType,
      nullable: true,
      description: "A document by its hash.",
      args: { hash: t.arg({ type: "Bytes32", description: "keccak256 of its bytes." }) },
      resolve: (_, { hash }, { db }) => findDocument(db, hash),
    }),
  }));
}

function addUpload(): void {
  builder.mutationFields((t) => ({
    uploadDocument: t.field({
      right: "signedIn",
      cost: COSTS.submission,
      type: DocumentResult,
      description:
        "Stores a trial file, consent form or list of attestations under its hash. Sponsors only.",
      args: {
        mediaType: t.arg.string({ description: "Its media type.", validate: z.string().max(100) }),
        content: t.arg.string({
          description: "At most 200,000 characters.",
          validate: z.string().min(1).max(200_000),
        }),
      },
      resolve: (_, input, context) => uploadDocument(context, input, context.session!.address),
    }),
  }));
}

function addEvents(): void {
  builder.subscriptionFields((t) => ({
    trialEvents: t.field({
      right: "anyone",
      type: AuditEventType,
      description: "Audit events of a trial as they are read from the chain.",
      args: { trialId: t.arg({ type: "Bytes32", description: "The trial." }) },
      subscribe: async (_, { trialId }, context) => {
        await requireTrial(context, trialId);
        return context.watch.events(trialId, context);
      },
      resolve: (event: EventShape) => event,
    }),
  }));
}
