// Weakens the sources one constraint at a time, recompiles, and expects an attack to get through: so each of these
// constraints is needed, and these attacks find out when it is missing. Slow: SOURCE_MUTATION=1 runs all.
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { compile } from "../../circuits/tools/compile.ts";
import { buildFiles, ROOT } from "../../circuits/tools/paths.ts";
import type { Mutant } from "./mutant.ts";
import { MUTANTS } from "./mutants.ts";
import { compilePart, loadPart, type Part } from "./part.ts";
import { POSEIDON } from "./poseidonMutants.ts";

/** A sample in every run, so that the list stays true to the sources. */
const EVERY = process.env.SOURCE_MUTATION ? 1 : 12;
const sample = [...MUTANTS, ...POSEIDON]
  .map((mutant, i) => ({ ...mutant, i }))
  .filter(({ i }) => i % EVERY === 0);

type Change = readonly [find: string, replace: string];

/** Compiles a copy of the templates with changes in one file. */
async function compileChanged(
  { file, main }: Mutant,
  changes: readonly Change[],
  name: string,
): Promise<Part> {
  const folder = `circuits/build/mutants/${name}/`;
  mkdirSync(ROOT + folder, { recursive: true });
  cpSync(`${ROOT}circuits/templates`, ROOT + folder, { recursive: true });
  for (const source of readdirSync(ROOT + folder).filter((entry) => entry.endsWith(".circom"))) {
    const text = readFileSync(ROOT + folder + source, "utf8");
    if (source === file) writeFileSync(ROOT + folder + source, changed(text, changes));
  }
  const top = `pragma circom 2.2.0;\ninclude "./${file}";\ncomponent main = ${main};\n`;
  writeFileSync(`${ROOT}${folder}mutant.circom`, top);
  compile(`${folder}mutant.circom`, ROOT + folder);
  return loadPart(buildFiles("mutant", ROOT + folder));
}

function changed(text: string, changes: readonly Change[]): string {
  return changes.reduce((changing, [find, replace]) => {
    expect(changing.split(find).length, `${find} stands once in the source`).toBe(2);
    return changing.replace(find, () => replace);
  }, text);
}

describe("a source weakened", () => {
  test.each(sample)(
    "in $file by making '$find' '$replace' lets an attack through",
    async (mutant) => {
      const { i, main, file, find, replace, dishonest } = mutant;
      const hints = dishonest ? [dishonest] : [];
      const original = dishonest
        ? await compileChanged(mutant, hints, `${i}-honest`)
        : await compilePart(main, file);
      const weakened = await compileChanged(mutant, [...hints, [find, replace]], `${i}`);
      expect(mutant.attack(original), "the attack on the source as it is").toBe(false);
      expect(mutant.attack(weakened), "the attack on the weakened source").toBe(true);
    },
    120_000,
  );
});
