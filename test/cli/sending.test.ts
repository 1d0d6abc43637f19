// A deposit that was refused: kept where it may arrive yet, and out of the way where it never will.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { SOURCES } from "../../circuits/statement/exchange/entry.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { ServerUnavailable } from "../../client/api/unavailable.ts";
import { send } from "../../client/cli/exchangeSending.ts";
import type { Prepared } from "../../client/exchange/deposit.ts";
import { gatherParties, sealedVisit } from "../exchange/parties.ts";

const folder = mkdtempSync(join(tmpdir(), "cohort-sending-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, "wallet.json");
let prepared: Prepared;

beforeAll(async () => {
  const { entry, bytes } = await sealedVisit(await gatherParties(3, [7n]));
  const authority = {
    ...({ kind: "participant", version: 1, groupRoot: 5n } as const),
    points: [1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n],
  };
  prepared = { entry: { ...entry, source: SOURCES.participant }, authority, bytes };
});

const sendTo = (problem: Error) => {
  const refuse = async () => {
    throw problem;
  };
  const exchange = { putPackage: async () => {}, deposit: refuse };
  const progress = { progress: { step: () => {}, end: () => {} } };
  return send(progress as never, { path } as never, {
    looked: { exchange } as never,
    prepared,
  });
};

it.each([
  ["an answer that was lost", new ServerUnavailable("broke off"), true],
  ["a refusal that passes", new Refusal("QueueFull"), true],
  ["a refusal for good", new Refusal("WrongSequence"), false],
])("%s", async (_, problem, isKept) => {
  await expect(sendTo(problem)).rejects.toBe(problem);
  expect(existsSync(`${path}.deposit`)).toBe(isKept);
});
