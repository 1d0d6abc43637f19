// Limits on what one request may ask for and how often one address may ask.
import { isIP } from "node:net";
import { EnvelopArmor } from "@escape.tech/graphql-armor";
import type { ASTVisitor, FieldNode, ValidationContext, ValidationRule } from "graphql";
import { MAX_PAGE } from "../store/pages.ts";
import { GraphQLError } from "./graphqlLibrary.ts";

/** Largest body of a request: a batch of 4,096 leaves or a document with room to spare. */
export const MAX_BODY_BYTES = 1_500_000;

/** Most rows that one request may page through, nested pages multiplied. */
const MAX_ROWS = 10_000;

const DEFAULT_ROWS = 50;

/** graphql-armor: depth, aliases, cost, directives, tokens; no suggestions of names. */
export function armor() {
  return new EnvelopArmor({
    maxDepth: { n: 9 },
    maxAliases: { n: 10 },
    maxDirectives: { n: 20 },
    maxTokens: { n: 2_000 },
    costLimit: { maxCost: 250_000 },
    blockFieldSuggestion: { enabled: true },
  }).protect();
}

/**
 * Refuses queries whose nested pages multiply to more rows than MAX_ROWS, and more than one
 * mutation at once.
 */
export const rowLimit: ValidationRule = (context: ValidationContext): ASTVisitor => {
  const factors: number[] = [];
  let mutations = 0;
  return {
    Field: {
      enter: (node) => {
        if (
          context.getParentType() === context.getSchema().getMutationType() &&
          ++mutations === 2
        ) {
          context.reportError(
            new GraphQLError("Mutations limit exceeded: send them one at a time"),
          );
        }
        const isPage = context.getFieldDef()?.args.some(({ name }) => name === "first") ?? false;
        factors.push(isPage ? rowsOf(node) : 1);
        const rows = factors.reduce((product, factor) => product * factor, 1);
        if (rows > MAX_ROWS && isPage) {
          context.reportError(
            new GraphQLError(`Rows limit exceeded: nested pages multiply to more than ${MAX_ROWS}`),
          );
        }
      },
      leave: () => {
        factors.pop();
      },
    },
  };
};

function rowsOf(node: FieldNode): number {
  const first = node.arguments?.find(({ name }) => name.value === "first")?.value;
  if (first === undefined) return DEFAULT_ROWS;
  return first.kind === "IntValue" ? Math.min(Number(first.value), MAX_PAGE) : MAX_PAGE;
}

type RateLimit = {
  /** Takes units off an address's budget; false, and nothing taken, when it has too few. */
  readonly take: (address: string, units: number) => boolean;
};

/** Addresses remembered at once; the oldest are forgotten first. */
const MAX_ADDRESSES = 50_000;

/** A token bucket an address: `perMinute` units a minute, all at once if unused. */
export function createRateLimit(perMinute: number): RateLimit {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    take: (address, units) => {
      const now = Date.now();
      const { tokens, at } = buckets.get(address) ?? { tokens: perMinute, at: now };
      const filled = Math.min(perMinute, tokens + ((now - at) * perMinute) / 60_000);
      const isEnough = filled >= units;
      buckets.delete(address);
      buckets.set(address, { tokens: isEnough ? filled - units : filled, at: now });
      if (buckets.size > MAX_ADDRESSES) buckets.delete(buckets.keys().next().value!);
      return isEnough;
    },
  };
}

/**
 * Whom a budget belongs to: an IPv4 address, or the /64 network of an IPv6 address, all of which one subscriber has
 * (RFC 6177).
 */
export function budgetHolder(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined || isIP(address) !== 6) return mapped ?? address;
  const [head = "", tail] = address.split("%")[0]!.toLowerCase().split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":"));
  const [left, right] = [groups(head), groups(tail ?? "")];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const all = [...left, ...Array<string>(zeros).fill("0"), ...right];
  const network = all.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(":")}::/64`;
}
