// Root queries: parse, ask the policy, act, present.
import { z } from "zod";
import { FORWARDER_NAME } from "../../contracts/deploy.ts";
import { listArtifacts } from "../artifacts.ts";
import { can } from "../policy.ts";
import { presentDeployment } from "../present.ts";
import { listAccreditations, newestDictionary, readAccount } from "../store/accounts.ts";
import { findDocument } from "../store/documents.ts";
import { listEvents } from "../store/events.ts";
import { readBatch, readRecordsState } from "../store/records.ts";
import { readPublicState } from "../store/state.ts";
import { findTrial, listTrials } from "../store/trials.ts";
import { AccountType, AccreditationType, RoleType } from "./account.ts";
import { builder } from "./builder.ts";
import { connection } from "./connection.ts";
import { ArtifactType, DeploymentType } from "./deployment.ts";
import { AuditEventType } from "./event.ts";
import { BatchType, PublicStateType, RecordsStateType } from "./state.ts";
import { SubmissionType } from "./submission.ts";
import { DocumentType, TrialStatusType, TrialType } from "./trial.ts";

builder.queryFields((t) => ({
  trials: t.connection({
    ...can("trials"),
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
    ...can("trial"),
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
  publicState: t.field({
    ...can("publicState"),
    type: PublicStateType,
    nullable: true,
    description: "All public state of a trial, for a wallet to search locally.",
    args: { trialId: t.arg({ type: "Bytes32", description: "The trial." }) },
    resolve: (_, { trialId }, context) => readPublicState(context, trialId),
  }),
  recordsState: t.field({
    ...can("recordsState"),
    type: RecordsStateType,
    description: "The whole record registry, for computing paths locally.",
    resolve: (_, __, { db }) => readRecordsState(db),
  }),
  batch: t.field({
    ...can("batch"),
    type: BatchType,
    nullable: true,
    description: "The published leaves of a batch, from which anybody rebuilds its tree.",
    args: { root: t.arg({ type: "Field", description: "The batch's root." }) },
    resolve: (_, { root }, { db }) => readBatch(db, root),
  }),
  document: t.field({
    ...can("document"),
    type: DocumentType,
    nullable: true,
    description: "A document by its hash.",
    args: { hash: t.arg({ type: "Bytes32", description: "keccak256 of its bytes." }) },
    resolve: (_, { hash }, { db }) => findDocument(db, hash),
  }),
  accreditations: t.connection({
    ...can("accreditations"),
    type: AccreditationType,
    description: "Accounts and roles, in the order they were given.",
    args: { role: t.arg({ type: RoleType, required: false, description: "Only this role." }) },
    resolve: (_, args, context) =>
      connection(context, args, (page) => listAccreditations(context.db, args.role, page)),
  }),
  events: t.connection({
    ...can("events"),
    type: AuditEventType,
    description: "Everything the contracts logged, oldest first.",
    resolve: (_, args, context) =>
      connection(context, args, (page) => listEvents(context.db, undefined, page)),
  }),
  submission: t.field({
    ...can("submission"),
    type: SubmissionType,
    nullable: true,
    description: "How far a submission has come. Its id is random and known to its sender only.",
    args: { id: t.arg.id({ description: "As answered by the mutation." }) },
    resolve: (_, { id }, { outbox }) => outbox.find(id),
  }),
  deployment: t.field({
    ...can("deployment"),
    type: DeploymentType,
    description: "The chain and contracts this server works on.",
    resolve: async (_, __, { db, deployment, sessions }) =>
      presentDeployment(deployment, {
        dictionaryVersion: await newestDictionary(db),
        signInDomain: sessions.domain,
        forwarderName: FORWARDER_NAME,
      }),
  }),
  artifacts: t.field({
    ...can("artifacts"),
    type: [ArtifactType],
    description:
      "The manifest of proving artifacts. Fetch them before knowing whether you will prove.",
    resolve: () => listArtifacts(),
  }),
  me: t.field({
    ...can("me"),
    type: AccountType,
    nullable: true,
    description: "The account signed in, or null.",
    resolve: (_, __, { db, session }) => (session ? readAccount(db, session.address) : null),
  }),
}));
