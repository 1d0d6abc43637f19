// Inputs that eligibility-8 must refuse: the edge statement's, changed in one place each.
import { toBeHex } from "ethers";
import type { Leaf, Policy } from "../../circuits/statement/criteria/program.ts";
import { encodeCode } from "../../circuits/statement/encoding/code.ts";
import { ONGOING } from "../../circuits/statement/encoding/day.ts";
import { MAX_VALUE } from "../../circuits/statement/encoding/fact.ts";
import { type Field, toField } from "../../circuits/statement/encoding/field.ts";
import { hash } from "../../circuits/statement/encoding/hash.ts";
import {
  childrenOf,
  MAX_REGISTRY_LEVELS,
  rootOfPath,
} from "../../circuits/statement/encoding/tree.ts";
import {
  buildClaimedInputs,
  type CircuitInputs,
  splitAsOf,
} from "../../circuits/witness/inputs.ts";
import { findClaims } from "../../circuits/witness/opening.ts";
import { pathInputs } from "../../circuits/witness/pathInputs.ts";
import { commitPages, MAX_FACTS } from "../../circuits/witness/record.ts";
import type { Inputs } from "../circuits/calculator.ts";
import { REGISTRY } from "../circuits/constants.ts";
import { FACTS, recordOf, statementOf, TODAY } from "../circuits/example.ts";
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
export const HONEST: readonly Honest[] = [
  EDGE,
  ...statementsOf(8),
  honest("all leaves and gates in use", statementOf({ program: fullProgram(8) })),
  ...wideStatements(8).map((statement, i) => honest(`all far apart, ${i}`, statement)),
  honest("facts on the last of 64 pages", statementOf({ record: fullRecord() })),
];

/** As many facts as a record takes; those that count come last. */
function fullRecord() {
  const code = encodeCode("demographic", "concept", "1");
  const filler = Array.from({ length: MAX_FACTS - FACTS.length }, (_, i) => ({
    ...{ code, day: 1 + i, value: 0n },
  }));
  return recordOf([...filler, ...FACTS]);
}

/** Inputs that eligibility-8 must refuse. */
export function forgeries(): Trial[] {
  return [...beyondTheEdge(), ...forgedInputs(), ...forgedFacts(), ...forgedLeaves()];
}

/** The edge statement's record under a leaf of the registry that is none of its clinic's. */
function forgedLeaves(): Trial[] {
  const { statement, claims, inputs } = EDGE;
  const { record, path } = statement;
  const issuer = BigInt(record.header.issuer);
  const under = (of: CircuitInputs, words: readonly bigint[], by = 0n): CircuitInputs => {
    const leaf = toField(hash(words) + by);
    const { lefts, rights } = childrenOf(leaf, path.registry, MAX_REGISTRY_LEVELS);
    const recordsRoot = rootOfPath(leaf, path.registry, MAX_REGISTRY_LEVELS);
    return { ...of, registryLefts: lefts, registryRights: rights, recordsRoot };
  };
  /** The inputs, with the path of another record in the tree. */
  const anchored = ({
    pageHashes = inputs.pageHashes,
    ...rest
  }: {
    pageHashes?: bigint[];
    identityCommitment?: Field;
  }) => {
    const commitment = commitPages({ ...record, ...rest }, pageHashes);
    return { ...inputs, ...pathInputs(commitment, record.header.issuer, path) };
  };
  // The clinic whose number is one less: a prover who adds one has the other's.
  const header = { ...record.header, issuer: toBeHex(issuer - 1n, 20) };
  const others = buildClaimedInputs({ ...statement, record: { ...record, header } }, claims);
  return [
    {
      what: "a record of one clinic in another's batch",
      inputs: under(others, [others.batchRoot, issuer, REGISTRY]),
    },
    {
      what: "a record without pages, opened at another's",
      inputs: anchored({ pageHashes: inputs.pageHashes.map(() => 0n) }),
    },
    {
      what: "a record of somebody else",
      inputs: anchored({ identityCommitment: toField(record.identityCommitment + 1n) }),
    },
    {
      what: "the path of another record",
      inputs: {
        ...inputs,
        ...pathInputs(
          toField(commitPages(record, inputs.pageHashes) + 1n),
          record.header.issuer,
          path,
        ),
      },
    },
    {
      what: "a record of another clinic in one's own batch",
      inputs: {
        ...under(inputs, [inputs.batchRoot, issuer - 1n, REGISTRY]),
        issuer: issuer - 1n,
      },
    },
    {
      what: "a leaf of another batch",
      inputs: under(inputs, [inputs.batchRoot + 1n, issuer, REGISTRY]),
    },
    {
      what: "a leaf that is no hash",
      inputs: under(inputs, [inputs.batchRoot, issuer, REGISTRY], 1n),
    },
    {
      what: "a leaf under another constant",
      inputs: under(inputs, [inputs.batchRoot, issuer, REGISTRY + 1n]),
    },
  ];
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
    against("another system", stricter({ codedIn: [...policy.codedIn, "icd10"] })),
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
  type Rows = "factCodes" | "factRests" | "predecessors" | "claims" | "past" | "codesLo";
  const bump = (name: Rows, at: number, by = 1n) => ({
    [name]: inputs[name].with(at, inputs[name][at]! + by),
  });
  const other = (list: bigint[][], at: number) =>
    list.with(at, [list[at]!.at(-1)!, ...list[at]!.slice(0, -1)]);
  const elsewhere = (k: number) =>
    inputs.pages.find((page) => page.join() !== inputs.pages[k]!.join())!;
  const wider = (words: bigint[], by: bigint) => words.with(0, words[0]! + by);
  const forged: Record<string, Partial<CircuitInputs>> = {
    "another secret": { secret: inputs.secret + 1n },
    "another issuer": { issuer: inputs.issuer + 1n },
    "another blinding": { blinding: inputs.blinding + 1n },
    "another batch": { batchRoot: inputs.batchRoot + 1n },
    "another registry": { recordsRoot: inputs.recordsRoot + 1n },
    "a registry without a root": { recordsRoot: 0n },
    "a day too wide": { asOf: inputs.asOf + (1n << 44n) },
    "a header of an earlier identity": { header: inputs.header - 1n },
    "a header too wide": { header: inputs.header + (1n << 91n) },
    "a policy too wide": { policy: inputs.policy + (1n << 91n) },
    "parameters too wide": { parameters: wider(inputs.parameters, 1n << 228n) },
    "gates too wide": { gates: wider(inputs.gates, 1n << 140n) },
    "a threshold 32 higher": { gates: wider(inputs.gates, 32n << 119n) },
    "a leaf of both kinds": { parameters: wider(inputs.parameters, 1n << 113n) },
    "a fact too wide": bump("factCodes", 0, 1n << 68n),
    "a day that is no day": bump("factRests", 0, 1n << 55n),
    "no leaf claimed": { claims: inputs.claims.map(() => 0n) },
    "no gate claimed": { gateClaims: inputs.gateClaims.map(() => 0n) },
    "every gate claimed": { gateClaims: inputs.gateClaims.map(() => 1n) },
    "the last leaf, which does not hold": bump("claims", 7),
    "a leaf claimed twice": bump("claims", 0),
    "an absence claimed twice": bump("past", 5),
    "an old absence claimed backwards": bump("past", 4, -1n),
    "a gate claimed twice": { gateClaims: inputs.gateClaims.with(0, 2n) },
    "no slot picked": { slotMisses: inputs.slotMisses.map((misses) => misses.map(() => 1n)) },
    "every page one less": { pages: inputs.pages.map(less) },
    "every fact one less": { factRests: less(inputs.factRests) },
    "every predecessor one less": { predecessors: less(inputs.predecessors) },
    "every pair on a page of one's own": {
      ...{ pages: inputs.pages.map(less), factRests: less(inputs.factRests) },
      predecessors: less(inputs.predecessors),
    },
    "every past one less": { past: less(inputs.past) },
    "every slot picked less": { slotMisses: inputs.slotMisses.map(less) },
    "every page hash one less": { pageHashes: less(inputs.pageHashes) },
  };
  for (const k of [0, 1, 2, 3, 4, 5, 6]) {
    const [codesLo, codesHi] = [inputs.codesLo.slice(), inputs.codesHi.slice()];
    codesLo[k]! -= 1n << 128n;
    codesHi[k]! += 1n;
    forged[`leaf ${k} with other codes under its word`] = { codesLo, codesHi };
    const split = { ...bump("factCodes", k, -1n), ...bump("factRests", k, 1n << 55n) };
    forged[`fact ${k} split otherwise`] = split;
  }
  for (const k of [0, 4, 6]) {
    forged[`fact ${k} with a higher value`] = bump("factRests", k);
    forged[`predecessor ${k} with a higher value`] = bump("predecessors", k);
    forged[`another slot of leaf ${k}`] = { slotMisses: other(inputs.slotMisses, k) };
    forged[`another page of leaf ${k}`] = { pages: inputs.pages.with(k, elsewhere(k)) };
    forged[`leaf ${k} of the other kind`] = bump("past", k);
  }
  for (const name of ["batchLefts", "batchRights", "registryLefts", "registryRights"] as const) {
    for (const at of [0, 5, inputs[name].length - 1]) {
      forged[`${name} ${at} of another tree`] = { [name]: inputs[name].with(at, hash([9n])) };
    }
  }
  for (const at of [0, 1, 2, 15, 31, 63]) {
    const pageHashes = inputs.pageHashes.with(at, hash([1n, BigInt(at)]));
    forged[`page hash ${at} of another record`] = { pageHashes };
  }
  return Object.entries(forged).map(([what, parts]) => ({ what, inputs: { ...inputs, ...parts } }));
}

/** Facts and predecessors that no page holds, where the leaves would be content with them. */
function forgedFacts(): Trial[] {
  const { inputs } = HONEST[1]!;
  return (["factRests", "predecessors"] as const).map((name) => ({
    what: `${name} of the prover's own making`,
    inputs: { ...inputs, [name]: less(inputs[name]) },
  }));
}

const less = (list: readonly bigint[]) => list.map((value) => value - 1n);
