// What all refusals have in common.

import type { RefusalShape } from "../chain/refusals.ts";
import { builder } from "./builder.ts";

const DetailType = builder.objectRef<RefusalShape["details"][number]>("RefusalDetail").implement({
  description: "A public value that belongs to a refusal.",
  fields: (t) => ({
    name: t.exposeString("name", { description: "What it is." }),
    value: t.exposeString("value", { description: "Numbers in decimal, bytes as 0x..." }),
  }),
});

export const RefusalInterface = builder.interfaceRef<RefusalShape>("Refusal").implement({
  description: "An expected refusal; each code is an object type of that name.",
  resolveType: (value) => value.refusal,
  fields: (t) => ({
    code: t.exposeString("refusal", {
      description: "The code: the same word as the contract's custom error and the type's name.",
    }),
    message: t.exposeString("message", { description: "What was wrong and what to do next." }),
    details: t.field({
      type: [DetailType],
      description: "Public values only.",
      resolve: (value) => value.details,
    }),
  }),
});
