// `cohort journey` for a trial that collects data: custodians that are named, that do not answer, that nobody names.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { releaseProver } from "../../circuits/witness/prove.ts";
import { connect } from "../../client/api/api.ts";
import { type ExchangeStage, openExchangeStage, TRIAL } from "./exchangeStage.ts";

/** Nobody listens there. */
const NOBODY = "http://127.0.0.1:9";

let stage: ExchangeStage;
let urls: string[];

vi.setConfig({ testTimeout: 300_000 });

beforeAll(async () => {
  stage = await openExchangeStage();
  const { file } = stage;
  const home = JSON.parse(readFileSync(file("cohort.json"), "utf8"));
  Object.assign(home.keys, {
    "clinic-2": `0x${"c2".repeat(32)}`,
    "site-2": `0x${"c3".repeat(32)}`,
  });
  writeFileSync(file("cohort.json"), JSON.stringify(home));
  // The accounts stay, and where they answer has to be named.
  const { custodians, ...endpoint } = JSON.parse(readFileSync(file("endpoint.json"), "utf8"));
  urls = custodians;
  writeFileSync(file("endpoint.json"), JSON.stringify(endpoint));
  mkdirSync(file("bundles"));
  copyFileSync(file("ann.fhir.json"), file("bundles/ann.json"));
}, 240_000);

afterAll(async () => {
  await stage?.stop();
  await releaseProver();
});

const journey = () => ["journey", stage.file("bundles"), "--trial", stage.file("collecting.json")];
const named = (those: readonly string[]) => those.flatMap((url) => ["--custodian", url]);

it("begins nothing when no custodian is named, or one of them does not answer", async () => {
  const { run, url } = stage;
  const none = await run(...journey());
  expect([none.code, none.err]).toEqual([2, expect.stringContaining("--custodian <url>")]);
  const away = await run(...journey(), ...named([NOBODY, ...urls.slice(1)]));
  expect([away.code, away.err]).toEqual([2, expect.stringContaining("Not reached: custodian-1.")]);
  expect(away.err).toContain(`${NOBODY} does not answer`);
  expect(await connect({ url }).trials()).toEqual([]);
});

it("asks those that are named, so that everybody who arrives has a tag", async () => {
  const { ok, url } = stage;
  const { funnel } = await ok(...journey(), ...named(urls));
  expect(funnel).toMatchObject({ assessed: 1, enrolled: 1, onStudy: 1 });
  const events = await connect({ url }).trialEvents(TRIAL);
  expect(events.filter(({ name }) => name === "PersonTagged")).toHaveLength(1);
});
