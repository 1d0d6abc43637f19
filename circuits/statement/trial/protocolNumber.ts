// What to say to a protocol number in another spelling: the right one, where there is one.
import { isProtocolNumber } from "./trial.ts";

export const PROTOCOL_NUMBER_RULE =
  'a protocol number is 3 to 40 capitals A to Z, digits, "-", "/" and "."';

/** Never seen on a page: zero-width spaces, joiners, marks of direction, soft hyphens. */
const INVISIBLE = /\p{Cf}|\p{Cc}/gu;
const DASHES = /[\p{Pd}\u2212_]/gu;
const SLASHES = /[\\\u2044\u2215\uff0f]/g;
const DOTS = /[\u00b7\u2024\u3002]/g;

/** The spelling that the chain takes, when one is near; undefined otherwise. */
export function suggestProtocolNumber(text: string): string | undefined {
  const near = text
    .normalize("NFKC")
    .replace(INVISIBLE, "")
    .trim()
    .replace(DASHES, "-")
    .replace(SLASHES, "/")
    .replace(DOTS, ".")
    .replace(/\s*([-/.])\s*/g, "$1")
    .replace(/\s+/g, "-")
    .toUpperCase();
  return isProtocolNumber(near) ? near : undefined;
}
