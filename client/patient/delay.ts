// When to send a consent. One that follows its screening at once is matched with it by the clock
// alone, so a wallet that has time waits until others could have sent it too.
import type { PublicState } from "../api/trial.ts";
import type { WaitingConsent, WalletSettings } from "./wallet.ts";

const SECONDS_PER_DAY = 86_400;
/** Of the longest time; so few waits run into it. */
const MEAN_SHARE = 1 / 3;
/** Of the longest time; the shortest that it may be cut to. */
const SHORTEST_SHARE = 1 / 5;

/**
 * Seconds to wait, drawn anew each time from an exponential distribution: it has no memory, so that
 * at every moment all of those who wait are equally likely to be next, and whoever matches the first
 * who came with the first who goes does no better than by chance. On average as long as
 * `crowd` others take to be screened, and at most a third of `mostDays`.
 * @param random a number in [0, 1) from a secure generator.
 */
function consentDelay(options: {
  /** Screenings of the trial a day, from its public state. */
  perDay: number;
  crowd: number;
  mostDays: number;
  random: number;
}): number {
  const { perDay, crowd, mostDays, random } = options;
  const longest = mostDays * MEAN_SHARE;
  const meanDays = perDay > 0 ? Math.min(crowd / perDay, longest) : longest;
  return Math.floor(-Math.log(1 - random) * meanDays * SECONDS_PER_DAY);
}

/**
 * Seconds after which a consent goes out whoever is there: between a fifth of `mostDays` and all of
 * it, since one fixed time would lead straight back to the screening.
 */
function longestWait(options: { mostDays: number; random: number }): number {
  const share = SHORTEST_SHARE + (1 - SHORTEST_SHARE) * options.random;
  return Math.floor(share * options.mostDays * SECONDS_PER_DAY);
}

type Settings = Pick<WalletSettings, "waitForOthers" | "waitAtMostDays">;
type Times = Pick<WaitingConsent, "notBefore" | "latest">;

/** When a consent given now goes out, if others are there, and when in any case. */
export function drawTimes(of: {
  now: number;
  perDay: number;
  settings: Settings;
  random: () => number;
}): Times {
  const { now, perDay, settings, random } = of;
  const { waitForOthers: crowd, waitAtMostDays: mostDays } = settings;
  return {
    notBefore: now + consentDelay({ perDay, crowd, mostDays, random: random() }),
    latest: now + longestWait({ mostDays, random: random() }),
  };
}

/** Whether it goes out now; `others` are those who could be behind it. */
export function isTime(of: {
  times: Times;
  now: number;
  others: number;
  settings: Settings;
}): boolean {
  const { times, now, others, settings } = of;
  if (now >= times.latest) return true;
  return now >= times.notBefore && others >= settings.waitForOthers;
}

/** Screenings a day since the trial's first approval. */
export function screeningsPerDay(state: PublicState, now: number): number {
  const approvals = state.versions.flatMap(({ approvedAt }) => approvedAt ?? []);
  const days = (now - Math.min(now, ...approvals)) / SECONDS_PER_DAY;
  return state.screenings.length / Math.max(1, days);
}

/** A number in [0, 1) that nobody can predict. */
export function secureRandom(): number {
  const [word] = crypto.getRandomValues(new Uint32Array(1));
  return word! / 2 ** 32;
}
