import { Wallet } from "ethers";
import { describe, expect, test } from "vitest";
import type { Deposited } from "../../circuits/statement/exchange/authority.ts";
import { type Entry, hashEntry, SOURCES } from "../../circuits/statement/exchange/entry.ts";
import type { Rule } from "../../client/auditor/finding/finding.ts";
import { parseEntriesFile } from "../../client/auditor/replay/exchangeRows.ts";
import { checkExchange } from "../../client/auditor/server/compareExchange.ts";
import { bytes32, number } from "../support/world.ts";
import {
  ANALYST,
  byPerson,
  byStaff,
  entryOf,
  NURSE,
  now,
  openScene,
  rootOf,
} from "./exchangeStory.ts";
import { anchored, auditTold, delegated, STEP, say, withdrawal } from "./exchangeTold.ts";
import { KEYS } from "./history.ts";
import { type Recording, rulesOf } from "./recording.ts";

const scene = await openScene();
const { people, story } = scene;
const { trialId } = story;
const DAY = 86_400;

type Telling = {
  /** Rows as they are shown; by default all. */
  readonly rows?: readonly Deposited[];
  /** Told before the first batch is anchored. */
  readonly before?: (h: Recording) => unknown;
  readonly isWhole?: boolean;
};

/** Anchors what the scene holds, shows rows, and checks them. */
async function check({ rows = scene.entries, before, isWhole = true }: Telling = {}) {
  const audit = await auditTold(scene, async (h) => {
    say(h, [await delegated(scene, h, "nurse")]);
    await before?.(h);
    say(h, [anchored(scene)]);
    say(h, [anchored(scene, { root: scene.roots[1]!, batch: 1n, count: 1, first: 3n })]);
  });
  expect(rulesOf(audit), JSON.stringify(audit.findings)).toEqual([]);
  const told = { entries: new Map([[trialId, rows]]), receipts: new Map() };
  const limits = isWhole ? {} : { trial: trialId };
  return checkExchange({ ...audit, limits }, told, { keys: KEYS });
}

async function expectShown(telling: Telling, rules: readonly Rule[]): Promise<void> {
  const { findings } = await check(telling);
  expect(
    findings.map(({ rule }) => rule),
    JSON.stringify(findings),
  ).toEqual(rules);
}

/** Entries anchored in one batch of their own, as the only ones there are. */
async function expectAnchored(
  rows: readonly Deposited[],
  rules: readonly Rule[],
  {
    before,
    wait = STEP,
    delegation = {},
  }: {
    before?: (h: Recording) => unknown;
    wait?: number;
    delegation?: Parameters<typeof delegated>[3];
  } = {},
): Promise<void> {
  const root = rootOf(rows);
  const audit = await auditTold(scene, async (h) => {
    say(h, [await delegated(scene, h, "nurse", delegation)]);
    await before?.(h);
    say(h, [anchored(scene, { root, count: rows.length })], wait);
  });
  const shown = rows.map((row) => ({ ...row, batch: root }));
  const told = { entries: new Map([[trialId, shown]]), receipts: new Map() };
  const { findings } = await checkExchange(audit, told, { keys: KEYS });
  expect(
    findings.map(({ rule }) => rule),
    JSON.stringify(findings),
  ).toEqual(rules);
}

/** The same with one entry of Ann's, changed before she proves it. */
const anns = (change: Partial<Entry>) => byPerson(scene, entryOf(scene, people.ann, change));
const bobs = (change: Partial<Entry> = {}) =>
  entryOf(scene, people.bob, { source: SOURCES.site, ...change });

describe("public entries", () => {
  test("that are honest hold nothing to find", async () => {
    const found = await check();
    expect(found.findings).toEqual([]);
    expect(found.entries).toEqual({ entries: 4, waiting: 0 });
  });
  test("that wait for their batch are no finding", async () => {
    const rows = [...scene.entries, anns({ collection: "later" })];
    const found = await check({ rows });
    expect(found.findings).toEqual([]);
    expect(found.entries?.waiting).toBe(1);
  });
  test("of which one is dropped are named", () =>
    // The correction has lost what it corrects, and its place in the row of numbers.
    expectShown({ rows: scene.entries.slice(1) }, [
      "entry/missing",
      "entry/correction",
      "entry/sequence",
    ]));
  test("of which a whole batch is dropped are named", () =>
    expectShown({ rows: scene.entries.slice(0, 3) }, ["entry/missing"]));
  test("of another trial are not missed when one trial is audited", () =>
    expectShown({ rows: scene.entries.slice(0, 3), isWhole: false }, []));
  test("in another order are named", () => {
    const [a, b, ...others] = scene.entries;
    return expectShown({ rows: [b!, a!, ...others] }, ["entry/batch"]);
  });
  test("of a later batch in front of an earlier one are named", () => {
    const [diary, summary, visit, correction] = scene.entries;
    return expectShown({ rows: [diary!, correction!, summary!, visit!] }, ["entry/batch"]);
  });
  test("in a batch that was never anchored are named", () => {
    const made = { ...anns({ collection: "made up" }), batch: bytes32("made up") };
    return expectShown({ rows: [...scene.entries, made] }, ["entry/batch"]);
  });
  test("put into an anchored batch afterwards are named", () => {
    const late = { ...anns({ collection: "late" }), batch: scene.roots[0]! };
    const rows = [...scene.entries.slice(0, 3), late, scene.entries[3]!];
    return expectShown({ rows }, ["entry/missing"]);
  });
  test("changed after they were anchored are named", () => {
    const [first, ...others] = scene.entries;
    const changed = { ...anns({ collection: "diary", day: 1 }), batch: first!.batch! };
    // Nothing that the correction corrects is there any more.
    return expectShown({ rows: [changed, ...others] }, ["entry/batch", "entry/correction"]);
  });
});

describe("an entry", () => {
  test("that its participant did not prove is named", () => {
    const { authority } = anns({ day: 5 });
    const { entry } = anns({ day: 6 });
    return expectAnchored([{ entry, authority }], ["entry/proof"]);
  });
  test("proven about a root that the group never had is named", () => {
    const row = anns({});
    const authority = {
      ...row.authority,
      groupRoot: number("elsewhere"),
    } as Deposited["authority"];
    return expectAnchored([{ ...row, authority }], ["entry/authority", "entry/proof"]);
  });
  test("of a pseudonym that never consented is named", () => {
    const nobody = { ...people.ann, pseudonym: number("nobody") };
    return expectAnchored([byPerson(scene, entryOf(scene, nobody))], ["entry/consent"]);
  });
  test("made after the withdrawal is named", () =>
    expectAnchored([anns({})], ["entry/consent"], {
      before: (h) => say(h, withdrawal(scene, people.ann.pseudonym)),
      wait: 2 * DAY,
    }));
  test("signed by a key without the task is named", async () =>
    expectAnchored([await byStaff(scene, bobs(), { key: ANALYST })], ["entry/authority"]));
  test("signed by a key after its end is named", async () =>
    expectAnchored([await byStaff(scene, bobs())], ["entry/authority"], {
      delegation: { until: now(scene.honest) + 2 * STEP },
      wait: 2 * DAY,
    }));
  test("signed for another site's participant is named", async () =>
    // Site 2 is not even the trial's.
    expectAnchored(
      [await byStaff(scene, bobs(), { siteId: 2 })],
      ["entry/authority", "entry/authority"],
    ));
  test("signed by somebody else than it says is named", async () => {
    const row = await byStaff(scene, bobs(), { key: new Wallet(ANALYST.privateKey) });
    const key = NURSE.address.toLowerCase();
    const authority = { ...row.authority, key } as Deposited["authority"];
    return expectAnchored([{ ...row, authority }], ["site/signature"]);
  });
  test("of a visit that the participant made up is named", () =>
    expectAnchored([anns({ source: SOURCES.site })], ["entry/authority"]));
  test("with a number left out is named", () =>
    expectAnchored([anns({ sequence: 2 })], ["entry/sequence"]));
  test("with a number given twice is named", () =>
    expectAnchored([anns({}), anns({ day: 9 })], ["entry/sequence"]));
  test("that corrects somebody else's is named", async () => {
    const first = await byStaff(scene, bobs());
    const replaces = hashEntry(first.entry);
    return expectAnchored([first, anns({ replaces, correction: 1 })], ["entry/correction"]);
  });
  test("that corrects what was corrected before is named", () => {
    const first = anns({});
    const replaces = hashEntry(first.entry);
    const second = anns({ sequence: 2, replaces, correction: 2 });
    const third = anns({ sequence: 3, replaces, correction: 3 });
    return expectAnchored([first, second, third], ["entry/correction"]);
  });
  test("that corrects without a reason is named", () => {
    const first = anns({});
    const second = anns({ sequence: 2, replaces: hashEntry(first.entry) });
    return expectAnchored([first, second], ["entry/correction"]);
  });
  test("of an unknown source is named", () =>
    expectAnchored([anns({ source: 9 })], ["entry/form"]));
  test("of a participant's key that is another's is named", () => {
    const row = anns({ collection: "participant-key", source: SOURCES.key });
    return expectAnchored([{ ...row, recipient: "age1another" }], ["entry/form"]);
  });
});

describe("a file of entries", () => {
  const write = (rows: readonly unknown[]) =>
    JSON.stringify({ format: "cohort-zero/entries/1", trialId, entries: rows }, (_, value) =>
      typeof value === "bigint" ? value.toString() : value,
    );
  test("is read as it was written", () => {
    expect(parseEntriesFile(write(scene.entries))).toEqual([trialId, scene.entries]);
  });
  test("with a row that is none is refused by its number", () => {
    expect(() => parseEntriesFile(write([...scene.entries, { entry: 1 }]))).toThrow("row 4");
  });
  test("of another kind is passed over", () => {
    expect(parseEntriesFile("{}")).toBeUndefined();
    expect(parseEntriesFile("no JSON")).toBeUndefined();
  });
});
