// Scalars are the edge where text becomes trusted: each is refused unless it is written in its one
// canonical way.
import type { ValueNode } from "graphql";
import { parseDay } from "../../circuits/statement/encoding/day.ts";
import { parseField } from "../../circuits/statement/encoding/field.ts";
import { GraphQLError } from "../limits/graphqlLibrary.ts";
import { builder } from "./builder.ts";

const MAX_BYTES = 262_144;

function text(name: "Field" | "Bytes32" | "Bytes" | "Address" | "Uint" | "Day", rule: Rule) {
  const parse = (value: unknown): string => {
    if (typeof value !== "string" || !rule.accepts(value)) {
      throw new GraphQLError(`${name}: expected ${rule.form}`, {
        extensions: { code: "BAD_USER_INPUT" },
      });
    }
    return rule.canonical?.(value) ?? value;
  };
  builder.scalarType(name, {
    description: rule.description,
    serialize: (value) => String(value),
    parseValue: parse,
    parseLiteral: (node: ValueNode) => parse(node.kind === "StringValue" ? node.value : undefined),
  });
}

type Rule = {
  description: string;
  form: string;
  accepts: (value: string) => boolean;
  canonical?: (value: string) => string;
};

function succeeds(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch {
    return false;
  }
}

text("Field", {
  description: "A number below the BN254 scalar field's order, in canonical decimal.",
  form: "a canonical decimal number below the scalar field's order",
  accepts: (value) => succeeds(() => parseField(value)),
});
text("Bytes32", {
  description: "32 bytes as 0x and 64 hexadecimal digits.",
  form: "0x and 64 hexadecimal digits",
  accepts: (value) => /^0x[0-9a-fA-F]{64}$/.test(value),
  canonical: (value) => value.toLowerCase(),
});
text("Bytes", {
  description: "Bytes as 0x and an even number of hexadecimal digits.",
  form: "0x and an even number of hexadecimal digits",
  accepts: (value) => value.length <= 2 + 2 * MAX_BYTES && /^0x(?:[0-9a-fA-F]{2})*$/.test(value),
  canonical: (value) => value.toLowerCase(),
});
text("Address", {
  description: "An Ethereum address as 0x and 40 hexadecimal digits; answered in lower case.",
  form: "0x and 40 hexadecimal digits",
  accepts: (value) => /^0x[0-9a-fA-F]{40}$/.test(value),
  canonical: (value) => value.toLowerCase(),
});
text("Uint", {
  description: "A whole number from 0 to 2^256 - 1 in canonical decimal.",
  form: "a canonical decimal number below 2^256",
  accepts: (value) => /^(0|[1-9][0-9]{0,77})$/.test(value) && BigInt(value) >> 256n === 0n,
});
text("Day", {
  description: "A calendar day, YYYY-MM-DD, in UTC.",
  form: "YYYY-MM-DD",
  accepts: (value) => succeeds(() => parseDay(value)),
});

builder.scalarType("UInt32", {
  description: "A whole number from 0 to 2^32 - 1: versions, sites, capacities, bit masks.",
  serialize: Number,
  parseValue: parseUInt32,
  parseLiteral: (node: ValueNode) =>
    parseUInt32(node.kind === "IntValue" ? Number(node.value) : undefined),
});

function parseUInt32(value: unknown): number {
  if (Number.isInteger(value) && Number(value) >= 0 && Number(value) < 2 ** 32)
    return Number(value);
  throw new GraphQLError("UInt32: expected a whole number from 0 to 4294967295", {
    extensions: { code: "BAD_USER_INPUT" },
  });
}

builder.scalarType("DateTime", {
  description: "A point in time, ISO 8601 in UTC.",
  serialize: (value) => value.toISOString(),
  parseValue: () => {
    throw new GraphQLError("DateTime is not accepted as input");
  },
});
