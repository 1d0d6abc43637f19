// The circuit's inputs, by the names they have in eligibility.circom.

import { type Program, packProgram, SIZES } from "../statement/criteria/program.ts";
import { CODE_BITS } from "../statement/encoding/code.ts";
import { FACT_BITS } from "../statement/encoding/fact.ts";
import { bitsOf, type Field } from "../statement/encoding/field.ts";
import { packHeader } from "../statement/encoding/header.ts";
import { checkSecret } from "../statement/encoding/identity.ts";
import type { RecordPath } from "../statement/encoding/tree.ts";
import { type AsOf, type Claims, findClaims, gateSlots, type Opening } from "./opening.ts";
import { pathInputs } from "./pathInputs.ts";
import { commitPages, hashPages, layoutPages, PAGE_FACTS, type Record } from "./record.ts";

/** What a statement is about. Everything but scope, message and asOf stays on the device. */
export type Statement = {
  readonly program: Program;
  readonly record: Record;
  /** Secret of the identity that the record is about. */
  readonly identitySecret: bigint;
  /** From the record's commitment through its batch to the registry's root. */
  readonly path: RecordPath;
  readonly scope: Field;
  readonly message: Field;
  /** Packed by `packAsOf`. */
  readonly asOf: Field;
};

/** One entry for each input signal of eligibility.circom. */
export type CircuitInputs = {
  recordsRoot: bigint;
  scope: bigint;
  message: bigint;
  asOf: bigint;
  secret: bigint;
  issuer: bigint;
  blinding: bigint;
  header: bigint;
  pageHashes: bigint[];
  batchLefts: bigint[];
  batchRights: bigint[];
  batchRoot: bigint;
  registryLefts: bigint[];
  registryRights: bigint[];
  codesLo: bigint[];
  codesHi: bigint[];
  parameters: bigint[];
  gates: bigint[];
  policy: bigint;
  salt: bigint;
  /** Per leaf: does the prover claim it? */
  claims: bigint[];
  /** Per leaf: is the fact past the range (`none`)? */
  past: bigint[];
  pages: bigint[][];
  /** Per leaf, 0 for the one of slots 1 to 15 that is opened and 1 for the others. */
  slotMisses: bigint[][];
  predecessors: bigint[];
  /** Per leaf, the fact's code and what is below it. */
  factCodes: bigint[];
  factRests: bigint[];
  /** Per gate: does the prover claim it? */
  gateClaims: bigint[];
};

/** Where an unclaimed leaf points: any pair will do, so it is the first. */
const ANYWHERE: Opening = { page: 0, slot: 1, past: false };

/** The two forms of the day in an `asOf` signal. */
export function splitAsOf(asOf: bigint): AsOf {
  return { day: Number(bitsOf(asOf, 27, 17)), ymd: Number(bitsOf(asOf, 0, 27)) };
}

/** Builds the inputs of an honest statement: every leaf that can be proven is claimed. */
export function buildInputs(statement: Statement): CircuitInputs {
  const { program, record, asOf } = statement;
  return buildClaimedInputs(statement, findClaims(program, record, splitAsOf(asOf)));
}

/** Builds the inputs for given claims, true or not: what a prover may try. */
export function buildClaimedInputs(statement: Statement, claims: Claims): CircuitInputs {
  const { program, record } = statement;
  const words = packProgram(program);
  const pages = layoutPages(record.facts);
  const pageHashes = hashPages(pages);
  return {
    scope: statement.scope,
    message: statement.message,
    asOf: statement.asOf,
    secret: checkSecret(statement.identitySecret),
    issuer: BigInt(record.header.issuer),
    blinding: record.blinding,
    header: packHeader(record.header),
    pageHashes,
    ...pathInputs(commitPages(record, pageHashes), record.header.issuer, statement.path),
    parameters: [...words.parameters],
    gates: [...words.gates],
    policy: words.policy,
    salt: program.salt,
    ...leafInputs(program, pages, claims),
    gateClaims: gateSlots(program, claims.gates).map(bit),
  };
}

const BELOW_CODE_BITS = FACT_BITS - CODE_BITS;

function leafInputs(program: Program, pages: bigint[][], claims: Claims) {
  const indices = Array.from({ length: SIZES[program.size].leaves }, (_, i) => i);
  const openings = indices.map((i) => claims.leaves[i] ?? ANYWHERE);
  const facts = openings.map(({ page, slot }) => pages[page]![slot]!);
  return {
    codesLo: indices.map((i) => program.leaves[i]?.codeLo ?? 0n),
    codesHi: indices.map((i) => program.leaves[i]?.codeHi ?? 0n),
    claims: indices.map((i) => bit(claims.leaves[i] !== undefined)),
    past: openings.map((opening) => bit(opening.past)),
    pages: openings.map(({ page }) => pages[page]!),
    slotMisses: openings.map(({ slot }) => allBut(slot - 1, PAGE_FACTS)),
    predecessors: openings.map(({ page, slot }) => pages[page]![slot - 1]!),
    factCodes: facts.map((fact) => bitsOf(fact, BELOW_CODE_BITS, CODE_BITS)),
    factRests: facts.map((fact) => bitsOf(fact, 0, BELOW_CODE_BITS)),
  };
}

function bit(on: boolean | undefined): bigint {
  return on ? 1n : 0n;
}

function allBut(at: number, length: number): bigint[] {
  return Array.from({ length }, (_, i) => bit(i !== at));
}
