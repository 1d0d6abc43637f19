// Refusals: expected answers of "no". One object type per code, so that a union names what can be
// expected.
import { REFUSALS, type RefusalCode } from "../../circuits/statement/refusal.ts";
import type { RefusalShape } from "../chain/refusals.ts";
import type { SubmissionShape } from "../outbox/present.ts";
import { builder } from "./builder.ts";
import { RefusalInterface } from "./refusalInterface.ts";
import { SubmissionType } from "./submission.ts";

const types = new Map(
  Object.entries(REFUSALS)
    .filter(([, { layer }]) => layer === "server" || layer === "contract")
    .map(([code, { meaning, next }]) => [
      code,
      builder.objectRef<RefusalShape>(code).implement({
        description: `Refused: ${meaning}; ${next}.`,
        interfaces: [RefusalInterface],
      }),
    ]),
);

/** The object types of some refusals. */
export function refusalTypes(codes: readonly RefusalCode[]) {
  return codes.map((code) => types.get(code)!);
}

function isRefusal(value: object): value is RefusalShape {
  return "refusal" in value && typeof value.refusal === "string";
}

/** The name of the union member that a value belongs to. */
export function memberOf(value: object, success: string): string {
  return isRefusal(value) ? value.refusal : success;
}

/** The result of a relayed mutation: a Submission, or any refusal of contracts and server. */
export const SubmissionResult = builder.unionType("SubmissionResult", {
  description: "A stored submission, or why it was refused.",
  types: [SubmissionType, ...types.values()],
  resolveType: (value: SubmissionShape | RefusalShape) => memberOf(value, "Submission"),
});
