// Root fields about the exchange itself: where it is, what was logged and what was entrusted to the relayer.
import { FORWARDER_NAME } from "../../circuits/statement/trial/forward.ts";
import type { SubmissionShape } from "../outbox/present.ts";
import { listEvents } from "../store/events.ts";
import { listArtifacts } from "../verify/artifacts.ts";
import { builder } from "./builder.ts";
import { connection } from "./connection.ts";
import { ArtifactType, DeploymentType, presentDeployment } from "./deployment.ts";
import { AuditEventType } from "./event.ts";
import { SubmissionType } from "./submission.ts";

builder.queryFields((t) => ({
  events: t.connection({
    right: "anyone",
    cost: 0,
    type: AuditEventType,
    description: "Everything the contracts logged, oldest first.",
    resolve: (_, args, context) =>
      connection(context, args, (page) => listEvents(context.db, undefined, page)),
  }),
  submission: t.field({
    right: "anyone",
    cost: 0,
    type: SubmissionType,
    nullable: true,
    description: "How far a submission has come. Its id is random and known to its sender only.",
    args: { id: t.arg.id({ description: "As answered by the mutation." }) },
    resolve: (_, { id }, { outbox }) => outbox.find(id),
  }),
  deployment: t.field({
    right: "anyone",
    cost: 0,
    type: DeploymentType,
    description: "The chain and contracts this server works on.",
    resolve: (_, __, { deployment, sessions }) =>
      presentDeployment(deployment, {
        signInDomain: sessions.domain,
        forwarderName: FORWARDER_NAME,
      }),
  }),
  artifacts: t.field({
    right: "anyone",
    cost: 0,
    type: [ArtifactType],
    description:
      "The manifest of proving artifacts. Fetch them before knowing whether you will prove.",
    resolve: () => listArtifacts(),
  }),
}));

builder.subscriptionFields((t) => ({
  submission: t.field({
    right: "anyone",
    type: SubmissionType,
    description:
      "A submission, now and whenever its state changes; ends when it is final or refused.",
    args: { id: t.arg.id({ description: "As answered by the mutation." }) },
    subscribe: (_, { id }, context) => context.watch.submission(id, context),
    resolve: (submission: SubmissionShape) => submission,
  }),
}));
