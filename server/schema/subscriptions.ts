// Subscriptions over server-sent events; watch.ts has where the news come from.

import { requireTrial } from "../acts/trial.ts";
import { can } from "../policy.ts";
import type { EventShape, SubmissionShape } from "../shapes.ts";
import { builder } from "./builder.ts";
import { AuditEventType } from "./event.ts";
import { SubmissionType } from "./submission.ts";

builder.subscriptionFields((t) => ({
  trialEvents: t.field({
    ...can("trialEvents"),
    type: AuditEventType,
    description: "Audit events of a trial as they are read from the chain.",
    args: { trialId: t.arg({ type: "Bytes32", description: "The trial." }) },
    subscribe: async (_, { trialId }, context) => {
      await requireTrial(context, trialId);
      return context.watch.trial(trialId, context);
    },
    resolve: (event: EventShape) => event,
  }),
  submission: t.field({
    ...can("submissionUpdates"),
    type: SubmissionType,
    description:
      "A submission, now and whenever its state changes; ends when it is final or refused.",
    args: { id: t.arg.id({ description: "As answered by the mutation." }) },
    subscribe: (_, { id }, context) => context.watch.submission(id, context),
    resolve: (submission: SubmissionShape) => submission,
  }),
}));
