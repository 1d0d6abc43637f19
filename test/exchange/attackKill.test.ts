// A custodian that is killed while it makes keys, or while it starts: a key that anybody was ever shown has to be there,
// or what was sealed to it would be lost.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Person } from "../contracts/story.ts";
import { arriveTagged } from "../custodian/tagged.ts";
import { type ProcessParty, startPartyProcess } from "../faults/parties.ts";
import {
  deposit,
  expectClean,
  fetchAll,
  type Made,
  reach,
  request,
  seal,
  until,
} from "./attackActs.ts";
import { openStand } from "./attackStand.ts";

/** Milliseconds after the arrival, which it sees within a tenth of a second. */
const OFFSETS = [0, 60, 120];
const LIMIT_MS = 300_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

type Stand = Awaited<ReturnType<typeof open>>;
const open = () => openStand<ProcessParty>({ people: ["ada"], party: startPartyProcess });
let stand: Stand;
beforeAll(async () => {
  stand = await open();
}, 180_000);
afterAll(() => stand?.end());

/** Its public keys, as it lists them. */
async function listed(party: ProcessParty): Promise<Map<bigint, string>> {
  const [custodian] = await reach({ parties: [party] });
  const { keys } = await custodian!.keys(stand.story.trialId);
  return new Map(keys.map(({ pseudonym, publicKey }) => [pseudonym, publicKey]));
}

test(
  "a key that was ever listed stays the same through every kill -9, and what was sealed to it opens",
  async () => {
    const [party] = stand.parties;
    const seen = new Map<bigint, string>();
    const changed: bigint[] = [];
    const look = async () => {
      for (const [pseudonym, key] of await listed(party!)) {
        if (seen.has(pseudonym) && seen.get(pseudonym) !== key) changed.push(pseudonym);
        seen.set(pseudonym, key);
      }
    };
    const people: Person[] = [stand.people.ada!];
    for (const offset of OFFSETS) {
      people.push(await arriveTagged(stand.story, `after ${offset} ms`));
      let isOn = true;
      const looking = (async () => {
        while (isOn) await look().catch(() => {});
      })();
      await pause(offset);
      await party!.kill();
      isOn = false;
      await looking;
      // It is started, and killed before it answers.
      const starting = party!.start().catch(() => {});
      await pause(offset * 4);
      await party!.kill();
      await starting;
      await party!.start();
      await look();
    }
    await until(async () => {
      await look();
      return people.every(({ pseudonym }) => seen.has(pseudonym));
    });
    expect(changed).toEqual([]);
    const made: Made[] = [];
    for (const person of people) made.push(await deposit(stand, person));
    await party!.kill();
    await party!.start();
    expect(await listed(party!)).toEqual(seen);
    const cut = await seal(stand, people, made);
    const { opened, omissions } = await fetchAll(stand, cut, await request(stand, cut));
    expect([opened, omissions]).toEqual([made.map(({ hash }) => hash), []]);
    await expectClean(stand);
  },
  LIMIT_MS,
);
