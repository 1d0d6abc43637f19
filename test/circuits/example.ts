// A person, a record and statements about it, for the circuits' tests.
import { readFileSync } from "node:fs";
import type {
  Kind,
  Leaf,
  Policy,
  Program,
  Size,
} from "../../circuits/statement/criteria/program.ts";
import { packProgram, SIZES } from "../../circuits/statement/criteria/program.ts";
import { encodeCode } from "../../circuits/statement/encoding/code.ts";
import { ONGOING, packAsOf, parseDay } from "../../circuits/statement/encoding/day.ts";
import {
  type Fact,
  MAX_VALUE,
  packFact,
  VALUE_OFFSET,
} from "../../circuits/statement/encoding/fact.ts";
import { type Field, toField } from "../../circuits/statement/encoding/field.ts";
import { identityCommitmentOf } from "../../circuits/statement/encoding/identity.ts";
import { hashLabel } from "../../circuits/statement/encoding/keccak.ts";
import {
  buildTree,
  pathOf,
  type RecordPath,
  registryLeafOf,
  rootOf,
} from "../../circuits/statement/encoding/tree.ts";
import { compileOnce } from "../../circuits/tools/compile.ts";
import { buildFiles } from "../../circuits/tools/paths.ts";
import { buildInputs, type Statement } from "../../circuits/witness/inputs.ts";
import { commitRecord, type Record } from "../../circuits/witness/record.ts";
import { type Calculator, createCalculator, type Inputs } from "./calculator.ts";

export const TODAY = parseDay("2026-11-21");
/** The secret of a person, and of nobody else. */
export const SECRET = hashLabel("a person of the circuit tests");
/** The clinic of all records here. */
export const CLINIC = `0x${"1c".repeat(20)}`;
export const HBA1C = encodeCode("observation", "loinc", "4548-4");
export const BIRTH = encodeCode("demographic", "loinc", "21112-8");
export const DIABETES = encodeCode("conditionLast", "snomed", "44054006");
export const CANCER = encodeCode("conditionLast", "concept", "12");

const EVERY_KIND: { readonly [kind in Kind]: true } = { any: true, latest: true, none: true };
/** All kinds of leaves. */
export const KINDS = Object.keys(EVERY_KIND) as Kind[];

/** A quantity as facts store it. */
export function quantity(tenThousandths: number): bigint {
  return VALUE_OFFSET + BigInt(tenThousandths);
}

export const FACTS: readonly Fact[] = [
  { code: BIRTH, day: parseDay("1970-05-05"), value: 19_700_505n },
  { code: DIABETES, day: ONGOING, value: 1n },
  { code: HBA1C, day: TODAY - 10, value: quantity(75_000) },
  { code: HBA1C, day: TODAY - 100, value: quantity(65_000) },
];

/** A record of the person, with the given facts in any order. */
export function recordOf(facts: readonly Fact[] = FACTS, header: Partial<Record["header"]> = {}) {
  const record: Record = {
    facts: facts.map(packFact).sort((a, b) => (a < b ? -1 : 1)),
    header: {
      issuer: CLINIC,
      issuedDay: TODAY - 3,
      coverageFromDay: TODAY - 4000,
      dictionaryVersion: 3,
      completeFor: ["observation", "conditionLast"],
      codedIn: ["atc", "icd10"],
      identitySince: 0,
      ...header,
    },
    blinding: (1n << 240n) + 12345n,
    identityCommitment: identityCommitmentOf(SECRET),
  };
  return record;
}

/** A leaf with the widest ranges, on one exact code. */
export function leafOn(code: bigint, leaf: Partial<Leaf> = {}): Leaf {
  return {
    kind: "any",
    codeLo: code,
    codeHi: code,
    valueLo: 0n,
    valueHi: MAX_VALUE,
    relative: false,
    near: 0,
    far: ONGOING,
    ...leaf,
  };
}

export const POLICY: Policy = {
  maxRecordAge: 30,
  minCoverage: 1827,
  minDictionaryVersion: 2,
  domains: ["conditionLast"],
  latestIdentitySince: 0,
  codedIn: ["icd10"],
};

export const LEAVES: readonly Leaf[] = [
  leafOn(HBA1C, { kind: "latest", valueLo: quantity(70_000), valueHi: quantity(90_000), far: 90 }),
  leafOn(BIRTH, { kind: "latest", valueLo: 500_000n, valueHi: 609_999n, relative: true }),
  leafOn(CANCER, { kind: "none", far: 1827 }),
  leafOn(DIABETES),
];

/** A program in which all leaves must hold, unless other gates are given. */
export function programOf(leaves: readonly Leaf[] = LEAVES, other: Partial<Program> = {}): Program {
  const all = leaves.map((_, i) => i);
  return {
    size: 8,
    leaves,
    gates: [{ threshold: leaves.length, leaves: all, gates: [] }],
    policy: POLICY,
    salt: (1n << 128n) + 99n,
    ...other,
  };
}

/** A policy's word, as a program with that policy gives it to the circuit. */
export function policyWord(policy: Policy): Field {
  return packProgram(programOf(LEAVES, { policy })).policy;
}

/** The path of a commitment in a small batch of a small registry. */
export function pathTo(commitment: bigint, issuer: string = CLINIC): RecordPath {
  const batch = buildTree([11n, 12n, 13n, commitment, 14n]);
  const leaf = registryLeafOf(rootOf(batch), issuer);
  return { batch: pathOf(batch, 3), registry: pathOf(buildTree([21n, 22n, leaf]), 2) };
}

/** An honest statement; parts may be replaced. */
export function statementOf(parts: Partial<Statement> = {}): Statement {
  const record = parts.record ?? recordOf();
  return {
    program: programOf(),
    record,
    identitySecret: SECRET,
    path: pathTo(commitRecord(record), record.header.issuer),
    scope: toField(77n),
    message: toField(88n),
    asOf: packAsOf(TODAY),
    ...parts,
  };
}

const calculators = new Map<Size, Promise<Calculator>>();

/** The circuit of a size, compiled if its sources are newer than circuits/build. */
export function calculatorOf(size: Size): Promise<Calculator> {
  const known = calculators.get(size);
  if (known) return known;
  const { circuit } = SIZES[size];
  compileOnce(circuit);
  const calculator = createCalculator(readFileSync(buildFiles(circuit).wasm));
  calculators.set(size, calculator);
  return calculator;
}

/** True when the circuit accepts the inputs, false when a constraint fails. */
export async function accepts(inputs: Inputs, size: Size = 8): Promise<boolean> {
  return (await calculatorOf(size)).accepts(inputs);
}

/** Does the circuit accept what the wallet would claim of this record on this day? */
export function witnessHolds({
  program,
  record,
  asOf,
}: {
  program: Program;
  record: Record;
  asOf: Field;
}): Promise<boolean> {
  return accepts(buildInputs(statementOf({ program, record, asOf })), program.size);
}
