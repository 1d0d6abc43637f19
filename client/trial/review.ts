// A trial as the wallet trusts it: every claim of the server about it recomputed from the text and
// the terms.
import type { Compiled } from "../../circuits/statement/criteria/compile.ts";
import { dayOfTimestamp } from "../../circuits/statement/encoding/day.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { scopeOf, trialIdOf, versionDigest } from "../../circuits/statement/trial/trial.ts";
import type { Api } from "../api/api.ts";
import type { AccreditationInfo, DeploymentInfo, RecordsState } from "../api/registry.ts";
import type { PublicState, TrialSummary, TrialVersion } from "../api/trial.ts";
import {
  compileTrialDocument,
  isDocumentProblem,
  readTrialDocument,
  type TrialDocument,
  termsOf,
} from "./document.ts";
import { openDocument } from "./seal.ts";

/** Everything public that a decision about one trial rests on, downloaded whole. */
export type Downloads = {
  readonly deployment: DeploymentInfo;
  readonly trial: TrialSummary;
  readonly state: PublicState;
  readonly registry: RecordsState;
  readonly accreditations: readonly AccreditationInfo[];
};

/** Where a trial lives: enough to find one's own participation and to withdraw. */
export type TrialPlace = {
  readonly trial: TrialSummary;
  readonly chainId: number;
  readonly trialRegistry: string;
  readonly enrollment: string;
  readonly screening: string;
  readonly scope: bigint;
};

/** A trial's version in force whose text, program, hashes and digest agree. */
export type ReviewedTrial = TrialPlace & {
  readonly version: TrialVersion;
  readonly document: TrialDocument;
  readonly compiled: Compiled;
};

/**
 * Says what the chain itself holds, for wallets that can reach a node: the server is then not
 * trusted for it.
 */
export type ChainReader = {
  readonly approvedDigest: (trialId: string) => Promise<{ version: number; digest: string }>;
};

/** Downloads the public state around a trial. Requests name the trial and nothing else. */
export async function downloadTrial(api: Api, protocolNumber: string): Promise<Downloads> {
  const [deployment, trial, registry, state, accreditations] = await Promise.all([
    api.deployment(),
    api.trial(protocolNumber),
    api.recordsState(),
    api.publicState(trialIdOf(protocolNumber)),
    api.accreditations(),
  ]);
  return { deployment, trial, state, registry, accreditations };
}

/** The chain's day: the day to prove for. */
export function chainDay(deployment: { chainTime: number }): number {
  return dayOfTimestamp(deployment.chainTime);
}

/** A trial's numbers, recomputed. Refuses with `TrialTampered` when the server's differ. */
export function placeOf({
  deployment,
  trial,
}: Pick<Downloads, "deployment" | "trial">): TrialPlace {
  const { chainId, contracts } = deployment;
  const { TrialRegistry: trialRegistry, Enrollment: enrollment, Screening: screening } = contracts;
  if (trialRegistry === undefined || enrollment === undefined || screening === undefined) {
    throw new Refusal("TrialTampered");
  }
  const scope = scopeOf({ chainId, screening, trialId: trial.trialId });
  requireSame(trialIdOf(trial.protocolNumber), trial.trialId);
  requireSame(scope, trial.scope);
  return { trial, chainId, trialRegistry, enrollment, screening, scope };
}

/**
 * Recomputes everything about the trial's version in force. Refuses with `TrialNotApproved`,
 * `ApprovalExpired`, `TrialOnHold`, `TrialClosed`, `NotAccredited` (sponsor or board lost its
 * accreditation), `NotFound` (text not uploaded) and `TrialTampered`.
 */
export async function reviewTrial(options: {
  downloads: Omit<Downloads, "registry">;
  /** Opens a sealed trial document: its passphrase or age identity. */
  documentKey?: string | undefined;
  chain?: ChainReader | undefined;
}): Promise<ReviewedTrial> {
  const { downloads, documentKey, chain } = options;
  const place = placeOf(downloads);
  const version = versionInForce(downloads);
  const published = version.documents.document?.content;
  if (published === undefined) {
    throw new Refusal("NotFound", { document: version.terms.documentHash });
  }
  const text = version.terms.isSealed ? await openDocument(published, documentKey) : published;
  const { document, compiled, digest } = recompute({ place, version, published, text });
  requireSame(digest, version.digest);
  requireSame(document.trial.protocolNumber, place.trial.protocolNumber);
  const approved = await chain?.approvedDigest(place.trial.trialId);
  if (approved) {
    requireSame(version.version, approved.version);
    requireSame(digest, approved.digest);
  }
  return { ...place, version, document, compiled };
}

/** The approved version, if the trial is running by what was downloaded. */
export function versionInForce(downloads: Omit<Downloads, "registry">): TrialVersion {
  const { deployment, state } = downloads;
  const version = state.versions.find((v) => v.version === state.currentVersion);
  if (state.status === "none") throw new Refusal("UnknownTrial");
  if (version === undefined || state.status === "in-review") throw new Refusal("TrialNotApproved");
  const [stop] = stopsOf(downloads);
  if (stop !== undefined) throw stop.refusal;
  if (state.status === "completed") throw new Refusal("TrialClosed");
  if ((version.approvedUntil ?? 0) < deployment.chainTime) throw new Refusal("ApprovalExpired");
  return version;
}

/** What keeps a trial from going on for now, and who did it. */
type Stop = { readonly refusal: Refusal; readonly words: string };

/** Suspended by its board, held by governance, or without an accredited sponsor or board. */
export function stopsOf(of: Pick<Downloads, "trial" | "state" | "accreditations">): Stop[] {
  const { trial, state, accreditations } = of;
  const stops: Stop[] = [];
  const stop = (refusal: Refusal, words: string) => void stops.push({ refusal, words });
  if (state.status === "temporarily-closed-to-accrual") {
    stop(new Refusal("TrialOnHold", { by: "board" }), "The board has suspended the trial");
  }
  if (state.held) {
    stop(new Refusal("TrialOnHold", { by: "governance" }), "Governance holds the trial");
  }
  for (const role of ["sponsor", "board"] as const) {
    const account = trial[role].toLowerCase();
    const isAccredited = accreditations.some(
      (one) => one.active && one.role === role && one.account.toLowerCase() === account,
    );
    if (isAccredited) continue;
    stop(
      new Refusal("NotAccredited", { role, account }),
      `The trial's ${role} is no longer accredited`,
    );
  }
  return stops;
}

/** Terms and digest from the text alone; only the sites' keys are taken from what is published. */
function recompute(of: {
  place: TrialPlace;
  version: TrialVersion;
  published: string;
  text: string;
}) {
  const { chainId, trialRegistry, trial } = of.place;
  const { terms: told, version } = of.version;
  try {
    const document = readTrialDocument(of.text);
    const siteSigners = Object.fromEntries(told.sites.map((s) => [s.siteId, s.signer]));
    const { published } = of;
    const terms = termsOf({ document, published, isSealed: told.isSealed, siteSigners });
    const at = { chainId, trialRegistry, trialId: trial.trialId, version };
    const digest = versionDigest({ ...at, terms });
    requireSame(digest, versionDigest({ ...at, terms: told }));
    return { document, compiled: compileTrialDocument(document), digest };
  } catch (error) {
    if (isDocumentProblem(error)) throw new Refusal("TrialTampered", { problem: error.message });
    throw error;
  }
}

function requireSame<T>(a: T, b: T): void {
  if (a !== b) throw new Refusal("TrialTampered");
}
