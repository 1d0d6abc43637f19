// The circuits' sources: analysers, budgets, names and order of the public signals.
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readManifest } from "../../circuits/artifacts/read.ts";
import { SIZES } from "../../circuits/statement/criteria/program.ts";
import { SIGNALS } from "../../circuits/statement/proof/signals.ts";
import { compile, compileOnce, inspect } from "../../circuits/tools/compile.ts";
import { BUILD, buildFiles, ROOT } from "../../circuits/tools/paths.ts";
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
  // False: the sum is constrained to 1 right below (opening.test.ts: "weights that blend").
  [/templates\/record\.circom/, /value assigned to `slotSum` is not used/],
];

/** What the compiler's `--inspect` says of correct code, template by template, and why it is that. */
const WARNINGS: readonly (readonly [template: string, says: RegExp])[] = [
  // A code's upper bound has 68 bits, a predecessor's 123: the lower ones only have to be bits.
  ["Criterion()", /^CA02: Array of .* below\.out contains a total of 68 signals/],
  // What the first S-box of the last round gives is in the last constraint itself: `out` tells of it.
  ["PoseidonRounds(3)", /^CA01: Local signal last\[0\] does not appear/],
  ["PoseidonRounds(4)", /^CA01: Local signal last\[0\] does not appear/],
  ["PoseidonRounds(5)", /^CA01: Local signal last\[0\] does not appear/],
  ["PoseidonRounds(6)", /^CA01: Local signal last\[0\] does not appear/],
  ["PoseidonRounds(17)", /^CA01: Local signal last\[0\] does not appear/],
];
/** Three digests of its longer program make its criteria hash one of ten. */
const WARNINGS_OF_32: typeof WARNINGS = [
  ["PoseidonRounds(11)", /^CA01: Local signal last\[0\] does not appear/],
];

/** The template with its first parameter (Poseidon's others are thousands of digits), and what is said. */
function readWarning(warning: string): { template: string; says: string } {
  const [, code, name, first, says] =
    /warning\[(\w+)\]: In template "(\w+)\((\d*)[^"]*\)": (.*)/.exec(warning) ?? [];
  return { template: `${name}(${first})`, says: `${code}: ${says}` };
}

const BUDGETS = [
  { ...SIZES[8], most: 22_500 },
  { ...SIZES[32], most: 57_500 },
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

  test("compiles with exactly the warnings that are explained", () => {
    mkdirSync(BUILD, { recursive: true });
    const folder = mkdtempSync(`${BUILD}warnings-`);
    const { warnings } = compile(`circuits/${circuit}.circom`, `${folder}/`);
    rmSync(folder, { recursive: true });
    const expected = [...WARNINGS, ...(circuit === SIZES[32].circuit ? WARNINGS_OF_32 : [])];
    const left = warnings.map(readWarning).filter(({ template, says }) => {
      const at = expected.findIndex(([of, pattern]) => of === template && pattern.test(says));
      if (at >= 0) expected.splice(at, 1);
      return at < 0;
    });
    expect(left, "not explained").toEqual([]);
    expect(expected, "explained, but no longer said").toEqual([]);
  }, 240_000);

  test("compiles to the committed wasm", async () => {
    compileOnce(circuit);
    const wasm = readFileSync(buildFiles(circuit).wasm);
    const { sha256 } = (await readManifest()).circuits[circuit].files[`${circuit}.wasm`]!;
    expect(createHash("sha256").update(wasm).digest("hex")).toBe(sha256);
  }, 240_000);

  test("has its public signals in the order of statement/proof/signals.ts", () => {
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
  const files = ["calendar", "choice", "criterion", "gates", "identity", "membership", "record"];
  for (const file of files.map((name) => `templates/${name}.circom`).concat("eligibility.circom")) {
    expect(readFileSync(folder + file, "utf8"), file).not.toMatch(
      /<--|-->|LessThan|IsZero|Num2Bits/,
    );
  }
});
