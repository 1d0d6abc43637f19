// No wire is free: whatever is added to any wire that is not an input, some constraint fails.
import { describe, expect, test } from "vitest";
import { SIZES, type Size } from "../../circuits/statement/criteria/program.ts";
import { FIELD_ORDER } from "../../circuits/statement/encoding/field.ts";
import { buildFiles } from "../../circuits/tools/paths.ts";
import { buildInputs } from "../../circuits/witness/inputs.ts";
import { brokenBy, createMutator, readConstraints } from "./constraints.ts";
import { calculatorOf, LEAVES, programOf, statementOf } from "./example.ts";
import { randomBits, seeded } from "./random.ts";
import { edgeStatement, honest, statementsOf } from "./statements.ts";

const sizes = Object.keys(SIZES).map(Number) as Size[];

describe.each(sizes)("eligibility-%i", (size) => {
  test("has no wire that can be changed alone", async () => {
    const calculator = await calculatorOf(size);
    const constraints = readConstraints(buildFiles(SIZES[size].circuit).r1cs);
    const { wireCount, outputCount, inputCount } = constraints;
    const random = seeded(size);
    for (const { what, inputs } of [
      ...statementsOf(size),
      honest("on every edge", edgeStatement(size)),
    ]) {
      const witness = calculator.calculate(inputs);
      expect(brokenBy(constraints, witness), what).toEqual([]);
      const stillHolds = createMutator(constraints, witness);
      const survivors: number[] = [];
      for (let wire = 1; wire < wireCount; wire++) {
        const isInput = wire > outputCount && wire <= outputCount + inputCount;
        const deltas = [1n, FIELD_ORDER - 1n, 2n + randomBits(random, 250)];
        if (!isInput && deltas.some((delta) => stillHolds(wire, delta))) survivors.push(wire);
      }
      expect(survivors, what).toEqual([]);
    }
  });

  test("binds every public input", async () => {
    const constraints = readConstraints(buildFiles(SIZES[size].circuit).r1cs);
    const inputs = buildInputs(statementOf({ program: programOf(LEAVES, { size }) }));
    const stillHolds = createMutator(constraints, (await calculatorOf(size)).calculate(inputs));
    // 1 to 3 are the outputs, 4 to 7 recordsRoot, scope, message and asOf.
    for (const wire of [1, 2, 3, 4, 5, 6, 7])
      expect(stillHolds(wire, 1n), `wire ${wire}`).toBe(false);
  });
});
