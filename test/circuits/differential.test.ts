// Evaluator, wallet and circuit have one meaning: random programs and records near each other's edges.
import { expect, test } from "vitest";
import type { Compiled } from "../../circuits/statement/criteria/compile.ts";
import {
  type Gate,
  type Leaf,
  type Program,
  packCodes,
  packParameters,
  SIZES,
} from "../../circuits/statement/criteria/program.ts";
import { encodeCode } from "../../circuits/statement/encoding/code.ts";
import { ONGOING, packAsOf, ymdOfDay } from "../../circuits/statement/encoding/day.ts";
import { type Fact, packFact, UNUSABLE } from "../../circuits/statement/encoding/fact.ts";
import type { Header } from "../../circuits/statement/encoding/header.ts";
import { evaluateCriteria } from "../../circuits/witness/evaluate.ts";
import { buildClaimedInputs, splitAsOf } from "../../circuits/witness/inputs.ts";
import { findClaims } from "../../circuits/witness/opening.ts";
import {
  accepts,
  KINDS,
  leafOn,
  POLICY,
  programOf,
  recordOf,
  statementOf,
  TODAY,
  witnessHolds,
} from "./example.ts";
import { between, pick, type Random, seeded } from "./random.ts";

const CASES = Number(process.env.DIFFERENTIAL_CASES ?? 150);
const AS_OF = packAsOf(TODAY);
/** Few codes, so that leaves and facts meet. */
const codeOf = (n: number) => encodeCode("conditionLast", "snomed", String(100 + n));

function randomFacts(random: Random): Fact[] {
  const facts = Array.from({ length: between(random, 0, 60) }, (): Fact => {
    const day = pick(random, [TODAY - between(random, 3, 9), TODAY - 3, ONGOING, 0]);
    const value = pick(random, [BigInt(between(random, 9, 15)), 12n, UNUSABLE]);
    return { code: codeOf(between(random, 0, 9)), day, value };
  });
  const seen = new Map(facts.map((fact) => [packFact(fact), fact]));
  return [...seen.values()];
}

function randomLeaf(random: Random): Leaf {
  const kind = pick(random, KINDS);
  const exact = kind === "latest" || random() < 0.6;
  const codeLo = codeOf(between(random, 0, 9));
  const codeHi = exact ? codeLo : codeLo + BigInt(between(random, 1, 3));
  if (kind === "none") {
    return leafOn(codeLo, { kind, codeHi, far: exact ? between(random, 3, 8) : ONGOING });
  }
  const far = pick(random, [ONGOING, between(random, 4, 9)]);
  const near = random() < 0.3 ? between(random, 1, Math.min(far, 6)) : 0;
  const valueLo = BigInt(between(random, 9, 12));
  const valueHi = valueLo + BigInt(between(random, 0, 4));
  return leafOn(codeLo, { kind, codeHi, far, near, valueLo, valueHi });
}

function randomProgram(random: Random) {
  const all = Array.from({ length: between(random, 1, 8) }, () => randomLeaf(random));
  const wordsOf = (leaf: Leaf) => `${packCodes(leaf)} ${packParameters(leaf)}`;
  const leaves = all.filter(
    (leaf, i) => all.findIndex((other) => wordsOf(other) === wordsOf(leaf)) === i,
  );
  const gates = Array.from({ length: between(random, 1, 4) }, (_, index): Gate => {
    const inputs = leaves.map((_, l) => l).filter(() => random() < 0.6);
    const earlier = Array.from({ length: index }, (_, g) => g).filter(() => random() < 0.7);
    if (inputs.length + earlier.length === 0) inputs.push(0);
    const most = inputs.length + earlier.length;
    return { threshold: between(random, 1, Math.ceil(most / 2)), leaves: inputs, gates: earlier };
  });
  return programOf(leaves, { gates });
}

/** Now and then a header that just misses the policy. */
function randomHeader(random: Random): Partial<Header> {
  return pick<Partial<Header>>(random, [
    {},
    {},
    {},
    { issuedDay: TODAY - POLICY.maxRecordAge - between(random, 0, 1), coverageFromDay: 0 },
    { coverageFromDay: TODAY - POLICY.minCoverage + between(random, 0, 1) },
    { identitySince: between(random, 0, 1) },
    { codedIn: pick(random, [[], ["icd10"], ["icd10cm", "atc"]]) },
  ]);
}

/** A leaf's meaning over all facts, without pairs, sorting or openings. */
function holdsOf(leaf: Leaf, facts: readonly Fact[]): boolean {
  const inRange = facts.filter(({ code }) => code >= leaf.codeLo && code <= leaf.codeHi);
  if (leaf.kind === "none") {
    return !inRange.some(({ day }) => leaf.far === ONGOING || day >= TODAY - leaf.far);
  }
  const hits = (fact: Fact) =>
    fact.value >= leaf.valueLo &&
    fact.value <= leaf.valueHi &&
    fact.day >= TODAY - leaf.far &&
    (leaf.near === 0 || fact.day <= TODAY - leaf.near);
  if (leaf.kind === "any") return inRange.some(hits);
  const newest = Math.max(...inRange.map(({ day }) => day));
  // Of one day only one value is ever stored; here the lower one comes first, as packed.
  const [first] = inRange
    .filter(({ day }) => day === newest)
    .sort((a, b) => Number(a.value - b.value));
  return first !== undefined && hits(first);
}

/** What compiles to this program alone. */
function compiledOf(program: Program): Compiled {
  return {
    programs: [program],
    circuit: SIZES[program.size].circuit,
    ...{ criteria: [], attestations: [], warnings: [], english: "", reviewed: "" },
    coverage: { criteria: 0, proven: 0, partly: 0, attested: 0, byPatient: 0, bySite: 0 },
  };
}

/** The page and slot of a fact: pages hold 15, behind a slot that repeats the one before. */
function placeOf(i: number) {
  return { page: Math.floor(i / 15), slot: 1 + (i % 15) };
}

test("random records are eligible for all three or for none of them", async () => {
  const random = seeded(2026);
  const verdicts = { true: 0, false: 0 };
  for (let i = 0; i < CASES; i++) {
    const facts = randomFacts(random);
    const program = randomProgram(random);
    const record = recordOf(facts, randomHeader(random));
    const compiled = compiledOf(program);
    const verdict = evaluateCriteria({ compiled, record, asOf: TODAY }).parts[0]!;
    const claims = findClaims(program, record, splitAsOf(AS_OF));
    const expected = program.leaves.map((leaf) => holdsOf(leaf, facts));
    expect(claims.leaves.map((opening) => opening !== undefined)).toEqual(expected);
    expect(verdict.leaves.map(({ holds }) => holds)).toEqual(expected);
    const held = await witnessHolds({ program, record, asOf: AS_OF });
    expect(held, `case ${i}`).toBe(verdict.eligible);
    verdicts[`${held}`]++;
  }
  expect(Math.min(verdicts.true, verdicts.false)).toBeGreaterThan(CASES / 10);
}, 600_000);

test("no false leaf can be claimed with any opening of the record", async () => {
  const random = seeded(1121);
  let attempts = 0;
  while (attempts < CASES) {
    const facts = randomFacts(random).slice(0, 20);
    const record = recordOf(facts);
    const leaf = randomLeaf(random);
    if (holdsOf(leaf, facts)) continue;
    const statement = statementOf({ record, program: programOf([leaf]) });
    // Around the range's beginning, where an absence or a newest fact would have to be shown.
    const first = record.facts.findIndex((fact) => fact >> 55n >= leaf.codeLo);
    const at = Math.max(0, (first < 0 ? record.facts.length : first) + between(random, -1, 1));
    const past = leaf.kind === "none" && random() < 0.5;
    const opening = { ...placeOf(Math.min(at, record.facts.length)), past };
    const forged = buildClaimedInputs(statement, { leaves: [opening], gates: [true] });
    expect(await accepts(forged), `attempt ${attempts}`).toBe(false);
    attempts++;
  }
  expect(ymdOfDay(TODAY)).toBe(20_261_121);
}, 600_000);
