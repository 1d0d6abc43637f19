// The schema's scalars: text in its one way, hexadecimal in lower case. Integers are served as decimal text.
import type { GraphQLScalarType as Scalar, ValueNode } from "graphql";
import { GraphQLError, GraphQLScalarType } from "./graphqlLibrary.ts";

/** A share with its tag has 33 bytes; 4,096 is no share. */
const MAX_BYTES = 4_096;

const RULES: Readonly<Record<string, (value: string) => boolean>> = {
  Bytes32: (value) => /^0x[0-9a-fA-F]{64}$/.test(value),
  Bytes: (value) => value.length <= 2 + 2 * MAX_BYTES && /^0x(?:[0-9a-fA-F]{2})*$/.test(value),
  Address: (value) => /^0x[0-9a-fA-F]{40}$/.test(value),
  Uint: (value) => /^(0|[1-9][0-9]{0,77})$/.test(value) && BigInt(value) >> 256n === 0n,
};

function scalar(name: string, accepts: (value: string) => boolean): Scalar {
  const parse = (value: unknown): string => {
    if (typeof value === "string" && accepts(value)) return value.toLowerCase();
    const extensions = { code: "BAD_USER_INPUT" };
    throw new GraphQLError(`${name}: not in the form that the schema describes`, { extensions });
  };
  return new GraphQLScalarType({
    name,
    serialize: String,
    parseValue: parse,
    parseLiteral: (node: ValueNode) => parse(node.kind === "StringValue" ? node.value : undefined),
  });
}

/** By name, for the resolvers. */
export const scalars = Object.fromEntries(
  Object.entries(RULES).map(([name, accepts]) => [name, scalar(name, accepts)]),
);
