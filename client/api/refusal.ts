// The server's "no": every mutation answers with its result or with one of these.
import { z } from "zod";
import {
  isRefusalCode,
  Refusal,
  type RefusalCode,
  type RefusalDetails,
} from "../../circuits/statement/refusal.ts";
import { onType } from "./operation.ts";

export const refusal = z.object({
  code: z.string(),
  message: z.string(),
  details: z.array(z.object({ name: z.string(), value: z.string() })),
});

/** The refusal behind an answer; for one that is unknown here, a fault of server or client. */
export function toRefusal(answer: z.output<typeof refusal>): Error {
  if (!isRefusalCode(answer.code)) return new Error(`the server refused: ${answer.message}`);
  const details: RefusalDetails = Object.fromEntries(answer.details.map((d) => [d.name, d.value]));
  return new Refusal(answer.code as RefusalCode, details);
}

const refused = onType(
  "Refusal",
  refusal.transform((answer): never => {
    throw toRefusal(answer);
  }),
);

/** What a mutation answers: a value of this type, or a refusal, which is thrown. */
export function orRefusal<T>(type: string, success: z.ZodType<T>): z.ZodType<T> {
  return z.union([onType(type, success), refused]);
}
