// The ethics board: reviews what a version really says, and approves exactly that, for a time.
import type { Compiled } from "../../circuits/statement/criteria/compile.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import {
  trialIdOf,
  type VersionTerms,
  versionDigest,
} from "../../circuits/statement/trial/trial.ts";
import { type Actor, act, addressOf } from "../actor/actor.ts";
import type { Api } from "../api/api.ts";
import type { TrialVersion } from "../api/trial.ts";
import {
  compileTrialDocument,
  isDocumentProblem,
  readTrialDocument,
  type TrialDocument,
  termsOf,
} from "../trial/document.ts";
import { openDocument, readFirstVersion } from "../trial/seal.ts";
import { type DroppedSite, droppedSites } from "../trial/sites.ts";

export type Review = {
  readonly version: TrialVersion;
  readonly document: TrialDocument;
  readonly compiled: Compiled;
  /** Computed here, from the text. */
  readonly digest: string;
  /** Sites in force that it no longer lists, and who is there. */
  readonly dropped: readonly DroppedSite[];
};

/**
 * Recomputes a version's terms and digest from its text; the newest version when none is named. Refuses with
 * `UnknownVersion`, `NotFound` (text not uploaded) and `TrialTampered` (text and chain disagree, or an amendment would
 * let identities in that were re-bound since the first version: they could be screened twice).
 */
export async function reviewVersion(options: {
  api: Api;
  protocolNumber: string;
  version?: number | undefined;
  /** Opens a sealed trial document. */
  documentKey?: string | undefined;
}): Promise<Review> {
  const { api, protocolNumber, documentKey } = options;
  const trialId = trialIdOf(protocolNumber);
  const [deployment, state] = await Promise.all([api.deployment(), api.publicState(trialId)]);
  const newest = Math.max(0, ...state.versions.map((v) => v.version));
  const number = options.version ?? newest;
  const version = state.versions.find((v) => v.version === number);
  if (version === undefined) throw new Refusal("UnknownVersion", { version: number });
  const { terms } = version;
  const published = version.documents.document?.content;
  if (published === undefined) throw new Refusal("NotFound", { document: terms.documentHash });
  const text = terms.isSealed ? await openDocument(published, documentKey) : published;
  const siteSigners = Object.fromEntries(terms.sites.map((s) => [s.siteId, s.signer]));
  try {
    const document = readTrialDocument(text);
    const recomputed = termsOf({ document, published, isSealed: terms.isSealed, siteSigners });
    const digest = versionDigest({
      chainId: deployment.chainId,
      trialRegistry: addressOf(deployment, "TrialRegistry"),
      trialId,
      version: number,
      terms: recomputed,
    });
    if (document.trial.protocolNumber !== protocolNumber) {
      throw new Refusal("TrialTampered", { problem: "the text has another protocol number" });
    }
    if (digest !== version.digest) throw tampered(terms, recomputed);
    refuseLaterBinding(document, await readFirstVersion(state, documentKey));
    const dropped = number > state.currentVersion ? droppedSites(state, recomputed.sites) : [];
    return { version, document, compiled: compileTrialDocument(document), digest, dropped };
  } catch (error) {
    if (isDocumentProblem(error)) throw new Refusal("TrialTampered", { problem: error.message });
    throw error;
  }
}

/** Names the terms that do not follow from the text; none when only the digest is another. */
function tampered(chain: VersionTerms, recomputed: VersionTerms): Refusal {
  const names = Object.keys(recomputed) as (keyof VersionTerms)[];
  const differing = names.filter((name) => textOf(chain[name]) !== textOf(recomputed[name]));
  const details = differing.length > 0 ? { terms: differing.join(", ") } : {};
  return new Refusal("TrialTampered", details);
}

function textOf(value: unknown): string {
  return JSON.stringify(value, (_, part) => (typeof part === "bigint" ? part.toString() : part));
}

function refuseLaterBinding(document: TrialDocument, first: TrialDocument | undefined): void {
  if (first === undefined || document.latestIdentitySince <= first.latestIdentitySince) return;
  const problem = "latestIdentitySince is later than the first approved version's";
  throw new Refusal("TrialTampered", { problem });
}

/**
 * Approves what was reviewed until `expiresAt` (Unix seconds), and opens the group of those to be screened under it, so
 * that the first screening costs no more than the others. Refuses with `DigestMismatch`, `InvalidExpiry`, `VersionRejected`.
 */
export async function approveVersion(
  board: Actor,
  { review, expiresAt }: { review: Review; expiresAt: number },
): Promise<void> {
  const { protocolNumber } = review.document.trial;
  const trialId = trialIdOf(protocolNumber);
  const args = [trialId, review.version.version, review.digest, expiresAt];
  await act(board, "TrialRegistry", "approve", args);
  const { status } = await board.api.trial(protocolNumber);
  if (status === "active") await act(board, "Screening", "openGroup", [trialId]);
}

/** Lets a suspended trial go on. */
export async function resumeTrial(board: Actor, protocolNumber: string): Promise<void> {
  await act(board, "TrialRegistry", "resume", [trialIdOf(protocolNumber)]);
}
