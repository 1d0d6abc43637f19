import { describe, expect, test } from "vitest";
import type { Deposited } from "../../circuits/statement/exchange/authority.ts";
import { hashEntry } from "../../circuits/statement/exchange/entry.ts";
import type { DatasetEvidence } from "../../client/auditor/dataset/evidence.ts";
import type { Manifest } from "../../client/exchange/dataset/manifest.ts";
import {
  BATCH,
  CUT_BLOCK,
  evidenceOf,
  madePackage,
  PSEUDONYMS,
  REQUEST_BLOCK,
  response,
  textIn,
  word,
} from "../exchange/datasetSample.ts";

import { audit, copy, entry, honest, put, relist, rulesOf } from "./datasetCopy.ts";

describe("a manifest that lies", () => {
  const told = ({ entries }: Manifest) => entries.find((one) => one.entry === entry)!;
  const staff = { kind: "participant", version: 1 };
  /** What is written over what, the rule that finds it, and words of its reason. */
  const LIES: Readonly<Record<string, [(manifest: Manifest) => unknown, string, string]>> = {
    "about an entry's day": [(m) => Object.assign(told(m), { day: 1 }), "dataset/entry", "its day"],
    "about a pseudonym": [
      (m) => Object.assign(told(m), { pseudonym: "7" }),
      "dataset/entry",
      "its pseudonym",
    ],
    "about a subject": [
      (m) => Object.assign(told(m), { subject: "P-X" }),
      "dataset/entry",
      "shortened",
    ],
    "about who made it": [
      (m) => Object.assign(told(m), { authority: staff }),
      "dataset/entry",
      "whoever made it",
    ],
    "about a batch": [
      (m) => Object.assign(told(m), { batch: word("bb") }),
      "dataset/entry",
      "its batch",
    ],
    "about an entry's hash": [
      (m) => Object.assign(told(m), { entry: word("dd") }),
      "dataset/entry",
      "public",
    ],
    "about what was left out": [(m) => m.leftOut.pop(), "dataset/packages", "neither there"],
    "about the cut's packages, with none at all": [
      (m) => Object.assign(m, { packages: [] }),
      "dataset/packages",
      "do not add up",
    ],
    "about the cut's packages, with no hashes": [
      (m) => Object.assign(m, { packages: [word("00"), word("00")] }),
      "dataset/packages",
      "listed twice",
    ],
    "about the cut's packages": [(m) => m.packages.pop(), "dataset/packages", "do not add up"],
    "about an entry that it left out": [
      (m) => m.leftOut.push({ entry, code: "NotCovered" }),
      "dataset/packages",
      "and left out",
    ],
    "about the cut's block": [(m) => Object.assign(m.cut, { block: 39 }), "dataset/chain", "block"],
    "about the cut's time": [(m) => Object.assign(m.cut, { sealedAt: 1 }), "dataset/chain", "time"],
    "about how many were sealed": [
      (m) => Object.assign(m.cut, { participants: 3 }),
      "dataset/chain",
      "participants",
    ],
    "about the purpose": [
      (m) => Object.assign(m.request, { purpose: word("98") }),
      "dataset/chain",
      "purpose",
    ],
    "about the purpose in words": [
      (m) => Object.assign(m.request, { purposeText: "something harmless" }),
      "dataset/chain",
      "purpose in words",
    ],
    "about what the trial is called": [
      (m) => Object.assign(m, { protocolNumber: "CZ-2030-002" }),
      "dataset/chain",
      "CZ-2030-002",
    ],
    "about the request": [
      (m) => Object.assign(m.request, { requestId: "6" }),
      "dataset/chain",
      "no request",
    ],
    "about the cut": [(m) => Object.assign(m.cut, { cutId: "1" }), "dataset/chain", "no cut 1"],
    "about the chain": [(m) => Object.assign(m, { chainId: "1" }), "dataset/chain", "chain 1"],
    "about the contract": [
      (m) => Object.assign(m, { cutRegistry: `0x${"c2".repeat(20)}` }),
      "dataset/chain",
      "contract",
    ],
    "about a table's rows": [
      (m) => Object.assign(m.tables[0]!, { rows: 7 }),
      "dataset/manifest",
      "rows",
    ],
    "about its tables": [(m) => m.tables.pop(), "dataset/manifest", "is in no table"],
    "about its files": [(m) => m.files.pop(), "dataset/manifest", "it lists"],
  };

  test.each(Object.keys(LIES))("%s is caught", async (name) => {
    const [lie, rule, reason] = LIES[name]!;
    const of = copy();
    relist(of, lie);
    const { findings } = await audit(of);
    const hits = findings.filter((one) => one.rule === rule && one.reason.includes(reason));
    expect(hits.length, JSON.stringify(findings)).toBeGreaterThan(0);
  });

  test.each([
    ["no JSON", "{"],
    ["another form", "{}"],
    ["spaces", `${textIn(honest.held, "manifest.json")} `],
    [
      "a name told twice",
      textIn(honest.held, "manifest.json").replace("{", '{"format":"cohort-zero/dataset/0",'),
    ],
  ])("in a text with %s is not read", async (_, text) => {
    const of = copy();
    put(of, "manifest.json", text);
    const told = await audit(of);
    expect(told.findings).toMatchObject([{ rule: "dataset/manifest" }]);
    expect(told.manifestHash).toBeUndefined();
    of.held.delete("manifest.json");
    expect(rulesOf(await audit(of))).toEqual(["dataset/manifest"]);
  });
});

describe("consent", () => {
  test("that had ended when the cut was sealed or opened is named, with the participant", async () => {
    for (const ended of [CUT_BLOCK, REQUEST_BLOCK]) {
      const uncovered: DatasetEvidence["uncovered"] = ({ pseudonym, block }) =>
        pseudonym === PSEUDONYMS[1] && block === ended ? "Withdrawn" : undefined;
      const { findings } = await audit(honest, { uncovered });
      expect(findings).toMatchObject([{ rule: "dataset/consent" }]);
      expect(findings[0]!.reason).toContain(`pseudonym ${PSEUDONYMS[1]}`);
      expect(findings[0]!.reason).toContain(`(block ${ended}): Withdrawn`);
    }
  });

  test("is asked for exactly the permission that each entry needs", async () => {
    const asked = new Set<string>();
    await audit(honest, {
      uncovered: ({ pseudonym, permission, block }) => {
        asked.add(`${pseudonym} ${permission} ${block}`);
        return undefined;
      },
    });
    const who = PSEUDONYMS.slice(0, 3);
    const blocks = [CUT_BLOCK, REQUEST_BLOCK];
    expect(asked).toEqual(new Set(who.flatMap((p) => blocks.map((block) => `${p} 2 ${block}`))));
  });

  test("of somebody who was not sealed, or for another permission, covers nothing", async () => {
    const cut = evidenceOf(honest.of).cutOf("0")!;
    const without = { ...cut, pseudonyms: PSEUDONYMS.slice(1) };
    expect(rulesOf(await audit(honest, { cutOf: () => without }))).toContain("dataset/member");
    const others = await audit(honest, { cutOf: () => ({ ...cut, permission: 4 }) });
    expect(rulesOf(others)).toEqual(["dataset/chain", "dataset/member"]);
  });
});

describe("an entry", () => {
  test("that nobody deposited, or that no batch anchors, is named", async () => {
    const deposited = [...evidenceOf(honest.of).deposited].filter(
      (one) => hashEntry(one.entry) !== entry,
    );
    const missing = await audit(honest, { deposited });
    expect(missing.findings).toMatchObject([
      { rule: "dataset/entry", reason: expect.stringContaining(entry) },
    ]);
    const waiting = await audit(honest, { anchoredIn: () => undefined });
    expect(waiting.findings).toHaveLength(6);
    expect(waiting.findings[0]!.reason).toContain("not anchored");
  });

  test("corrected before the cut is named; one corrected since is not", async () => {
    const correction = madePackage({
      who: 0,
      source: "site",
      collection: "visit",
      content: response({ weight: { valueInteger: 72 } }),
      more: { sequence: 2, replaces: entry, correction: 1 },
    });
    const later: Deposited = { ...correction.deposited, batch: word("bc") };
    const deposited = [...evidenceOf(honest.of).deposited, later];
    const at = (block: number) => (batch: string) => (batch === BATCH ? 30 : block);
    const before = await audit(honest, { deposited, anchoredIn: at(CUT_BLOCK - 1) });
    expect(before.findings).toMatchObject([{ rule: "dataset/superseded" }]);
    const since = await audit(honest, { deposited, anchoredIn: at(CUT_BLOCK) });
    expect(since.findings).toEqual([]);
  });
});
