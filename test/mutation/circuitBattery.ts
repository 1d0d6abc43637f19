// What a mutant of the circuits is tried on: honest statements, and inputs that a circuit must refuse. For one
// template alone, the inputs that it has in those.
import { ONGOING } from "../../circuits/statement/day.ts";
import { MAX_VALUE } from "../../circuits/statement/fact.ts";
import { SUBGROUP_ORDER } from "../../circuits/statement/field.ts";
import { hash } from "../../circuits/statement/hash.ts";
import type { Leaf, Policy } from "../../circuits/statement/program.ts";
import { listSignals } from "../../circuits/statement/signals.ts";
import {
  buildClaimedInputs,
  type CircuitInputs,
  splitAsOf,
} from "../../circuits/witness/inputs.ts";
import { findClaims } from "../../circuits/witness/opening.ts";
import { signalsOf } from "../../circuits/witness/prove.ts";
import type { Inputs } from "../circuits/calculator.ts";
import { PERSON, recordOf, statementOf, TODAY } from "../circuits/example.ts";
import {
  edgeStatement,
  fullProgram,
  type Honest,
  honest,
  statementsOf,
  wideStatements,
} from "../circuits/statements.ts";

export type Trial = {
  readonly what: string;
  readonly inputs: Inputs;
  /** What the outputs must be; none where the inputs must be refused. */
  readonly outputs?: readonly bigint[] | undefined;
};

const EDGE = honest("on every edge", edgeStatement(8));
const HONEST: readonly Honest[] = [
  EDGE,
  ...statementsOf(8),
  honest("all leaves and gates in use", statementOf({ program: fullProgram(8) })),
  ...wideStatements(8).map((statement, i) => honest(`all far apart, ${i}`, statement)),
];

/** Trials of eligibility-8: honest ones with the signals that TypeScript computes, then forged ones. */
export function trialsOfWhole(): Trial[] {
  return [
    ...HONEST.map(({ what, statement, inputs }) => ({
      ...{ what, inputs },
      outputs: listSignals(signalsOf(statement)),
    })),
    ...forgeries(),
  ];
}

/** Trials of a template; of each the original has still to say whether it accepts it. */
export function inputsOfPart(main: string): { what: string; inputs: Inputs }[] {
  const own = OWN[main];
  if (own) return own.map((inputs, i) => ({ what: `inputs ${i + 1} of ${main}`, inputs }));
  const project = PARTS[main];
  if (!project) throw new Error(`no inputs of ${main} are known`);
  const seen = new Set<string>();
  return [...HONEST, ...forgeries()].flatMap(({ what, inputs }) =>
    project(inputs as CircuitInputs).flatMap((part) => {
      const key = JSON.stringify(part, (_, value) =>
        typeof value === "bigint" ? value.toString() : value,
      );
      if (seen.has(key)) return [];
      seen.add(key);
      return [{ what, inputs: part }];
    }),
  );
}

/** What a template is given within eligibility-8. */
const PARTS: Record<string, (inputs: CircuitInputs) => Inputs[]> = {
  "Calendar()": ({ asOf }) => [asOf, 1n, (1n << 44n) - 1n].map((each) => ({ asOf: each })),
  "Criterion()": ({ leaves, facts, predecessors, claims, past, asOf }) => {
    const { day, ymd } = splitAsOf(asOf);
    return leaves.map((leaf, k) => ({
      ...{ leaf, fact: facts[k]!, predecessor: predecessors[k]! },
      ...{ claim: claims[k]!, past: past[k]!, asOfDay: BigInt(day), asOfYmd: BigInt(ymd) },
    }));
  },
  "Gates(8, 8)": ({ gates, claims, gateClaims }) => [{ gates, leafClaims: claims, gateClaims }],
  "CriteriaHash(8, 8)": ({ leaves, gates, policy, salt }) => [{ leaves, gates, policy, salt }],
  // The least and the greatest secret, and the first that is none.
  "Identity()": ({ secret, scope }) =>
    [secret, 0n, 1n, SUBGROUP_ORDER - 1n, SUBGROUP_ORDER].map((each) => ({ secret: each, scope })),
  "Membership(32)": ({ siblings, sides, active, header }) => [
    { leaf: header, siblings, sides, active },
  ],
  "Opening()": (inputs) =>
    inputs.facts
      .map((fact, k) => ({
        ...{ pageHashes: inputs.pageHashes, pagePick: inputs.pagePicks[k]! },
        ...{ page: inputs.pages[k]!, slotPick: inputs.slotPicks[k]! },
        ...{ predecessor: inputs.predecessors[k]!, fact },
      }))
      .flatMap((opening) => [opening, onLastPage(opening)]),
  "RecordCommitment()": ({ pageHashes, header, blinding, secret }) => [
    { pageHashes, header, blinding, identityCommitment: secret },
  ],
  // The highest bit of the issuer, of the dictionary asked for, and of the domains.
  "RecordPolicy()": ({ header, policy, asOf }) =>
    [
      { header, policy },
      { header: header | (1n << 242n), policy },
      { header, policy: policy | (1n << 49n) },
      { header, policy: policy | (1n << 65n) },
    ].map((each) => ({ ...each, asOfDay: BigInt(splitAsOf(asOf).day) })),
};

/** The same page as the last of the 64. */
function onLastPage<T extends { pageHashes: readonly bigint[]; pagePick: readonly bigint[] }>(
  opening: T,
): T {
  const { pageHashes, pagePick } = opening;
  const picked = pageHashes[pagePick.indexOf(1n)] ?? 0n;
  return {
    ...opening,
    pageHashes: pageHashes.with(63, picked),
    pagePick: pagePick.map((_, i) => (i === 63 ? 1n : 0n)),
  };
}

const NUMBERS = [0n, 1n, 2n, 85n, 170n, 254n, 255n, 256n, 257n, 511n, -1n, -2n, -256n, 1n << 200n];
/** Every leaf and every earlier gate, of which each gate of eligibility-32 needs so many. */
const gatesOf32 = (threshold: number, held: bigint): Inputs => ({
  gates: Array.from({ length: 16 }, (_, i) => {
    const mask = (1n << BigInt(32 + i)) - 1n;
    return (mask << 6n) | BigInt(threshold - 1);
  }),
  leafClaims: Array.from({ length: 32 }, () => held),
  gateClaims: Array.from({ length: 16 }, () => 1n),
});

/** Inputs of templates that occur in many widths. */
const OWN: Record<string, readonly Inputs[]> = {
  "Gates(32, 16)": [gatesOf32(1, 1n), gatesOf32(32, 1n), gatesOf32(33, 1n), gatesOf32(1, 0n)],
  "Bits(8)": NUMBERS.map((number) => ({ in: number })),
  "NotNegative(8)": NUMBERS.map((number) => ({ in: number })),
  "Poseidon(2)": [{ inputs: [3n, 5n] }, { inputs: [0n, 0n] }, { inputs: [1n << 250n, 7n] }],
};

/** Inputs that eligibility-8 must refuse. */
export function forgeries(): Trial[] {
  return [...beyondTheEdge(), ...forgedInputs(), ...forgedFacts()];
}

/** The edge statement against a program a little stricter, or of a record a little worse: claimed all the same. */
function beyondTheEdge(): Trial[] {
  const { statement, claims } = EDGE;
  const { program, record, asOf } = statement;
  const against = (what: string, parts: Partial<typeof statement>): Trial => ({
    what,
    inputs: buildClaimedInputs({ ...statement, ...parts }, claims),
  });
  const stricter = (change: Partial<Policy>) => ({
    program: { ...program, policy: { ...program.policy, ...change } },
  });
  const { policy } = program;
  const worse = (change: Partial<typeof record.header>) => ({
    record: { ...record, header: { ...record.header, ...change } },
  });
  const leaves = program.leaves.flatMap((leaf, i) =>
    tightened(leaf).flatMap(({ what, leaf: other }) => {
      const harder = { ...program, leaves: program.leaves.with(i, other) };
      const holds = findClaims(harder, record, splitAsOf(asOf)).leaves[i] !== undefined;
      return holds || !claims.leaves[i] ? [] : [against(`leaf ${i}, ${what}`, { program: harder })];
    }),
  );
  const last = program.gates.length - 1;
  const gate = { ...program.gates[last]!, threshold: program.gates[last]!.threshold + 1 };
  return [
    against("a younger record", stricter({ maxRecordAge: policy.maxRecordAge - 1 })),
    against("a longer record", stricter({ minCoverage: policy.minCoverage + 1 })),
    against("a newer dictionary", stricter({ minDictionaryVersion: 4 })),
    against("another domain", stricter({ domains: [...policy.domains, "procedure"] })),
    against("an older identity", stricter({ latestIdentitySince: policy.latestIdentitySince - 1 })),
    against("issued tomorrow", worse({ issuedDay: TODAY + 1 })),
    against("covered from the day after its issue", {
      ...worse({ issuedDay: TODAY - 1, coverageFromDay: TODAY }),
      ...stricter({ minCoverage: 0 }),
    }),
    against("a threshold not reached", {
      program: { ...program, gates: program.gates.with(last, gate) },
    }),
    against("an empty record", { record: recordOf([], record.header) }),
    ...leaves,
  ];
}

/** The leaf with one of its bounds moved by one. */
function tightened(leaf: Leaf): { what: string; leaf: Leaf }[] {
  const change = (what: string, parts: Partial<Leaf>) => ({ what, leaf: { ...leaf, ...parts } });
  const moved = [
    leaf.kind === "none"
      ? change("far", { far: leaf.far + 1 })
      : change("far", { near: Math.min(leaf.near, leaf.far - 1), far: leaf.far - 1 }),
    change("near", { near: leaf.near + 1, far: Math.max(leaf.far, leaf.near + 1) }),
    change("values below", { valueLo: 0n, valueHi: leaf.valueLo - 1n }),
    change("values above", { valueLo: leaf.valueHi + 1n, valueHi: leaf.valueHi + 1n }),
    change("codes above", { codeLo: leaf.codeHi + 1n, codeHi: leaf.codeHi + 1n }),
    change("codes below", { codeLo: leaf.codeLo - 1n, codeHi: leaf.codeLo - 1n }),
    change("codes from one before", { codeLo: leaf.codeLo - 1n }),
    change("codes to one after", { codeHi: leaf.codeHi + 1n }),
  ];
  // Those that are canonical: an absence has no values, and a window or a range of codes.
  const absent = leaf.far === ONGOING ? [4, 5, 6, 7] : [0, 4, 5];
  return (leaf.kind === "none" ? absent : [0, 1, 2, 3, 4, 5])
    .map((i) => moved[i]!)
    .filter(
      ({ leaf: { valueLo, valueHi, far } }) =>
        valueLo >= 0n && valueHi >= 0n && valueHi <= MAX_VALUE && far <= ONGOING,
    );
}

/** The edge statement's inputs with something of the prover's own making. */
function forgedInputs(): Trial[] {
  const { inputs } = EDGE;
  const bump = (name: "facts" | "predecessors" | "claims" | "past", at: number, by = 1n) => ({
    [name]: inputs[name].with(at, inputs[name][at]! + by),
  });
  const other = (list: bigint[][], at: number) =>
    list.with(at, [list[at]!.at(-1)!, ...list[at]!.slice(0, -1)]);
  const forged: Record<string, Partial<CircuitInputs>> = {
    "the secret of the same key": { secret: PERSON.secretScalar + SUBGROUP_ORDER },
    "a day too wide": { asOf: inputs.asOf + (1n << 44n) },
    "a header too wide": { header: inputs.header + (1n << 243n) },
    "a policy too wide": { policy: inputs.policy + (1n << 83n) },
    "a leaf too wide": { leaves: inputs.leaves.with(0, inputs.leaves[0]! + (1n << 250n)) },
    "a gate that reads itself": { gates: inputs.gates.with(0, inputs.gates[0]! + (1n << 14n)) },
    "a threshold 32 higher": { gates: inputs.gates.with(7, inputs.gates[7]! + 32n) },
    "a leaf of both kinds": { leaves: inputs.leaves.with(0, inputs.leaves[0]! | (1n << 249n)) },
    "a fact too wide": bump("facts", 0, 1n << 123n),
    "no leaf claimed": { claims: inputs.claims.map(() => 0n) },
    "no gate claimed": { gateClaims: inputs.gateClaims.map(() => 0n) },
    "every gate claimed": { gateClaims: inputs.gateClaims.map(() => 1n) },
    "the last leaf, which does not hold": bump("claims", 7),
    "a leaf claimed twice": bump("claims", 0),
    "an absence claimed twice": bump("past", 5),
    "a gate claimed twice": { gateClaims: inputs.gateClaims.with(0, 2n) },
    "a side twice": { sides: inputs.sides.with(0, 2n) },
    "a level twice": { active: inputs.active.with(0, 2n) },
    "no page picked": { pagePicks: inputs.pagePicks.map((pick) => pick.map(() => 0n)) },
    "no slot picked": { slotPicks: inputs.slotPicks.map((pick) => pick.map(() => 0n)) },
    "every page one less": { pages: inputs.pages.map(less) },
    "every fact one less": { facts: less(inputs.facts) },
    "every predecessor one less": { predecessors: less(inputs.predecessors) },
    "every pair on a page of one's own": {
      ...{ pages: inputs.pages.map(less), facts: less(inputs.facts) },
      predecessors: less(inputs.predecessors),
    },
    "every past one less": { past: less(inputs.past) },
    "every page picked less": { pagePicks: inputs.pagePicks.map(less) },
    "every slot picked less": { slotPicks: inputs.slotPicks.map(less) },
    "every page hash one less": { pageHashes: less(inputs.pageHashes) },
  };
  for (const k of [0, 4, 6]) {
    forged[`fact ${k} with a higher value`] = bump("facts", k);
    forged[`predecessor ${k} with a higher value`] = bump("predecessors", k);
    forged[`another slot of leaf ${k}`] = { slotPicks: other(inputs.slotPicks, k) };
    forged[`another page of leaf ${k}`] = { pagePicks: other(inputs.pagePicks, k) };
    forged[`leaf ${k} of the other kind`] = bump("past", k);
  }
  for (const at of [0, 1, 2, 15, 31, 63]) {
    const pageHashes = inputs.pageHashes.with(at, hash([1n, BigInt(at)]));
    // Only where a leaf opens that page; elsewhere the record is another one.
    const opened = inputs.pagePicks.some((pick) => pick[at] === 1n);
    if (opened) forged[`page hash ${at} of another record`] = { pageHashes };
  }
  return Object.entries(forged).map(([what, parts]) => ({ what, inputs: { ...inputs, ...parts } }));
}

/** Facts and predecessors that no page holds, where the leaves would be content with them. */
function forgedFacts(): Trial[] {
  const { inputs } = HONEST[1]!;
  return (["facts", "predecessors"] as const).map((name) => ({
    what: `${name} of the prover's own making`,
    inputs: { ...inputs, [name]: less(inputs[name]) },
  }));
}

const less = (list: readonly bigint[]) => list.map((value) => value - 1n);
