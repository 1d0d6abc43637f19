// What a trial is to this wallet, and the proofs for it: the same functions as the command line's.
import type { Moment } from "../../api/log/trialLog.ts";
import type { PublicState, TrialVersion } from "../../api/trial.ts";
import type { ArtifactSource } from "../../artifacts/artifacts.ts";
import { type Challenge, writeAnswer } from "../../desk/arrival.ts";
import { proveArrival } from "../../patient/arrival.ts";
import { type Check, checkTrial } from "../../patient/check.ts";
import {
  type Grant,
  proveConsent,
  proveNarrowing,
  proveWithdrawal,
} from "../../patient/consent.ts";
import { foundIn } from "../../patient/guardiansDiary.ts";
import { requireGiver } from "../../patient/representing.ts";
import { type PartPhase, proveScreening, withNextAttempt } from "../../patient/screen.ts";
import { findSelf, type Self } from "../../patient/self.ts";
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
import { publishedTitle } from "../../trial/publishedTitle.ts";
import { chainDay, type Downloads, placeOf, reviewTrial, stopsOf } from "../../trial/review.ts";
import { groundOf } from "./ground.ts";
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
  readonly protocolNumber: string;
  readonly documentKey?: string | undefined;
};

/** What the pages show, which this worker has downloaded. */
async function known({ wallet, protocolNumber }: Trial): Promise<Downloads> {
  const ground = groundOf(wallet);
  const { downloads } = await ground.trialHere(protocolNumber);
  return { ...downloads, registry: await ground.registryHere() };
}

/** What a proof rests on: the state of now. */
async function fresh({ wallet, protocolNumber }: Trial, report?: Report): Promise<Downloads> {
  const ground = groundOf(wallet);
  const { downloads } = await ground.freshTrial(protocolNumber);
  const registry = await ground.freshRegistry();
  report?.({ phase: "downloaded" });
  return { ...downloads, registry };
}

async function review({ wallet, documentKey }: Trial, downloads: Downloads) {
  const reviewed = await reviewTrial({ downloads, documentKey });
  const asOfDay = chainDay(downloads.deployment);
  const check = checkTrial({ wallet, reviewed, registry: downloads.registry, asOfDay });
  return { reviewed, check };
}

/** A check as it can be sent: refusals as plain data. */
export type SentCheck = Omit<Check, "refusals"> & { readonly refusals: readonly Fault[] };

async function look(trial: Trial) {
  const { reviewed, check } = await review(trial, await known(trial));
  const sent: SentCheck = { ...check, refusals: check.refusals.map(toFault) };
  return { reviewed, check: sent };
}

/** Where the wallet's person stands, and which of the trial's events are about them: found here, asked of nobody. */
async function stand({ wallet, protocolNumber }: Trial) {
  const { downloads, moments } = await groundOf(wallet).trialHere(protocolNumber);
  const { state } = downloads;
  const place = placeOf(downloads);
  const status = await statusIn({ wallet, place, state });
  const self = await findSelf({ wallet, place, state });
  const { participant, withdrawal, identity } = self;
  const isMine = (member: bigint) => member === identity.commitment;
  const groups = state.groups.filter(({ members }) => members.some(isMine));
  const entry = waitingIn(wallet, self.participation);
  const others = countOthers({ self, state, version: entry?.version ?? state.currentVersion });
  return {
    status,
    /** Known also while the trial cannot be reviewed. */
    title: publishedTitle(state),
    /** Undefined before the first consent is on the chain. */
    pseudonym: participant?.pseudonym,
    /** A consent that waits on this device, who else could have sent it, and what sending it now costs. */
    waiting: entry && { entry, others, price: priceOfNow(others) },
    /** Why the trial does not go on for now. */
    stops: stopsOf(downloads).map(({ words }) => words),
    steps: stepsSince(self, { state, moments }),
    withdrawalCode: withdrawal.printed,
    consentedVersion: participant?.version,
    screenedVersions: groups.map(({ version }) => version),
  };
}

/** A moment that concerns this person: theirs, or the trial's since they joined. */
export type OwnMoment = Pick<Moment, "at" | "row"> & {
  readonly id: string;
  readonly isOwn: boolean;
};

function stepsSince(
  { participant, screening }: Self,
  { state, moments }: { state: PublicState; moments: readonly Moment[] },
): OwnMoment[] {
  const me = participant && state.participants.indexOf(participant);
  const nullifier = screening && String(screening.nullifier);
  const isOwn = ({ who, row }: Moment) =>
    (who !== undefined && who === me) ||
    ((row.kind === "S" || row.kind === "U") && row.nullifier === nullifier);
  const first = moments.findIndex(isOwn);
  if (first < 0) return [];
  const since = moments.slice(first).map((moment, i) => {
    const { at, row } = moment;
    return { id: String(first + i), at, row, isOwn: isOwn(moment) };
  });
  return since.filter((one) => one.isOwn || OF_THE_TRIAL.has(one.row.kind));
}

/** Rows that are about nobody alone. */
const OF_THE_TRIAL: ReadonlySet<string> = new Set(["V", "H", "P"]);

/** Says which part is being proven, where there are several. */
function reporting(report: Report): (at: PartPhase) => void {
  return ({ phase, part, of }) => {
    if (phase !== "keys") report(of > 1 ? { phase, part, of } : { phase });
  };
}

async function screen(trial: Trial, report: Report) {
  const { wallet } = trial;
  const downloads = await fresh(trial, report);
  const { reviewed, check } = await review(trial, downloads);
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
async function queue({ grant, ...trial }: Trial & { grant: Grant }, report: Report) {
  const { wallet, documentKey } = trial;
  const downloads = await fresh(trial, report);
  const { state, deployment } = downloads;
  const reviewed = await reviewTrial({ downloads, documentKey });
  return await queueConsent({ wallet, reviewed, state, grant, now: deployment.chainTime });
}

type Waiting = Trial & { readonly entry: WaitingConsent };

/** What is to be done about a waiting consent now; asked by the patient, with downloads of now. */
async function due({ entry, isAsked, ...trial }: Waiting & { isAsked: boolean }) {
  const { wallet } = trial;
  const downloads = isAsked ? await fresh(trial) : await known(trial);
  const found = await dueOf({ wallet, entry, downloads, isAsked });
  if (found.act === "stuck") return { ...found, refusal: toFault(found.refusal) };
  return found.act === "wait" && found.wallet === wallet
    ? { act: "rest" as const, others: found.others }
    : found;
}

async function sendWaiting(
  { entry, version, ...trial }: Waiting & { version: TrialVersion },
  report: Report,
): ReturnType<typeof proveWaiting> {
  const { wallet } = trial;
  const downloads = await fresh(trial, report);
  return await proveWaiting({ wallet, entry, version, downloads, artifacts: announced(report) });
}

async function consent({ grant, ...trial }: Trial & { grant: Grant }, report: Report) {
  const { wallet, documentKey } = trial;
  const downloads = await fresh(trial, report);
  const reviewed = await reviewTrial({ downloads, documentKey });
  const { state, deployment } = downloads;
  const now = deployment.chainTime;
  const self = await findSelf({ wallet, place: reviewed, state });
  await requireGiver({ wallet, reviewed, self, now }, grant);
  return await proveConsent({
    wallet,
    place: reviewed,
    state,
    artifacts: announced(report),
    now,
    version: reviewed.version,
    grant,
  });
}

type Narrowing = Trial &
  Pick<Parameters<typeof proveNarrowing>[0], "standing" | "without" | "givenBy">;

async function narrow({ standing, without, givenBy, ...trial }: Narrowing, report: Report) {
  const downloads = await fresh(trial, report);
  return await proveNarrowing({
    ...{ wallet: trial.wallet, place: placeOf(downloads), state: downloads.state },
    ...{ artifacts: announced(report), now: downloads.deployment.chainTime },
    ...{ standing, without, givenBy },
  });
}

async function withdraw(trial: Trial, report: Report) {
  const downloads = await fresh(trial, report);
  return await proveWithdrawal({
    wallet: trial.wallet,
    place: placeOf(downloads),
    state: downloads.state,
    artifacts: announced(report),
    now: downloads.deployment.chainTime,
  });
}

type Arriving = Trial & { challenge: Challenge; document: string };

/** The text of the answer, for the site only. */
async function arrive(
  { challenge, document, ...trial }: Arriving,
  report: Report,
): Promise<string> {
  const { wallet, documentKey } = trial;
  const downloads = await fresh(trial, report);
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

/** For a wallet whose diary is lost. */
async function found({ wallet, protocolNumber }: Trial) {
  const { downloads } = await groundOf(wallet).trialHere(protocolNumber);
  return await foundIn({ wallet, place: placeOf(downloads), state: downloads.state });
}

export const acts = {
  "trial.look": look,
  "trial.found": found,
  "trial.stand": stand,
  "trial.screen": screen,
  "trial.queue": queue,
  "trial.due": due,
  "trial.sendWaiting": sendWaiting,
  "trial.consent": consent,
  "trial.narrow": narrow,
  "trial.withdraw": withdraw,
  "trial.arrive": arrive,
};
