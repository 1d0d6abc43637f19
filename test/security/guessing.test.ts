// What an attacker learns by trying: a record from its commitment and a dictionary of records; a value from many
// trials.
import { describe, expect, test } from "vitest";
import { parseDay } from "../../circuits/statement/encoding/day.ts";
import { packFact } from "../../circuits/statement/encoding/fact.ts";
import { hash } from "../../circuits/statement/encoding/hash.ts";
import { packHeader } from "../../circuits/statement/encoding/header.ts";
import {
  commitRecord,
  drawBlinding,
  factsRoot,
  hashPages,
  layoutPages,
  type Record,
} from "../../circuits/witness/record.ts";
import { withAnswer } from "../../client/patient/budget.ts";
import { checkTrial } from "../../client/patient/check.ts";
import { importRecord } from "../../client/patient/import.ts";
import type { Wallet } from "../../client/patient/wallet.ts";
import { reviewTrial } from "../../client/trial/review.ts";
import { BIRTH, HBA1C, quantity, recordOf, TODAY } from "../circuits/example.ts";
import { attestedFor, TODAY as CHECK_DAY, seededWallet } from "../patient/support.ts";
import { publish } from "../patient/trial.ts";

describe("a dictionary of likely records", () => {
  const BIRTHDAYS = ["1970-05-03", "1970-05-04", "1970-05-05", "1970-05-06", "1970-05-07"];
  const VALUES = [70_000, 72_000, 75_000, 78_000, 80_000, 90_000];
  const candidates = BIRTHDAYS.flatMap((birth) => VALUES.map((value) => recordFor(birth, value)));

  function recordFor(birth: string, value: number): Record {
    return recordOf([
      { code: BIRTH, day: parseDay(birth), value: BigInt(birth.replaceAll("-", "")) },
      { code: HBA1C, day: TODAY - 10, value: quantity(value) },
    ]);
  }
  const [, empty] = layoutPages([packFact({ code: HBA1C, day: TODAY, value: 1n })]);
  const [emptyHash] = hashPages([layoutPages([])[1] ?? empty!]);

  /** The root of a record's facts, hashing only the page that differs. */
  function rootOfFacts({ facts }: Record): bigint {
    const [first, ...others] = layoutPages(facts);
    return factsRoot([hashPages([first!])[0]!, ...others.map(() => emptyHash!)]);
  }

  function find(commitment: bigint, blindings: (record: Record) => readonly bigint[]): Record[] {
    return candidates.filter((record) => {
      const root = rootOfFacts(record);
      const header = packHeader(record.header);
      const issuer = BigInt(record.header.issuer);
      const identity = record.identityCommitment;
      return blindings(record).some(
        (blinding) => hash([root, header, issuer, identity, blinding]) === commitment,
      );
    });
  }

  test("finds nothing in a commitment without its blinding, though the record is in it", () => {
    const blinding = drawBlinding();
    const truth = { ...recordFor("1970-05-05", 75_000), blinding };
    const commitment = commitRecord(truth);
    const guesses = (record: Record) => [
      0n,
      1n,
      record.blinding,
      record.identityCommitment,
      rootOfFacts(record),
      packHeader(record.header),
      // A blinding of 16 bits would be found in the time that this takes 16 times over.
      ...Array.from({ length: 64 }, (_, i) => BigInt(i)),
    ];
    expect(find(commitment, guesses)).toEqual([]);
    // The same search finds the record at once when the blinding is known, so the dictionary is sound.
    expect(find(commitment, () => [blinding]).map(({ facts }) => facts)).toEqual([truth.facts]);
  });

  test("finds no two records of one person alike: the same facts are committed anew each time", () => {
    const record = recordFor("1970-05-05", 75_000);
    const twice = [drawBlinding(), drawBlinding()].map((blinding) =>
      commitRecord({ ...record, blinding }),
    );
    expect(twice[0]).not.toBe(twice[1]);
  });
});

describe("a sponsor that bisects an age by one narrow trial after the other", () => {
  const [LOWEST, HIGHEST] = [25, 88];
  const AGE = 56;

  test("learns at most the wallet's budget, and never the age", async () => {
    const blank = seededWallet(1);
    const { attested, registry } = await attestedFor(blank, { birthDate: "1970-05-17" });
    let wallet: Wallet = (await importRecord({ wallet: blank, attested, registry })).wallet;
    let number = 0;
    const seen: string[] = [];

    /** A new trial of this sponsor for exactly these ages; true when the wallet answers. */
    async function ask(min: number, max: number): Promise<boolean> {
      const criteria = { inclusion: [{ id: "I1", age: { min, max } }], exclusion: [] };
      const downloads = publish({ criteria, protocolNumber: `CZ-AGE-${number++}`, registry });
      const reviewed = await reviewTrial({ downloads });
      const check = checkTrial({ wallet, reviewed, registry, asOfDay: CHECK_DAY });
      seen.push(...check.refusals.map(({ code }) => code));
      if (check.refusals.length > 0) return false;
      const { sponsor, trialId } = reviewed.trial;
      wallet = withAnswer(wallet, { sponsor, trialId, day: CHECK_DAY });
      return true;
    }

    let known = [LOWEST, HIGHEST] as [number, number];
    let answers = 0;
    while (known[0] < known[1]) {
      const middle = Math.floor((known[0] + known[1]) / 2);
      // Silence may mean "no", or "no more": so both halves are asked for.
      const halves: [number, number][] = [
        [known[0], middle],
        [middle + 1, known[1]],
      ];
      const before = answers;
      for (const half of halves) {
        if (!(await ask(...half))) continue;
        known = half;
        answers++;
        break;
      }
      if (answers === before) break;
    }
    const { budgetPerSponsor } = wallet.settings;
    expect(answers).toBe(budgetPerSponsor);
    expect(seen).toContain("BudgetSpent");
    const left = known[1] - known[0] + 1;
    expect(left).toBeGreaterThanOrEqual((HIGHEST - LOWEST + 1) / 2 ** budgetPerSponsor);
    expect(known[0] <= AGE && AGE <= known[1]).toBe(true);
  });
});
