// Weakens the sources one constraint at a time, recompiles, and expects an attack to get through: so each of these
// constraints is needed, and these attacks find out when it is missing. Slow: SOURCE_MUTATION=1 runs all.
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { compile } from "../../circuits/tools/compile.ts";
import { buildFiles, ROOT } from "../../circuits/tools/paths.ts";
import { MUTANTS, type Mutant } from "./mutants.ts";
import { compilePart, loadPart, type Part } from "./part.ts";

/** A sample in every run, so that the list stays true to the sources. */
const EVERY = process.env.SOURCE_MUTATION ? 1 : 12;
const sample = MUTANTS.map((mutant, i) => ({ ...mutant, i })).filter(({ i }) => i % EVERY === 0);

/** Compiles a weakened copy of the templates. */
async function compileMutant({
  file,
  main,
  find,
  replace,
  i,
}: Mutant & { i: number }): Promise<Part> {
  const folder = `circuits/build/mutants/${i}/`;
  mkdirSync(ROOT + folder, { recursive: true });
  cpSync(`${ROOT}circuits/templates`, ROOT + folder, { recursive: true });
  for (const name of readdirSync(ROOT + folder).filter((entry) => entry.endsWith(".circom"))) {
    const text = readFileSync(ROOT + folder + name, "utf8");
    const moved = text.replaceAll('"../../node_modules', '"../../../../node_modules');
    writeFileSync(ROOT + folder + name, name === file ? moved.replace(find, replace) : moved);
  }
  const top = `pragma circom 2.2.0;\ninclude "./${file}";\ncomponent main = ${main};\n`;
  writeFileSync(`${ROOT}${folder}mutant.circom`, top);
  compile(`${folder}mutant.circom`, ROOT + folder);
  return loadPart(buildFiles("mutant", ROOT + folder));
}

describe("a source weakened", () => {
  test.each(sample)(
    "in $file by making '$find' '$replace' lets an attack through",
    async (mutant) => {
      const source = readFileSync(`${ROOT}circuits/templates/${mutant.file}`, "utf8");
      expect(source.split(mutant.find).length, "stands once in the source").toBe(2);
      const [original, weakened] = [
        await compilePart(mutant.main, mutant.file),
        await compileMutant(mutant),
      ];
      expect(mutant.attack(original), "the attack on the source as it is").toBe(false);
      expect(mutant.attack(weakened), "the attack on the weakened source").toBe(true);
    },
    120_000,
  );
});
