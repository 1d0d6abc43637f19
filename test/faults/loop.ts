// The loop: plays the whole journey, and in the middle of every step kills the victim and starts it again.
import { onTestFinished } from "vitest";
import { JOURNEY } from "./journey.ts";
import { openPlay, type Play } from "./play.ts";
import { type DatabaseKind, startStand, type Victim } from "./stand.ts";
import { expectWhole } from "./verdict.ts";

/** Milliseconds from a step's start to the kill: before it is sent, while it is checked, sent, mined, after it. */
const OFFSETS_MS = [0, 12, 30, 55, 90, 140, 220, 350] as const;
/**
 * How much is killed, one journey a round, offsets in turns: without it one step in so many as each victim says;
 * `FAULTS=every` each step once; `FAULTS=all` each at half of the offsets, in as many rounds.
 */
const ALL = process.env.FAULTS === "all";
export const ROUNDS = ALL ? [0, 1, 2, 3] : [0];
export const LOOP_MS = 1_800_000;
const STOP_MS = 60_000;

type Run = {
  readonly victim: Victim;
  readonly database: DatabaseKind;
  readonly round: number;
  /** One step in so many has its kill: in a sample, and where each step once is asked for (1 unless said). */
  readonly every: { readonly sample: number; readonly once?: number };
};

/** Plays one journey with kills in the middle of its steps, and expects it to be whole and clean. */
export async function playUnderFire(run: Run): Promise<void> {
  const { victim, database, round } = run;
  const every = oneIn(run.every);
  const stand = await startStand(database);
  // Also when the test is given up, which leaves this function where it stands.
  onTestFinished(stand.end, STOP_MS);
  const play = await openPlay(stand);
  for (const [i, step] of JOURNEY.entries()) {
    const acting = step.act(play);
    // Awaited below; until then a failure of it must not end the process.
    acting.catch(() => {});
    if (i % every === 0) {
      await pause(OFFSETS_MS[(i * 3 + round * 2) % OFFSETS_MS.length]!);
      await stand.kill(victim);
      await stand.restart(victim);
    }
    await stand.whileUp(Promise.all([acting, lookAgain(play, i)])).catch((problem: Error) => {
      const told = JSON.stringify([...play.diary.problems]);
      throw new Error(`${step.name}: ${problem.message} ${told} ${stand.said()}`);
    });
  }
  await lookAgain(play, JOURNEY.length);
  await expectWhole(play);
}

function oneIn({ sample, once = 1 }: Run["every"]): number {
  if (ALL) return 1;
  return process.env.FAULTS === "every" ? once : sample;
}

/** What was sent directly is nobody's duty but the sender's. */
async function lookAgain(play: Play, before: number): Promise<void> {
  const direct = JOURNEY.slice(0, before).filter(({ isDirect }) => isDirect);
  for (const step of direct) await step.act(play);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
