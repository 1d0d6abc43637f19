// Units as records print them ("mm Hg", "gm/dL", "K/mcL", "%{Hb}"), written in UCUM (ucum.org/ucum).

/** What reading a unit depends on: the canonical unit of the code, its name, and units that mean another one there. */
type UnitRow = {
  readonly unit: string;
  readonly display: string;
  readonly aliases?: Readonly<Record<string, string>>;
};

/** Spellings that are not UCUM, or mean something else there (K is kelvin, C coulomb). In this order. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/[µμ]/g, "u"],
  [/^(?:percent|per cent|pct|prozent)$/i, "%"],
  [/^(?:per|\/)\s+(?=[a-z])|\s+per\s+/gi, "/"],
  [/\s*\/\s*/g, "/"],
  [/\/?[({]?1[.,]73[\s._*]*(?:m(?:\^|\*)?2|sq\.?\s?m)[)}]?$/i, "/{1.73_m2}"],
  [/\bmm\s?[[({]?\s?Hg\b[\])}]?/gi, "mm[Hg]"],
  [/\bmc(?=g|l\b|mol|kat)/gi, "u"],
  [/\/(?:cu\.?\s?mm|cmm|mm\s?[\^*]?3)\b/gi, "/uL"],
  [/\/ul\b/gi, "/uL"],
  [/\[?\b([munk]?)(?:IU|iU|iu)\b\]?/g, "$1[iU]"],
  [/\bUIU\b/g, "u[iU]"],
  [/\bm\s?eq\b/gi, "meq"],
  [/^[x*]?\s*10\s?(?:\^|\*\*?|E\+?|x|\s|\()\s?(\d{1,2})\)?(?!\d)/i, "10*$1"],
  [/^(?:k|th|thou|thousands?|thsd|tsd)\.?\/uL$/i, "10*3/uL"],
  [/^(?:m|mil|mill|millions?|mio)\.?\/uL$/i, "10*6/uL"],
  [/^(?:cells?|#)\//i, "{cells}/"],
  [/^\[?(?:copies|copy|cop|cps?)\]?\//i, "{copies}/"],
  [/^(beats?|breaths?|respirations?|resp)\//i, "{$1}/"],
  [/([a-z])\^([23])\b/gi, "$1$2"],
  [/^(?:°\s?|deg\s?)?C(?:elsius)?$/i, "Cel"],
  [/^(?:°\s?|deg\s?)?F(?:ahrenheit)?$/i, "[degF]"],
  [/^(?:lb|lbs|pounds?)$/i, "[lb_av]"],
  [/^(?:in|inch|inches)$/i, "[in_i]"],
  [/^(?:bpm|beats\/min(?:ute)?)$/i, "/min"],
  [/^\[?pH\]?$/i, "[pH]"],
  [/^(gm?|mg|ug|ng)\s?%$/i, "$1/dL"],
  [/\/100\s?ml\b/gi, "/dL"],
  [/\/sq\.?\s?m$/i, "/m2"],
  [/^(?:ft|foot|feet)$/i, "[ft_i]"],
  [/^%\s?(?:of\s)?\s*([A-Za-z][^{}]*)$/, "%{$1}"],
  [/^\(([^()]*)\)$/, "{$1}"],
  [/\s+\(([^()]*)\)$/, "{$1}"],
  // A word behind a unit says of what ("mg/g creat", "ug FEU/mL"), as an annotation does.
  [/([A-Za-z0-9%\]])\s+([A-Za-z][A-Za-z ]*)(?=\/|$)/g, "$1{$2}"],
];

/** Particles by the litre: giga and tera. In other units G is gram in capitals. */
const PARTICLES: readonly (readonly [RegExp, string])[] = [
  [/^(?:G|Gpt|giga|bil|billions?|mrd)\.?\/L$/i, "10*9/L"],
  [/^(?:T|Tpt|tera)\.?\/L$/i, "10*12/L"],
];

const LITERAL = ["%", "Cel", "[degF]", "[lb_av]", "[in_i]", "mm[Hg]", "[iU]", "[pH]", "wk", "mo"];
const PREFIXED: Readonly<Record<string, string>> = {
  g: "k d c m u n p f",
  L: "d c m u n p f",
  mol: "m u n p f",
  m: "k c m u n",
  s: "m u n",
  // MU stays what UCUM says: a million units.
  U: "k u n",
  eq: "m u",
  osm: "m",
  kat: "m u n",
  Pa: "k h m",
  V: "m u",
};
const WORDS: Readonly<Record<string, string>> = {
  g: "gm gms gram grams",
  kg: "kgs kilogram kilograms",
  L: "liter liters litre litres",
  cm: "cms centimeter centimeters centimetre centimetres",
  s: "sec secs second seconds",
  ms: "msec msecs millisecond milliseconds",
  mg: "milligram milligrams",
  min: "mins minute minutes",
  h: "hr hrs hour hours",
  d: "day days",
  a: "yr yrs year years",
  U: "unit units",
  mosm: "mosmol",
};

/** UCUM atoms by their lower-case spelling: a laboratory that prints "MG/DL" does not mean megagrams. */
const ATOMS = new Map<string, string>();
for (const atom of LITERAL) ATOMS.set(atom.toLowerCase(), atom);
for (const [base, prefixes] of Object.entries(PREFIXED)) {
  for (const prefix of ["", ...prefixes.split(" ")]) {
    ATOMS.set(`${prefix}${base}`.toLowerCase(), `${prefix}${base}`);
  }
}
for (const [atom, words] of Object.entries(WORDS)) {
  for (const word of [atom, ...words.split(" ")]) ATOMS.set(word.toLowerCase(), atom);
}
ATOMS.set("mu", "mU");

/** Words after which a number is no longer the plain unit, whatever stands beside them. */
const OTHER_SCALE = /log(?!ram)|\bl[gn]\b|ifcc|\bjds\b|centile|tit(?:er|re)|z.?score/i;
/** The same, unless the code itself is about it ("FEV1/FEV1 predicted", "T-score"). */
const RELATIVE =
  /ratio|quotient|score|index|fold|times|mult|\bmom\b|median|delta|change|differ|normal|predict|\bpred\b|expected|reference|\bul?n\b|\blln\b|\bfeu\b|\bddu\b|\bsd\b|standard|percent|\bper\b/i;
/** Numbers, also as a word or a prefix. */
const NUMBER =
  /^\W*\d|[\^*%/]|\bx?10|\be\d|hundred|thou|th?sd|mill|bill|\bmio|\bmrd|milli|micro|nano|pico|kilo|mega|giga|tera|deci|centi|^[kmgt]$/i;

/** Things that are counted: "{cells}/uL" says no more than "/uL". */
const COUNTED = new Set(
  "# cell cells count counts rbc rbcs wbc wbcs plt plts platelet platelets leukocytes erythrocytes neutrophils lymphocytes eosinophils beat beats breath breaths respirations resp".split(
    " ",
  ),
);
/** Annotations that mean the same. */
const SYNONYMS: readonly (readonly string[])[] = [
  ["copies", "copy", "cop", "cp", "cps"],
  ["cells", "cell", "#", "count"],
  ["score", "scores", "point", "points", "pts"],
  ["count", "counts", "#", "visits"],
  ["nominal", "sg", "specificgravity"],
];

/** True for a unit's text that says that the number is a logarithm, a titre, a percentile or the like. */
export function isOtherScale(text: string): boolean {
  return OTHER_SCALE.test(text.replaceAll("_", " "));
}

/**
 * The unit in UCUM without the annotations that say nothing of its size; the canonical unit itself where it is that.
 * Undefined when an annotation may change the scale: `{Log_copies}/mL` is not copies per millilitre.
 */
export function plainUnit(text: string, row: UnitRow): string | undefined {
  const given = text.trim();
  if (given === row.unit) return given;
  const spelled = respell(given, row);
  const alias = aliasOf(row, given) ?? aliasOf(row, spelled);
  if (alias !== undefined) return alias;
  if (isOtherScale(spelled)) return undefined;
  const bare = withoutAnnotations(bareWord(spelled, row), row);
  if (bare === undefined) return undefined;
  // UCUM has no decimal fractions: the point multiplies, so that "/1.73" would be read as 73.
  if (/\d\.\d/.test(bare)) return undefined;
  const unit = bare.replace(/[A-Za-z_%[\]]+/g, recase);
  if (unit === withoutAnnotations(row.unit, row)?.replace(/[A-Za-z_%[\]]+/g, recase)) {
    return row.unit;
  }
  return aliasOf(row, unit) ?? unit;
}

function respell(given: string, { unit }: UnitRow): string {
  const rules = unit.startsWith("10*") ? [...PARTICLES, ...SPELLINGS] : SPELLINGS;
  const plain = given.replace(/[⁰¹²³⁴-⁹]+/g, (power) => `^${power.normalize("NFKC")}`);
  return rules.reduce((spelled, [from, to]) => spelled.replace(from, to), plain.replace("×", "x"));
}

/** The alias of a unit. Units come from anybody's records: one called "constructor" has none. */
function aliasOf({ aliases }: UnitRow, unit: string): string | undefined {
  return aliases !== undefined && Object.hasOwn(aliases, unit) ? aliases[unit] : undefined;
}

/** Where the canonical unit is an annotation alone, its word without braces ("score", "INR") means it too. */
function bareWord(unit: string, row: UnitRow): string {
  return /^\{[^{}]*\}$/.test(row.unit) && /^[A-Za-z][A-Za-z -]*$/.test(unit) ? `{${unit}}` : unit;
}

function recase(atom: string): string {
  return atom === "MU" ? atom : (ATOMS.get(atom.toLowerCase()) ?? atom);
}

/** A unit's factors in their order, with the sign before each ("" before the first). */
function factorsOf(unit: string): { sign: string; core: string; annotation?: string }[] {
  const parts = unit.match(/[/.]?(?:\{[^{}]*\}|\[[^[\]]*\]|[^/.{}[\]])*/g) ?? [];
  return parts
    .filter((part, i) => part !== "" || i === 0)
    .map((part, i) => {
      const sign = /^[/.]/.test(part) && i > 0 ? part[0]! : "";
      const rest = part.slice(sign.length);
      const annotations = [...rest.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1]!);
      const core = rest.replace(/\{[^{}]*\}/g, "");
      const annotation = annotations.join(" ");
      return annotation === "" ? { sign, core } : { sign, core, annotation };
    });
}

function withoutAnnotations(unit: string, row: UnitRow): string | undefined {
  if (/[{}]/.test(unit.replace(/\{[^{}]*\}/g, ""))) return undefined;
  const own = factorsOf(slashed(row.unit));
  let bare = "";
  for (const [i, { sign, core, annotation }] of factorsOf(slashed(unit)).entries()) {
    if (annotation !== undefined) {
      const wanted = own[i]?.annotation;
      const fits =
        wanted === undefined ? saysNothing(annotation, core, row) : means(annotation, wanted);
      if (!fits) return undefined;
    }
    // A factor that was an annotation only is one: "{copies}/mL" leaves "/mL", "mL/min/{1.73_m2}" leaves "mL/min".
    if (core !== "" || annotation === undefined) bare += sign + core;
  }
  return bare;
}

/** "/min" as an empty factor and a denominator, so that its factors line up with those of "{beats}/min". */
function slashed(unit: string): string {
  return unit.startsWith("/") ? `{}${unit}` : unit;
}

/** Where the canonical unit has no annotation: one that stands for a thing, not for a number or a relation. */
function saysNothing(annotation: string, core: string, { display }: UnitRow): boolean {
  const words = annotation.replaceAll("_", " ");
  if (core === "") return COUNTED.has(normalForm(annotation));
  const relation = RELATIVE.exec(words)?.[0].toLowerCase();
  if (relation !== undefined && !display.toLowerCase().includes(relation)) return false;
  return !isOtherScale(words) && !NUMBER.test(words);
}

function means(annotation: string, wanted: string): boolean {
  const [a, b] = [normalForm(annotation), normalForm(wanted)];
  return a === b || SYNONYMS.some((same) => same.includes(a) && same.includes(b));
}

function normalForm(annotation: string): string {
  return annotation.toLowerCase().replace(/[^a-z0-9#%]/g, "");
}
