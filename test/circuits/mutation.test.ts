// No wire is free: whatever is added to any wire that is not an input, some constraint fails.
import { describe, expect, test } from "vitest";
import { FIELD_ORDER } from "../../circuits/statement/field.ts";
import { SIZES, type Size } from "../../circuits/statement/program.ts";
import { buildFiles } from "../../circuits/tools/paths.ts";
import { buildClaimedInputs, buildInputs } from "../../circuits/witness/inputs.ts";
import { brokenBy, createMutator, readConstraints } from "./constraints.ts";
import {
  CANCER,
  calculatorOf,
  DIABETES,
  HBA1C,
  LEAVES,
  leafOn,
  programOf,
  recordOf,
  statementOf,
} from "./example.ts";
import { randomBits, seeded } from "./random.ts";

const sizes = Object.keys(SIZES).map(Number) as Size[];

/** Honest statements that leave different things unclaimed, empty or zero. */
function statements(size: Size) {
  const program = programOf(LEAVES, { size });
  const one = programOf([leafOn(HBA1C)], { size });
  const either = programOf([leafOn(CANCER), leafOn(DIABETES), leafOn(CANCER, { kind: "none" })], {
    size,
    gates: [{ threshold: 1, leaves: [0, 1, 2], gates: [] }],
  });
  return [
    ["all leaves claimed", buildInputs(statementOf({ program }))],
    ["one leaf claimed", buildInputs(statementOf({ program: one }))],
    ["leaves that do not hold", buildInputs(statementOf({ program: either }))],
    [
      "leaves that hold but are not claimed",
      buildClaimedInputs(statementOf({ program: either }), {
        leaves: [undefined, { page: 0, slot: 2, past: false }],
        gates: [true],
      }),
    ],
    [
      "an empty record",
      buildInputs(
        statementOf({
          record: recordOf([]),
          program: programOf([leafOn(CANCER, { kind: "none" })], { size }),
          path: { index: 0, siblings: [] },
        }),
      ),
    ],
  ] as const;
}

describe.each(sizes)("eligibility-%i", (size) => {
  test("has no wire that can be changed alone", async () => {
    const calculator = await calculatorOf(size);
    const constraints = readConstraints(buildFiles(SIZES[size].circuit).r1cs);
    const { wireCount, outputCount, inputCount } = constraints;
    const random = seeded(size);
    for (const [what, inputs] of statements(size)) {
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
    // 1 to 3 are the outputs, 4 to 6 scope, message and asOf.
    for (const wire of [1, 2, 3, 4, 5, 6]) expect(stillHolds(wire, 1n), `wire ${wire}`).toBe(false);
  });
});
