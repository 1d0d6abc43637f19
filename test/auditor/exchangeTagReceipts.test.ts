// A desk that makes up a tag: what the custodians' receipts say of it.
import { id } from "ethers";
import { describe, expect, test } from "vitest";
import { CUSTODIAN_TYPES, custodianDomain } from "../../circuits/statement/exchange/receipt.ts";
import { checkExchange } from "../../client/auditor/server/compareExchange.ts";
import { bytes32 } from "../support/world.ts";
import { CUSTODIANS, lower, openScene } from "./exchangeStory.ts";
import { anchored, auditTold, say, tellHonest } from "./exchangeTold.ts";
import { KEYS } from "./history.ts";
import { argsAt, find } from "./recording.ts";

const scene = await openScene();
const { world, story } = scene;
const { addresses, chainId } = world.deployment;
const domain = custodianDomain(chainId, addresses.CustodyLog);
const { honest } = scene;
const tagged = [0, 1, 2].map(
  (nth) => argsAt(honest, "PersonTagged", find(honest, "PersonTagged", nth)).pseudonym,
);

/** What the audit says when these custodians, by place, have a receipt for each tag, and `shown` show theirs. */
async function findingsWith(evaluated: readonly number[], shown: readonly number[] = [0, 1, 2]) {
  let block = 0;
  const audit = await auditTold(scene, async (h) => {
    block = await tellHonest(scene, h);
    const root = scene.roots[1]!;
    say(h, [anchored(scene, { root, batch: 1n, count: 1, first: 3n })]);
  });
  const rowsOf = async (place: number) => {
    if (!evaluated.includes(place)) return [];
    const made = tagged.map((pseudonym, i) => ({
      ...{ number: BigInt(i + 1), registry: addresses.PersonTags.toLowerCase() },
      ...{ requestId: pseudonym, entry: bytes32(`ask ${i}`), outcome: id("Evaluated") },
      blockNumber: BigInt(block),
    }));
    return await Promise.all(
      made.map(async (receipt) => ({
        receipt,
        signature: await CUSTODIANS[place]!.signTypedData(domain, CUSTODIAN_TYPES.Receipt, receipt),
      })),
    );
  };
  const receipts = new Map(
    await Promise.all(
      shown.map(async (place) => [lower(CUSTODIANS[place]!), await rowsOf(place)] as const),
    ),
  );
  const told = { entries: new Map([[story.trialId, scene.entries]]), receipts };
  return checkExchange(audit, told, { keys: KEYS }).then(({ findings }) =>
    findings.filter(({ rule }) => rule === "tag/evaluated"),
  );
}

describe("a person's tag", () => {
  test("that enough custodians evaluated is no finding", async () => {
    expect(await findingsWith([0, 1])).toEqual([]);
    expect(await findingsWith([0, 1, 2])).toEqual([]);
  });

  test("that too few evaluated was made up by the desk, and is named", async () => {
    expect(await findingsWith([0])).toHaveLength(tagged.length);
    expect(await findingsWith([])).toHaveLength(tagged.length);
  });

  test("is not judged by receipts that nobody showed", async () => {
    expect(await findingsWith([0], [0, 1])).toEqual([]);
    expect(await findingsWith([], [0, 1])).toHaveLength(tagged.length);
  });
});
