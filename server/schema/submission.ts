// A transaction entrusted to the relayer, from "queued" to "final" or "refused".

import type { SubmissionShape } from "../outbox/present.ts";
import { builder } from "./builder.ts";
import { RefusalInterface } from "./refusalInterface.ts";

const SubmissionState = builder.enumType("SubmissionState", {
  description: "How far a submission has come.",
  values: {
    QUEUED: { value: "queued", description: "Stored; not yet sent, perhaps waiting for others." },
    SENT: { value: "sent", description: "Signed and handed to the chain; sent again if lost." },
    MINED: { value: "mined", description: "In a block that a reorganisation could still undo." },
    FINAL: { value: "final", description: "Confirmed by the required number of blocks." },
    REFUSED: { value: "refused", description: "The contract refused it; see `refusal`." },
  } as const,
});

export const SubmissionType = builder.objectRef<SubmissionShape>("Submission");

SubmissionType.implement({
  description:
    "A transaction entrusted to the relayer. Submitting the same content twice answers the same one.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "Random; nothing about the content can be told from it." }),
    kind: t.exposeString("kind", { description: "The mutation that stored it." }),
    state: t.field({
      type: SubmissionState,
      description: "How far it has come.",
      resolve: (s) => s.state,
    }),
    transactionHash: t.expose("transactionHash", {
      type: "Bytes32",
      nullable: true,
      description: "The transaction, once sent.",
    }),
    blockNumber: t.exposeInt("blockNumber", {
      nullable: true,
      description: "Its block, once mined.",
    }),
    refusal: t.field({
      type: RefusalInterface,
      nullable: true,
      description: "Why it was refused, when the state is REFUSED.",
      resolve: (submission) => submission.refusal,
    }),
    gasUsed: t.int({
      nullable: true,
      description: "What its transaction took, once mined: of several sent together, all of it.",
      resolve: async ({ transactionHash: hash, blockNumber }, _, { chain }) => {
        if (hash === null || blockNumber === null) return null;
        const receipt = await chain.provider.getTransactionReceipt(hash);
        return receipt === null ? null : Number(receipt.gasUsed);
      },
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it was stored." }),
  }),
});
