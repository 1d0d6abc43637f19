// Root mutations of patients and roles: everything that ends in a transaction goes through the
// outbox.
import { z } from "zod";
import { submitConsent, submitWithdrawal } from "../acts/consent.ts";
import { publishBatch, submitAttestedRecord } from "../acts/records.ts";
import { relay, uploadDocument } from "../acts/roles.ts";
import { submitScreening } from "../acts/screening.ts";
import { submitSiteAct, submitSuccession } from "../acts/site.ts";
import { COSTS } from "../costs.ts";
import { can } from "../policy.ts";
import { builder } from "./builder.ts";
import {
  AttestedRecordInput,
  ConsentInput,
  ForwardRequestInput,
  ScreeningInput,
  SiteActInput,
  SuccessionInput,
  WithdrawalInput,
} from "./inputs.ts";
import { memberOf, refusalTypes, SubmissionResult } from "./refusal.ts";
import { BatchType } from "./state.ts";
import { DocumentType } from "./trial.ts";

const BatchResult = builder.unionType("PublishBatchResult", {
  description: "The published batch, or why it was refused.",
  types: [BatchType, ...refusalTypes(["NotAnchored", "NotYourLeaf", "MalformedInput"])],
  resolveType: (value) => memberOf(value, "Batch"),
});

const DocumentResult = builder.unionType("UploadDocumentResult", {
  description: "The stored document, or why it was refused.",
  types: [DocumentType, ...refusalTypes(["NotAccredited", "TooLarge"])],
  resolveType: (value) => memberOf(value, "Document"),
});

builder.mutationFields((t) => ({
  submitScreening: t.field({
    ...can("submitScreening"),
    type: SubmissionResult,
    description: "Relays an eligibility proof: checked here first, then by the contract.",
    args: { input: t.arg({ type: ScreeningInput, description: "The screening." }) },
    resolve: (_, { input }, context) => {
      context.charge(COSTS.submission + input.parts.length * COSTS.proof);
      return submitScreening(context, input);
    },
  }),
  submitConsent: t.field({
    ...can("submitConsent"),
    type: SubmissionResult,
    description: "Relays a consent statement with its proof.",
    args: { input: t.arg({ type: ConsentInput, description: "The consent." }) },
    resolve: (_, { input }, context) => {
      context.charge(COSTS.submission + COSTS.proof);
      return submitConsent(context, input);
    },
  }),
  submitWithdrawal: t.field({
    ...can("submitWithdrawal"),
    type: SubmissionResult,
    description: "Relays a withdrawal, by proof, by code or by the site's signature.",
    args: { input: t.arg({ type: WithdrawalInput, description: "The withdrawal." }) },
    resolve: (_, { input }, context) => {
      context.charge(COSTS.submission + (input.byProof ? COSTS.proof : 0));
      return submitWithdrawal(context, input);
    },
  }),
  submitAttestedRecord: t.field({
    ...can("submitAttestedRecord"),
    type: SubmissionResult,
    description: "Anchors a record with its clinic's signature.",
    args: { input: t.arg({ type: AttestedRecordInput, description: "The attestation." }) },
    resolve: (_, { input }, context) => {
      context.charge(COSTS.submission);
      return submitAttestedRecord(context, input);
    },
  }),
  submitSiteAct: t.field({
    ...can("submitSiteAct"),
    type: SubmissionResult,
    description: "Relays what a site signed: an arrival, a screen failure, a completion.",
    args: { input: t.arg({ type: SiteActInput, description: "The act." }) },
    resolve: (_, { input }, context) => {
      context.charge(COSTS.submission);
      return submitSiteAct(context, input);
    },
  }),
  submitSuccession: t.field({
    ...can("submitSuccession"),
    type: SubmissionResult,
    description: "Relays a succession signed by a site.",
    args: { input: t.arg({ type: SuccessionInput, description: "The succession." }) },
    resolve: (_, { input }, context) => {
      context.charge(COSTS.submission + input.proof.parts.length * COSTS.proof);
      return submitSuccession(context, input);
    },
  }),
  relay: t.field({
    ...can("relay"),
    type: SubmissionResult,
    description: "Relays a role's signed ForwardRequest; the operator pays for the gas.",
    args: { input: t.arg({ type: ForwardRequestInput, description: "The request." }) },
    resolve: (_, { input }, context) => {
      context.charge(COSTS.submission);
      return relay(context, input, context.session!.address);
    },
  }),
  publishBatch: t.field({
    ...can("publishBatch"),
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
    resolve: (_, input, context) => {
      context.charge(input.leaves.length * COSTS.leaf);
      return publishBatch(context, input, context.session!.address);
    },
  }),
  uploadDocument: t.field({
    ...can("uploadDocument"),
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
    resolve: (_, input, context) => {
      context.charge(COSTS.submission);
      return uploadDocument(context, input, context.session!.address);
    },
  }),
}));
