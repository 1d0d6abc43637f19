import { useCallback, useState } from "react";
import { z } from "zod";
import { type Challenge, parseChallenge } from "../../../desk/arrival.ts";
import { type ChallengeBook, EMPTY_BOOK } from "../../../site/challenge.ts";
import type { VisitKind } from "./visit.ts";

const KEY = "cohort-zero/site-challenges";
const book = z.object({ open: z.array(z.unknown()) });

/**
 * The challenges given out in this tab, so that a reload in the middle of a visit loses none. They are no secrets;
 * what staff type about a person is never kept.
 */
export function useChallengeBook() {
  const [current, setCurrent] = useState<ChallengeBook>(readBook);
  const keep = useCallback((next: ChallengeBook) => {
    setCurrent(next);
    try {
      sessionStorage.setItem(KEY, JSON.stringify(next));
    } catch {
      // Without storage the challenges last as long as the page does.
    }
  }, []);
  return [current, keep] as const;
}

function readBook(): ChallengeBook {
  try {
    const { open } = book.parse(JSON.parse(sessionStorage.getItem(KEY) ?? "null"));
    return { open: open.map(parseChallenge) };
  } catch {
    return EMPTY_BOOK;
  }
}

/**
 * The newest challenge of a visit that can still be answered. One to a new wallet names what it succeeds, so there is
 * none before that is chosen.
 */
export function newestOpen(
  { open }: ChallengeBook,
  of: { trialId: string; siteId: number; kind: VisitKind; lost: bigint | undefined; now: number },
): Challenge | undefined {
  if (of.kind === "succession" && of.lost === undefined) return undefined;
  return open.findLast(
    ({ trialId, siteId, expiresAt, succeeds }) =>
      trialId === of.trialId &&
      siteId === of.siteId &&
      expiresAt > of.now &&
      succeeds === (of.lost?.toString() ?? null),
  );
}
