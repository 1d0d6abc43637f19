// Random walks: any act by anyone at any time, and after each step nothing but the allowed has changed.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { PARTICIPANT_STATES, type ParticipantState } from "../../circuits/statement/trial/trial.ts";
import { refusalOf } from "../../contracts/connect.ts";
import { bytes32, createWorld, DAY, number, REASON, type World } from "../support/world.ts";
import { told } from "./events.ts";
import {
  CODE,
  consent,
  openTrial,
  type Person,
  personOf,
  type Story,
  screen,
  signAct,
  standing,
  state,
  withdrawalOf,
} from "./story.ts";

const STEPS = 150;
const NAMES = ["Alice", "Bob", "Carol", "Dave", "Eve", "Frank", "Grace", "Heidi"];
/** Places of the trial: fewer than people, so that it fills up. */
const CAPACITY = 3;

let world: World;
let clean: string;
beforeAll(async () => {
  world = await createWorld();
  clean = await world.snapshot();
});
afterAll(() => world.close());

/** mulberry32: seeded, so that a failing walk can be walked again. */
function randomOf(seed: number): (below: number) => number {
  let a = seed;
  return (below) => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

type Act = {
  readonly run: (story: Story, person: Person, roll: (below: number) => number) => Promise<unknown>;
  /** From and to states of the person it is about; nobody else's may change. */
  readonly edges: readonly (readonly [ParticipantState, ParticipantState])[];
  /** Only for someone not on hold. */
  readonly current?: boolean;
};

const same = PARTICIPANT_STATES.map((s) => [s, s] as const);
const toWithdrawn = PARTICIPANT_STATES.filter((s) => s !== "none" && s !== "withdrawn").map(
  (s) => [s, "withdrawn"] as const,
);
let sequence = 0n;
const sign = async (story: Story, kind: Parameters<typeof signAct>[1], { pseudonym }: Person) =>
  signAct(story, kind, { pseudonym });

const ACTS: Record<string, Act> = {
  screen: { run: (story, person) => screen(story, person), edges: same },
  consent: {
    run: (story, person, roll) =>
      consent(story, person, { sequence: ++sequence, permissions: [1, 3, 7][roll(3)]! }),
    edges: [["none", "eligible"], ...same.filter(([s]) => s !== "none" && s !== "withdrawn")],
  },
  enroll: {
    run: async (story, { pseudonym }) => {
      const events = await told(world.as("sponsor").enrollment.enroll(story.trialId, [pseudonym]));
      // Skipped is as good as refused.
      if (events.some(([name]) => name === "NotEnrolled")) throw new Refusal("WrongState");
    },
    edges: [["eligible", "pending-on-study"]],
    current: true,
  },
  arrive: {
    run: async (story, person) => {
      const { act, signature } = await sign(story, "Arrival", person);
      return world.as("anyone").enrollment.arrive(act, signature);
    },
    edges: [["pending-on-study", "on-study"]],
    current: true,
  },
  failScreening: {
    run: async (story, person) => {
      const { act, signature } = await sign(story, "ScreenFailure", person);
      return world.as("anyone").enrollment.failScreening(act, signature);
    },
    edges: [
      ["eligible", "ineligible"],
      ["pending-on-study", "ineligible"],
    ],
  },
  finish: {
    run: async (story, person) => {
      const { act, signature } = await sign(story, "Completion", person);
      return world.as("anyone").enrollment.finish(act, signature);
    },
    edges: [["on-study", "off-study"]],
  },
  withdraw: {
    run: (story, person) => state(story, person, withdrawalOf(story, { sequence: ++sequence })),
    edges: toWithdrawn,
  },
  withdrawByCode: {
    run: (story, { pseudonym }) =>
      world.as("anyone").enrollment.withdrawByCode(story.trialId, pseudonym, CODE),
    edges: toWithdrawn,
  },
  reportNoShow: {
    run: (story, { pseudonym }) =>
      world.as("anyone").enrollment.reportNoShow(story.trialId, pseudonym),
    edges: [["pending-on-study", "eligible"]],
  },
  suspend: { run: (story) => world.as("board").trials.suspend(story.trialId, REASON), edges: same },
  resume: { run: (story) => world.as("board").trials.resume(story.trialId), edges: same },
  wait: {
    run: async (_story, _person, roll) => {
      await world.travel((1 + roll(8)) * DAY);
      await world.mine();
    },
    edges: same,
  },
};
/** Rare: after one, almost everybody is on hold. */
const AMEND: Act = {
  run: async (story, _person, roll) => {
    const requiresRescreening = roll(2) === 1;
    const flags = {
      requiresReconsent: true,
      requiresRescreening,
      capacity: CAPACITY,
      arrivalDays: 4,
    };
    const version = story.published.length + 1;
    await story.publish({
      ...flags,
      consentFormHash: bytes32(`form ${version}`),
      criteriaHashes: [number(`criteria ${version}`)],
    });
    await story.approve(version);
  },
  edges: same,
};
/** The ways that end a participation are rarer than those that go on. */
const WEIGHTS: Record<keyof typeof ACTS, number> = {
  screen: 6,
  consent: 7,
  enroll: 9,
  arrive: 9,
  wait: 3,
  reportNoShow: 4,
  finish: 2,
  resume: 6,
  suspend: 1,
  failScreening: 1,
  withdraw: 1,
  withdrawByCode: 1,
};
const WEIGHTED = Object.entries(WEIGHTS).flatMap(([name, times]) => Array(times).fill(name));

type Seen = { state: ParticipantState; onHold: boolean };
async function look(story: Story, people: readonly Person[]): Promise<Seen[]> {
  return Promise.all(
    people.map(async (person) => {
      const seen = await standing(story, person).catch(() => ({ state: 0, onHold: false }));
      return { state: PARTICIPANT_STATES[seen.state]!, onHold: seen.onHold };
    }),
  );
}

/** Mostly somebody whom the act may concern, else anybody. */
function pick(act: Act, seen: readonly Seen[], roll: (below: number) => number): number {
  const from = act.edges.map(([state]) => state);
  const fitting = seen.flatMap(({ state }, i) => (from.includes(state) ? [i] : []));
  return fitting.length > 0 && roll(3) > 0 ? fitting[roll(fitting.length)]! : roll(seen.length);
}

async function walk(seed: number): Promise<Set<string>> {
  const roll = randomOf(seed);
  const story = await openTrial(world, { change: { capacity: CAPACITY, arrivalDays: 4 } });
  const people = NAMES.map((name) => personOf(story, name));
  const holdsPlace = people.map(() => false);
  const accepted = new Set<string>();
  let before = await look(story, people);
  for (let step = 0; step < STEPS; step++) {
    const name = step % 40 === 39 ? "amend" : WEIGHTED[roll(WEIGHTED.length)];
    const act = name === "amend" ? AMEND : ACTS[name]!;
    const who = pick(act, before, roll);
    const at = `seed ${seed}, step ${step}: ${name} of ${NAMES[who]}`;
    const failure = await act.run(story, people[who]!, roll).then(
      () => undefined,
      (error: unknown) => error,
    );
    const isRefusal = failure instanceof Refusal || refusalOf(failure) !== undefined;
    if (failure !== undefined && !isRefusal) throw failure;
    const after = await look(story, people);
    const [from, to] = [before[who]!, after[who]!];
    const others = (seen: Seen[]) => seen.map((s) => s.state).filter((_, i) => i !== who);
    expect(others(after), at).toEqual(others(before));
    if (failure === undefined) {
      accepted.add(name);
      expect(act.edges, `${at}: ${from.state} to ${to.state}`).toContainEqual([
        from.state,
        to.state,
      ]);
      if (act.current) expect(from.onHold, at).toBe(false);
    } else expect(to.state, at).toBe(from.state);
    if (to.state === "pending-on-study") holdsPlace[who] = true;
    if (from.state === "pending-on-study" && to.state !== "on-study") {
      holdsPlace[who] = to.state === "pending-on-study";
    }
    const taken = holdsPlace.filter(Boolean).length;
    expect(await world.as("anyone").enrollment.placesTaken(story.trialId), at).toBe(BigInt(taken));
    expect(taken, at).toBeLessThanOrEqual(CAPACITY);
    before = after;
  }
  return accepted;
}

describe("a random walk through everything that can be done", () => {
  test("never leaves the state machine, and gets around in it", async () => {
    const accepted = new Set<string>();
    for (const seed of [1, 2, 3, 4]) {
      for (const name of await walk(seed)) accepted.add(name);
      await world.revert(clean);
      clean = await world.snapshot();
    }
    expect([...accepted].sort()).toEqual([...Object.keys(ACTS), "amend"].sort());
  });
});
