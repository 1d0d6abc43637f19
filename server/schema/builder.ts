// The Pothos builder every type of the schema is added to.
import SchemaBuilder from "@pothos/core";
import RelayPlugin from "@pothos/plugin-relay";
import ScopeAuthPlugin from "@pothos/plugin-scope-auth";
import ValidationPlugin from "@pothos/plugin-validation";
import type { Context } from "./context.ts";
import { type Right, rightsOf } from "./rootFields.ts";

type Text = { Input: string; Output: string };

export const builder = new SchemaBuilder<{
  Context: Context;
  DefaultFieldNullability: false;
  DefaultInputFieldRequiredness: true;
  AuthScopes: Record<Right, boolean>;
  Scalars: {
    ID: { Input: string; Output: string };
    Field: Text;
    Bytes32: Text;
    Bytes: Text;
    Address: Text;
    Uint: Text;
    UInt32: { Input: number; Output: number };
    Day: Text;
    DateTime: { Input: Date; Output: Date };
  };
}>({
  // The last one is the innermost: who may not ask, or asks for nonsense, is charged nothing.
  plugins: [ScopeAuthPlugin, RelayPlugin, ValidationPlugin, "rootFields"],
  defaultFieldNullability: false,
  defaultInputFieldRequiredness: true,
  scopeAuth: { authScopes: rightsOf, treatErrorsAsUnauthorized: false },
  relay: {
    nodesQueryOptions: false,
    encodeGlobalID: (type, id) => `${type}:${id}`,
    decodeGlobalID: (global) => {
      const at = global.indexOf(":");
      return { typename: global.slice(0, at), id: global.slice(at + 1) };
    },
    nodeQueryOptions: false,
    cursorType: "String",
    clientMutationId: "omit",
    nodeTypeOptions: {},
    mutationInputArgOptions: {},
    clientMutationIdInputOptions: {},
    clientMutationIdFieldOptions: {},
    nodeFieldOptions: { description: "The item." },
    edgesFieldOptions: { description: "The items of this page." },
    nodesFieldOptions: {},
    pageInfoTypeOptions: { description: "Where a page lies in its list." },
    pageInfoFieldOptions: { description: "Where this page lies in the list." },
    cursorFieldOptions: { description: "Pass it as `after` to go on from here." },
    hasNextPageFieldOptions: { description: "Whether more follow." },
    hasPreviousPageFieldOptions: { description: "Whether `after` was given." },
    startCursorFieldOptions: { description: "Cursor of the first item." },
    endCursorFieldOptions: { description: "Cursor of the last item: the next `after`." },
    beforeArgOptions: { description: "Not supported: lists are read forward." },
    afterArgOptions: { description: "Cursor after which to start." },
    firstArgOptions: { description: "Size of the page: at most 200, 50 if not given." },
    lastArgOptions: { description: "Not supported: lists are read forward." },
    defaultConnectionTypeOptions: { description: "A page of a list." },
    defaultEdgeTypeOptions: { description: "An item of a page." },
  },
});

/** Nobody may read a root field that does not say who may (rootFields.ts). */
const denied = { authScopes: { nobody: true } };

builder.queryType({
  ...denied,
  description: "Public data. No query takes a leaf, a nullifier or a secret.",
});

builder.mutationType({
  ...denied,
  description: "Each answers a union of its result and the refusals that can be expected of it.",
});

builder.subscriptionType({
  ...denied,
  description: "Over server-sent events (graphql-sse, distinct mode).",
});
