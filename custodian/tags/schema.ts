// Persons' tags in the custodian's schema: dealing a trial's key, and evaluating a blinded document.
import type { TagDealing } from "../../circuits/statement/exchange/tagKey.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { evaluateAsk, type SignedAsk, type Tagging, tagSetOf } from "./asks.ts";
import type { SealedShare } from "./tagKeys.ts";

/** Units: a scalar multiplication takes milliseconds. */
const COSTS = { deal: 20, dealShares: 100, keep: 100, held: 5, evaluate: 20 } as const;
/** As many as a trial can name. */
const MOST_HOLDERS = 7;

type Context = Tagging & { readonly charge: (units: number) => void };

export const tagTypeDefs = /* GraphQL */ `
  extend type Query {
    "What this custodian deals for a trial's key of persons' tags: always the same."
    tagDealing(trialId: Bytes32!): TagDealing!
    "The trial's key as this custodian keeps it: what each holder dealt."
    tagKey(trialId: Bytes32!): [TagDealing!]!
  }

  extend type Mutation {
    "A share for each other holder, sealed to its transport key."
    dealTagShares(input: TagRoundInput!): [TagShare!]!
    "Keeps this custodian's share of the key for good, and answers with the key's name."
    keepTagKey(input: TagKeyInput!): Bytes32!
    "Evaluates a blinded document, for the desk where the participant is expected."
    evaluateTag(input: TagAskInput!): TagEvaluation!
  }

  "A holder's public part of the key, signed (EIP-712 TagDealing)."
  type TagDealing {
    custodian: Address!
    "X25519."
    transport: Bytes32!
    "Points of ristretto255, to the coefficients of its polynomial."
    commitments: [Bytes32!]!
    "Of possession of the constant one."
    proof: Bytes!
    signature: Bytes!
  }

  input TagDealingInput {
    custodian: Address!
    transport: Bytes32!
    commitments: [Bytes32!]!
    proof: Bytes!
    signature: Bytes!
  }

  "What one holder deals to another, sealed (HPKE)."
  type TagShare {
    "To whom."
    custodian: Address!
    enc: Bytes!
    body: Bytes!
  }

  input TagShareInput {
    "From whom."
    custodian: Address!
    enc: Bytes!
    body: Bytes!
  }

  input TagRoundInput {
    trialId: Bytes32!
    "Of all holders, in the version's order."
    dealings: [TagDealingInput!]!
  }

  input TagKeyInput {
    trialId: Bytes32!
    dealings: [TagDealingInput!]!
    "From all others."
    shares: [TagShareInput!]!
  }

  "A signed ask (EIP-712 TagAsk)."
  input TagAskInput {
    trialId: Bytes32!
    pseudonym: Uint!
    siteId: Uint!
    key: Address!
    blinded: Bytes32!
    deadline: Uint!
    signature: Bytes!
  }

  "The blinded point times this custodian's share (RFC 9497), the proof of it, and a receipt."
  type TagEvaluation {
    evaluated: Bytes32!
    proof: Bytes!
    receipt: Receipt!
    signature: Bytes!
  }
`;

type Trial = { readonly trialId: string };
type Round = Trial & { readonly dealings: readonly TagDealing[] };
type Given = Round & { readonly shares: readonly SealedShare[] };
type Asked = Record<"trialId" | "pseudonym" | "siteId" | "key", string> &
  Record<"blinded" | "deadline" | "signature", string>;

export const tagResolvers = {
  Query: {
    tagDealing: (_: unknown, { trialId }: Trial, context: Context) => {
      context.charge(COSTS.deal);
      return context.tagKeys.deal(tagSetOf(context, trialId));
    },
    tagKey: (_: unknown, { trialId }: Trial, context: Context) => {
      context.charge(COSTS.held);
      const held = context.tagKeys.held(tagSetOf(context, trialId));
      if (held === undefined) throw new Refusal("NoTagKey");
      return held.dealings;
    },
  },
  Mutation: {
    dealTagShares: (_: unknown, { input }: { input: Round }, context: Context) => {
      context.charge(COSTS.dealShares);
      requireFew(input.dealings);
      return context.tagKeys.dealShares(tagSetOf(context, input.trialId), input.dealings);
    },
    keepTagKey: (_: unknown, { input }: { input: Given }, context: Context) => {
      context.charge(COSTS.keep);
      const { dealings, shares } = input;
      requireFew(dealings);
      requireFew(shares);
      return context.tagKeys.keep(tagSetOf(context, input.trialId), dealings, shares);
    },
    evaluateTag: (_: unknown, { input }: { input: Asked }, context: Context) => {
      context.charge(COSTS.evaluate);
      return evaluateAsk(context, askOf(input));
    },
  },
};

function requireFew(list: readonly unknown[]): void {
  if (list.length > MOST_HOLDERS) throw new Refusal("TooLarge", { limit: MOST_HOLDERS });
}

function askOf({ pseudonym, siteId, deadline, ...rest }: Asked): SignedAsk {
  if (BigInt(siteId) >> 32n !== 0n) throw new Refusal("MalformedInput", { field: "siteId" });
  const numbers = { pseudonym: BigInt(pseudonym), siteId: Number(siteId) };
  return { ...rest, ...numbers, deadline: BigInt(deadline) };
}
