// What a trial is to this wallet, and the proofs for it: the same functions as the command line's.
import type { AuditEvent } from "../../api/event.ts";
import type { RecordsState } from "../../api/registry.ts";
import type { TrialVersion } from "../../api/trial.ts";
import { type Challenge, writeAnswer } from "../../arrival.ts";
import { proveArrival } from "../../patient/arrival.ts";
import type { ArtifactSource } from "../../patient/artifacts.ts";
import { type Check, chainDay, checkTrial } from "../../patient/check.ts";
import { type Grant, proveConsent, proveWithdrawal } from "../../patient/consent.ts";
import { type Downloads, placeOf, reviewTrial, stopsOf } from "../../patient/review.ts";
import { type PartPhase, proveScreening, withNextAttempt } from "../../patient/screen.ts";
import { findSelf } from "../../patient/self.ts";
import { statusIn } from "../../patient/status.ts";
import {
  countOthers,
  dueOf,
  priceOfNow,
  proveWaiting,
  queueConsent,
  waitingIn,
} from "../../patient/waiting.ts";
import type { WaitingConsent, Wallet } from "../../patient/wallet.ts";
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
  const { screening } = self;
  const names = { pseudonym: String(self.pseudonym), nullifier: String(screening?.nullifier) };
  const own = events.filter(
    ({ arguments: values }) =>
      values.pseudonym === names.pseudonym ||
      (values.nullifier ?? successorIn(values)) === names.nullifier,
  );
  const { participant, withdrawal, identity } = self;
  const isMine = (member: bigint) => member === identity.commitment;
  const groups = state.groups.filter(({ members }) => members.some(isMine));
  const entry = waitingIn(wallet, self.participation);
  const others = countOthers({ self, state, version: entry?.version ?? state.currentVersion });
  return {
    status,
    /** A consent that waits on this device, who else could have sent it, and what sending it now costs. */
    waiting: entry && { entry, others, price: priceOfNow(others) },
    /** Why the trial does not go on for now. */
    stops: stopsOf(downloads).map(({ words }) => words),
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

/** Says which part is being proven, where there are several. */
function reporting(report: Report): (at: PartPhase) => void {
  return ({ phase, part, of }) => {
    if (phase !== "keys") report(of > 1 ? { phase, part, of } : { phase });
  };
}

async function screen(trial: Trial, report: Report) {
  const { reviewed, check, wallet, downloads } = await review(trial);
  const made = await proveScreening({
    wallet,
    reviewed,
    check,
    state: downloads.state,
    artifacts: keptArtifacts(report),
    onPhase: reporting(report),
  });
  // For when somebody else has screened this participant first.
  return { ...made, next: withNextAttempt(made.wallet, reviewed) };
}

/** Puts a consent into the wallet, to wait; `entry` is undefined when there is nothing to wait for. */
async function queue({ grant, ...trial }: Trial & { grant: Grant }) {
  const { wallet, downloads, documentKey } = trial;
  const { state, deployment } = downloads;
  const reviewed = await reviewTrial({ downloads, documentKey });
  return await queueConsent({ wallet, reviewed, state, grant, now: deployment.chainTime });
}

type Waiting = { wallet: Wallet; downloads: Omit<Downloads, "registry">; entry: WaitingConsent };

/** What is to be done about a waiting consent now. */
async function due(of: Waiting & { isAsked: boolean }) {
  const found = await dueOf(of);
  if (found.act === "stuck") return { ...found, refusal: toFault(found.refusal) };
  return found.act === "wait" && found.wallet === of.wallet
    ? { act: "rest" as const, others: found.others }
    : found;
}

async function sendWaiting(
  of: Waiting & { version: TrialVersion },
  report: Report,
): ReturnType<typeof proveWaiting> {
  return await proveWaiting({ ...of, artifacts: announced(report) });
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

type Arriving = Trial & { challenge: Challenge; document: string };

/** The text of the answer, for the site only. */
async function arrive(arriving: Arriving, report: Report): Promise<string> {
  const { wallet, downloads, documentKey, challenge, document } = withKnownRegistry(arriving);
  const { state, registry, deployment } = downloads;
  const reviewed = await reviewTrial({ downloads, documentKey });
  const answer = await proveArrival({
    wallet,
    reviewed,
    state,
    registry,
    challenge,
    document,
    artifacts: announced(report),
    now: deployment.chainTime,
    asOfDay: chainDay(deployment),
    onPhase: reporting(report),
  });
  return writeAnswer(answer);
}

export const acts = {
  "trial.look": look,
  "trial.stand": stand,
  "trial.screen": screen,
  "trial.queue": queue,
  "trial.due": due,
  "trial.sendWaiting": sendWaiting,
  "trial.consent": consent,
  "trial.withdraw": withdraw,
  "trial.arrive": arrive,
};
