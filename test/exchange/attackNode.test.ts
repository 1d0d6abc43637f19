import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ERASURE_TYPES } from "../../circuits/statement/exchange/erasure.ts";
import { custodianDomain } from "../../circuits/statement/exchange/receipt.ts";
import { interfaceOf } from "../../contracts/connect.ts";
import { CODE, type Person } from "../contracts/story.ts";
import { arriveTagged } from "../custodian/tagged.ts";
import { DAY } from "../support/world.ts";
import {
  askedOf,
  type Cut,
  deposit,
  fetchAll,
  type Made,
  outcomes,
  type Requested,
  reach,
  request,
  seal,
  until,
} from "./attackActs.ts";
import { endProxies, listen } from "./attackProxy.ts";
import { openStand, type Stand } from "./attackStand.ts";

let stand: Stand;
let ada: Person;
let ben: Person;
let adas: Made;
let _bens: Made;

beforeAll(async () => {
  stand = await openStand({ people: ["ada", "ben"] });
  [ada, ben] = [stand.people.ada!, stand.people.ben!];
  [adas, _bens] = [await deposit(stand, ada), await deposit(stand, ben)];
}, 180_000);
afterAll(async () => {
  await endProxies();
  await stand?.end();
});

/** What the first custodian answers, and how far the sponsor comes with the other two. */
async function answers(cut: Cut, asked: Requested, deposits: readonly Made[]): Promise<string[]> {
  const [first] = await reach(stand);
  return await outcomes(first!, asked, await askedOf(first!, cut, deposits));
}

describe("a node", () => {
  /** What becomes of an answer; undefined: none is given. */
  let twist: (method: string, result: unknown) => unknown = (_, result) => result;
  let cut: Cut;
  let asked: Requested;
  let node = "";
  beforeAll(async () => {
    node = await listen(async (given, response) => {
      let text = "";
      for await (const chunk of given) text += chunk;
      const headers = { "content-type": "application/json" };
      const answer = await fetch(stand.chain.anvil.url, { method: "POST", headers, body: text });
      const told = (await answer.json()) as { result?: unknown };
      const result = twist(JSON.parse(text).method, told.result);
      if (result === undefined && told.result !== undefined) return void response.destroy();
      response.end(JSON.stringify({ ...told, ...(told.result !== undefined && { result }) }));
    });
  });
  const startAt = async (change: Record<string, string> = {}, clock?: () => number) => {
    const [party] = stand.parties;
    await party!.stop();
    twist = (_, result) => result;
    await party!.start({ RPC_URL: node, ...change }, clock);
    cut = await seal(stand, [ada], [adas]);
    asked = await request(stand, cut);
  };
  afterAll(async () => {
    const [party] = stand.parties;
    await party!.stop();
    await party!.start();
  });
  const expectRefused = async (code: string) => {
    expect(await answers(cut, asked, [adas])).toEqual([code]);
    // The other two have nodes of their own.
    expect((await fetchAll(stand, cut, asked)).opened).toEqual([adas.hash]);
  };

  test("that is honest is believed", async () => {
    await startAt();
    expect(await answers(cut, asked, [adas])).toEqual(["Released"]);
  });

  test.each([
    ["says nothing", undefined],
    ["says what is no answer", "what?"],
    ["has lost what it had", null],
  ])("that %s opens nothing", async (_, said) => {
    await startAt();
    twist = () => said;
    await expectRefused("ChainUnavailable");
  });

  test("whose newest block is old opens nothing, and no custodian starts on it", async () => {
    const { world } = stand.story;
    let ahead = 0;
    const began = await world.now();
    const started = Date.now();
    const clock = () => began + Math.floor((Date.now() - started) / 1_000) + ahead;
    await startAt({ HEAD_SECONDS: "300" }, clock);
    expect(await answers(cut, asked, [adas])).toEqual(["Released"]);
    ahead = 900;
    await expectRefused("HeadOld");
    const [party] = stand.parties;
    await party!.stop();
    await expect(party!.start({ HEAD_SECONDS: "300" }, clock)).rejects.toMatchObject({
      code: "HeadOld",
    });
  });

  test("that leaves out a request, a batch, or the contracts contradicts itself", async () => {
    const topicOf = (contract: "CutRegistry" | "DepositLog", name: string) =>
      interfaceOf(contract).getEvent(name)!.topicHash;
    const without = (topic: string) => (method: string, result: unknown) =>
      method === "eth_getLogs"
        ? (result as { topics: string[] }[]).filter(({ topics }) => topics[0] !== topic)
        : result;
    await startAt();
    twist = without(topicOf("CutRegistry", "Requested"));
    asked = await request(stand, cut);
    await expectRefused("NodeContradicts");
    await startAt();
    twist = without(topicOf("DepositLog", "DepositsAnchored"));
    await deposit(stand, ada, { text: "later" });
    await expectRefused("NodeContradicts");
    await startAt();
    twist = (method, result) => (method === "eth_getCode" ? "0x" : result);
    await expectRefused("NodeContradicts");
  });
});

test("a custodian that was away for a week honours erasures and withdrawals before it answers", async () => {
  const { world, trialId } = stand.story;
  const [party] = stand.parties;
  const [jan, kim, lou] = [
    await arriveTagged(stand.story, "jan"),
    await arriveTagged(stand.story, "kim"),
    await arriveTagged(stand.story, "lou"),
  ];
  const made: Made[] = [];
  for (const person of [jan, kim, lou]) made.push(await deposit(stand, person));
  const cut = await seal(stand, [jan, kim, lou], made);
  await party!.stop();
  await world.as("anyone").enrollment.withdrawByCode(trialId, jan.pseudonym, CODE);
  const { site } = world.actors;
  const deadline = BigInt((await world.now()) + 3_600);
  const erasure = { trialId, pseudonym: kim.pseudonym, siteId: 1, key: site.address, deadline };
  const domain = custodianDomain(31_337, stand.chain.deployment.addresses.CustodyLog);
  const signature = await site.signTypedData(domain, ERASURE_TYPES, erasure);
  const { custody } = world.as("anyone");
  await custody.eraseBySite(trialId, kim.pseudonym, site.address, deadline, signature);
  await world.travel(7 * DAY);
  await world.mine();
  const asked = await request(stand, cut);
  await party!.start();
  // The first that it is asked.
  expect(await answers(cut, asked, made)).toEqual(["Withdrawn", "Erased", "Released"]);
  const database = new DatabaseSync(join(party!.folder, "custodian.sqlite"));
  const kept = database
    .prepare("select 1 from keys where pseudonym = ?")
    .all(kim.pseudonym.toString());
  database.close();
  expect(kept).toEqual([]);
  await until(async () => {
    const found = await custody.queryFilter(custody.filters.KeyDestroyed!(), 0);
    return found.length === 3;
  });
  const { opened, omissions } = await fetchAll(stand, cut, asked);
  expect(opened).toEqual([made[2]!.hash]);
  // The store has dropped what was erased, or is about to.
  const codes = new Map(omissions as [string, string][]);
  expect(codes.get(made[0]!.hash)).toBe("Withdrawn");
  expect(codes.get(made[1]!.hash)).toMatch(/^(Erased|PackageMissing)$/);
});
