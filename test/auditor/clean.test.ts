import { afterAll, beforeAll, expect, test } from "vitest";
import { type Audit, audit } from "../../client/auditor/audit.ts";
import { BATCH, type History, KEYS, openHistory, playHistory } from "./history.ts";

let history: History;
let result: Audit;
beforeAll(async () => {
  history = await playHistory();
  const leaves = new Map([[BATCH.root.toString(), BATCH.leaves.map(String)]]);
  result = await audit({ source: await openHistory(history), keys: KEYS, leaves });
});
afterAll(() => history.world.close());

test("finds nothing in an honest history", () => {
  expect(result.findings).toEqual([]);
});
