// What leaves ask of facts: see factsMutants.ts.
import type { FactMutant } from "./factsMutants.ts";

const compiler = (file: string, what: string, from: string, to: string): FactMutant => ({
  ...{ what, from, to },
  file: `circuits/statement/${file}`,
});

export const compilerMutants: readonly FactMutant[] = [
  compiler(
    "criteria/compilePresence.ts",
    "within a window takes the latest day",
    "const valueHi = far < ONGOING ? EXACT : LATEST;",
    "const valueHi = far < 0 ? EXACT : LATEST;",
  ),
  compiler(
    "criteria/compilePresence.ts",
    "at least so long ago takes the earliest day",
    "const valueLo = near > 0 ? EXACT : EARLIEST;",
    "const valueLo = near < 0 ? EXACT : EARLIEST;",
  ),
  compiler(
    "criteria/compilePresence.ts",
    "between two edges every day is taken",
    "  const valueLo = near > 0 ? EXACT : EARLIEST;\n  const valueHi = far < ONGOING ? EXACT : LATEST;",
    "  const isBoth = near > 0 && far < ONGOING;\n  const valueLo = near > 0 && !isBoth ? EXACT : EARLIEST;\n  const valueHi = far < ONGOING && !isBoth ? EXACT : LATEST;",
  ),
  compiler(
    "criteria/compilePresence.ts",
    "one episode is any that began then",
    "return { ...leaf, valueLo: leaf.valueLo + STILL_ON, valueHi: leaf.valueHi + STILL_ON };",
    "return leaf;",
  ),
  compiler(
    "criteria/compilePresence.ts",
    "a window of presence is as long as it can be",
    "far: within === undefined ? ONGOING : parseDuration(within).shortest,",
    "far: within === undefined ? ONGOING : parseDuration(within).longest,",
  ),
  compiler(
    "criteria/compilePresence.ts",
    "at least so long ago is as short as it can be",
    "near: ago === undefined ? 0 : parseDuration(ago).longest,",
    "near: ago === undefined ? 0 : parseDuration(ago).shortest,",
  ),
  compiler(
    "criteria/compilePresence.ts",
    "a window of absence is as short as it can be",
    "const far = within === undefined ? ONGOING : parseDuration(within).longest;",
    "const far = within === undefined ? ONGOING : parseDuration(within).shortest;",
  ),
  compiler(
    "criteria/compileLasting.ts",
    "a window without a disease is as short as it can be",
    "add(last, parseDuration(within).longest,",
    "add(last, parseDuration(within).shortest,",
  ),
  compiler(
    "criteria/compileLasting.ts",
    "none at present asks for the beginning",
    'if (status === "current") add(last, 0, phrases.noneCurrent(target));',
    'if (status === "current") add(start, 0, phrases.noneCurrent(target));',
  ),
];
