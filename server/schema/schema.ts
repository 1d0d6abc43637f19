// The schema: the engines' own fields, and those of the modules.
import type { GraphQLSchema } from "graphql";
import "./scalars.ts";
import "./exchange.ts";
import "./relay.ts";
import "./signing.ts";
import "./verification.ts";
import { builder } from "./builder.ts";

type Plugged = { readonly schema: () => void };
const added = new Set<Plugged>();

/** The schema with the fields of these modules; each adds its own once a process. */
export function buildSchema(modules: readonly Plugged[]): GraphQLSchema {
  for (const module of modules) {
    if (!added.has(module)) module.schema();
    added.add(module);
  }
  return builder.toSchema();
}
