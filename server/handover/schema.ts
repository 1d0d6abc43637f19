// Root fields of handing records over.
import { z } from "zod";
import { COSTS } from "../limits/costs.ts";
import { builder } from "../schema/builder.ts";
import { memberOf, refusalTypes } from "../schema/refusal.ts";
import {
  findHandover,
  type HandoverShape,
  leaveHandover,
  MOST_SEALED,
  takeHandover,
} from "./handovers.ts";

const HandoverType = builder.objectRef<HandoverShape>("Handover").implement({
  description: "A sealed record that waits for its wallet, or was fetched.",
  fields: (t) => ({
    id: t.expose("id", { type: "Bytes32", description: "Under which it waits." }),
    until: t.expose("until", { type: "DateTime", description: "When it is deleted." }),
    fetchedAt: t.expose("fetchedAt", {
      type: "DateTime",
      nullable: true,
      description: "When it was fetched; null while it waits.",
    }),
  }),
});

const SealedType = builder.objectRef<{ readonly sealed: string }>("SealedRecord").implement({
  description: "A record that only the holder of its code can read.",
  fields: (t) => ({
    sealed: t.exposeString("sealed", { description: "An age file, in Base64." }),
  }),
});

const LeaveResult = builder.unionType("LeaveHandoverResult", {
  description: "What waits now, or why it was refused.",
  types: [
    HandoverType,
    ...refusalTypes([
      "NotAccredited",
      "TooLarge",
      "MalformedInput",
      "ChainUnavailable",
      "StorageUnavailable",
    ]),
  ],
  resolveType: (value) => memberOf(value, "Handover"),
});

const TakeResult = builder.unionType("TakeHandoverResult", {
  description: "The sealed record, or why there is none.",
  types: [SealedType, ...refusalTypes(["HandoverGone", "StorageUnavailable"])],
  resolveType: (value) => memberOf(value, "SealedRecord"),
});

const idArg = { type: "Bytes32", description: "A hash of the patient's code." } as const;

/** Adds them. */
export function handoverFields(): void {
  builder.queryFields((t) => ({
    handover: t.field({
      right: "signedIn",
      cost: 0,
      type: HandoverType,
      nullable: true,
      description: "What the signed-in clinic left under this id.",
      args: { id: t.arg(idArg) },
      resolve: (_, { id }, { db, session }) => findHandover(db, { id, clinic: session!.address }),
    }),
  }));
  builder.mutationFields((t) => ({
    leaveHandover: t.field({
      right: "signedIn",
      cost: COSTS.submission,
      type: LeaveResult,
      description: "Keeps a sealed record for a day, to be fetched once. Clinics only.",
      args: {
        id: t.arg(idArg),
        sealed: t.arg.string({
          description: `An age file in Base64, at most ${MOST_SEALED} characters.`,
          validate: z.base64().min(1).max(MOST_SEALED),
        }),
      },
      resolve: (_, input, context) => leaveHandover(context, input, context.session!.address),
    }),
    takeHandover: t.field({
      right: "anyone",
      cost: COSTS.submission,
      type: TakeResult,
      description: "Fetches a sealed record: the first who names it has it, and then it is gone.",
      args: { id: t.arg(idArg) },
      resolve: (_, { id }, context) => takeHandover(context, id),
    }),
  }));
}
