// Honest statements that leave different things unclaimed, empty or zero, and one that uses everything
// and stands on the edge of all it can. Shared by the tests that change wires, and those that change sources.

import type { Gate, Leaf, Program, Size } from "../../circuits/statement/criteria/program.ts";
import { SIZES } from "../../circuits/statement/criteria/program.ts";
import { encodeCode } from "../../circuits/statement/encoding/code.ts";
import { ONGOING, packAsOf, parseDay } from "../../circuits/statement/encoding/day.ts";
import { type Fact, MAX_VALUE } from "../../circuits/statement/encoding/fact.ts";
import {
  MAX_BATCH_LEVELS,
  MAX_REGISTRY_LEVELS,
  type Path,
  type RecordPath,
} from "../../circuits/statement/encoding/tree.ts";
import {
  buildClaimedInputs,
  type CircuitInputs,
  type Statement,
  splitAsOf,
} from "../../circuits/witness/inputs.ts";
import { type Claims, findClaims } from "../../circuits/witness/opening.ts";
import {
  BIRTH,
  CANCER,
  DIABETES,
  FACTS,
  HBA1C,
  LEAVES,
  leafOn,
  POLICY,
  programOf,
  quantity,
  recordOf,
  statementOf,
  TODAY,
} from "./example.ts";

export type Honest = {
  readonly what: string;
  readonly statement: Statement;
  readonly claims: Claims;
  readonly inputs: CircuitInputs;
};

/** The only record of its batch, and the only batch of the registry. */
const ALONE: RecordPath = {
  batch: { index: 0, siblings: [] },
  registry: { index: 0, siblings: [] },
};

/** As many levels as the circuit has, left and right. */
const FULL_PATH: RecordPath = {
  batch: pathOfLevels(0b0011_1010_0110, MAX_BATCH_LEVELS),
  registry: pathOfLevels(0b1010_0110_1001_1101, MAX_REGISTRY_LEVELS),
};

function pathOfLevels(index: number, levels: number): Path {
  return { index, siblings: Array.from({ length: levels }, (_, i) => 1000n + BigInt(i)) };
}

/** A statement with the wallet's claims, or with given ones. */
export function honest(what: string, statement: Statement, claimed?: Claims): Honest {
  const { program, record, asOf } = statement;
  const claims = claimed ?? findClaims(program, record, splitAsOf(asOf));
  return { what, statement, claims, inputs: buildClaimedInputs(statement, claims) };
}

/** Statements of a size, the simplest things left out one by one. */
export function statementsOf(size: Size): readonly Honest[] {
  const program = programOf(LEAVES, { size });
  const one = programOf([leafOn(HBA1C)], { size });
  const either = programOf([leafOn(CANCER), leafOn(DIABETES), leafOn(CANCER, { kind: "none" })], {
    size,
    gates: [{ threshold: 1, leaves: [0, 1, 2], gates: [] }],
  });
  return [
    honest("all leaves claimed", statementOf({ program })),
    honest("one leaf claimed", statementOf({ program: one })),
    honest("leaves that do not hold", statementOf({ program: either })),
    honest("leaves that hold but are not claimed", statementOf({ program: either }), {
      leaves: [undefined, { page: 0, slot: 2, past: false }],
      gates: [true],
    }),
    honest(
      "an empty record",
      statementOf({
        record: recordOf([]),
        program: programOf([leafOn(CANCER, { kind: "none" })], { size }),
        path: ALONE,
      }),
    ),
  ];
}

/** Every leaf and every gate of a size in use: gate i needs all leaves and all gates before it. */
export function fullProgram(size: Size): Program {
  const { leaves, gates } = SIZES[size];
  const full = Array.from({ length: leaves }, (_, i) =>
    leafOn(HBA1C, { far: 60 + i, kind: i % 2 ? "latest" : "any" }),
  );
  const all = full.map((_, i) => i);
  const chain = Array.from({ length: gates }, (_, i) => ({
    threshold: leaves + i,
    leaves: all,
    gates: Array.from({ length: i }, (_, g) => g),
  }));
  return programOf(full, { size, gates: chain });
}

const OTHER = HBA1C + 100n;
const MANY: readonly Fact[] = Array.from({ length: 40 }, (_, i) => ({
  code: HBA1C + 10n + BigInt(i),
  day: TODAY - 20 - i,
  value: quantity(1_000 * i),
}));
const EDGE_LEAVES: readonly Leaf[] = [
  leafOn(HBA1C, {
    kind: "latest",
    ...{ valueLo: quantity(75_000), valueHi: quantity(75_000), near: 10, far: 10 },
  }),
  // 56 years and 616 as yyyymmdd, counted back from the day of the statement.
  leafOn(BIRTH, { kind: "latest", valueLo: 560_616n, valueHi: 560_616n, relative: true }),
  leafOn(CANCER, { kind: "none", far: 1827 }),
  leafOn(DIABETES),
  // The one fact of this code is just older than the window.
  leafOn(OTHER, { kind: "none", far: 49 }),
  leafOn(HBA1C + 50n, { kind: "none", codeHi: HBA1C + 99n, far: ONGOING }),
  leafOn(HBA1C + 30n, {
    codeHi: HBA1C + 31n,
    ...{ valueLo: quantity(21_000), valueHi: quantity(21_000), near: 41, far: 41 },
  }),
  leafOn(OTHER + 5n),
];
const EDGE_GATES: readonly Gate[] = [
  { threshold: 2, leaves: [0, 1], gates: [] },
  { threshold: 1, leaves: [7, 6], gates: [] },
  { threshold: 3, leaves: [2, 3, 7], gates: [0] },
  { threshold: 2, leaves: [7], gates: [0, 1] },
  { threshold: 3, leaves: [4, 5], gates: [2] },
  { threshold: 4, leaves: [7, 5], gates: [0, 3, 4] },
];

/**
 * Facts on four pages, ranges of one value and windows of one day, a policy that nothing exceeds, a deep path:
 * whatever is made a little stricter here no longer holds.
 */
export function edgeStatement(size: Size): Statement {
  const older = { code: OTHER, day: TODAY - 50, value: 1n };
  const record = recordOf([...FACTS, ...MANY, older], {
    identitySince: parseDay("2024-02-29"),
    completeFor: ["observation", "conditionLast", "conditionStart"],
    codedIn: ["icd10gm", "atc"],
  });
  return statementOf({
    record,
    program: programOf(EDGE_LEAVES, {
      ...{ size, gates: EDGE_GATES },
      policy: {
        ...POLICY,
        ...{ maxRecordAge: 3, minCoverage: 4000, minDictionaryVersion: 3 },
        ...{ domains: ["observation", "conditionLast", "conditionStart"] },
        latestIdentitySince: parseDay("2024-02-29"),
        codedIn: ["icd10gm", "atc"],
      },
    }),
    path: FULL_PATH,
    asOf: packAsOf(TODAY),
  });
}

/** A code of the highest domain and one of the lowest: as far apart as codes can be. */
const HIGHEST = encodeCode("allergyLast", "concept", "9999");
const LOWEST = encodeCode("demographic", "concept", "1");
const EVERY_CODE = { codeLo: 1n, codeHi: (1n << 68n) - 2n };

/**
 * Statements whose differences need every bit of their comparisons: days, versions, codes and values that lie as far
 * apart as they can. Two, since a record cannot be both very old and very long.
 */
export function wideStatements(size: Size): readonly Statement[] {
  const last = ONGOING - 1;
  const facts: readonly Fact[] = [
    { code: LOWEST, day: 1, value: 0n },
    { code: HIGHEST, day: 1, value: MAX_VALUE },
  ];
  const on = (code: bigint, value: bigint) =>
    leafOn(code, { ...EVERY_CODE, valueLo: value, valueHi: value, near: 1 });
  const program = programOf(
    [
      on(LOWEST, 0n),
      on(HIGHEST, MAX_VALUE),
      leafOn(LOWEST, { near: 1 }),
      leafOn(CANCER, { kind: "none" }),
      leafOn(HIGHEST, { kind: "none", far: 2 }),
    ],
    {
      size,
      policy: {
        ...{ maxRecordAge: ONGOING, minCoverage: 0, minDictionaryVersion: 0, domains: [] },
        latestIdentitySince: last,
        codedIn: [],
      },
    },
  );
  const headers = [
    { issuedDay: last - 2 ** 16, coverageFromDay: 0 },
    { issuedDay: last, coverageFromDay: 0 },
  ];
  const asOf = packAsOf(last);
  return headers.map((header) => {
    const record = recordOf(facts, { ...header, dictionaryVersion: 2 ** 16 - 1 });
    return statementOf({ record, program, asOf });
  });
}
