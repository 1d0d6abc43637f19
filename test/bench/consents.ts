// Consents against the clock: who watches the chain pairs the first who was screened with the first who consents. With the
// wallet's own times, against consents that follow their screening at once.
import { drawTimes, isTime } from "../../client/patient/delay.ts";
import { createWallet } from "../../client/patient/wallet.ts";
import type { Bench, Result } from "./measure.ts";

const DAY = 86_400;
const DAYS = 100;
/** How often an open wallet looks. */
const LOOK_SECONDS = 600;
/** Screenings a day: a trial that hardly recruits, and busier ones. */
const RATES = [0.5, 2, 10];
const RUNS = 20;
const MOST_OVER_CHANCE = 1.5;

type Waiting = { person: number; notBefore: number; latest: number };
type Watched = {
  readonly consents: number;
  /** Pairs that the matcher got right. */
  readonly right: number;
  /** What guessing among those who could have sent it would get right. */
  readonly chance: number;
};

/** Mulberry32: small, seeded, good enough for traffic. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Moments of screening: as likely at any time as at any other. */
function screenings(rate: number, random: () => number): number[] {
  const moments: number[] = [];
  for (let at = 0; ; ) {
    at += (-Math.log(1 - random()) / rate) * DAY;
    if (at >= DAYS * DAY) return moments;
    moments.push(at);
  }
}

/** Plays the trial; `delayed`: as wallets do by default. */
function play(of: { rate: number; seed: number; delayed: boolean }): Watched {
  const { rate, seed, delayed } = of;
  const random = seeded(seed);
  const moments = screenings(rate, random);
  const settings = delayed ? createWallet().settings : { waitForOthers: 0, waitAtMostDays: 0 };
  let waiting: Waiting[] = [];
  const sent: { person: number; among: number }[] = [];
  let next = 0;
  for (let now = 0; sent.length < moments.length; now += LOOK_SECONDS) {
    const perDay = next / Math.max(1, now / DAY);
    for (; next < moments.length && moments[next]! <= now; next++) {
      waiting.push({ person: next, ...drawTimes({ now, perDay, settings, random }) });
    }
    const order = waiting.map((one) => ({ one, at: random() })).sort((a, b) => a.at - b.at);
    for (const { one } of order) {
      const others = waiting.length - 1;
      if (isTime({ times: one, now, others, settings })) {
        sent.push({ person: one.person, among: waiting.length });
        waiting = waiting.filter((other) => other !== one);
      } else if (now >= one.notBefore) {
        one.notBefore = drawTimes({ now, perDay, settings, random }).notBefore;
      }
    }
  }
  return {
    consents: sent.length,
    right: sent.filter(({ person }, i) => person === i).length,
    chance: sent.reduce((sum, { among }) => sum + 1 / among, 0),
  };
}

function watch(rate: number, delayed: boolean): Watched {
  const runs = Array.from({ length: RUNS }, (_, i) =>
    play({ rate, seed: 20_261_121 + i, delayed }),
  );
  const sum = (pick: (one: Watched) => number) => runs.reduce((all, one) => all + pick(one), 0);
  return {
    consents: sum((one) => one.consents),
    right: sum((one) => one.right),
    chance: sum((one) => one.chance),
  };
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

function resultFor(rate: number): Result {
  const [atOnce, delayed] = [watch(rate, false), watch(rate, true)];
  const over = delayed.right / delayed.chance;
  const share = percent(delayed.right / delayed.consents);
  const chance = percent(delayed.chance / delayed.consents);
  return {
    what: `consents matched first in, first out; ${rate} screenings a day, ${DAYS} days`,
    baseline: `at once: ${percent(atOnce.right / atOnce.consents)}`,
    measured: `${share}, ${over.toFixed(2)}x of chance (${chance})`,
    target: `${MOST_OVER_CHANCE}x`,
    reached: over <= MOST_OVER_CHANCE,
  };
}

export const consents: Bench = {
  name: "consents",
  about: "how well a clock matches consents with screenings, with the wallet's waiting and without",
  run: async (say) =>
    RATES.map((rate) => {
      say(`${rate} screenings a day`);
      return resultFor(rate);
    }),
};
