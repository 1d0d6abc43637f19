// Who holds the keys of a trial stands in its document, and its terms follow from that.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { numbered } from "../../circuits/statement/trial/struct.ts";
import { VERSION_TERMS, versionDigest } from "../../circuits/statement/trial/trial.ts";
import { parseTrialFile } from "../../circuits/statement/trial/trialFile.ts";
import type { Actor } from "../../client/actor/actor.ts";
import { amendTrial, prepareTrial, publishTrial } from "../../client/sponsor/publish.ts";
import {
  type Custodians,
  draftTrialDocument,
  readCustodians,
  readTrialDocument,
  termsOf,
  writeTrialDocument,
} from "../../client/trial/document.ts";
import { trialOf } from "./published.ts";

const account = (n: number) => `0x${n.toString(16).padStart(40, "0")}`;
const accounts = (count: number) => Array.from({ length: count }, (_, i) => account(i + 1));
const exampleTrial = (name: string) => {
  const url = new URL(`../../client/sponsor/examples/${name}.json`, import.meta.url);
  return parseTrialFile(JSON.parse(readFileSync(url, "utf8")));
};
const trial = trialOf();
const SIGNERS = { 1: account(0x51), 2: account(0x52) };

const documentOf = (custodians?: Custodians) =>
  draftTrialDocument({ trial, today: 46_000, custodians });
const termsFor = (custodians?: Custodians) => {
  const document = documentOf(custodians);
  const published = writeTrialDocument(document);
  return termsOf({ document, published, isSealed: false, siteSigners: SIGNERS });
};

describe("a document's custodians", () => {
  test("become terms, in the chain's order whatever theirs is", () => {
    const members = [account(0xb), account(0xa), account(9)];
    const { custodians, custodianThreshold } = termsFor({ threshold: 2, members });
    expect({ custodians, custodianThreshold }).toEqual({
      custodians: [account(9), account(0xa), account(0xb)],
      custodianThreshold: 2,
    });
  });

  test("are none when nobody is named", () => {
    const { custodians, custodianThreshold } = termsFor();
    expect([custodians, custodianThreshold]).toEqual([[], 0]);
    const document = documentOf();
    expect(readTrialDocument(writeTrialDocument(document))).toEqual(document);
    expect("custodians" in document).toBe(false);
  });

  test("survive the document's text", () => {
    const custodians = { threshold: 3, members: accounts(7) };
    const document = documentOf(custodians);
    expect(readTrialDocument(writeTrialDocument(document))).toEqual(document);
    expect(document.custodians).toEqual(custodians);
  });

  const wrong: [what: string, of: Custodians, says: RegExp][] = [
    ["one alone", { threshold: 2, members: accounts(1) }, /members/],
    ["more than seven", { threshold: 2, members: accounts(8) }, /members/],
    ["a threshold of one", { threshold: 1, members: accounts(3) }, /threshold/],
    ["a threshold above all", { threshold: 4, members: accounts(3) }, /threshold: more than/],
    ["half a threshold", { threshold: 2.5, members: accounts(3) }, /threshold/],
    ["one twice", { threshold: 2, members: [account(1), account(1)] }, /twice/],
    ["nobody", { threshold: 2, members: [account(0), account(1)] }, /members.0: not an account/],
    ["no account", { threshold: 2, members: [account(1), "0xzz"] }, /members.1: not an account/],
    [
      "an account with a typing error",
      { threshold: 2, members: [account(1), "0x90F79bf6EB2c4f870365E785982E1f101E93b907"] },
      /members.1: not an account/,
    ],
  ];
  test.each(wrong)("are refused, naming what is wrong: %s", (_, of, says) => {
    expect(() => readCustodians(of)).toThrow(RangeError);
    expect(() => readCustodians(of)).toThrow(says);
    expect(() => documentOf(of)).toThrow(says);
    const text = writeTrialDocument({ ...documentOf(), custodians: of });
    expect(() => readTrialDocument(text)).toThrow(/trial document: custodians/);
  });

  test("are twice the same account in another spelling, too", () => {
    const mixed = "0x90F79bf6EB2c4f870365E785982E1f101E93b906";
    const of = { threshold: 2, members: [mixed, mixed.toLowerCase()] };
    expect(() => readCustodians(of)).toThrow(/twice/);
  });
});

describe("logged terms", () => {
  test("keep lists of accounts and wide numbers, and read short numbers", () => {
    const { circuit: _, ...terms } = termsFor({ threshold: 2, members: accounts(2) });
    const logged = JSON.parse(
      JSON.stringify(terms, (_key, value) =>
        typeof value === "bigint" || typeof value === "number" ? value.toString() : value,
      ),
    );
    const read = numbered(VERSION_TERMS, { ...logged, circuit: "0x" });
    expect(read.custodians).toEqual(accounts(2));
    expect(read.custodianThreshold).toBe(2);
    expect(read.criteriaHashes).toEqual(terms.criteriaHashes.map(String));
    expect(read.sites.map(({ siteId }) => siteId)).toEqual([1, 2]);
  });
});

describe("publishing", () => {
  /** A sponsor whose server takes note of everything that is sent. */
  function sponsor(accredited: readonly string[]) {
    const sent: string[] = [];
    const noted = (name: string) => async () => void sent.push(name);
    const holder = (at: string) => ({ account: at, role: "custodian", active: true });
    const ended = { account: account(99), role: "custodian", active: false };
    const clinic = { account: account(98), role: "clinic", active: true };
    const api = {
      trials: async () => [],
      publicState: async () => ({ versions: [], participants: [], currentVersion: 0 }),
      accreditations: async () => [...accredited.map(holder), ended, clinic],
      deployment: async () => ({ chainTime: 1_900_000_000 }),
      uploadDocument: noted("document"),
      submit: noted("call"),
    };
    const deployment = { chainId: 31_337, contracts: { TrialRegistry: account(0x55) } };
    const actor = { address: account(0x5a), api, deployment } as unknown as Actor;
    return { actor, sent };
  }
  const collecting = exampleTrial("diabetes");
  const siteSigners = Object.fromEntries(collecting.sites.map(({ id }) => [id, account(id + 80)]));
  const board = account(0xb0);
  const both = [
    ["a first version", (actor: Actor, of: object) => publishTrial(actor, { ...of, ...rest })],
    ["an amendment", (actor: Actor, of: object) => amendTrial(actor, { ...of, ...rest })],
  ] as const;
  const rest = { trial: collecting, siteSigners, board };

  test.each(both)("%s that collects data without custodians sends nothing", async (_, publish) => {
    const { actor, sent } = sponsor(accounts(3));
    await expect(publish(actor, {})).rejects.toMatchObject({
      code: "CustodiansMissing",
      details: { collections: collecting.collections!.length },
    });
    expect(sent).toEqual([]);
  });

  test.each(both)("%s names nobody who is no custodian", async (_, publish) => {
    const { actor, sent } = sponsor(accounts(2));
    for (const other of [account(3), account(98), account(99)]) {
      const custodians = { threshold: 2, members: [...accounts(2), other] };
      await expect(publish(actor, { custodians })).rejects.toMatchObject({
        code: "NotAccredited",
        details: { account: other, role: "custodian" },
      });
    }
    expect(sent).toEqual([]);
  });

  test("a prepared version's terms and digest name its custodians", async () => {
    const { actor } = sponsor(accounts(3));
    const of = (threshold: number) =>
      prepareTrial(actor, { ...rest, custodians: { threshold, members: accounts(3) } });
    const [two, three] = [await of(2), await of(3)];
    expect(two.terms).toMatchObject({ custodians: accounts(3), custodianThreshold: 2 });
    expect(two.document.custodians).toEqual({ threshold: 2, members: accounts(3) });
    const at = { chainId: 31_337, trialRegistry: account(0x55), trialId: two.trialId, version: 1 };
    expect(two.digest).toBe(versionDigest({ ...at, terms: two.terms }));
    expect(two.digest).not.toBe(
      versionDigest({ ...at, terms: { ...two.terms, custodianThreshold: 3 } }),
    );
    expect(three.terms.custodianThreshold).toBe(3);
  });
});
