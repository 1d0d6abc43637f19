import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hashEntry, SOURCES } from "../../circuits/statement/exchange/entry.ts";
import {
  type BatchRow,
  type EntryRow,
  readBatchLine,
  readEntryLine,
  writeBatchRow,
  writeEntryRow,
  writeLine,
} from "../../circuits/statement/exchange/entryLog.ts";
import { rootOver } from "../../circuits/statement/exchange/entryTree.ts";
import type { Person } from "../contracts/story.ts";
import { ROLE } from "../support/world.ts";
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
} from "./attackActs.ts";
import { endProxies, listen } from "./attackProxy.ts";
import { openStand, type Stand } from "./attackStand.ts";

let stand: Stand;
let ada: Person;
let ben: Person;
let adas: Made;
let bens: Made;

beforeAll(async () => {
  stand = await openStand({ people: ["ada", "ben"] });
  [ada, ben] = [stand.people.ada!, stand.people.ben!];
  [adas, bens] = [await deposit(stand, ada), await deposit(stand, ben)];
}, 180_000);
afterAll(async () => {
  await endProxies();
  await stand?.end();
});

type Told = { readonly rows: EntryRow[]; readonly batches: BatchRow[] };

/** The exchange's public entries, as it is told to change them: a head whose list fits its rows, as every liar's does. */
const lie: { about?: (told: Told) => Told } = {};
async function lyingExchange(): Promise<string> {
  const listOf = (rows: readonly string[]) => ({
    ...{ partRows: 64, segmentParts: 64, rows: rows.length, segments: [], partsFrom: 0 },
    ...{ parts: [], open: "", tail: rows.length === 0 ? "" : writeLine(rows) },
  });
  return await listen(async (asked, response) => {
    const answer = await fetch(`${stand.server.url}${asked.url}`);
    const head = JSON.parse(await answer.text()) as Record<"log" | "batches", { tail: string }>;
    const told = { rows: readEntryLine(head.log.tail), batches: readBatchLine(head.batches.tail) };
    const { rows, batches } = lie.about?.(told) ?? told;
    const log = listOf(rows.map(writeEntryRow));
    response.end(JSON.stringify({ ...head, log, batches: listOf(batches.map(writeBatchRow)) }));
  });
}

/** What the first custodian answers, and how far the sponsor comes with the other two. */
async function answers(cut: Cut, asked: Requested, deposits: readonly Made[]): Promise<string[]> {
  const [first] = await reach(stand);
  return await outcomes(first!, asked, await askedOf(first!, cut, deposits));
}

describe("an exchange that lies to a custodian", () => {
  let cut: Cut;
  let asked: Requested;
  beforeAll(async () => {
    const [party] = stand.parties;
    await party!.stop();
    await party!.start({ EXCHANGE_URLS: await lyingExchange() });
    cut = await seal(stand, [ada, ben], [adas, bens]);
    asked = await request(stand, cut);
  });
  afterAll(async () => {
    const [party] = stand.parties;
    await party!.stop();
    await party!.start();
  });

  test("and tells the truth for once is answered as the others are", async () => {
    delete lie.about;
    expect(await answers(cut, asked, [adas, bens])).toEqual(["Released", "Released"]);
  });

  const LIES: readonly (readonly [string, (told: Told) => Told])[] = [
    ["drops an entry", ({ rows, batches }) => ({ rows: rows.slice(1), batches })],
    [
      "drops the newest batch",
      ({ rows, batches }) => {
        const { first } = batches.at(-1)!;
        return { rows: rows.slice(0, first), batches: batches.slice(0, -1) };
      },
    ],
    ["reorders entries", ({ rows, batches }) => ({ rows: rows.toReversed(), batches })],
    [
      "changes an entry",
      ({ rows: [first, ...rows], batches }) => ({
        rows: [{ ...first!, entry: { ...first!.entry, day: 1 } }, ...rows],
        batches,
      }),
    ],
    ["serves nothing", () => ({ rows: [], batches: [] })],
  ];
  test.each(LIES)("by one that %s gets nothing out of it", async (_, about) => {
    // What was downloaded before is held against it: a lie is told to one that starts.
    const [party] = stand.parties;
    await party!.stop();
    lie.about = about;
    await party!.start({ EXCHANGE_URLS: await lyingExchange() });
    const told = await answers(cut, asked, [adas, bens]);
    expect(told).toEqual(["EntriesIncomplete", "EntriesIncomplete"]);
    const { opened } = await fetchAll(stand, cut, asked);
    expect(opened).toEqual([adas.hash, bens.hash]);
  });

  test("by one whose answer never ends is not filled with it", async () => {
    const most = 200 * 2 ** 20;
    let sent = 0;
    const endless = await listen((_, response) => {
      const write = () => {
        while (!response.destroyed && sent < most) {
          sent += 2 ** 20;
          if (!response.write(" ".repeat(2 ** 20))) return void response.once("drain", write);
        }
      };
      response.on("error", () => {});
      write();
    });
    const [party] = stand.parties;
    await party!.stop();
    await party!.start({ EXCHANGE_URLS: endless });
    expect(await answers(cut, asked, [adas, bens])).toEqual(Array(2).fill("EntriesIncomplete"));
    expect(sent).toBeLessThan(most);
  });

  test("by a correction that nobody made hides nothing, and one that was made stays hidden by nobody", async () => {
    const invented = ({ rows, batches }: Told): Told => {
      const own = rows.find(({ entry }) => hashEntry(entry) === adas.hash)!;
      const { entry, authority } = own;
      const correction = { ...entry, sequence: 2, replaces: adas.hash, correction: 1 };
      return { rows: [...rows, { ...own, entry: correction, authority }], batches };
    };
    lie.about = invented;
    const [party] = stand.parties;
    await party!.stop();
    await party!.start({ EXCHANGE_URLS: await lyingExchange() });
    expect(await answers(cut, asked, [adas, bens])).toEqual(["Released", "Released"]);
    delete lie.about;
    const corrected = await deposit(stand, ben, { corrects: bens.hash });
    lie.about = ({ rows, batches }) => {
      const { first } = batches.at(-1)!;
      return { rows: rows.slice(0, first), batches: batches.slice(0, -1) };
    };
    await party!.stop();
    await party!.start({ EXCHANGE_URLS: await lyingExchange() });
    expect(await answers(cut, asked, [adas, bens])).toEqual(Array(2).fill("EntriesIncomplete"));
    delete lie.about;
    expect(await answers(cut, asked, [adas, bens])).toEqual(["Released", "Superseded"]);
    bens = corrected;
  });

  test("with an entry of its own, anchored by its operator, opens nothing of it", async () => {
    const { world, trialId } = stand.story;
    const entry = { ...adas.entry, sequence: 7, source: SOURCES.site };
    const made: Made = { entry, hash: hashEntry(entry), bytes: adas.bytes };
    const root = rootOver([made.hash])!;
    await world.as("operator").deposits.anchor(root, 1);
    lie.about = ({ rows, batches }) => {
      const own = rows.find((row) => hashEntry(row.entry) === adas.hash)!;
      const batch = { root, first: rows.length, count: 1 };
      return { rows: [...rows, { ...own, entry }], batches: [...batches, batch] };
    };
    const own = await seal(stand, [ada], [made]);
    expect(await answers(own, await request(stand, own), [made])).toEqual(["EntryInvalid"]);
    expect(made.entry.trialId).toBe(trialId);
    // The others were never served it; they answer again once that operator is none any more.
    delete lie.about;
    const { accreditation } = world.as("governance");
    await accreditation.deaccredit(ROLE.operator, world.actors.operator.address);
  });
});
