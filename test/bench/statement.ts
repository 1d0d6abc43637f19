// A busy but honest statement: a long record, every leaf claimed, a path of all levels. (Zeros in a witness
// make proving cheaper, so an empty record would flatter the numbers.)

import {
  type Leaf,
  type Program,
  SIZES,
  type Size,
} from "../../circuits/statement/criteria/program.ts";
import { encodeCode } from "../../circuits/statement/encoding/code.ts";
import { packAsOf, parseDay } from "../../circuits/statement/encoding/day.ts";
import { MAX_VALUE, packFact, VALUE_OFFSET } from "../../circuits/statement/encoding/fact.ts";
import { toField } from "../../circuits/statement/encoding/field.ts";
import { hash } from "../../circuits/statement/encoding/hash.ts";
import { identityCommitmentOf } from "../../circuits/statement/encoding/identity.ts";
import { MAX_BATCH_LEVELS, MAX_REGISTRY_LEVELS } from "../../circuits/statement/encoding/tree.ts";
import type { Statement } from "../../circuits/witness/inputs.ts";
import type { Record } from "../../circuits/witness/record.ts";

const TODAY = parseDay("2026-11-21");
/** A long record: the median of a Synthea patient is 169 facts, 959 fit. */
const FACTS = 600;

const codeOf = (i: number) => encodeCode("observation", "loinc", `${1000 + i}-${i % 10}`);

const ISSUER = `0x${"1c".repeat(20)}`;

/** The secret of the owner of the record with this seed. */
export const secretOf = (seed: number) => hash([BigInt(seed), 7n]) >> 8n;

/** A record with one observation per code; `seed` varies values, blinding and owner. */
export function benchRecord(
  seed: number,
  { facts = FACTS, today = TODAY as number, issuer = ISSUER } = {},
): Record {
  const packed = Array.from({ length: facts }, (_, i) =>
    packFact({
      code: codeOf(i),
      day: today - 1 - ((i * 7 + seed) % 400),
      value: VALUE_OFFSET + BigInt(i * 1000 + (seed % 997)),
    }),
  );
  return {
    facts: packed.sort((a, b) => (a < b ? -1 : 1)),
    header: {
      issuer,
      issuedDay: today - 1,
      coverageFromDay: today - 4000,
      dictionaryVersion: 3,
      completeFor: ["observation", "conditionLast"],
      identitySince: 0,
      codedIn: [],
    },
    blinding: hash([BigInt(seed), 1n]) >> 8n,
    identityCommitment: identityCommitmentOf(secretOf(seed)),
  };
}

/** As many `latest` leaves and gates as fit, all true of every bench record. */
export function benchProgram(size: Size): Program {
  const { leaves: count, gates } = SIZES[size];
  const leafAt = (i: number): Leaf => {
    const code = codeOf(i * 15);
    const all = { codeLo: code, codeHi: code, valueHi: MAX_VALUE, relative: false, near: 0 };
    return { kind: "latest", ...all, valueLo: VALUE_OFFSET - 1n, far: 500 };
  };
  const leaves = Array.from({ length: count }, (_, i) => leafAt(i));
  const everyLeaf = leaves.map((_, i) => i);
  return {
    size,
    leaves,
    gates: Array.from({ length: gates }, (_, g) => ({
      threshold: count - g,
      leaves: everyLeaf,
      gates: [],
    })),
    policy: {
      maxRecordAge: 30,
      minCoverage: 1827,
      minDictionaryVersion: 2,
      domains: ["observation"],
      latestIdentitySince: 0,
      codedIn: [],
    },
    salt: (1n << 128n) + 99n,
  };
}

/** An honest statement with the deepest path. */
export function benchStatement(size: Size): Statement {
  const levels = (count: number, from: bigint) => ({
    index: 0x5555 % 2 ** count,
    siblings: Array.from({ length: count }, (_, i) => hash([from, BigInt(i)])),
  });
  return {
    program: benchProgram(size),
    record: benchRecord(1),
    identitySecret: secretOf(1),
    path: { batch: levels(MAX_BATCH_LEVELS, 1n), registry: levels(MAX_REGISTRY_LEVELS, 2n) },
    scope: toField(77n),
    message: toField(88n),
    asOf: packAsOf(TODAY),
  };
}
