// What a trial's board said, with the words: read by their hash, so that nobody between board and reader changes them.

import { Refusal } from "../../circuits/statement/refusal.ts";
import type { Opinion, TrialStatus } from "../../circuits/statement/trial/terms.ts";
import type { Api } from "../api/api.ts";
import { exchangeOf } from "../api/exchange.ts";
import type { OpinionInfo } from "../api/opinions.ts";

/** Words behind a hash on the chain: as they were said, or nowhere to be found, or others than were said. */
type Words =
  | { readonly is: "said"; readonly text: string }
  | { readonly is: "missing" | "altered" };

/** An opinion with its words. */
export type ToldOpinion = OpinionInfo & { readonly words: Words };

/** The words behind a hash, checked against it. */
export async function readWords(api: Api, hash: string): Promise<Words> {
  try {
    const text = await exchangeOf(api).text(hash);
    return text === undefined ? { is: "missing" } : { is: "said", text };
  } catch (problem) {
    const isFalse =
      problem instanceof Refusal && ["AlteredState", "TooLarge"].includes(problem.code);
    if (isFalse) return { is: "altered" };
    throw problem;
  }
}

/** All that the board said of a trial, oldest first. */
export async function readOpinions(api: Api, protocolNumber: string): Promise<ToldOpinion[]> {
  const told: ToldOpinion[] = [];
  for (const one of await api.opinions(protocolNumber)) {
    told.push({ ...one, words: await readWords(api, one.textHash) });
  }
  return told;
}

/** The words, or why there are none to show. */
export function wordsShown(words: Words): string {
  if (words.is === "said") return words.text;
  return words.is === "missing"
    ? "The words were never handed in here, or are lost: ask the board for them."
    : "The server gave other words than the board said, so they are not shown.";
}

/** What kind of thing was said, and of what. */
export function opinionTitle(of: { opinion: Opinion; version: number }): string {
  const version = `version ${of.version}`;
  const titles: Readonly<Record<Opinion, string>> = {
    comment: `Comment on ${version}`,
    "changes-requested": `Changes requested to ${version}`,
    rejection: `Rejected: ${version}`,
    suspension: "Trial suspended",
  };
  return titles[of.opinion];
}

/** Whether the board rejected a version, which is then never approved. */
export function isRejected(opinions: readonly OpinionInfo[], version: number): boolean {
  return opinions.some((one) => one.opinion === "rejection" && one.version === version);
}

type At = {
  readonly status: TrialStatus;
  readonly currentVersion: number;
  readonly versions: readonly { readonly version: number }[];
};

/** What the sponsor has to do about the opinions that still stand, most pressing first. */
export function sponsorSteps(
  opinions: readonly OpinionInfo[],
  { status, currentVersion, versions }: At,
): string[] {
  const newest = Math.max(0, ...versions.map(({ version }) => version));
  const steps: string[] = [];
  const wasSuspended = opinions.some(({ opinion }) => opinion === "suspension");
  if (status === "temporarily-closed-to-accrual" && wasSuspended) {
    steps.push(
      "The board suspended the trial. Put right what it names and tell it so: only the board can resume the trial.",
    );
  }
  if (newest <= currentVersion) return steps;
  const ofNewest = opinions.filter(({ version }) => version === newest);
  if (isRejected(ofNewest, newest)) {
    steps.push(
      `The board rejected version ${newest}, and a rejected version is never approved. Publish a new version that answers it.`,
    );
  } else if (ofNewest.some(({ opinion }) => opinion === "changes-requested")) {
    steps.push(
      `The board asks for changes to version ${newest}. Publish a new version with them; the board then reviews that one.`,
    );
  }
  return steps;
}
