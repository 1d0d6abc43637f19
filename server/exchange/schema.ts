// Root fields of the exchange.
import { z } from "zod";
import { COSTS } from "../limits/costs.ts";
import { builder } from "../schema/builder.ts";
import { connection } from "../schema/connection.ts";
import { memberOf, refusalTypes, SubmissionResult } from "../schema/refusal.ts";
import { deposit } from "./deposits/deposit.ts";
import { submitErasure } from "./erase.ts";
import { DepositInput, ErasureInput } from "./inputs.ts";
import {
  listCases,
  listCuts,
  listDelegations,
  listErasures,
  listPersonTags,
  listReceiptRoots,
  listRequests,
} from "./lists.ts";
import { submitStaffAct } from "./staffActs.ts";
import { StaffActInput } from "./staffInputs.ts";
import { MAX_TEXT, uploadText } from "./texts.ts";
import {
  CutType,
  DataRequestType,
  DelegationType,
  DepositType,
  EmergencyCaseType,
  ErasureType,
  PersonTagType,
  ReceiptRootType,
  TextType,
} from "./types.ts";

const DepositResult = builder.unionType("DepositResult", {
  description: "The stored entry, or why it was refused.",
  types: [
    DepositType,
    ...refusalTypes([
      ...(["UnknownTrial", "TrialNotApproved", "UnknownCollection", "WrongCustodians"] as const),
      ...(["PackageMissing", "PackageTaken", "WrongSequence", "NotReplaceable"] as const),
      ...(["UnknownParticipant", "NotCovered", "Erased", "NotScreened"] as const),
      ...(["InvalidProof", "InvalidSignature", "DeadlinePassed", "WrongSite"] as const),
      ...(["NotStaff", "TrialOnHold", "TrialClosed", "ApprovalExpired", "WrongStatus"] as const),
      ...(["NotAccredited", "WrongPermissions", "MalformedInput"] as const),
      ...(["QueueFull", "ChainUnavailable", "StorageUnavailable"] as const),
    ]),
  ],
  resolveType: (value) => memberOf(value, "Deposit"),
});

const TextResult = builder.unionType("UploadTextResult", {
  description: "The stored text, or why it was refused.",
  types: [
    TextType,
    ...refusalTypes([
      ...(["NotAccredited", "MalformedInput", "TooLarge"] as const),
      ...(["ChainUnavailable", "StorageUnavailable"] as const),
    ]),
  ],
  resolveType: (value) => memberOf(value, "Text"),
});

/** Adds them. */
export function exchangeFields(): void {
  addMutations();
  addCuts();
  addCustody();
}

const OF_TRIAL = { type: "Bytes32", description: "The trial." } as const;

function addMutations(): void {
  builder.mutationFields((t) => ({
    deposit: t.field({
      right: "anyone",
      cost: COSTS.submission + COSTS.proof,
      type: DepositResult,
      description:
        "Deposits a package that was sent to /packages/ before: its entry is checked as a whole, and public from then on.",
      args: { input: t.arg({ type: DepositInput, description: "The entry, and who makes it." }) },
      resolve: (_, { input }, context) => deposit(context, input),
    }),
    submitErasure: t.field({
      right: "anyone",
      cost: ({ input }) => COSTS.submission + (input.byProof ? COSTS.proof : 0),
      type: SubmissionResult,
      description: "Relays an order to destroy all keys of a participant.",
      args: { input: t.arg({ type: ErasureInput, description: "The order." }) },
      resolve: (_, { input }, context) => submitErasure(context, input),
    }),
    submitStaffAct: t.field({
      right: "anyone",
      cost: COSTS.submission,
      type: SubmissionResult,
      description: "Relays what was signed for the delegation log, or about a person's tag.",
      args: { input: t.arg({ type: StaffActInput, description: "The act." }) },
      resolve: (_, { input }, context) => submitStaffAct(context, input),
    }),
    uploadText: t.field({
      right: "signedIn",
      cost: COSTS.submission,
      type: TextResult,
      description:
        "Stores a purpose, a reason or an outcome under its hash. For sponsors and their staff, boards and emergency clinicians.",
      args: {
        content: t.arg.string({
          description: "At most 10,000 bytes.",
          validate: z.string().min(1).max(MAX_TEXT),
        }),
      },
      resolve: (_, { content }, context) => uploadText(context, content, context.session!.address),
    }),
  }));
}

function addCuts(): void {
  builder.queryFields((t) => ({
    cuts: t.connection({
      right: "anyone",
      cost: 0,
      type: CutType,
      description: "Cuts of a trial, oldest first.",
      args: { trialId: t.arg(OF_TRIAL) },
      resolve: (_, { trialId, ...args }, context) =>
        connection(context, args, (page) => listCuts(context.db, { trialId, page })),
    }),
    dataRequests: t.connection({
      right: "anyone",
      cost: 0,
      type: DataRequestType,
      description: "Who asked to open cuts of a trial, oldest first.",
      args: { trialId: t.arg(OF_TRIAL) },
      resolve: (_, { trialId, ...args }, context) =>
        connection(context, args, (page) => listRequests(context.db, { trialId, page })),
    }),
    emergencyCases: t.connection({
      right: "anyone",
      cost: 0,
      type: EmergencyCaseType,
      description: "Emergencies in which somebody of a trial was looked up, oldest first.",
      args: { trialId: t.arg(OF_TRIAL) },
      resolve: (_, { trialId, ...args }, context) =>
        connection(context, args, (page) => listCases(context.db, { trialId, page })),
    }),
  }));
}

function addCustody(): void {
  builder.queryFields((t) => ({
    erasures: t.connection({
      right: "anyone",
      cost: 0,
      type: ErasureType,
      description: "Erasures asked for in a trial, oldest first, and who has carried them out.",
      args: { trialId: t.arg(OF_TRIAL) },
      resolve: (_, { trialId, ...args }, context) =>
        connection(context, args, (page) => listErasures(context.db, { trialId, page })),
    }),
    delegations: t.connection({
      right: "anyone",
      cost: 0,
      type: DelegationType,
      description: "The delegation log of a trial, oldest first.",
      args: { trialId: t.arg(OF_TRIAL) },
      resolve: (_, { trialId, ...args }, context) =>
        connection(context, args, (page) => listDelegations(context.db, { trialId, page })),
    }),
    personTags: t.connection({
      right: "anyone",
      cost: 0,
      type: PersonTagType,
      description: "Tags of a trial's persons, oldest first.",
      args: { trialId: t.arg(OF_TRIAL) },
      resolve: (_, { trialId, ...args }, context) =>
        connection(context, args, (page) => listPersonTags(context.db, { trialId, page })),
    }),
    receiptRoots: t.connection({
      right: "anyone",
      cost: 0,
      type: ReceiptRootType,
      description: "Roots of custodians' receipts, oldest first.",
      resolve: (_, args, context) =>
        connection(context, args, (page) => listReceiptRoots(context.db, page)),
    }),
  }));
}
