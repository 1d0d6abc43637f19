// Screening, consent and what becomes of participants, as GraphQL has them.
import { COSTS } from "../limits/costs.ts";
import { builder } from "../schema/builder.ts";
import { connection, requireFew } from "../schema/connection.ts";
import { SubmissionResult } from "../schema/refusal.ts";
import { TrialType } from "../trials/types.ts";
import { submitConsent, submitWithdrawal } from "./consent.ts";
import { readFunnel } from "./funnel.ts";
import { FunnelType } from "./funnelType.ts";
import {
  ConsentInput,
  ScreeningInput,
  SiteActInput,
  SuccessionInput,
  WithdrawalInput,
} from "./inputs.ts";
import { listParticipants } from "./participants.ts";
import { ParticipantStateType, ParticipantType } from "./participantTypes.ts";
import { submitScreening } from "./screening.ts";
import { submitSiteAct, submitSuccession } from "./site.ts";
import { countPublicRows, readPublicState } from "./state.ts";
import { PublicStateType } from "./stateTypes.ts";

builder.objectFields(TrialType, (t) => ({
  funnel: t.field({
    type: FunnelType,
    description: "How many got how far.",
    resolve: (trial, _, { db }) => readFunnel(db, trial.trialId),
  }),
  participants: t.connection({
    type: ParticipantType,
    description: "Participants by pseudonym, in the order of their first consent.",
    args: {
      state: t.arg({
        type: ParticipantStateType,
        required: false,
        description: "Only those in this state.",
      }),
    },
    resolve: (trial, args, context) =>
      connection(context, args, (page) =>
        listParticipants(context.db, { trialId: trial.trialId, state: args.state }, page),
      ),
  }),
}));

/** Adds the root fields. */
export function participationFields(): void {
  builder.queryFields((t) => ({
    publicState: t.field({
      right: "anyone",
      cost: 0,
      type: PublicStateType,
      nullable: true,
      description:
        "All public state of a small trial, whole. A large one (TooLarge) is downloaded as segments.",
      args: { trialId: t.arg({ type: "Bytes32", description: "The trial." }) },
      resolve: async (_, { trialId }, context) => {
        const rows = await countPublicRows(context.db, trialId);
        requireFew(context, rows, `/state/trials/${trialId}`);
        return await readPublicState(context, trialId);
      },
    }),
  }));
  builder.mutationFields((t) => ({
    submitScreening: t.field({
      right: "anyone",
      cost: ({ input }) => COSTS.submission + input.parts.length * COSTS.proof,
      type: SubmissionResult,
      description: "Relays an eligibility proof: checked here first, then by the contract.",
      args: { input: t.arg({ type: ScreeningInput, description: "The screening." }) },
      resolve: (_, { input }, context) => submitScreening(context, input),
    }),
    submitConsent: t.field({
      right: "anyone",
      cost: COSTS.submission + COSTS.proof,
      type: SubmissionResult,
      description: "Relays a consent statement with its proof.",
      args: { input: t.arg({ type: ConsentInput, description: "The consent." }) },
      resolve: (_, { input }, context) => submitConsent(context, input),
    }),
    submitWithdrawal: t.field({
      right: "anyone",
      cost: ({ input }) => COSTS.submission + (input.byProof ? COSTS.proof : 0),
      type: SubmissionResult,
      description: "Relays a withdrawal, by proof, by code or by the site's signature.",
      args: { input: t.arg({ type: WithdrawalInput, description: "The withdrawal." }) },
      resolve: (_, { input }, context) => submitWithdrawal(context, input),
    }),
    submitSiteAct: t.field({
      right: "anyone",
      cost: COSTS.submission,
      type: SubmissionResult,
      description: "Relays what a site signed: an arrival, a screen failure, a completion.",
      args: { input: t.arg({ type: SiteActInput, description: "The act." }) },
      resolve: (_, { input }, context) => submitSiteAct(context, input),
    }),
    submitSuccession: t.field({
      right: "anyone",
      cost: ({ input }) => COSTS.submission + input.proof.parts.length * COSTS.proof,
      type: SubmissionResult,
      description: "Relays a succession signed by a site.",
      args: { input: t.arg({ type: SuccessionInput, description: "The succession." }) },
      resolve: (_, { input }, context) => submitSuccession(context, input),
    }),
  }));
}
