// An entry's hash: the ABI's encoding of it, which is written out by hand.
import { AbiCoder, id, keccak256 } from "ethers";
import { describe, expect, it } from "vitest";
import { type Entry, hashEntry } from "../../circuits/statement/exchange/entry.ts";
import { entryOf } from "./parties.ts";

const TUPLE =
  "tuple(bytes32 trialId, uint256 pseudonym, string collection, uint32 permission, uint32 formVersion, uint32 sequence," +
  " bytes32 ciphertextHash, uint8 sizeStep, uint32 day, uint8 source, bytes32 replaces, uint8 correction)";

/** As ethers encodes it. */
const encoded = (entry: Entry) =>
  keccak256(AbiCoder.defaultAbiCoder().encode(["string", TUPLE], ["cohort-zero/entry/1", entry]));

describe("an entry's hash", () => {
  it.each(["a", "visit", "x".repeat(31), "x".repeat(32), "x".repeat(33), "x".repeat(64), "", "é"])(
    "is that of its ABI encoding, with the collection %j",
    (collection) => {
      const entry = entryOf({
        ...{ collection, pseudonym: 2n ** 256n - 1n, permission: 2 ** 32 - 1, sizeStep: 255 },
        ...{ trialId: id("trial"), replaces: id("replaced"), correction: 4, day: 0 },
      });
      expect(hashEntry(entry)).toBe(encoded(entry));
    },
  );

  it("takes hexadecimal digits as they come", () => {
    const entry = entryOf();
    const trialId = `0x${entry.trialId.slice(2).toUpperCase()}`;
    expect(hashEntry({ ...entry, trialId })).toBe(hashEntry(entry));
  });

  it.each([
    ["permission", 2 ** 32],
    ["sizeStep", 256],
    ["day", -1],
    ["pseudonym", 2n ** 256n],
    ["ciphertextHash", "0x12"],
    ["replaces", id("replaced").slice(2)],
  ])("is none where %s does not fit its type", (name, value) => {
    const wrong = { ...entryOf(), [name]: value } as Entry;
    expect(() => hashEntry(wrong)).toThrow(RangeError);
    expect(() => encoded(wrong)).toThrow();
  });
});
