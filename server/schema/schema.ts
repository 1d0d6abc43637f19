// The schema: importing a file adds its types.
import { printSchema } from "../graphqlLibrary.ts";
import "./scalars.ts";
import "./queries.ts";
import "./mutations.ts";
import "./verification.ts";
import "./signing.ts";
import "./subscriptions.ts";
import { builder } from "./builder.ts";

export const schema = builder.toSchema();

/** The schema's text, as committed in server/schema.graphql for the client to build on. */
export function printSdl(): string {
  return `${printSchema(schema)}\n`;
}
