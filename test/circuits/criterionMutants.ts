// Ways to weaken the Criterion template.

import type { Leaf } from "../../circuits/statement/criteria/program.ts";
import { packFact } from "../../circuits/statement/encoding/fact.ts";
import { FIELD_ORDER } from "../../circuits/statement/encoding/field.ts";
import type { Inputs } from "./calculator.ts";
import { criterionInputs, PARAMETER_BITS, splitFact } from "./criterionInputs.ts";
import { HBA1C, leafOn, TODAY } from "./example.ts";
import { type Attack, given, type Mutant } from "./mutant.ts";

const fact = (code: bigint, daysAgo: number, value = 10n) =>
  packFact({ code, day: TODAY - daysAgo, value });
const BELOW = fact(HBA1C - 1n, 1);
const LEAF = leafOn(HBA1C, { valueLo: 10n, valueHi: 12n, near: 5, far: 9 });
const NONE = leafOn(HBA1C, { kind: "none", far: 9 });
const RANGE = leafOn(HBA1C, { kind: "none", codeHi: HBA1C + 9n });

type Claim = { leaf: Leaf; fact: bigint; predecessor?: bigint; past?: bigint; claim?: bigint };
const claimed = ({ leaf, fact: opened, predecessor = BELOW, past = 0n, claim = 1n }: Claim) =>
  given({ ...criterionInputs(leaf, { predecessor, fact: opened }), past, claim });
const BORN = leafOn(HBA1C, { valueLo: 500_000n, valueHi: 600_000n, relative: true });

const criterion = (find: string, replace: string, attack: Attack): Mutant => ({
  ...{ file: "criterion.circom", main: "Criterion()" },
  ...{ find, replace, attack },
});

/** Other codes than the leaf's, under the one word in which the leaf's are hashed. */
function otherCodes(leaf: Leaf, opened: bigint, by: bigint): Attack {
  return (part) => {
    const pair = { predecessor: BELOW, fact: opened };
    const wordOf = (inputs: Inputs) => part.calculate({ ...inputs, claim: 0n })[1];
    const honest = criterionInputs(leaf, pair);
    const forged = { ...honest, codeLo: leaf.codeLo - by, codeHi: leaf.codeHi + 1n };
    return wordOf(forged) === wordOf(honest) && part.accepts(forged);
  };
}

/** The same fact, of which a part of the code is counted as day and value. */
function otherSplit(leaf: Leaf, claim: bigint): Attack {
  return (part) => {
    const opened = fact(HBA1C, 6);
    const honest = { ...criterionInputs(leaf, { predecessor: BELOW, fact: opened }), claim };
    const { code, dayAndValue } = splitFact(opened);
    const forged = { ...honest, code: code - 1n, dayAndValue: dayAndValue + (1n << 55n) };
    return part.accepts(honest) && part.accepts(forged);
  };
}

/** A code bound that is so many bits too high. */
function boundTooHigh(bits: bigint): Attack {
  return (part) => {
    const opened = criterionInputs(LEAF, { predecessor: 0n, fact: fact(HBA1C, 6) });
    return part.accepts({ ...opened, codeHi: HBA1C + (1n << bits) });
  };
}

export const CRITERION: readonly Mutant[] = [
  criterion("latest * none === 0;", "", (part) => {
    const inputs = criterionInputs(leafOn(HBA1C), { predecessor: 0n, fact: BELOW, claim: false });
    const both = inputs.parameters.with(PARAMETER_BITS - 1, 1n).with(PARAMETER_BITS - 2, 1n);
    return part.accepts({ ...inputs, parameters: both });
  }),
  criterion(
    "claim * (claim - 1) === 0;",
    "",
    // A leaf that counts twice: its lower bound is then twice as high, which a wide range bears.
    claimed({ leaf: { ...LEAF, codeLo: 10n, codeHi: 100n }, fact: fact(50n, 6), claim: 2n }),
  ),
  criterion(
    "past * (past - 1) === 0;",
    "",
    // No advantage, SOUNDNESS.md says why; but a number that is no bit.
    claimed({ leaf: NONE, fact: fact(HBA1C, 20), past: FIELD_ORDER - 1n }),
  ),
  criterion(
    "past * (1 - absent) === 0;",
    "",
    claimed({ leaf: { ...leafOn(HBA1C), kind: "latest" }, fact: fact(HBA1C + 1n, 1), past: 1n }),
  ),
  criterion(
    "code - ofClaim - past",
    "code - ofClaim",
    claimed({ leaf: NONE, fact: fact(HBA1C, 1), past: 1n }),
  ),
  criterion(
    "codeLo * claim",
    "(codeLo - 1) * claim",
    claimed({ leaf: leafOn(HBA1C), fact: BELOW }),
  ),
  criterion(
    "lower.difference <== codeLo - codeHi;",
    "lower.difference <== 0;",
    claimed({ leaf: RANGE, fact: fact(HBA1C + 5n, 1), past: 1n }),
  ),
  criterion(
    "(code - codeHi) * (newest + older) === 0;",
    "",
    claimed({ leaf: { ...LEAF, kind: "latest" }, fact: fact(HBA1C + 1n, 6) }),
  ),
  criterion(
    "(codeHi - code) * any",
    "(codeHi + 1 - code) * any",
    claimed({ leaf: leafOn(HBA1C), fact: fact(HBA1C + 1n, 1) }),
  ),
  // 123 bits bound less than is needed for the three codes to be what they are: from the 69th to the last.
  criterion("beyond * any === 0;", "", boundTooHigh(68n)),
  criterion("i = 68; i < 123; i++", "i = 68; i < 122; i++", boundTooHigh(122n)),
  criterion("codeHi * 2 ** 128", "codeHi * 2 ** 68", otherCodes(leafOn(HBA1C), BELOW, 1n << 68n)),
  criterion(
    "component f = Bits(55);",
    "component f = Bits(56);",
    otherSplit(leafOn(HBA1C - 1n, { codeHi: HBA1C }), 1n),
  ),
  criterion(
    "component lower = NotNegativeIf(68);",
    "component lower = NotNegativeIf(69);",
    (part) => {
      const inputs = criterionInputs(LEAF, { predecessor: 0n, fact: BELOW, claim: false });
      return part.accepts({ ...inputs, code: 1n << 68n });
    },
  ),
  criterion(
    "value - valueLo - shift",
    "value + 1 - valueLo - shift",
    claimed({ leaf: LEAF, fact: fact(HBA1C, 6, 9n) }),
  ),
  criterion(
    "valueHi + shift - value",
    "valueHi + 1 + shift - value",
    claimed({ leaf: LEAF, fact: fact(HBA1C, 6, 13n) }),
  ),
  criterion(
    "(asOfYmd - valueHi - valueLo) * relative",
    "(asOfYmd - valueHi - valueLo + 1) * relative",
    claimed({ leaf: BORN, fact: fact(HBA1C, 6, 19_761_122n) }),
  ),
  criterion(
    "day - asOfDay + far;",
    "day - asOfDay + far + 1;",
    claimed({ leaf: LEAF, fact: fact(HBA1C, 10) }),
  ),
  criterion(
    "farEdge.offset <== -older;",
    "farEdge.offset <== 0;",
    claimed({ leaf: NONE, fact: fact(HBA1C, 9) }),
  ),
  criterion(
    "asOfDay - near - day;",
    "asOfDay - near - day + 1;",
    claimed({ leaf: LEAF, fact: fact(HBA1C, 4) }),
  ),
  criterion("hit * hasNear", "0", claimed({ leaf: LEAF, fact: fact(HBA1C, 1) })),
  criterion(
    "- predecessor) * (newest + absent)",
    "- predecessor) * absent",
    claimed({
      leaf: { ...LEAF, kind: "latest" },
      fact: fact(HBA1C, 6),
      predecessor: fact(HBA1C, 1),
    }),
  ),
  criterion(
    "- predecessor) * (newest + absent)",
    "- predecessor) * newest",
    claimed({ leaf: NONE, fact: fact(HBA1C, 20), predecessor: fact(HBA1C, 1) }),
  ),
  criterion(
    "codeLo * 2 ** 55 - 1 - predecessor",
    "codeHi * 2 ** 55 - 1 - predecessor",
    claimed({
      leaf: RANGE,
      fact: fact(HBA1C + 10n, 1),
      predecessor: fact(HBA1C + 1n, 1),
      past: 1n,
    }),
  ),
];
