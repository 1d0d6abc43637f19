// Requests that are turned away before anything is done for them.
import { REFUSALS, type RefusalCode } from "../../circuits/statement/refusal.ts";
import { GraphQLError } from "./graphqlLibrary.ts";

const STATUS: Partial<Record<RefusalCode, number>> = { TooManyRequests: 429, TooLarge: 413 };
/** Seconds after which asking again may help. */
const RETRY_AFTER = "5";

/** The refusal as an error of the whole field, for what answers no union. */
export function turnAway(code: RefusalCode): GraphQLError {
  const { meaning, next } = REFUSALS[code];
  const status = STATUS[code];
  const http = status && { http: { status, headers: { "retry-after": RETRY_AFTER } } };
  return new GraphQLError(`${code}: ${meaning}; ${next}`, { extensions: { code, ...http } });
}
