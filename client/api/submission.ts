// What is entrusted to the relayer. Sending the same content twice is answered with the same
// submission, so every one of these may be repeated after a lost connection.
import { z } from "zod";
import { operation } from "./operation.ts";
import { orRefusal, refusal } from "./refusal.ts";
import { count } from "./scalars.ts";
import type { Operation } from "./transport.ts";

const submission = z.object({
  id: z.string(),
  kind: z.string(),
  state: z
    .enum(["QUEUED", "SENT", "MINED", "FINAL", "REFUSED"])
    .transform((name) => name.toLowerCase() as SubmissionState),
  transactionHash: z.string().nullable(),
  blockNumber: count.nullable(),
  refusal: refusal.nullable(),
});
type SubmissionState = "queued" | "sent" | "mined" | "final" | "refused";
/** A transaction on its way: `final` and `refused` are the ends. */
export type Submission = z.output<typeof submission>;

/** What mutations that end in a transaction answer: the submission; a refusal is thrown. */
function submitting(name: string, input: string): Operation<Submission> {
  const head = `mutation ${name[0]!.toUpperCase()}${name.slice(1)}($input: ${input}!)`;
  return operation(head, `${name}(input: $input)`, orRefusal("Submission", submission));
}

/** By the kinds that a client's `submit` takes. */
export const SUBMISSIONS = {
  screening: submitting("submitScreening", "ScreeningInput"),
  consent: submitting("submitConsent", "ConsentInput"),
  withdrawal: submitting("submitWithdrawal", "WithdrawalInput"),
  attestedRecord: submitting("submitAttestedRecord", "AttestedRecordInput"),
  siteAct: submitting("submitSiteAct", "SiteActInput"),
  succession: submitting("submitSuccession", "SuccessionInput"),
  erasure: submitting("submitErasure", "ErasureInput"),
  staffAct: submitting("submitStaffAct", "StaffActInput"),
  /** A role's signed ForwardRequest. */
  forwardRequest: submitting("relay", "ForwardRequestInput"),
} as const;

export const findSubmission = operation(
  "query Submission($id: ID!)",
  "submission(id: $id)",
  submission.nullable(),
);

/** What a submission took; null until it is mined. */
export const readGasUsed = operation(
  "query GasUsed($id: ID!)",
  "submission(id: $id)",
  z
    .object({ gasUsed: count.nullable() })
    .nullable()
    .transform((found) => found?.gasUsed ?? null),
);

export const watchSubmission = operation(
  "subscription Submission($id: ID!)",
  "submission(id: $id)",
  submission,
);
