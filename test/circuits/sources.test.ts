// The circuits' sources: analysers, budgets, names and order of the public signals.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readManifest } from "../../circuits/artifacts/read.ts";
import { SIZES } from "../../circuits/statement/program.ts";
import { SIGNALS } from "../../circuits/statement/signals.ts";
import { compileOnce, inspect } from "../../circuits/tools/compile.ts";
import { buildFiles, ROOT } from "../../circuits/tools/paths.ts";
import { readConstraints } from "./constraints.ts";

/** What circomspect says of correct code, and why it is that. */
const EXPLAINED: readonly (readonly [place: RegExp, warning: RegExp])[] = [
  // The hint for each bit; the two constraints beside it leave one possibility (comparison.test.ts).
  [/templates\/comparison\.circom/, /signal assignment operator `<--`/],
  // Poseidon's numbers, each pinned by its S-box (poseidon.test.ts, poseidonMutants.ts).
  [/templates\/poseidon\.circom/, /signal assignment operator `<--`/],
  // A running sum begins anew before each use, so its first value, zero, is indeed not used.
  [/templates\/poseidon\.circom/, /value assigned to `y` is not used/],
  // The square of the message is meant to stand alone, as in Semaphore.
  [/eligibility\.circom/, /at least two separate constraints/],
  // False: both sums are constrained to 1 right below (opening.test.ts: "weights that blend").
  [/templates\/record\.circom/, /value assigned to `(page|slot)Sum` is not used/],
];

const BUDGETS = [
  { ...SIZES[8], most: 26_624 },
  { ...SIZES[32], most: 65_536 },
];

test("circomspect has nothing to say that is not explained", () => {
  const unexplained = inspect().filter(
    (line) => !EXPLAINED.some(([place, warning]) => place.test(line) && warning.test(line)),
  );
  expect(unexplained).toEqual([]);
}, 240_000);

test("circomspect would say something about an unconstrained hint", () => {
  // All of the explanations are still needed: a list that nothing matches would hide that nothing runs.
  const lines = inspect();
  for (const [place, warning] of EXPLAINED) {
    expect(lines.some((line) => place.test(line) && warning.test(line))).toBe(true);
  }
}, 240_000);

describe.each(BUDGETS)("$circuit", ({ circuit, most }) => {
  test(`has at most ${most} constraints, and so has the manifest`, async () => {
    compileOnce(circuit);
    const { list, wireCount } = readConstraints(buildFiles(circuit).r1cs);
    expect(list.length).toBeLessThanOrEqual(most);
    const { constraints } = (await readManifest()).circuits[circuit];
    expect(constraints.nonLinear + constraints.linear).toBe(list.length);
    expect(constraints.wires).toBe(wireCount);
  }, 240_000);

  test("compiles to the committed wasm", async () => {
    compileOnce(circuit);
    const wasm = readFileSync(buildFiles(circuit).wasm);
    const { sha256 } = (await readManifest()).circuits[circuit].files[`${circuit}.wasm`]!;
    expect(createHash("sha256").update(wasm).digest("hex")).toBe(sha256);
  }, 240_000);

  test("has its public signals in the order of statement/signals.ts", () => {
    compileOnce(circuit);
    const names = new Map<number, string>();
    for (const line of readFileSync(buildFiles(circuit).sym, "utf8").split("\n")) {
      const [, wire, , name] = line.split(",");
      if (name?.split(".").length === 2) names.set(Number(wire), name.replace("main.", ""));
    }
    expect(SIGNALS.map((_, i) => names.get(i + 1))).toEqual([...SIGNALS]);
    const { outputCount } = readConstraints(buildFiles(circuit).r1cs);
    expect(outputCount).toBe(3);
  }, 240_000);
});

test("hints stand in two files only, and nothing decomposes 254 bits", () => {
  const folder = `${ROOT}circuits/`;
  const files = ["calendar", "criterion", "gates", "identity", "membership", "record"];
  for (const file of files.map((name) => `templates/${name}.circom`).concat("eligibility.circom")) {
    expect(readFileSync(folder + file, "utf8"), file).not.toMatch(
      /<--|-->|LessThan|IsZero|Num2Bits/,
    );
  }
});
