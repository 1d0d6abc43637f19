// What a custodian does unasked: keys for those who come, and a root over its receipts each day.

import { id } from "ethers";
import { expect, test, vi } from "vitest";
import { createLog } from "../../custodian/log.ts";
import { startWork } from "../../custodian/service/work.ts";
import { arriveNew } from "../contracts/story.ts";
import { type Custodian, openCustodian, openStage } from "./stage.ts";

const ANSWER = {
  registry: `0x${"ab".repeat(20)}`,
  requestId: 3n,
  entry: id("entry"),
  outcome: "Released",
  blockNumber: 9,
} as const;

/** Rounds until the test ends them; `clock` in Unix seconds. */
function work(
  custodian: Custodian,
  clock: () => number,
  lines: string[] = [],
): () => Promise<void> {
  const log = createLog("info", { write: (line) => lines.push(line) });
  return startWork({ ...custodian, clock, log }, 20);
}

test("makes keys for those who come, and a root a day", async () => {
  const stage = await openStage(["ada"]);
  const { world, story } = stage;
  const custodian = await openCustodian(stage);
  let seconds = await world.now();
  const stop = work(custodian, () => seconds);
  try {
    await arriveNew(story, "cas");
    await expect.poll(() => custodian.store.countKeys()).toBe(2);
    const { custody } = world.as("anyone");
    const last = async () => Number(await custody.lastReceiptOf(custodian.custodian));
    custodian.receipts.give([ANSWER]);
    await expect.poll(last).toBe(1);
    custodian.receipts.give([ANSWER]);
    await world.mine();
    await vi.waitFor(() => expect(custodian.node.facts.lastReceipt.number).toBe(1n));
    expect(await last()).toBe(1);
    seconds += 86_400;
    await expect.poll(last).toBe(2);
  } finally {
    await stop();
  }
});

test("trouble is told when it begins and when it ends, not each time", async () => {
  const stage = await openStage(["ada"]);
  let isDown = false;
  const answer = () => (isDown ? null : undefined);
  const custodian = await openCustodian(stage, { answer });
  const lines: string[] = [];
  isDown = true;
  const stop = work(custodian, () => 0, lines);
  await expect.poll(() => lines.length).toBeGreaterThan(0);
  await new Promise((resolve) => setTimeout(resolve, 200));
  isDown = false;
  await expect.poll(() => lines.join("")).toContain("running again");
  await stop();
  expect(lines.filter((line) => line.includes("failing"))).toHaveLength(1);
});
