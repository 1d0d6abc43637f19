// What can be followed back: a participant takes along who used their data, and the recipient opens its packages again.
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { type ExchangeStage, TRIAL } from "./exchangeStage.ts";

const linesOf = (path: string) =>
  readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

/** Ann writes who asked, what was deposited and what she permits into a folder, as FHIR. */
export async function takesFhirAlong(stage: ExchangeStage): Promise<void> {
  const { ok, run, file, wallet } = stage;
  const access = ["patient", "access", TRIAL, ...wallet("ann"), "--exports"];
  const names = ["AuditEvent.ndjson", "Consent.ndjson", "Provenance.ndjson"];
  const { accesses, files } = await ok(...access, file("fhir"));
  expect(files.toSorted()).toEqual(names);
  expect(readdirSync(file("fhir")).sort()).toEqual(names);
  const [events, consents, provenances] = names.map((name) => linesOf(join(file("fhir"), name)));
  expect(events).toHaveLength(accesses.length);
  expect(events![0]).toMatchObject({ resourceType: "AuditEvent", outcomeDesc: "Interim look" });
  const given = consents![0].provision.action.map(
    ({ coding }: { coding: { code: string }[] }) => coding[0]!.code,
  );
  expect(given).toEqual(expect.arrayContaining(["participate", "futureResearch", "emergency"]));
  // A Provenance for each package, of whichever collection.
  const listed = await ok("patient", "data", TRIAL, ...wallet("ann"));
  expect(provenances).toHaveLength(listed.length);
  // Written anew at the next look, and said in words.
  const again = await run(...access, file("fhir"));
  expect(again.out).toContain(`Written into ${file("fhir")}: `);
  writeFileSync(file("taken"), "");
  const taken = await run(...access, file("taken"));
  expect([taken.code, taken.err]).toEqual([2, expect.stringContaining("exists already")]);
}

/** The sponsor's own folder opens what its dataset was made of: every value is compared with its package. */
export async function opensAgain(stage: ExchangeStage): Promise<void> {
  const { ok, run, file, rpc, url } = stage;
  const node = ["--rpc", rpc, "--deployment", file("deployment.json"), "--server", url];
  const audit = ["audit", "dataset", file("interim/dataset"), ...node, "--opened"];
  const { verdict, findings, checked } = await ok(...audit, file("interim"));
  expect([verdict, findings, checked.packages]).toEqual(["clean", [], 6]);
  // The dataset alone holds no keys; this is said before the chain is read.
  const dataset = await run(...audit, file("interim/dataset"));
  expect([dataset.code, dataset.err]).toEqual([2, expect.stringContaining("name with --opened")]);
  expect(dataset.err).not.toContain("Block ");
  // Without the shares nothing is opened, and it is not taken for more than it is.
  cpSync(file("interim"), file("shut"), { recursive: true });
  writeFileSync(file("shut/answers.jsonl"), "");
  const shut = await ok(...audit, file("shut"));
  expect([shut.checked.packages, shut.limits]).toEqual([
    ...[0, expect.arrayContaining([expect.stringContaining("6 packages were not opened again")])],
  ]);
}
