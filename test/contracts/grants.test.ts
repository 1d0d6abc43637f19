// How often a pseudonym may grant: relayers pay for every grant.
import { describe, expect, test } from "vitest";
import { bytes32, DAY, expectRefusal } from "../support/world.ts";
import { openAlice } from "./scene.ts";
import {
  consentProofOf,
  enrollNew,
  midnightAfter,
  openTrial,
  personOf,
  screen,
  standing,
  state,
  statementOf,
  withdrawalOf,
} from "./story.ts";

const { world, story, alice, enrollment, stateName } = await openAlice();
const HOUR = 3_600;
/** The hour after the world's: no test hangs on minutes. */
const start = (Math.floor((await world.now()) / HOUR) + 1) * HOUR;

let sequence = 0n;
/** A grant that changes something, in a block of this time. */
async function grantAt(seconds: number, person = alice, of = story) {
  sequence += 1n;
  const permissions = sequence % 2n === 0n ? 0b011 : 0b001;
  const submitBy = midnightAfter(seconds, 1);
  const statement = await statementOf(of, { sequence, permissions, submitBy });
  const validUntil = midnightAfter(seconds, 365 + Number(sequence));
  const changed = { ...statement, validUntil };
  const proof = await consentProofOf(of, person, changed);
  await world.at(seconds);
  return world.as("anyone").enrollment.consent(changed, proof);
}

describe("a pseudonym", () => {
  test("grants once an hour: refuses a second in the same hour, naming the next", async () => {
    await grantAt(start);
    await expectRefusal(grantAt(start + HOUR - 1), "TooManyGrants", {
      until: BigInt(start + HOUR),
    });
    await grantAt(start + HOUR);
  });

  test("grants twelve times in thirty days: refuses the thirteenth, naming when it is possible", async () => {
    for (let i = 0; i < 12; i++) await grantAt(start + i * HOUR);
    const until = start + 30 * DAY;
    await expectRefusal(grantAt(start + 12 * HOUR), "TooManyGrants", { until: BigInt(until) });
    await expectRefusal(grantAt(until - 1), "TooManyGrants", { until: BigInt(until) });
    await grantAt(until);
    // The second of the twelve was an hour later, and so on: the window slides.
    await expectRefusal(grantAt(until + HOUR - 1), "TooManyGrants");
    for (let i = 1; i < 12; i++) await grantAt(until + i * HOUR);
    await expectRefusal(grantAt(until + 12 * HOUR), "TooManyGrants", {
      until: BigInt(until + 30 * DAY),
    });
  });

  test("is held to the real twelfth last, whatever gaps lie between", async () => {
    const hours = [0, 1, 5, 100, 101, 300, 301, 302, 400, 500, 600, 719];
    for (const hour of hours) await grantAt(start + hour * HOUR);
    // Twelve within 719 hours; the first is thirty days ago at hour 720.
    await grantAt(start + 720 * HOUR);
    await expectRefusal(grantAt(start + 720 * HOUR + 60), "TooManyGrants");
    await grantAt(start + 721 * HOUR);
    await expectRefusal(grantAt(start + 722 * HOUR), "TooManyGrants", {
      until: BigInt(start + 725 * HOUR),
    });
    await grantAt(start + 725 * HOUR);
  });

  test("is not held to what is longer ago than thirty days", async () => {
    for (let i = 0; i < 11; i++) await grantAt(start + i * HOUR);
    const later = start + 100 * DAY;
    for (let i = 0; i < 12; i++) await grantAt(later + i * HOUR);
    await expectRefusal(grantAt(later + 12 * HOUR), "TooManyGrants");
  });

  test("is counted for itself, in each trial", async () => {
    for (let i = 0; i < 12; i++) await grantAt(start + i * HOUR);
    const bob = personOf(story, "Bob");
    await screen(story, bob);
    await grantAt(start + 12 * HOUR, bob);
    const other = await openTrial(world, { protocol: "CZ-2030-002" });
    const there = personOf(other, "Alice");
    await screen(other, there);
    await grantAt(start + 12 * HOUR + 60, there, other);
  });

  test("withdraws at any time", async () => {
    await grantAt(start);
    await world.at(start + 1);
    await state(story, alice, withdrawalOf(story, { sequence: sequence + 1n }));
    expect(await stateName(alice)).toBe("withdrawn");
  });
});

describe("taking a permission back", () => {
  const ALL = 0b111;
  let last = 0n;
  /** Says exactly this in a block of this time, ending on the same day each time. */
  async function say(seconds: number, permissions: number, change: object = {}) {
    last += 1n;
    const submitBy = midnightAfter(seconds, 1);
    const validUntil = midnightAfter(start, 400);
    const said = { sequence: last, permissions, submitBy, validUntil, ...change };
    const statement = await statementOf(story, said);
    const proof = await consentProofOf(story, alice, statement);
    await world.at(seconds);
    return world.as("anyone").enrollment.consent(statement, proof);
  }
  const permitted = async () => Number((await standing(story, alice)).participant.permissions);

  test("never waits: in the second after a grant, and after twelve in a month", async () => {
    await say(start, ALL);
    await say(start + 1, 0b011);
    await say(start + 2, 0b001);
    expect(await permitted()).toBe(0b001);
    await expectRefusal(say(start + 3, 0b011), "TooManyGrants", { until: BigInt(start + HOUR) });
    for (let i = 1; i < 10; i++) await say(start + i * HOUR, i % 2 === 1 ? ALL : 0b101);
    await expectRefusal(say(start + 10 * HOUR, ALL, { givenBy: 2 }), "TooManyGrants");
    await say(start + 10 * HOUR, 0b101);
    await say(start + 10 * HOUR + 1, 0b001);
    expect(await permitted()).toBe(0b001);
  });

  test("is that alone: with anything given, moved or only ended sooner it waits as before", async () => {
    const day = (days: number) => ({ validUntil: midnightAfter(start, days) });
    await say(start, 0b011, day(400));
    const waiting: [number, object][] = [
      [0b001, day(401)],
      [0b001, { siteId: 2 }],
      [0b111, {}],
      [0b101, {}],
      // Without the one that the trial requires it is no consent at all.
      [0b010, {}],
      [0b011, day(399)],
      [0b011, { givenBy: 2 }],
      [0b011, { withdrawalCodeHash: bytes32("another code") }],
    ];
    for (const [permissions, change] of waiting) {
      const before = await world.snapshot();
      await expectRefusal(say(start + 1, permissions, change), "TooManyGrants");
      await world.revert(before);
    }
    // Who says it, and how long what is left holds, is the person's own to change with it.
    await say(start + 1, 0b001, { givenBy: 2, ...day(300) });
  });

  test("of an earlier version works at once as well, and under a newer one is a new grant", async () => {
    await say(start, 0b011);
    await story.publish();
    await story.approve(2);
    await expectRefusal(say(start + 100, 0b001, { version: 2 }), "TooManyGrants");
    await say(start + 101, 0b001, { version: 1 });
  });

  test("makes nobody pay for more than twelve and the permissions, whatever is tried", async () => {
    const hours: number[] = [];
    let [permissions, random] = [ALL, 7];
    await say(start, ALL);
    hours.push(0);
    // A loop of giving and taking back as fast as it goes, at odd times.
    for (let i = 1; i <= 120; i++) {
      random = (random * 48_271) % 2_147_483_647;
      const wanted = [ALL, 0b101, 0b011, 0b001][random % 4]!;
      const hour = Math.floor(i / 6);
      const takesBack = (wanted & ~permissions) === 0 && wanted !== permissions;
      const waits = hour <= hours.at(-1)! || hours.length >= 12;
      if (wanted === permissions) continue;
      const before = await world.snapshot();
      const seconds = start + hour * HOUR + (i % 6) * 500 + 1;
      if (waits && !takesBack) {
        await expectRefusal(say(seconds, wanted), "TooManyGrants");
        await world.revert(before);
        continue;
      }
      await say(seconds, wanted);
      permissions = wanted;
      hours.push(hour);
    }
    expect(hours.length).toBeGreaterThanOrEqual(12);
    expect(hours.length).toBeLessThanOrEqual(12 + 2);
    const until = start + (hours.at(-12)! + 720) * HOUR;
    await expectRefusal(say(until - 1, ALL), "TooManyGrants", { until: BigInt(until) });
    await say(until, ALL);
  });
});

describe("a grant that changes nothing", () => {
  /** Alice's first grant, and the same again but for this. */
  async function again(change: object) {
    const first = await statementOf(story);
    await enrollment().consent(first, await consentProofOf(story, alice, first));
    await world.travel(HOUR);
    await world.mine();
    const submitBy = midnightAfter(await world.now(), 1);
    const second = { ...first, sequence: 2n, submitBy, ...change };
    return enrollment().consent(second, await consentProofOf(story, alice, second));
  }

  test("is refused, whatever its number and time of submission, with the code or without", async () => {
    const same = [{}, { sequence: 99n }, { withdrawalCodeHash: `0x${"00".repeat(32)}` }];
    for (const change of same) {
      const before = await world.snapshot();
      await expectRefusal(again(change), "NothingChanged");
      await world.revert(before);
    }
  });

  test("is one in nothing of what is kept", async () => {
    const now = await world.now();
    const changes = [
      { permissions: 0b001 },
      { siteId: 2 },
      { validUntil: midnightAfter(now, 364) },
      { validUntil: midnightAfter(now, 366) },
      { givenBy: 2 },
      { withdrawalCodeHash: bytes32("another code") },
    ];
    for (const change of changes) {
      const before = await world.snapshot();
      await again(change);
      await world.revert(before);
    }
  });

  test("is not one to a new version of the same form", async () => {
    const bob = await enrollNew(story, "Bob");
    await story.publish({ requiresReconsent: true });
    await story.approve(2);
    const { participant } = await standing(story, bob);
    await world.travel(HOUR);
    await world.mine();
    const { validUntil } = participant;
    const statement = await statementOf(story, { sequence: 2n, validUntil });
    await enrollment().consent(statement, await consentProofOf(story, bob, statement));
    expect((await standing(story, bob)).onHold).toBe(false);
  });
});
