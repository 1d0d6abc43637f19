import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  circuitIdOf,
  trialIdOf,
  type VersionTerms,
  ZERO_BYTES32,
} from "../../circuits/statement/trial/trial.ts";
import { parseTrialFile } from "../../circuits/statement/trial/trialFile.ts";
import type { TrialVersion } from "../../client/api/trial.ts";
import { emptyWorld } from "../../client/auditor/replay/capabilities.ts";
import type { Trial, World } from "../../client/auditor/replay/state.ts";
import { checkCriteriaText, checkToldCriteria } from "../../client/auditor/server/criteria.ts";
import type { Told } from "../../client/auditor/server/serverState.ts";
import {
  draftTrialDocument,
  type TrialDocument,
  termsOf,
  writeTrialDocument,
} from "../../client/trial/document.ts";
import { openDocument, sealDocument } from "../../client/trial/seal.ts";

const example = new URL("../../client/sponsor/examples/diabetes.json", import.meta.url);
const trial = parseTrialFile(JSON.parse(readFileSync(example, "utf8")));
const document = draftTrialDocument({ trial, today: 46_000 });
const siteSigners = Object.fromEntries(trial.sites.map(({ id }) => [id, `0x${"51".repeat(20)}`]));

/** A replayed world in which the board approved exactly these terms. */
function worldWith(terms: VersionTerms): World {
  const world = emptyWorld();
  const { protocolNumber } = trial;
  const trialId = trialIdOf(protocolNumber);
  const version = {
    ...{ number: 1, digest: "0x", publishedAt: 1, approvedAt: 2 },
    ...{ screeningVersion: 1, consentVersion: 1 },
    terms: { ...terms, circuit: circuitIdOf(terms.circuit) },
  };
  const known = { trialId, protocolNumber, versions: new Map([[1, version]]) };
  world.trials.set(trialId, known as unknown as Trial);
  return world;
}

const published = writeTrialDocument(document);
/** The check of a file that a sponsor opened. */
const checkText = (world: World, text: string, key?: string) =>
  checkCriteriaText(world, { name: "trial.json", published: text, key });
const openTerms = termsOf({ document, published, isSealed: false, siteSigners });

describe("criteria opened to the auditor", () => {
  test("that are the approved ones are rendered again from what they compile to", async () => {
    const found = await checkText(worldWith(openTerms), published);
    expect(found).toMatchObject({ opened: { version: 1, documentChecked: true } });
    const { opened } = found as Extract<typeof found, { opened: unknown }>;
    expect(opened.english).toContain("age at least 50 years");
    expect(opened.english).toContain(
      "May not take part: type 1 diabetes. Shown by: no type 1 diabetes on record",
    );
    expect(opened.coverage.proven).toBeGreaterThan(0);
  });

  test("say what is collected, and nothing of it where the document's hash was not compared", async () => {
    const collected = trial.collections ?? [];
    expect(collected.length).toBeGreaterThan(0);
    const found = await checkText(worldWith(openTerms), published);
    const { opened } = found as Extract<typeof found, { opened: unknown }>;
    expect(opened.collections.map(({ title }) => title)).toEqual(collected.map((one) => one.title));
    expect(opened.collections[0]?.words.join()).toContain(collected[0]!.why);
    // Sealed, and opened by its sponsor: nothing but the sealed file's hash binds what is collected.
    const sealedTerms = { ...openTerms, isSealed: true, documentHash: `0x${"77".repeat(32)}` };
    const bare = await checkText(worldWith(sealedTerms), published);
    expect(bare).toMatchObject({ opened: { documentChecked: false, collections: [] } });
  });

  test("that differ in a bound, a site or the consent form are named with what differs", async () => {
    const changed = (change: Partial<TrialDocument["trial"]>) => {
      const other = { ...document, trial: { ...trial, ...change } };
      return checkText(worldWith(openTerms), writeTrialDocument(other));
    };
    const form = { ...trial.consentForm, text: `${trial.consentForm.text} And more.` };
    expect(await changed({ consentForm: form })).toMatchObject({
      finding: { rule: "trial/criteria", reason: expect.stringContaining("consentFormHash") },
    });
    expect(await changed({ capacity: trial.capacity - 1 })).toMatchObject({
      finding: { reason: expect.stringContaining("capacity") },
    });
    const salted = { ...document, salt: `9${document.salt.slice(1)}` };
    const found = await checkText(worldWith(openTerms), writeTrialDocument(salted));
    expect(found).toMatchObject({ finding: { reason: expect.stringContaining("criteriaHashes") } });
  });

  test("of a trial that is not on the chain are named", async () => {
    const found = await checkText(emptyWorld(), published);
    expect(found).toMatchObject({ finding: { reason: expect.stringContaining("no such trial") } });
  });
});

describe("criteria that a server shows", () => {
  type Texts = TrialVersion["documents"];
  const told = (content: string, isSealed = false, change: Partial<Texts> = {}) => {
    const { protocolNumber } = trial;
    const text = { hash: "0x", mediaType: "application/json", content: "{}" };
    const others = { consentForm: text, attestations: text };
    const documents = { document: { ...text, content }, ...others, ...change };
    const versions = [{ version: 1, terms: { ...openTerms, isSealed }, documents }];
    const summary = { trialId: trialIdOf(protocolNumber), protocolNumber };
    return { trials: [{ summary, state: { versions }, opinions: [] }] } as unknown as Told;
  };
  const world = worldWith(openTerms);
  world.trials.get(trialIdOf(trial.protocolNumber))!.current = 1;

  test("are rendered when they are the approved ones, and named when not", async () => {
    expect(await checkToldCriteria(told(published), world)).toMatchObject([
      { opened: { version: 1 } },
    ]);
    const other = published.replace(/"capacity": \d+/, '"capacity": 1');
    expect(other).not.toBe(published);
    expect(await checkToldCriteria(told(other), world)).toMatchObject([{ finding: {} }]);
    expect(await checkToldCriteria(told("{}"), world)).toMatchObject([{ finding: {} }]);
  });

  test("are checked although the server says that they are sealed", async () => {
    expect(await checkToldCriteria(told("{}", true), world)).toMatchObject([
      { finding: { rule: "trial/criteria" } },
    ]);
  });

  test("are named when the server withholds them, unless there are none", async () => {
    const none = { document: null, consentForm: null, attestations: null };
    const hashes = [openTerms.documentHash, openTerms.consentFormHash, openTerms.attestationsHash];
    const said = await checkToldCriteria(told("", false, none), world);
    const names = ["document", "consentForm", "attestations"];
    const due = names.map((name, i) => {
      const where = `text (${name}) of version 1 of trial ${trial.protocolNumber}`;
      const reason = `${where}: told nothing, on the chain one with the hash ${hashes[i]}`;
      return { finding: { rule: "server/differs", reason } };
    });
    expect(said).toEqual(due);

    const bare = worldWith({ ...openTerms, attestationsHash: ZERO_BYTES32 });
    const shown = told(published, false, { attestations: null });
    expect(await checkToldCriteria(shown, bare)).toEqual([]);
  });

  test("are opened with the sponsor's key when they are sealed, and left alone without", async () => {
    const sealed = await sealDocument(published, "a passphrase for the test");
    const terms = termsOf({ document, published: sealed, isSealed: true, siteSigners });
    const approved = worldWith(terms);
    approved.trials.get(trialIdOf(trial.protocolNumber))!.current = 1;
    const check = (key?: string) => checkToldCriteria(told(sealed, true), approved, key);
    expect(await check()).toEqual([]);
    expect(await check("another passphrase")).toEqual([]);
    const withheld = told(sealed, false, { document: null });
    expect(await checkToldCriteria(withheld, approved)).toMatchObject([
      { finding: { reason: expect.stringContaining(terms.documentHash) } },
    ]);
    expect(await check("a passphrase for the test")).toMatchObject([
      { opened: { version: 1, documentChecked: true } },
    ]);
  });
});

describe("sealed criteria", () => {
  test("are checked from the sealed file with its key, or from the text, which is said", async () => {
    const sealed = await sealDocument(published, "a passphrase for the test");
    const terms = termsOf({ document, published: sealed, isSealed: true, siteSigners });
    const world = worldWith(terms);
    expect(await openDocument(sealed, "a passphrase for the test")).toBe(published);
    const whole = await checkText(world, sealed, "a passphrase for the test");
    expect(whole).toMatchObject({ opened: { documentChecked: true } });
    const text = await checkText(world, published);
    expect(text).toMatchObject({ opened: { documentChecked: false } });
    const resealed = await sealDocument(published, "a passphrase for the test");
    const other = await checkText(world, resealed, "a passphrase for the test");
    expect(other).toMatchObject({ finding: { reason: expect.stringContaining("documentHash") } });
  });
});
