// What a trial is to this wallet, and the proofs for it: the same functions as the command line's.
import type { AuditEvent } from "../../api/event.ts";
import type { RecordsState } from "../../api/registry.ts";
import { type Challenge, writeAnswer } from "../../arrival.ts";
import { proveArrival, proveIdentity } from "../../patient/arrival.ts";
import type { ArtifactSource } from "../../patient/artifacts.ts";
import { type Check, chainDay, checkTrial } from "../../patient/check.ts";
import { type Grant, proveConsent, proveWithdrawal } from "../../patient/consent.ts";
import { deriveRecordIdentity } from "../../patient/derive.ts";
import { importRecord, reviewRecords } from "../../patient/import.ts";
import { type Downloads, placeOf, reviewTrial } from "../../patient/review.ts";
import { findScreening, proveScreening } from "../../patient/screen.ts";
import { findSelf } from "../../patient/self.ts";
import { statusIn } from "../../patient/status.ts";
import type { Wallet } from "../../patient/wallet.ts";
import { keptArtifacts } from "./keys.ts";
import { type Fault, type Progress, toFault } from "./messages.ts";

type Report = (progress: Progress) => void;

/** Keys that say when they are there, for proofs that report no phases of their own. */
function announced(report: Report): ArtifactSource {
  const source = keptArtifacts(report);
  return {
    load: async (circuit) => {
      const files = await source.load(circuit);
      report({ phase: "proof" });
      return files;
    },
  };
}

type Trial = {
  readonly wallet: Wallet;
  readonly downloads: Downloads;
  readonly documentKey?: string | undefined;
};

let latest: RecordsState | undefined;

/** Each message brings a copy of the registry; the tree built over the last one serves while nothing has changed. */
function withKnownRegistry<T extends Trial>(trial: T): T {
  const { registry } = trial.downloads;
  const isKnown = latest?.root === registry.root && latest.blockNumber === registry.blockNumber;
  if (!isKnown) latest = registry;
  return { ...trial, downloads: { ...trial.downloads, registry: latest! } };
}

async function review(trial: Trial) {
  const known = withKnownRegistry(trial);
  const { wallet, downloads, documentKey } = known;
  const reviewed = await reviewTrial({ downloads, documentKey });
  const asOfDay = chainDay(downloads.deployment);
  const check = checkTrial({ wallet, reviewed, registry: downloads.registry, asOfDay });
  return { reviewed, check, wallet, downloads, asOfDay };
}

/** A check as it can be sent: refusals as plain data. */
export type SentCheck = Omit<Check, "refusals"> & { readonly refusals: readonly Fault[] };

async function look(trial: Trial) {
  const { reviewed, check } = await review(trial);
  const sent: SentCheck = { ...check, refusals: check.refusals.map(toFault) };
  return { reviewed, check: sent };
}

/** Where the wallet's person stands, and which of the trial's events are about them: found here, asked of nobody. */
async function stand(of: Trial & { events: readonly AuditEvent[] }) {
  const { wallet, downloads, events } = of;
  const { state } = downloads;
  const place = placeOf(downloads);
  const status = await statusIn({ wallet, place, state });
  const self = await findSelf({ wallet, place, state });
  const screening = await findScreening({ wallet, scope: place.scope, state });
  const names = { pseudonym: String(self.pseudonym), nullifier: String(screening?.nullifier) };
  const own = events.filter(
    ({ arguments: values }) =>
      values.pseudonym === names.pseudonym ||
      (values.nullifier ?? successorIn(values)) === names.nullifier,
  );
  const { participant, withdrawal, identity } = self;
  const isMine = (member: bigint) => member === identity.commitment;
  const groups = state.groups.filter(({ members }) => members.some(isMine));
  return {
    status,
    own,
    withdrawalCode: withdrawal.printed,
    consentedVersion: participant?.version,
    screenedVersions: groups.map(({ version }) => version),
  };
}

/** Who took over, when a site replaced a lost wallet. */
function successorIn({ succession }: AuditEvent["arguments"]): string | undefined {
  if (succession === undefined) return undefined;
  return (JSON.parse(succession) as { successorNullifier?: string }).successorNullifier;
}

async function screen(trial: Trial, report: Report) {
  const { reviewed, check, wallet, downloads } = await review(trial);
  return await proveScreening({
    wallet,
    reviewed,
    check,
    state: downloads.state,
    artifacts: keptArtifacts(report),
    onPhase: (phase) => {
      if (phase !== "keys") report({ phase });
    },
  });
}

async function consent({ grant, ...trial }: Trial & { grant: Grant }, report: Report) {
  const { wallet, downloads, documentKey } = trial;
  const reviewed = await reviewTrial({ downloads, documentKey });
  return await proveConsent({
    wallet,
    place: reviewed,
    state: downloads.state,
    artifacts: announced(report),
    now: downloads.deployment.chainTime,
    version: reviewed.version,
    grant,
  });
}

async function withdraw({ wallet, downloads }: Trial, report: Report) {
  return await proveWithdrawal({
    wallet,
    place: placeOf(downloads),
    state: downloads.state,
    artifacts: announced(report),
    now: downloads.deployment.chainTime,
  });
}

type Arriving = Trial & { challenge: Challenge; document: string; isSuccessor: boolean };

/** The text of the answer, for the site only. */
async function arrive(arriving: Arriving, report: Report): Promise<string> {
  const { wallet, downloads, documentKey, challenge, document, isSuccessor } =
    withKnownRegistry(arriving);
  const { state, registry, deployment } = downloads;
  const reviewed = await reviewTrial({ downloads, documentKey });
  const answer = await (isSuccessor ? proveIdentity : proveArrival)({
    wallet,
    reviewed,
    state,
    registry,
    challenge,
    document,
    artifacts: announced(report),
    now: deployment.chainTime,
    asOfDay: chainDay(deployment),
  });
  return writeAnswer(answer);
}

export const acts = {
  "trial.look": look,
  "trial.stand": stand,
  "trial.screen": screen,
  "trial.consent": consent,
  "trial.withdraw": withdraw,
  "trial.arrive": arrive,
  "trial.import": importRecord,
  /** Which of the wallet's records, by position, are in the registry now. */
  "trial.records": async (of: { wallet: Wallet; registry: RecordsState }) =>
    reviewRecords(of).map(({ status }) => status === "anchored"),
  /** What the clinic needs to issue a record for this wallet. */
  "trial.code": async ({ wallet }: { wallet: Wallet }) =>
    String((await deriveRecordIdentity(wallet.seed)).commitment),
};
