// A custodian's first key for a participant is the one that counts, whatever order keys come in.
import { describe, expect, it } from "vitest";
import { type KeyPins, parseKeyPins, pinKeys } from "../../client/exchange/keyPins.ts";
import { seeded } from "../facts/chart.ts";

const TRIALS = [`0x${"a1".repeat(32)}`, `0x${"b2".repeat(32)}`] as const;
const CUSTODIANS = ["c1", "c2", "c3"].map((byte) => `0x${byte.repeat(20)}`);
const KEYS = ["01", "02"].map((byte) => `0x${byte.repeat(32)}` as const);

describe("keys that were met", () => {
  it("stay: the first of each is taken again, and no other", () => {
    for (let seed = 0; seed < 200; seed++) {
      const random = seeded(seed);
      const first = new Map<string, string>();
      let pins: KeyPins = {};
      for (let step = 0; step < 40; step++) {
        const [trialId, address] = [random.pick(TRIALS), random.pick(CUSTODIANS)];
        const [pseudonym, key] = [BigInt(random.below(3)), random.pick(KEYS)];
        const name = `${trialId} ${pseudonym} ${address}`;
        const lists = [{ address, keys: new Map([[pseudonym, key]]) }];
        const act = () => pinKeys(pins, { lists }, { trialId, pseudonym });
        if ((first.get(name) ?? key) !== key) {
          expect(act).toThrow(/^KeysChanged/);
          continue;
        }
        const after = act();
        // What says nothing new need not be written.
        expect(after === pins).toBe(first.has(name));
        first.set(name, key);
        pins = parseKeyPins(JSON.parse(JSON.stringify(after)));
      }
      expect(first.size).toBeGreaterThan(10);
    }
  });

  it("of somebody whose keys were destroyed are no other keys", () => {
    const [address, key] = [CUSTODIANS[0]!, KEYS[0]!];
    const who = { trialId: TRIALS[0], pseudonym: 7n };
    const pins = pinKeys({}, { lists: [{ address, keys: new Map([[7n, key]]) }] }, who);
    expect(pinKeys(pins, { lists: [{ address, keys: new Map() }] }, who)).toBe(pins);
  });

  it.each([
    ["no object", []],
    ["another name", { "0x12 7": {} }],
    ["another key", { [`${TRIALS[0]} 7`]: { [CUSTODIANS[0]!]: "0x12" } }],
  ])("that are damaged are refused: %s", (_, json) => {
    expect(() => parseKeyPins(json)).toThrow(/^MalformedInput/);
  });
});
