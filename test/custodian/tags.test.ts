// A trial's key of persons' tags over HTTP: three custodians deal it among themselves; then what goes wrong.
import { describe, expect, test } from "vitest";
import { combineTag, isRightAnswer } from "../../circuits/statement/exchange/tagKey.ts";
import type { Custodian } from "../../client/exchange/custodian.ts";
import { evaluateTag } from "../../client/exchange/personTag.ts";
import { bytes32, expectRefusal } from "../support/world.ts";
import { CUSTODIANS, openCustodian } from "./stage.ts";
import { away, desk, deskOf, instead, open, serveAll, serveOne, setOf } from "./tagStage.ts";

describe("a trial's key of tags", () => {
  test("is dealt once by all, without a dealer, and any two give the same tag", async () => {
    const { custodians } = await serveAll();
    const key = await open(custodians);
    const tags = new Set<string>();
    for (const pair of [
      [0, 1],
      [1, 2],
      [2, 0],
      [0, 1, 2],
    ]) {
      const asked = pair.map((i) => custodians[i]!);
      const { tag, wrong } = await evaluateTag(await deskOf(desk.ada, "P X12345"), key, asked);
      expect(wrong).toEqual([]);
      tags.add(tag);
    }
    expect(tags.size).toBe(1);
    // Spelling is not the person's.
    const other = await evaluateTag(await deskOf(desk.ada, "p-x 123 45"), key, custodians);
    expect(tags.has(other.tag)).toBe(true);
    expect((await open(custodians, key.hash)).hash).toBe(key.hash);
  });

  test("is not dealt while one is away, and later does without one", async () => {
    const { custodians } = await serveAll();
    const [one, two, three] = custodians as [Custodian, Custodian, Custodian];
    await expectRefusal(open([one, two, away(three)]), "TooFewCustodians");
    await expectRefusal(open([one, two]), "TooFewCustodians");
    const key = await open(custodians);
    const again = await open([one, away(two), three], key.hash);
    expect(again.hash).toBe(key.hash);
    const asked = await deskOf(desk.ada, "P X12345");
    expect((await evaluateTag(asked, again, [one, three])).tag).toMatch(/^0x/);
    await expectRefusal(evaluateTag(asked, again, [one, away(three)]), "TooFewCustodians");
  });

  test("survives a restart, and comes back to a folder that lost it", async () => {
    const { all, custodians } = await serveAll();
    const key = await open(custodians);
    const { tag } = await evaluateTag(await deskOf(desk.ada, "P X12345"), key, custodians);
    const folder = all[0]!.opened.folder;
    all[0]!.opened.store.close();
    const restarted = await openCustodian(desk.stage, { wallet: CUSTODIANS[0]!, folder });
    expect(restarted.tagKeys.held(setOf(desk.stage))?.hash).toBe(key.hash);
    // An older copy of the folder: the same key is dealt to it again.
    const lost = await serveOne(0);
    const anew = await open([lost.reached, custodians[1]!, custodians[2]!], key.hash);
    expect(anew.hash).toBe(key.hash);
    const asked = await deskOf(desk.ada, "P X12345");
    expect((await evaluateTag(asked, anew, [lost.reached, custodians[1]!])).tag).toBe(tag);
  });

  test("is refused when custodians keep different ones, or another than the desk knows", async () => {
    const { custodians } = await serveAll();
    const key = await open(custodians);
    await expectRefusal(open(custodians, bytes32("another")), "TagKeysDiffer");
    // One that tells of its own making, signed by nobody else.
    const forged = instead(custodians[2]!, () => ({
      key: async () =>
        key.dealings.map((one) => ({ ...one, commitments: [...one.commitments].reverse() })),
    }));
    await expectRefusal(open([custodians[0]!, custodians[1]!, forged]), "WrongKeys");
  });

  test("is not kept when somebody deals wrongly, and never changed", async () => {
    const { all, custodians } = await serveAll();
    const [one, two, three] = custodians as [Custodian, Custodian, Custodian];
    // What is dealt does not fit the commitments: sealed for another set of dealings.
    const wrong = instead(two, (tags) => ({
      dealShares: async (trialId, dealings) =>
        (await tags.dealShares(trialId, dealings)).map((share, i, list) => ({
          ...share,
          body: list[(i + 1) % list.length]!.body,
        })),
    }));
    await expectRefusal(open([one, wrong, three]), "WrongTagShare");
    const key = await open(custodians);
    const { tagKeys } = all[0]!.opened;
    const swapped = key.dealings.map((dealing, i) =>
      i === 1 ? { ...dealing, commitments: key.dealings[2]!.commitments } : dealing,
    );
    await expectRefusal(tagKeys.keep(setOf(desk.stage), swapped, []), "WrongTagShare");
    expect(await tagKeys.keep(setOf(desk.stage), key.dealings, [])).toBe(key.hash);
  });
});

describe("a lying custodian", () => {
  test("is named, and the tag is right without it", async () => {
    const { custodians } = await serveAll();
    const [one, two, three] = custodians as [Custodian, Custodian, Custodian];
    const key = await open(custodians);
    const asked = await deskOf(desk.ada, "P X12345");
    const { tag } = await evaluateTag(asked, key, custodians);
    // It answers with what another one gave: a true evaluation, under a share that is not its own.
    const liar = instead(two, () => ({ evaluate: (ask) => one.tags!.evaluate(ask) }));
    const result = await evaluateTag(asked, key, [one, liar, three]);
    expect(result).toEqual({ tag, wrong: [two.address] });
    await expectRefusal(evaluateTag(asked, key, [one, liar]), "WrongTagAnswer");
  });

  test("would give the same person two tags, were its proof not looked at", async () => {
    const { custodians } = await serveAll();
    const key = await open(custodians);
    const seen: Parameters<typeof combineTag>[2][] = [];
    const spy = custodians.slice(0, 2).map((of, i) =>
      instead(of, (tags) => ({
        evaluate: async (ask) => {
          const answer = await tags.evaluate(ask);
          seen.push(new Map([[custodians[1 - i]!.address, answer]]));
          return answer;
        },
      })),
    );
    const { tag } = await evaluateTag(await deskOf(desk.ada, "P X12345"), key, spy);
    const swapped = new Map([...seen[0]!, ...seen[1]!]);
    const unchecked = combineTag(key.set, UNBLINDED, swapped);
    expect(unchecked).not.toBe(tag);
    for (const answer of swapped.values()) {
      expect(isRightAnswer(UNBLINDED, answer, new Uint8Array(32))).toBe(false);
    }
  });
});

/** A blind of one. */
const UNBLINDED = {
  ...{ input: new Uint8Array(1), blinded: bytes32("none") },
  blind: Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 1 : 0)),
};
