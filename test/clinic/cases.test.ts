// Small charts on which a record once said what the chart does not (test/vectors/cases): each must give the verdicts,
// facts and completeness that a careful reader of the chart would.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compile } from "../../circuits/statement/criteria/compile.ts";
import {
  DOMAINS,
  type Domain,
  encodeCode,
  type System,
} from "../../circuits/statement/encoding/code.ts";
import { ONGOING, parseDay } from "../../circuits/statement/encoding/day.ts";
import { decodeQuantity, unpackFact } from "../../circuits/statement/encoding/fact.ts";
import { unitOf } from "../../circuits/statement/encoding/units.ts";
import { evaluateCriteria } from "../../circuits/witness/evaluate.ts";
import { ClinicError } from "../../client/clinic/problem.ts";
import { readSource } from "../../client/clinic/read/read.node.ts";
import { buildRecord, type Issued } from "../../client/clinic/record/issue.ts";

const CASES = "test/vectors/cases";

type Expectation = {
  readonly why: string;
  readonly asOf: string;
  readonly verdicts?: readonly { readonly criteria: unknown; readonly eligible: boolean }[];
  readonly mustBeComplete?: readonly Domain[];
  readonly mustNotBeComplete?: readonly Domain[];
  readonly mustHave?: readonly string[];
  readonly mustNotHave?: readonly string[];
};

const names = readdirSync(CASES, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".expect.json"))
  .map((file) => file.replace(".expect.json", ""))
  .sort();

/** The record of a case, with every domain declared complete; undefined when the input is refused by name. */
async function recordOf(name: string, asOf: string): Promise<Issued | undefined> {
  const folder = join(CASES, `${name}.input`);
  const source = await readSource(existsSync(folder) ? folder : join(CASES, `${name}.bundle.json`));
  return buildRecord({
    source,
    issuer: `0x${"c1".repeat(20)}`,
    issuedDay: parseDay(asOf),
    identityCommitment: 7n,
    identitySince: 0,
    completeFor: Object.keys(DOMAINS) as Domain[],
    coverageFromDay: 0,
  });
}

/** The stored values, in words, of a raw code in any of the systems that it can be written in. */
function valuesOf({ record }: Issued, domain: Domain, code: string): string[] {
  const systems: System[] = ["snomed", "icd10cm", "icd10", "icd10gm", "loinc", "rxnorm", "cvx"];
  const codes = systems.flatMap((system) => {
    try {
      return [encodeCode(domain, system, code)];
    } catch {
      return [];
    }
  });
  return record.facts
    .map(unpackFact)
    .filter((fact) => codes.includes(fact.code))
    .map(({ value }) => `${decodeQuantity(value)} ${unitOf(code)?.unit ?? ""}`.trim());
}

/** "observation 4548-4 = 7.2 %", or without a value. */
function holds(issued: Issued, wanted: string): boolean {
  const [what, value] = wanted.split(" = ");
  const [domain, code] = what!.split(" ") as [Domain, string];
  const values = valuesOf(issued, domain, code);
  return value === undefined ? values.length > 0 : values.includes(value);
}

describe("a chart's gaps never become a yes", () => {
  test("there are at least 49 cases", () => {
    expect(names.length).toBeGreaterThanOrEqual(49);
  });

  test.each(names)("%s", async (name) => {
    const expectation = JSON.parse(readFileSync(join(CASES, `${name}.expect.json`), "utf8"));
    const { asOf, why, ...wanted } = expectation as Expectation;
    let issued: Issued | undefined;
    try {
      issued = await recordOf(name, asOf);
    } catch (error) {
      // What is refused by name says nothing about anybody; only a case that wants nothing shown allows it.
      if (!(error instanceof ClinicError)) throw error;
      expect(wanted.mustNotHave, `refused: ${error.message}`).toBeDefined();
      expect(wanted.mustHave ?? wanted.mustBeComplete ?? wanted.verdicts).toBeUndefined();
      return;
    }
    for (const { criteria, eligible } of wanted.verdicts ?? []) {
      const compiled = compile(criteria, { salt: 1n << 130n, latestIdentitySince: ONGOING });
      const { record } = issued!;
      const verdict = evaluateCriteria({ compiled, record, asOf: parseDay(asOf) });
      expect(verdict.eligible, `${why}: ${JSON.stringify(criteria)}`).toBe(eligible);
    }
    const { completeFor } = issued!.record.header;
    for (const domain of wanted.mustBeComplete ?? []) expect(completeFor).toContain(domain);
    for (const domain of wanted.mustNotBeComplete ?? []) expect(completeFor).not.toContain(domain);
    for (const fact of wanted.mustHave ?? []) expect(holds(issued!, fact), fact).toBe(true);
    for (const fact of wanted.mustNotHave ?? []) expect(holds(issued!, fact), fact).toBe(false);
  });
});
