// A child of twelve wants into "age 50 to 60 and HbA1c 7 to 10". Everything but scope, message and day is the prover's
// own choice: the circuit must refuse, or give away other criteria or another registry.
import { expect, test } from "vitest";
import { hashProgram } from "../../circuits/statement/criteria/program.ts";
import { parseDay } from "../../circuits/statement/encoding/day.ts";
import { FIELD_ORDER } from "../../circuits/statement/encoding/field.ts";
import { SIGNALS } from "../../circuits/statement/proof/signals.ts";
import {
  buildClaimedInputs,
  buildInputs,
  type CircuitInputs,
} from "../../circuits/witness/inputs.ts";
import { signalsOf } from "../../circuits/witness/prove.ts";
import { RefusedInputs } from "../circuits/calculator.ts";
import {
  BIRTH,
  calculatorOf,
  HBA1C,
  leafOn,
  programOf,
  quantity,
  recordOf,
  statementOf,
  TODAY,
} from "../circuits/example.ts";
import { between, pick, type Random, randomBits, seeded } from "../circuits/random.ts";

// Wire 0 is the constant one.
const CRITERIA_WIRE = 1 + SIGNALS.indexOf("criteriaHash");
const ROOT_WIRE = 1 + SIGNALS.indexOf("recordsRoot");
const PUBLIC = ["recordsRoot", "scope", "message", "asOf"];

const program = programOf([
  leafOn(BIRTH, { valueLo: 500_000n, valueHi: 609_999n, relative: true }),
  leafOn(HBA1C, { kind: "latest", valueLo: quantity(70_000), valueHi: quantity(100_000), far: 90 }),
]);
const recordBorn = (day: string) =>
  recordOf([
    { code: BIRTH, day: parseDay(day), value: BigInt(day.replaceAll("-", "")) },
    { code: HBA1C, day: TODAY - 10, value: quantity(75_000) },
  ]);
const child = statementOf({ program, record: recordBorn("2014-05-05") });
const adult = statementOf({ program, record: recordBorn("1970-05-05") });
const expected = { criteria: hashProgram(program), root: signalsOf(child).recordsRoot };

/** Does the circuit make a proof of the trial's criteria over the registry that holds the child's record? */
async function passes(inputs: CircuitInputs, root: bigint = expected.root): Promise<boolean> {
  const wires = await wiresOf(inputs);
  return wires?.[CRITERIA_WIRE] === expected.criteria && wires[ROOT_WIRE] === root;
}

/** All wires, or undefined when a constraint fails. */
async function wiresOf(inputs: CircuitInputs): Promise<bigint[] | undefined> {
  const calculator = await calculatorOf(8);
  try {
    return calculator.calculate(inputs);
  } catch (error) {
    if (error instanceof RefusedInputs && error.message === "a constraint failed") return undefined;
    throw error;
  }
}

const claim = (slots: readonly number[]) =>
  buildClaimedInputs(child, {
    leaves: slots.map((slot) => ({ page: 0, slot, past: false })),
    gates: [true],
  });

test("an adult passes, so that a refusal below says something", async () => {
  expect(await passes(buildInputs(adult), signalsOf(adult).recordsRoot)).toBe(true);
});

test("refuses the child with parts of the adult's inputs in the place of its own", async () => {
  const own = claim([1, 2]);
  const borrowed = buildInputs(adult);
  const easy = buildInputs(statementOf({ ...child, program: programOf([leafOn(HBA1C)]) }));
  for (const from of [borrowed, easy]) {
    for (const key of Object.keys(own) as (keyof CircuitInputs)[]) {
      if (PUBLIC.includes(key)) continue;
      expect(await passes({ ...own, [key]: from[key] }), key).toBe(false);
    }
  }
  const { pages, factCodes, factRests, predecessors, pageHashes } = borrowed;
  const facts = { pages, factCodes, factRests, predecessors };
  expect(await passes({ ...own, ...facts })).toBe(false);
  expect(await passes({ ...own, ...facts, pageHashes })).toBe(false);
  const { codesLo, codesHi, parameters, gates, policy, salt, claims } = easy;
  const words = { codesLo, codesHi, parameters, gates, policy, salt };
  expect(await passes({ ...own, ...words, claims })).toBe(false);
  const { gateClaims } = own;
  for (const claims of [own.claims.map(() => 0n), own.claims.map(() => 1n)]) {
    expect(await passes({ ...own, claims, gateClaims })).toBe(false);
  }
});

test("refuses the child with any number in the place of any private input", async () => {
  const random = seeded(20_261_121);
  for (let attempt = 0; attempt < 60; attempt++) {
    const own = claim([between(random, 1, 4), between(random, 1, 4)]);
    const keys = (Object.keys(own) as (keyof CircuitInputs)[]).filter((k) => !PUBLIC.includes(k));
    const changes = between(random, 1, 3);
    let inputs = own;
    for (let i = 0; i < changes; i++) {
      const key = pick(random, keys);
      inputs = { ...inputs, [key]: replaced(inputs[key], random) };
    }
    expect(await passes(inputs), `attempt ${attempt}`).toBe(false);
  }
});

type Nested = bigint | readonly Nested[];

/** One number somewhere inside replaced by another. */
function replaced(value: Nested, random: Random): Nested {
  if (typeof value !== "bigint") {
    const at = between(random, 0, value.length - 1);
    return value.with(at, replaced(value[at]!, random));
  }
  const { valueLo, valueHi } = program.leaves[0]!;
  const likely = [0n, 1n, value + 1n, value - 1n, FIELD_ORDER - 1n, valueLo, valueHi];
  const next = random() < 0.5 ? pick(random, likely) : randomBits(random, 250);
  return ((next % FIELD_ORDER) + FIELD_ORDER) % FIELD_ORDER;
}
