// What is entrusted to the relayer. Sending the same content twice is answered with the same
// submission, so every one of these may be repeated after a lost connection.
import { z } from "zod";
import {
  isRefusalCode,
  Refusal,
  type RefusalCode,
  type RefusalDetails,
} from "../../circuits/statement/refusal.ts";
import { count } from "./scalars.ts";
import type { Operation } from "./transport.ts";

const refusal = z.object({
  code: z.string(),
  message: z.string(),
  details: z.array(z.object({ name: z.string(), value: z.string() })),
});

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
export type SubmissionState = "queued" | "sent" | "mined" | "final" | "refused";
/** A transaction on its way: `final` and `refused` are the ends. */
export type Submission = z.output<typeof submission>;

const REFUSAL = "... on Refusal { code message details { name value } }";
export const SUBMISSION = `{
  id kind state transactionHash blockNumber refusal { code message details { name value } }
}`;
const result = z.union([
  submission.extend({ __typename: z.literal("Submission") }),
  refusal.extend({ __typename: z.string() }),
]);

/**
 * The refusal behind an answer. Throws it when known; anything else is a fault of server or client.
 */
export function toRefusal(answer: z.output<typeof refusal>): Error {
  if (!isRefusalCode(answer.code)) return new Error(`the server refused: ${answer.message}`);
  const details: RefusalDetails = Object.fromEntries(answer.details.map((d) => [d.name, d.value]));
  return new Refusal(answer.code as RefusalCode, details);
}

/** What mutations that end in a transaction answer: the submission; a refusal is thrown. */
function submitting(name: string, input: string): Operation<Submission> {
  return {
    document: `mutation ${name[0]!.toUpperCase()}${name.slice(1)}($input: ${input}!) {
      ${name}(input: $input) { __typename ... on Submission ${SUBMISSION} ${REFUSAL} }
    }`,
    answer: z.object({ [name]: result }).transform((answer) => {
      const value = answer[name] as z.output<typeof result>;
      if ("id" in value) return value;
      throw toRefusal(value);
    }),
  };
}

export const submitScreening = submitting("submitScreening", "ScreeningInput");
export const submitConsent = submitting("submitConsent", "ConsentInput");
export const submitWithdrawal = submitting("submitWithdrawal", "WithdrawalInput");
export const submitAttestedRecord = submitting("submitAttestedRecord", "AttestedRecordInput");
export const submitSiteAct = submitting("submitSiteAct", "SiteActInput");
export const submitSuccession = submitting("submitSuccession", "SuccessionInput");
/** A role's signed ForwardRequest. */
export const relay = submitting("relay", "ForwardRequestInput");

export const findSubmission: Operation<Submission | null> = {
  document: `query Submission($id: ID!) { submission(id: $id) ${SUBMISSION} }`,
  answer: z.object({ submission: submission.nullable() }).transform((a) => a.submission),
};

/** What a submission took; null until it is mined. */
export const readGasUsed: Operation<number | null> = {
  document: "query GasUsed($id: ID!) { submission(id: $id) { gasUsed } }",
  answer: z
    .object({ submission: z.object({ gasUsed: count.nullable() }).nullable() })
    .transform(({ submission: found }) => found?.gasUsed ?? null),
};

export const watchSubmission: Operation<Submission> = {
  document: `subscription Submission($id: ID!) { submission(id: $id) ${SUBMISSION} }`,
  answer: z.object({ submission }).transform((a) => a.submission),
};
