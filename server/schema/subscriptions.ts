// Subscriptions over server-sent events. They poll the database, so that any instance can serve
// them.
import { can } from "../policy.ts";
import type { EventShape, SubmissionShape } from "../shapes.ts";
import { watchSubmission, watchTrial } from "../watch.ts";
import { builder } from "./builder.ts";
import { AuditEventType } from "./event.ts";
import { SubmissionType } from "./submission.ts";

builder.subscriptionFields((t) => ({
  trialEvents: t.field({
    ...can("trialEvents"),
    type: AuditEventType,
    description: "Audit events of a trial as they are read from the chain.",
    args: { trialId: t.arg({ type: "Bytes32", description: "The trial." }) },
    subscribe: (_, { trialId }, context) => watchTrial(context, trialId),
    resolve: (event: EventShape) => event,
  }),
  submission: t.field({
    ...can("submissionUpdates"),
    type: SubmissionType,
    description:
      "A submission, now and whenever its state changes; ends when it is final or refused.",
    args: { id: t.arg.id({ description: "As answered by the mutation." }) },
    subscribe: (_, { id }, context) => watchSubmission(context, id),
    resolve: (submission: SubmissionShape) => submission,
  }),
}));
