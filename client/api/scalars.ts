// Scalars of server/schema.graphql, parsed as they come in.
import { z } from "zod";
import { type Field, parseField } from "../../circuits/statement/encoding/field.ts";

/** Canonical decimal below the scalar field's order. */
export const field = z.string().transform((text, context): Field => {
  try {
    return parseField(text);
  } catch {
    context.addIssue({ code: "custom", message: "not a field element" });
    return z.NEVER;
  }
});
export const uint = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,77})$/)
  .transform(BigInt);
export const bytes32 = z.string().regex(/^0x[0-9a-f]{64}$/);
export const address = z.string().regex(/^0x[0-9a-f]{40}$/);
/** A point in time as Unix seconds. */
export const seconds = z.iso.datetime().transform((text) => Math.floor(Date.parse(text) / 1000));
export const count = z.number().int().min(0);
/** GraphQL writes FHIR's codes as PENDING_ON_STUDY; here they are FHIR's own: pending-on-study. */
export function fhirCode<T extends string>(codes: readonly T[]) {
  return z.string().transform((name, context): T => {
    const code = name.toLowerCase().replaceAll("_", "-");
    const found = codes.find((candidate) => candidate === code);
    if (found === undefined) {
      context.addIssue({ code: "custom", message: "unknown code" });
      return z.NEVER;
    }
    return found;
  });
}
