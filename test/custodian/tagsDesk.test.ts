// A desk that has documents evaluated, and registers the tags on a chain; and what somebody would try.
import { hexlify, randomBytes } from "ethers";
import { describe, expect, test } from "vitest";
import { TASKS } from "../../circuits/statement/exchange/delegation.ts";
import { PERSON_TAG_TYPES, tagDomain } from "../../circuits/statement/exchange/personTag.ts";
import { TAG_ASK_TYPES } from "../../circuits/statement/exchange/tagKey.ts";
import type { Custodian } from "../../client/exchange/custodian.ts";
import { evaluateTag, type TagDesk } from "../../client/exchange/personTag.ts";
import type { TagService } from "../../client/exchange/personTagService.ts";

import { CHAIN_ID, type Person } from "../contracts/story.ts";
import { type Actor, bytes32, expectRefusal } from "../support/world.ts";
import {
  delegate,
  desk,
  deskOf,
  instead,
  NO_ASK,
  open,
  placeOf,
  revoke,
  serveAll,
} from "./tagStage.ts";

/** As custodian/tags/asks.ts has them. */
const [TAGS_A_DAY, TAGS_OF_ONE] = [50, 5];

describe("a desk", () => {
  test("learns by TagTaken that the person is in the trial already", async () => {
    const { custodians } = await serveAll();
    const key = await open(custodians);
    const register = async (person: Person, document: string) => {
      const at = await deskOf(person, document);
      const { tag } = await evaluateTag(at, key, custodians);
      const { world, trialId } = desk.stage;
      const signed = {
        ...{ trialId, pseudonym: person.pseudonym, siteId: 1, arriveBy: BigInt(at.arriveBy) },
        ...{ key: world.actors.site.address, tag, deadline: BigInt(at.now + 3_600) },
      };
      const domain = tagDomain(CHAIN_ID, placeOf(desk.stage).personTags);
      const signature = await world.actors.site.signTypedData(domain, PERSON_TAG_TYPES, signed);
      return world.as("anyone").tags.register(signed, signature);
    };
    await register(desk.ada, "P X12345");
    const taken = { pseudonym: desk.ada.pseudonym };
    await expectRefusal(register(desk.ben, "p x 12345"), "TagTaken", taken);
    await register(desk.ben, "P Y99999");
  });

  test("asks about a participant five times a day, and fifty times in all", async () => {
    const { all, custodians } = await serveAll();
    const key = await open(custodians);
    for (let i = 0; i < TAGS_OF_ONE; i++) {
      await evaluateTag(await deskOf(desk.ada, `P ${i}`), key, custodians.slice(0, 2));
    }
    const more = evaluateTag(await deskOf(desk.ada, "P 99"), key, custodians.slice(0, 2));
    await expectRefusal(more, "TooManyTags");
    const { trialId, world } = desk.stage;
    const day = Math.floor((await world.now()) / 86_400);
    for (const { opened } of all) {
      for (let i = TAGS_OF_ONE; i < TAGS_A_DAY; i++) {
        const blinded = hexlify(randomBytes(32));
        opened.store.addTagAsk({ trialId, blinded, siteId: 1, pseudonym: BigInt(i), day });
      }
    }
    await expectRefusal(evaluateTag(await deskOf(desk.ben, "P 1"), key, custodians), "TooManyTags");
    // A thousand in a row: none comes through, and nothing is kept of them.
    const answers = await Promise.allSettled(
      Array.from({ length: 1_000 }, async (_, i) =>
        evaluateTag(await deskOf(desk.ben, `P ${i}`), key, custodians.slice(0, 1)),
      ),
    );
    expect(answers.filter(({ status }) => status === "fulfilled")).toEqual([]);
    const counted = all[0]!.opened.store.tagAsks({ ...NO_ASK, trialId, siteId: 1, day });
    expect(counted.site).toBe(TAGS_A_DAY);
  }, 120_000);

  test("gets the same answer again without its being counted, and a receipt of each", async () => {
    const { all, custodians } = await serveAll();
    const key = await open(custodians);
    const [first] = custodians as [Custodian];
    const kept: Parameters<TagService["evaluate"]>[0][] = [];
    const spy = instead(first, (tags) => ({
      evaluate: (ask) => {
        kept.push(ask);
        return tags.evaluate(ask);
      },
    }));
    await evaluateTag(await deskOf(desk.ada, "P X12345"), key, [spy, custodians[1]!]);
    const again = await Promise.all([1, 2, 3].map(() => first.tags!.evaluate(kept[0]!)));
    expect(new Set(again.map(({ evaluated }) => evaluated)).size).toBe(1);
    const { store, receipts } = all[0]!.opened;
    const day = Math.floor((await desk.stage.world.now()) / 86_400);
    const asked = { ...NO_ASK, trialId: desk.stage.trialId, siteId: 1, day };
    expect(store.tagAsks(asked).site).toBe(1);
    const [one] = receipts.after(0n);
    expect(one!.receipt).toMatchObject({
      registry: placeOf(desk.stage).personTags.toLowerCase(),
      requestId: desk.ada.pseudonym,
    });
  });

  test("has to be the participant's own, with the task, and now", async () => {
    const { custodians } = await serveAll();
    const key = await open(custodians);
    const ask = async (by: Actor, change: Partial<TagDesk> = {}) =>
      evaluateTag({ ...(await deskOf(desk.ada, "P X12345", by)), ...change }, key, custodians);
    await expectRefusal(ask("otherSite"), "NotStaff");
    await expectRefusal(ask("otherSite", { siteId: 2 }), "WrongSite");
    await expectRefusal(ask("site", { pseudonym: 7n }), "UnknownParticipant");
    await expectRefusal(ask("site", { now: 1 }), "DeadlinePassed");
    await expectRefusal(ask("anyone"), "NotStaff");
    await delegate("anyone", TASKS.deposit);
    await expectRefusal(ask("anyone"), "NotStaff");
    await delegate("anyone", TASKS.arrive);
    expect((await ask("anyone")).tag).toMatch(/^0x/);
    await revoke("anyone");
    await expectRefusal(ask("anyone"), "NotStaff");
  });

  test("cannot hand in what another desk signed, nor change what it signed", async () => {
    const { custodians } = await serveAll();
    await open(custodians);
    const { world, trialId } = desk.stage;
    const { personTags } = placeOf(desk.stage);
    const ask = {
      ...{ trialId, pseudonym: desk.ada.pseudonym, siteId: 1, blinded: POINT },
      ...{
        key: world.actors.site.address.toLowerCase(),
        deadline: BigInt((await world.now()) + 60),
      },
    };
    const sign = (domain: ReturnType<typeof tagDomain>, by: Actor = "site") =>
      world.actors[by].signTypedData(domain, TAG_ASK_TYPES, ask);
    const here = tagDomain(CHAIN_ID, personTags);
    const { tags } = custodians[0]!;
    const signature = await sign(here);
    expect(await tags!.evaluate({ ...ask, signature })).toHaveProperty("proof");
    const other = { ...ask, pseudonym: desk.ben.pseudonym };
    await expectRefusal(tags!.evaluate({ ...other, signature }), "InvalidSignature");
    const theirs = await sign(here, "otherSite");
    await expectRefusal(tags!.evaluate({ ...ask, signature: theirs }), "InvalidSignature");
    const elsewhere = await sign(tagDomain(CHAIN_ID + 1, personTags));
    await expectRefusal(tags!.evaluate({ ...ask, signature: elsewhere }), "InvalidSignature");
    const noPoint = { ...ask, blinded: `0x${"ff".repeat(32)}`, signature };
    await expectRefusal(tags!.evaluate(noPoint), "MalformedInput");
    const foreign = { ...ask, trialId: bytes32("other trial"), signature };
    await expectRefusal(tags!.evaluate(foreign), "NoTagKey");
  });
});

/** The base point of ristretto255 (RFC 9496, A.1). */
const POINT = "0xe2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76";
