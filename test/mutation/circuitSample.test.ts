// A few mutants of the circuits in every run, so that the runner stays true to sources and battery; forty are in
// `npm run evidence -- circuits`, all of them: node test/mutation/circuits.ts (CIRCUITS.md has its numbers).
import { afterAll, describe, expect, test } from "vitest";
import { calculatorOf } from "../circuits/example.ts";
import { trialsOfWhole } from "./circuitBattery.ts";
import { createCircuitJudge } from "./circuitJudge.ts";
import { circuitMutantsOf, readCircuits } from "./circuitMutants.ts";
import { CIRCUITS_EXPLAINED, circuitReasonFor } from "./circuitSurvivors.ts";
import { shuffledBy } from "./circuits.ts";
import { diffOf } from "./mutants.ts";

const SAMPLE = 5;

const sources = readCircuits();
const mutants = circuitMutantsOf(sources);
const judge = createCircuitJudge(sources);
afterAll(judge.close);

describe("a mutant of the circuits", () => {
  test("is noticed, in a sample of those that one template shows", async () => {
    // Of the circuit itself each takes ten seconds, and libraries' widths differ from place to place.
    const quick = mutants.filter(
      (mutant) =>
        /^(Calendar|Criterion|Gates|Membership|RecordPolicy|NotNegativeIf|OneOf)$/.test(
          mutant.template,
        ) &&
        /unconstrained|removed|arithmetic|index/.test(mutant.operator) &&
        circuitReasonFor(sources, mutant) === undefined,
    );
    const unnoticed: string[] = [];
    for (const mutant of shuffledBy(11, quick).slice(0, SAMPLE)) {
      const { status, by } = await judge.judge(mutant);
      if (status !== "killed") unnoticed.push(`${mutant.id}: ${status} ${by ?? ""}`);
    }
    expect(unnoticed).toEqual([]);
  });

  test("that changes nothing is the same", async () => {
    const unchanged = mutants.find(({ template }) => template === "Calendar")!;
    const { file, start, end } = unchanged;
    const replacement = sources[file]!.slice(start, end);
    expect(await judge.judge({ ...unchanged, replacement, lies: [] })).toMatchObject({
      status: "same",
    });
  });

  test("that may survive is still a mutant of the sources", () => {
    const diffs = new Set(mutants.map((mutant) => `${mutant.file} ${diffOf(sources, mutant)}`));
    const gone = CIRCUITS_EXPLAINED.filter(
      ({ file, diff }) => ![...diffs].some((known) => known.endsWith(`${file}.circom ${diff}`)),
    );
    expect(gone).toEqual([]);
  });
});

test("eligibility-8 accepts each honest statement of the battery, and refuses each forged one", async () => {
  const circuit = await calculatorOf(8);
  const wrong = trialsOfWhole().filter(({ inputs, outputs }) => {
    if (!outputs) return circuit.accepts(inputs);
    return circuit.calculate(inputs).slice(1, 8).join() !== outputs.join();
  });
  expect(wrong.map(({ what }) => what)).toEqual([]);
});
