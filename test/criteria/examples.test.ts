// The example trials, and the patients that the diabetes one recruits among Synthea's of 2021.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Compiled, compile } from "../../circuits/statement/criteria/compile.ts";
import { DOMAINS, type Domain } from "../../circuits/statement/encoding/code.ts";
import { parseDay } from "../../circuits/statement/encoding/day.ts";
import { isProtocolNumber } from "../../circuits/statement/trial/trial.ts";
import { parseTrialFile } from "../../circuits/statement/trial/trialFile.ts";
import { evaluateCriteria } from "../../circuits/witness/evaluate.ts";
import { readSource } from "../../client/clinic/read/read.node.ts";
import { buildRecord } from "../../client/clinic/record/issue.ts";

const folder = new URL("../../client/sponsor/examples/", import.meta.url);
const synthea = new URL("../../../shared/fhir/synthea/", import.meta.url);
const AS_OF = parseDay("2021-04-01");
const options = { salt: 1n << 130n, latestIdentitySince: AS_OF };

const NAMES = readdirSync(folder).filter((name) => name.endsWith(".json"));

const readExample = (name: string) =>
  parseTrialFile(JSON.parse(readFileSync(new URL(name, folder), "utf8")));

function example(name: string) {
  const trial = readExample(name);
  return { trial, compiled: compile(trial.criteria, options) };
}

describe("example trials", () => {
  it.each([
    ["diabetes.json", "eligibility-32"],
    ["heart-failure.json", "eligibility-32"],
    ["colorectal-cancer.json", "eligibility-32"],
    ["lung-cancer.json", "eligibility-32"],
    ["preserved-heart-failure.json", "eligibility-32"],
    ["diabetic-kidney-disease.json", "eligibility-32"],
    ["alzheimers-disease.json", "eligibility-32", 3],
    ["vaccine-registry.json", "eligibility-8"],
  ])("%s compiles for %s without warnings", (name, circuit, parts = 1) => {
    const { compiled, trial } = example(name);
    expect(compiled.circuit).toBe(circuit);
    expect(compiled.programs).toHaveLength(parts);
    expect(compiled.warnings).toEqual([]);
    expect(trial.sources?.length).toBeGreaterThan(0);
  });

  it("hold 20 to 40 criteria each, most of them proven, except for the small and the long one", () => {
    const names = NAMES.filter((name) => !/^(vaccine|alzheimers)/.test(name));
    expect(names).toHaveLength(6);
    for (const name of names) {
      const { criteria, proven } = example(name).compiled.coverage;
      expect(criteria, name).toBeGreaterThanOrEqual(20);
      expect(criteria, name).toBeLessThanOrEqual(40);
      expect(proven / criteria, name).toBeGreaterThan(0.5);
    }
  });

  it("say which document the sites check, and have numbers as the chain takes them", () => {
    for (const name of NAMES) {
      const { identityDocument, protocolNumber } = readExample(name);
      expect(identityDocument, name).toBe("National patient number");
      expect(isProtocolNumber(protocolNumber), name).toBe(true);
    }
  });

  it("number every criterion once", () => {
    for (const name of NAMES) {
      const { inclusion, exclusion } = readExample(name).criteria;
      const ids = [...inclusion, ...exclusion].map(({ id }) => id);
      expect(new Set(ids).size, name).toBe(ids.length);
      expect(ids, name).not.toContain(undefined);
    }
  });
});

if (!existsSync(synthea)) {
  console.info("the Synthea bundles are not here: their eligibility is not tested");
}

describe.skipIf(!existsSync(synthea))("Synthea's patients in the diabetes trial", () => {
  it("are eligible as the criteria say, a few of a hundred", async () => {
    const { compiled } = example("diabetes.json");
    const verdicts = [];
    for (const file of readdirSync(synthea)) {
      verdicts.push(await verdictOf(new URL(file, synthea).pathname, compiled));
    }
    expect(verdicts).toHaveLength(100);
    const eligible = verdicts.filter((verdict) => verdict.eligible);
    expect(eligible).toHaveLength(5);
    for (const { criteria } of eligible) {
      expect(criteria.filter(({ holds }) => holds === false)).toEqual([]);
    }
    const refused = verdicts.filter((verdict) => !verdict.eligible);
    for (const { criteria, parts } of refused) {
      const isMet = parts.every(({ policy }) => policy.holds);
      expect(criteria.some(({ holds }) => holds === false) || !isMet).toBe(true);
    }
  });
});

async function verdictOf(path: string, compiled: Compiled) {
  const { record } = buildRecord({
    source: await readSource(path),
    issuer: "0x00000000000000000000000000000000000000aa",
    issuedDay: AS_OF,
    identityCommitment: 5n,
    identitySince: 0,
    completeFor: Object.keys(DOMAINS) as Domain[],
  });
  return evaluateCriteria({ compiled, record, asOf: AS_OF });
}
