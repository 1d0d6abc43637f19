// Histories that nobody thought of: generated from a seed, played on the chain, and after every step each request is put
// to a custodian. What a small model of the rules allows is released, all else is not; and a custodian that released
// what the model forbids would be found by the auditor, each time. `HISTORIES=40` plays so many.
import { id } from "ethers";
import { expect, test } from "vitest";
import {
  CUSTODIAN_TYPES,
  custodianDomain,
  type Receipt,
} from "../../circuits/statement/exchange/receipt.ts";
import { audit } from "../../client/auditor/audit/audit.ts";
import { openChain } from "../../client/auditor/node/chain.ts";
import { checkExchange } from "../../client/auditor/server/compareExchange.ts";
import { KEYS, requestOf } from "../auditor/history.ts";
import { CHAIN_ID, type Person } from "../contracts/story.ts";
import { seeded } from "../facts/chart.ts";
import { depositOf, OFTEN, Play, STEPS } from "./historyPlay.ts";
import {
  asked,
  blockOf,
  CUSTODIANS,
  type Custodian,
  openCustodian,
  openStage,
  outcomes,
} from "./stage.ts";
import { arriveTagged } from "./tagged.ts";

const HISTORIES = Number(process.env.HISTORIES ?? 3);
const LENGTH = 18;
const NAMES = ["ada", "ben", "cas"];

/** Puts every request to the custodian, and compares it with the model. */
async function judge(play: Play): Promise<void> {
  const { stage, custodians, requests } = play;
  const [custodian] = custodians;
  const now = await stage.world.now();
  for (const one of requests.slice(-4)) {
    const packages = await Promise.all(
      one.cut.items.map(({ of }, i) => asked(custodian!, of, one.cut.pathOf(i))),
    );
    const found = await outcomes(custodian!, one, packages);
    one.cut.items.forEach((item, i) => {
      const isAllowed = play.allows(one, item, now);
      const what = `${play.told.join()}: request ${one.requestId}, package ${i}: ${found[i]}`;
      expect(found[i] === "Released", what).toBe(isAllowed);
      if (isAllowed) play.released += 1;
    });
    const block = await blockOf(stage.world);
    const forbidden = one.cut.items.filter((item) => !play.allows(one, item, now));
    // What is wrong only by a correction that still waits, no chain tells.
    const breaches = forbidden.filter((item) => {
      const seen = { ...item, isSuperseded: item.isSeenSuperseded };
      return !play.allows(one, seen, now);
    });
    play.breaches.push(...breaches.map((item) => ({ request: one, item, block })));
  }
}

/** Of what nobody released, the receipts that a custodian would have signed for it. */
async function confessions({ breaches, custodians, stage }: Play) {
  const rogue = custodians[1]!;
  const domain = custodianDomain(CHAIN_ID, stage.world.deployment.addresses.CustodyLog);
  return await Promise.all(
    breaches.map(async ({ request: { registry, requestId }, item, block }, i) => {
      const receipt: Receipt = {
        ...{ number: BigInt(i + 1), registry, requestId, entry: item.of.hash },
        ...{ outcome: id("Released"), blockNumber: BigInt(block) },
      };
      const signature = await rogue.wallet.signTypedData(domain, CUSTODIAN_TYPES.Receipt, receipt);
      return { receipt, signature };
    }),
  );
}

/** The rules that the auditor finds broken, with who confessed what. */
async function findings(play: Play, isRogue: boolean): Promise<string[]> {
  const { stage, custodians } = play;
  const { world, trialId, served } = stage;
  const source = await openChain({ request: requestOf(world), deployment: world.deployment });
  const result = await audit({ source, keys: KEYS });
  expect(result.findings).toEqual([]);
  const batchAt = (position: number) =>
    served.batches.find(({ first, count }) => position >= first && position < first + count)?.root;
  const rows = served.rows.map(({ entry, authority, block }, position) => {
    const batch = batchAt(position);
    return { entry, authority, block, position, ...(batch !== undefined && { batch }) };
  });
  const [honest, rogue] = custodians as [Custodian, Custodian];
  const receipts = new Map([
    [honest.custodian, honest.receipts.after(0n)],
    [rogue.custodian, isRogue ? await confessions(play) : []],
  ]);
  const told = { entries: new Map([[trialId, rows]]), receipts };
  const checked = await checkExchange(result, told, { keys: KEYS });
  // Tags are made up here: tags.test.ts has those that custodians evaluated.
  const found = checked.findings.filter(({ rule }) => rule !== "tag/evaluated");
  return found.map(({ rule, reason }) => `${rule} ${reason}`);
}

async function playHistory(seed: number): Promise<Play> {
  const stage = await openStage([]);
  const people: Person[] = [];
  for (const name of NAMES) people.push(await arriveTagged(stage.story, name));
  const custodians = [
    await openCustodian(stage),
    await openCustodian(stage, { wallet: CUSTODIANS[1]! }),
  ];
  const chance = seeded(seed);
  const random = () => chance.below(1_000_000) / 1_000_000;
  const play = new Play(stage, custodians, { people, random });
  for (const member of play.members) await depositOf(play, member);
  const script = ["anchor", "seal", "request", ...Array<string>(LENGTH).fill("")];
  for (const fixed of script) {
    const all = [...Object.keys(STEPS), ...OFTEN];
    const name = fixed === "" ? play.pick(all)! : fixed;
    play.told.push(name);
    await STEPS[name]!(play);
    for (const custodian of custodians) await custodian.catchUp();
    await judge(play);
  }
  return play;
}

test.each(Array.from({ length: HISTORIES }, (_, i) => i + 1))(
  "in a history made up from seed %i nothing is released that the rules forbid, all is that they allow, and every breach would be found",
  async (seed) => {
    const play = await playHistory(seed);
    expect(await findings(play, false)).toEqual([]);
    const found = await findings(play, true);
    const named = (receipt: number) => found.some((one) => one.includes(`receipt ${receipt}:`));
    const missed = play.breaches.flatMap(({ item, request: { requestId }, block }, i) =>
      named(i + 1) ? [] : [`${play.told.join()}: ${requestId} ${item.of.hash} at ${block}`],
    );
    expect(missed).toEqual([]);
    // A history that allows nothing, or forbids nothing, would show nothing.
    expect([play.released > 0, play.breaches.length > 0]).toEqual([true, true]);
    await play.stage.world.close();
  },
  120_000,
);
