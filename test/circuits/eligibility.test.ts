import { describe, expect, test } from "vitest";
import { hashProgram, SIZES, type Size } from "../../circuits/statement/criteria/program.ts";
import { packAsOf, parseDay } from "../../circuits/statement/encoding/day.ts";
import { FIELD_ORDER, toField } from "../../circuits/statement/encoding/field.ts";
import { listSignals } from "../../circuits/statement/proof/signals.ts";
import { buildClaimedInputs, buildInputs } from "../../circuits/witness/inputs.ts";
import { NotEligibleError, signalsOf } from "../../circuits/witness/prove.ts";
import { prepareInputs } from "../../circuits/witness/wires.ts";
import {
  accepts,
  BIRTH,
  calculatorOf,
  FACTS,
  HBA1C,
  LEAVES,
  leafOn,
  POLICY,
  pathTo,
  programOf,
  quantity,
  recordOf,
  SECRET,
  statementOf,
  TODAY,
} from "./example.ts";
import { edgeStatement, fullProgram, honest, wideStatements } from "./statements.ts";

const sizes = Object.keys(SIZES).map(Number) as Size[];

describe.each(sizes)("eligibility-%i", (size) => {
  test("computes the seven public signals that TypeScript computes", async () => {
    const statement = statementOf({ program: programOf(LEAVES, { size }) });
    const wires = (await calculatorOf(size)).calculate(prepareInputs(statement));
    expect(wires.slice(1, 8)).toEqual(listSignals(signalsOf(statement)));
  });

  test("accepts what stands on every edge, and what lies as far apart as can be", async () => {
    const calculator = await calculatorOf(size);
    for (const statement of [edgeStatement(size), ...wideStatements(size)]) {
      const wires = calculator.calculate(prepareInputs(statement));
      expect(wires.slice(1, 8)).toEqual(listSignals(signalsOf(statement)));
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
    expect(wires[3]).toBe(hashProgram(other.program));
    expect(wires[3]).not.toBe(hashProgram(statement.program));
  });
});

describe("a stranger", () => {
  test("cannot use a record: its commitment holds the owner's identity", async () => {
    const { recordsRoot } = buildInputs(statementOf());
    const stolen = buildInputs(statementOf({ identitySecret: SECRET + 1n }));
    expect(await accepts({ ...stolen, recordsRoot })).toBe(false);
    expect(await accepts(buildInputs(statementOf()))).toBe(true);
  });

  test("cannot answer twice with the secret plus the field's order, which is the same number", async () => {
    const inputs = buildInputs(statementOf());
    const again = (await calculatorOf(8)).calculate({ ...inputs, secret: SECRET + FIELD_ORDER });
    expect(again[1]).toBe(signalsOf(statementOf()).nullifier);
    const statement = statementOf({ identitySecret: SECRET + FIELD_ORDER });
    expect(() => buildInputs(statement)).toThrow("scalar field");
  });
});

describe("the nullifier", () => {
  test("depends on nothing but the person and the scope", () => {
    const { nullifier } = signalsOf(statementOf());
    const record = recordOf(FACTS.slice(0, 3), { issuedDay: TODAY - 1 });
    const variants = [
      statementOf({ record }),
      statementOf({ path: pathTo(77n) }),
      statementOf({ record: recordOf(FACTS, { issuer: `0x${"2c".repeat(20)}` }) }),
      statementOf({ program: programOf(LEAVES, { salt: 1n << 200n }) }),
      statementOf({ program: programOf(LEAVES, { size: 32 }) }),
      statementOf({ message: toField(5n) }),
      statementOf({ asOf: packAsOf(TODAY + 1) }),
    ];
    for (const other of variants) expect(signalsOf(other).nullifier).toBe(nullifier);
    expect(signalsOf(statementOf({ scope: toField(78n) })).nullifier).not.toBe(nullifier);
  });
});

describe("inputs", () => {
  test("beyond their widths are refused", async () => {
    const inputs = buildInputs(statementOf());
    const asOf = inputs.asOf + (1n << 44n);
    expect(await accepts({ ...inputs, asOf })).toBe(false);
    expect(await accepts({ ...inputs, header: inputs.header + (1n << 91n) })).toBe(false);
    expect(await accepts({ ...inputs, policy: inputs.policy + (1n << 91n) })).toBe(false);
    const wider = (words: readonly bigint[], bits: bigint) =>
      words.with(0, words[0]! + (1n << bits));
    expect(await accepts({ ...inputs, parameters: wider(inputs.parameters, 228n) })).toBe(false);
    expect(await accepts({ ...inputs, gates: wider(inputs.gates, 140n) })).toBe(false);
    expect(await accepts({ ...inputs, factCodes: wider(inputs.factCodes, 68n) })).toBe(false);
  });

  test("at or above the field order never get as far as the circuit", () => {
    expect(() => signalsOf(statementOf({ scope: FIELD_ORDER as never }))).toThrow("scalar field");
    const { batch, registry } = pathTo(5n);
    const beyond = { index: 0, siblings: [FIELD_ORDER] };
    for (const path of [
      { batch: beyond, registry },
      { batch, registry: beyond },
    ]) {
      expect(() => buildInputs(statementOf({ path }))).toThrow("scalar field");
    }
  });

  test("of a policy that the record misses are refused by the circuit alone", async () => {
    const strict = programOf(LEAVES, { policy: { ...POLICY, domains: ["medicationLast"] } });
    expect(await accepts(buildInputs(statementOf({ program: strict })))).toBe(false);
    const coded = programOf(LEAVES, { policy: { ...POLICY, codedIn: ["icd10", "icd10cm"] } });
    expect(await accepts(buildInputs(statementOf({ program: coded })))).toBe(false);
  });
});
