// Audit events: what the contracts logged, in order.

import type { EventShape } from "../store/events.ts";
import { builder } from "./builder.ts";

const EventArgument = builder
  .objectRef<EventShape["arguments"][number]>("EventArgument")
  .implement({
    description: "One argument of an audit event.",
    fields: (t) => ({
      name: t.exposeString("name", { description: "The argument's name in Solidity." }),
      value: t.exposeString("value", {
        description: "Numbers in decimal, bytes as 0x..., lists and structs as JSON of those.",
      }),
    }),
  });

export const AuditEventType = builder.objectRef<EventShape>("AuditEvent").implement({
  description: "An event of one of the exchange's contracts, public and unchangeable.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "Block number and log index." }),
    contract: t.exposeString("contract", { description: "The contract's name." }),
    name: t.exposeString("name", { description: "The event's name." }),
    arguments: t.field({
      type: [EventArgument],
      description: "Its arguments in order.",
      resolve: (event) => event.arguments,
    }),
    blockNumber: t.exposeInt("blockNumber", { description: "The block it is in." }),
    blockTime: t.expose("blockTime", { type: "DateTime", description: "That block's time." }),
    logIndex: t.exposeInt("logIndex", { description: "Its place within the block." }),
    transactionHash: t.expose("transactionHash", {
      type: "Bytes32",
      description: "The transaction that emitted it.",
    }),
  }),
});
