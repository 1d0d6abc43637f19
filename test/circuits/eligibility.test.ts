import { describe, expect, test } from "vitest";
import { packAsOf, parseDay } from "../../circuits/statement/day.ts";
import { FIELD_ORDER, SUBGROUP_ORDER, toField } from "../../circuits/statement/field.ts";
import { hash, hashPair } from "../../circuits/statement/hash.ts";
import { hashProgram, SIZES, type Size } from "../../circuits/statement/program.ts";
import { listSignals } from "../../circuits/statement/signals.ts";
import { buildTree, pathOf, rootOf } from "../../circuits/statement/tree.ts";
import { Identity } from "../../circuits/witness/identity.ts";
import { buildClaimedInputs, buildInputs } from "../../circuits/witness/inputs.ts";
import { NotEligibleError, prepareInputs, signalsOf } from "../../circuits/witness/prove.ts";
import { commitRecord } from "../../circuits/witness/record.ts";
import {
  accepts,
  BIRTH,
  calculatorOf,
  FACTS,
  HBA1C,
  LEAVES,
  leafOn,
  PERSON,
  POLICY,
  pathTo,
  programOf,
  quantity,
  recordOf,
  statementOf,
  TODAY,
} from "./example.ts";
import { edgeStatement, fullProgram, honest, wideStatements } from "./statements.ts";

const sizes = Object.keys(SIZES).map(Number) as Size[];

describe.each(sizes)("eligibility-%i", (size) => {
  test("computes the six public signals that TypeScript computes", async () => {
    const statement = statementOf({ program: programOf(LEAVES, { size }) });
    const wires = (await calculatorOf(size)).calculate(prepareInputs(statement));
    expect(wires.slice(1, 7)).toEqual(listSignals(signalsOf(statement)));
  });

  test("accepts what stands on every edge, and what lies as far apart as can be", async () => {
    const calculator = await calculatorOf(size);
    for (const statement of [edgeStatement(size), ...wideStatements(size)]) {
      const wires = calculator.calculate(prepareInputs(statement));
      expect(wires.slice(1, 7)).toEqual(listSignals(signalsOf(statement)));
    }
  });

  test("accepts a program with all its leaves and gates", async () => {
    const program = fullProgram(size);
    expect(await accepts(buildInputs(statementOf({ program })), size)).toBe(true);
    for (const at of [0, program.leaves.length - 1]) {
      const missed = { ...program.leaves[at]!, valueLo: quantity(99_000) };
      const harder = { ...program, leaves: program.leaves.with(at, missed) };
      const statement = statementOf({ program: harder });
      expect(await accepts(buildInputs(statement), size)).toBe(false);
      // Nor with the claims that held before.
      const claims = honest("", statementOf({ program })).claims;
      expect(await accepts(buildClaimedInputs(statement, claims), size)).toBe(false);
    }
  });
});

describe("a record that does not satisfy the criteria", () => {
  const old = statementOf({ asOf: packAsOf(TODAY + 20) });
  const dropped = recordOf(FACTS.filter(({ code }) => code !== HBA1C));

  test("is refused by the wallet, which tells nobody why", () => {
    expect(() => prepareInputs(statementOf({ record: dropped }))).toThrow(NotEligibleError);
    expect(String(new NotEligibleError())).not.toMatch(/\d/);
  });

  test("is refused by the circuit, whatever is claimed", async () => {
    const statement = statementOf({ record: dropped });
    expect(await accepts(buildInputs(statement))).toBe(false);
    const openings = LEAVES.map((_, i) => ({ page: 0, slot: 1 + (i % 3), past: false }));
    const claims = { leaves: openings, gates: [true] };
    expect(await accepts(buildClaimedInputs(statement, claims))).toBe(false);
  });

  test("is refused when it is too old, though every leaf still holds", async () => {
    expect(await accepts(buildInputs(old))).toBe(true);
    expect(await accepts(buildInputs(statementOf({ asOf: packAsOf(TODAY + 28) })))).toBe(false);
  });

  test("is refused for a twelve-year-old with any claim an attacker may choose", async () => {
    const child = [
      { code: BIRTH, day: parseDay("2014-05-05"), value: 20_140_505n },
      { code: HBA1C, day: TODAY - 10, value: quantity(75_000) },
    ];
    const age = leafOn(BIRTH, { valueLo: 500_000n, valueHi: 609_999n, relative: true });
    const sugar = leafOn(HBA1C, { valueLo: quantity(70_000), valueHi: quantity(100_000) });
    const statement = statementOf({ record: recordOf(child), program: programOf([age, sugar]) });
    for (const slot of [1, 2, 3]) {
      const open = { page: 0, slot, past: false };
      const claims = { leaves: [open, { page: 0, slot: 2, past: false }], gates: [true] };
      expect(await accepts(buildClaimedInputs(statement, claims))).toBe(false);
    }
    // Another program lets the child pass, under another criteriaHash.
    const other = statementOf({ record: recordOf(child), program: programOf([sugar]) });
    const wires = (await calculatorOf(8)).calculate(buildInputs(other));
    expect(wires[2]).toBe(hashProgram(other.program));
    expect(wires[2]).not.toBe(hashProgram(statement.program));
  });
});

describe("a stranger", () => {
  test("cannot use a record: its commitment holds the owner's identity", async () => {
    const thief = new Identity("thief").secretScalar;
    const calculator = await calculatorOf(8);
    const wires = calculator.calculate(buildInputs(statementOf({ identitySecret: thief })));
    expect(wires[3]).not.toBe(signalsOf(statementOf()).recordsRoot);
  });

  test("cannot answer twice with the secret plus the subgroup's order", async () => {
    const inputs = buildInputs(statementOf());
    const secret = PERSON.secretScalar + SUBGROUP_ORDER;
    expect(await accepts(inputs)).toBe(true);
    expect(await accepts({ ...inputs, secret })).toBe(false);
    expect(() => buildInputs(statementOf({ identitySecret: secret }))).toThrow("subgroup");
  });
});

describe("the nullifier", () => {
  test("depends on nothing but the person and the scope", () => {
    const { nullifier } = signalsOf(statementOf());
    const record = recordOf(FACTS.slice(0, 3), { issuedDay: TODAY - 1 });
    const variants = [
      statementOf({ record }),
      statementOf({ path: pathTo(77n) }),
      statementOf({ program: programOf(LEAVES, { salt: 1n << 200n }) }),
      statementOf({ program: programOf(LEAVES, { size: 32 }) }),
      statementOf({ message: toField(5n) }),
      statementOf({ asOf: packAsOf(TODAY + 1) }),
    ];
    for (const other of variants) expect(signalsOf(other).nullifier).toBe(nullifier);
    expect(signalsOf(statementOf({ scope: toField(78n) })).nullifier).not.toBe(nullifier);
  });
});

describe("the tree", () => {
  test("refuses an inner node as a leaf one level up", async () => {
    const record = recordOf();
    const commitment = commitRecord(record);
    const tree = buildTree([11n, 12n, 13n, commitment]);
    const inner = pathOf(tree, 3);
    // The node above the commitment, hashed of two, has no preimage of arity 4 to present.
    const node = hashPair(13n, commitment);
    const above = { index: inner.index >> 1, siblings: inner.siblings.slice(1) };
    const wires = (await calculatorOf(8)).calculate(buildInputs(statementOf({ path: above })));
    expect(wires[3]).not.toBe(rootOf(tree));
    expect(hash([13n, commitment, 0n, 0n])).not.toBe(node);
  });

  test("never has the root 0", async () => {
    const wires = (await calculatorOf(8)).calculate(
      buildInputs(statementOf({ path: { index: 0, siblings: [] } })),
    );
    expect(wires[3]).toBe(commitRecord(recordOf()));
  });
});

describe("inputs", () => {
  test("beyond their widths are refused", async () => {
    const inputs = buildInputs(statementOf());
    const asOf = inputs.asOf + (1n << 44n);
    expect(await accepts({ ...inputs, asOf })).toBe(false);
    expect(await accepts({ ...inputs, header: inputs.header + (1n << 243n) })).toBe(false);
    expect(await accepts({ ...inputs, policy: inputs.policy + (1n << 83n) })).toBe(false);
    const leaves = inputs.leaves.with(0, inputs.leaves[0]! + (1n << 250n));
    expect(await accepts({ ...inputs, leaves })).toBe(false);
  });

  test("at or above the field order never get as far as the circuit", () => {
    expect(() => signalsOf(statementOf({ scope: FIELD_ORDER as never }))).toThrow("scalar field");
    const path = { index: 0, siblings: [FIELD_ORDER] };
    expect(() => buildInputs(statementOf({ path }))).toThrow("scalar field");
  });

  test("of a policy that the record misses are refused by the circuit alone", async () => {
    const strict = programOf(LEAVES, { policy: { ...POLICY, domains: ["medicationLast"] } });
    expect(await accepts(buildInputs(statementOf({ program: strict })))).toBe(false);
  });
});
