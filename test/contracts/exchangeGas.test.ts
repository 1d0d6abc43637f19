// What the exchange costs, within its budgets.
import { describe, expect, test } from "vitest";
import { TASKS } from "../../circuits/statement/exchange/delegation.ts";
import { bytes32 } from "../support/world.ts";
import { openExchange } from "./exchangeStory.ts";
import type { Person } from "./story.ts";

const { world, arrived, seal, request, delegate } = await openExchange();

type Sent = { wait(): Promise<{ gasUsed: bigint } | null> };
const gasOf = async (sending: Promise<unknown>): Promise<number> =>
  Number((await ((await sending) as Sent).wait())!.gasUsed);

describe("the exchange's gas", () => {
  test("is at most 4,500 for each participant in a cut", async () => {
    const people: Person[] = [];
    for (let i = 0; i < 24; i++) people.push(await arrived(`participant ${i}`));
    await seal(people.slice(0, 1));
    const [few, all] = [await gasOf(seal(people.slice(0, 4))), await gasOf(seal(people))];
    expect((all - few) / 20).toBeLessThanOrEqual(4_500);
  });

  test("is at most 60,000 for a request, by the sponsor or its staff", async () => {
    await seal([await arrived("Alice")]);
    await request();
    expect(await gasOf(request())).toBeLessThanOrEqual(60_000);
    await delegate({ siteId: 0, tasks: TASKS.request }, "sponsor");
    expect(await gasOf(request({ by: "staff" }))).toBeLessThanOrEqual(60_000);
  });

  test("is at most 200 for each entry of a batch of 1,000, the first one too", async () => {
    const { deposits } = world.as("operator");
    for (const root of [bytes32("first"), bytes32("second")]) {
      expect((await gasOf(deposits.anchor(root, 1_000))) / 1_000).toBeLessThanOrEqual(200);
    }
  });
});
