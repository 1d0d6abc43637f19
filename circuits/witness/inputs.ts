// The circuit's inputs, by the names they have in eligibility.circom.
import { bitsOf, type Field } from "../statement/field.ts";
import { packHeader } from "../statement/header.ts";
import { type Program, packProgram, SIZES } from "../statement/program.ts";
import { checkPath, MAX_LEVELS, type Path, sidesOf } from "../statement/tree.ts";
import { checkSecret } from "./identity.ts";
import { type AsOf, type Claims, findClaims, gateSlots, type Opening } from "./opening.ts";
import { hashPages, layoutPages, PAGE_FACTS, PAGES, type Record } from "./record.ts";

/** What a statement is about. Everything but scope, message and asOf stays on the device. */
export type Statement = {
  readonly program: Program;
  readonly record: Record;
  /** Secret scalar of the identity that the record is about. */
  readonly identitySecret: bigint;
  /** From the record's commitment to the registry's root. */
  readonly path: Path;
  readonly scope: Field;
  readonly message: Field;
  /** Packed by `packAsOf`. */
  readonly asOf: Field;
};

/** One entry for each input signal of eligibility.circom. */
export type CircuitInputs = {
  scope: bigint;
  message: bigint;
  asOf: bigint;
  secret: bigint;
  blinding: bigint;
  header: bigint;
  pageHashes: bigint[];
  siblings: bigint[];
  sides: bigint[];
  active: bigint[];
  leaves: bigint[];
  gates: bigint[];
  policy: bigint;
  salt: bigint;
  /** Per leaf: does the prover claim it? */
  claims: bigint[];
  /** Per leaf: is the fact past the range (`none`)? */
  past: bigint[];
  pages: bigint[][];
  /** Per leaf, one-hot: which of the 64 pages. */
  pagePicks: bigint[][];
  /** Per leaf, one-hot: which of slots 1 to 15. */
  slotPicks: bigint[][];
  predecessors: bigint[];
  facts: bigint[];
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
  return {
    scope: statement.scope,
    message: statement.message,
    asOf: statement.asOf,
    secret: checkSecret(statement.identitySecret),
    blinding: record.blinding,
    header: packHeader(record.header),
    pageHashes: hashPages(pages),
    ...pathInputs(statement.path),
    leaves: words.leaves,
    gates: words.gates,
    policy: words.policy,
    salt: program.salt,
    ...leafInputs(program, pages, claims),
    gateClaims: gateSlots(program, claims.gates).map(bit),
  };
}

function pathInputs(path: Path): Pick<CircuitInputs, "siblings" | "sides" | "active"> {
  checkPath(path);
  const levels = Array.from({ length: MAX_LEVELS }, (_, level) => level);
  const sides = sidesOf(path);
  return {
    siblings: levels.map((level) => path.siblings[level] ?? 0n),
    sides: levels.map((level) => BigInt(sides[level] ?? 0)),
    active: levels.map((level) => bit(level < path.siblings.length)),
  };
}

function leafInputs(program: Program, pages: bigint[][], claims: Claims) {
  const indices = Array.from({ length: SIZES[program.size].leaves }, (_, i) => i);
  const openings = indices.map((i) => claims.leaves[i] ?? ANYWHERE);
  return {
    claims: indices.map((i) => bit(claims.leaves[i] !== undefined)),
    past: openings.map((opening) => bit(opening.past)),
    pages: openings.map(({ page }) => pages[page]!),
    pagePicks: openings.map(({ page }) => oneHot(page, PAGES)),
    slotPicks: openings.map(({ slot }) => oneHot(slot - 1, PAGE_FACTS)),
    predecessors: openings.map(({ page, slot }) => pages[page]![slot - 1]!),
    facts: openings.map(({ page, slot }) => pages[page]![slot]!),
  };
}

function bit(on: boolean | undefined): bigint {
  return on ? 1n : 0n;
}

function oneHot(at: number, length: number): bigint[] {
  return Array.from({ length }, (_, i) => bit(i === at));
}
