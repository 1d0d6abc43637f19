// The schema: who this custodian is, its public keys, its shares for a request, its receipts. All of it is public; what is
// secret leaves only sealed to a request's key.
import { createSchema } from "graphql-yoga";
import { REFUSALS, Refusal } from "../../circuits/statement/refusal.ts";
import { RECEIPTS_AT_ONCE } from "../answers/receipts.ts";
import {
  type Answer,
  PACKAGES_AT_ONCE,
  type Package,
  type Releasing,
  release,
} from "../answers/release.ts";
import type { Tagging } from "../tags/asks.ts";
import { tagResolvers, tagTypeDefs } from "../tags/schema.ts";
import { scalars } from "./scalars.ts";

/** What a request is charged with: units, of which each address has so many a minute. */
export const COSTS = { query: 1, package: 1, keys: 20, receipts: 20 } as const;

export type Services = Releasing & Tagging;
export type Context = Services & {
  /** Takes work off what the address may still ask for. Refuses with `TooManyRequests`. */
  readonly charge: (units: number) => void;
};

const typeDefs = /* GraphQL */ `
  "0x and 64 hexadecimal digits"
  scalar Bytes32
  "0x and an even number of hexadecimal digits, 4,096 bytes at most"
  scalar Bytes
  "0x and 40 hexadecimal digits"
  scalar Address
  "a whole number from 0 to 2^256 - 1 in canonical decimal"
  scalar Uint

  type Query {
    status: Status!
    "The whole trial's: nobody has to name a pseudonym."
    keys(trialId: Bytes32!): KeyList!
    "Those above a number, oldest first, ${RECEIPTS_AT_ONCE} at most."
    receipts(after: Uint!): [SignedReceipt!]!
  }

  type Mutation {
    "Answers in the packages' order, with a receipt for each."
    release(input: ReleaseInput!): [Answer!]!
  }

  "Who this custodian is, and how far it has read the chain."
  type Status {
    address: Address!
    "The last final block that was read; 0: none yet."
    blockNumber: Uint!
    "Trials whose version in force names this custodian."
    trials: [Bytes32!]!
    "Number of the newest receipt."
    receipts: Uint!
    "Number of the newest receipt under a root on the chain."
    anchored: Uint!
  }

  "All keys of a trial, ascending by pseudonym, signed (EIP-712 KeyList)."
  type KeyList {
    blockNumber: Uint!
    signature: Bytes!
    keys: [ParticipantKey!]!
  }

  "A key for a participant."
  type ParticipantKey {
    pseudonym: Uint!
    "X25519."
    publicKey: Bytes32!
  }

  "What was answered, as it is signed (EIP-712 Receipt)."
  type Receipt {
    number: Uint!
    registry: Address!
    requestId: Uint!
    entry: Bytes32!
    "keccak256 of the word Released, or of the code of a refusal."
    outcome: Bytes32!
    "The final block that was read; 0: none."
    blockNumber: Uint!
  }

  "A receipt and its signature."
  type SignedReceipt {
    receipt: Receipt!
    signature: Bytes!
  }

  union Answer = Released | Withheld

  "This custodian's share of a package's key, sealed (HPKE) to the request's key."
  type Released {
    entry: Bytes32!
    enc: Bytes!
    body: Bytes!
    receipt: Receipt!
    signature: Bytes!
  }

  "Why there is no share."
  type Withheld {
    entry: Bytes32!
    "The refusal's name."
    code: String!
    "What was wrong and what to do next."
    message: String!
    receipt: Receipt!
    signature: Bytes!
  }

  input ReleaseInput {
    "CutRegistry, or EmergencyAccess."
    registry: Address!
    requestId: Uint!
    "${PACKAGES_AT_ONCE} at most."
    packages: [PackageInput!]!
  }

  input PackageInput {
    entry: Bytes32!
    "To the cut's root (LeanIMT); empty for an emergency."
    path: [Bytes32!]!
    "Bit i is 1 when the path's sibling i is on the left."
    index: Int!
    stanza: StanzaInput!
  }

  "This custodian's stanza of the package's header."
  input StanzaInput {
    enc: Bytes!
    commitment: Bytes!
    body: Bytes!
  }
`;

type ReleaseArgs = {
  readonly input: {
    readonly registry: string;
    readonly requestId: string;
    readonly packages: readonly Package[];
  };
};

const resolvers = {
  ...scalars,
  Query: {
    status: (_: unknown, __: unknown, { node, custodian, receipts, charge }: Context) => {
      charge(COSTS.query);
      const trials = node.facts.ownTrials("now").map(([trialId]) => trialId);
      const anchored = node.facts.lastReceipt.number;
      const { blockNumber } = node;
      return { address: custodian, blockNumber, trials, receipts: receipts.newest, anchored };
    },
    keys: (_: unknown, { trialId }: { trialId: string }, { node, keys, charge }: Context) => {
      charge(COSTS.keys);
      const list = keys.list(trialId, node.blockNumber);
      if (list === undefined) throw new Refusal("NotFound");
      return list;
    },
    receipts: (_: unknown, { after }: { after: string }, { receipts, charge }: Context) => {
      charge(COSTS.receipts);
      return receipts.after(BigInt(after));
    },
  },
  Mutation: {
    release: (_: unknown, { input }: ReleaseArgs, context: Context) => {
      const { registry, requestId, packages } = input;
      context.charge(COSTS.query + packages.length * COSTS.package);
      return release(context, { registry, requestId: BigInt(requestId) }, packages);
    },
  },
  Answer: {
    __resolveType: (answer: Answer) => ("code" in answer ? "Withheld" : "Released"),
  },
  Withheld: {
    message: ({ code }: Exclude<Answer, { enc: string }>) =>
      `${REFUSALS[code].meaning}; ${REFUSALS[code].next}`,
  },
};

/** The schema, built once. */
export const schema = createSchema<Context>({
  typeDefs: [typeDefs, tagTypeDefs],
  resolvers: [resolvers, tagResolvers],
});
