// Criteria about generated charts, each with what a careful reader says: that it holds in every completion of the chart,
// or not. Shares no code with the product.
import { ISSUED, type Json, type Random } from "./chart.ts";
import { type Base, CONCEPTS, DIFFERENCES } from "./codes.ts";
import { isSpan, nameOf, pickRaw } from "./rawCodes.ts";
import type { Kind, Reading, Statement } from "./reader.ts";
import { aboutPerson, aboutResults } from "./resultCriteria.ts";

/** One criterion as a trial would write it, and the reader's verdict on it. */
export type Question = {
  readonly criteria: { readonly inclusion: readonly Json[]; readonly exclusion: readonly Json[] };
  /** True when it holds in every completion. */
  readonly holds: (reading: Reading, asOf: number) => boolean;
};

/** Windows with the fewest days that they can have, for presence, and the most, for absence. */
export const WINDOWS = [
  { text: "28 days", shortest: 28, longest: 28 },
  { text: "90 days", shortest: 90, longest: 90 },
  { text: "1 year", shortest: 365, longest: 366 },
  { text: "5 years", shortest: 1826, longest: 1827 },
] as const;
const SHORT = [{ text: "1 day", shortest: 1, longest: 1 }, ...WINDOWS] as const;
/** A window and a shorter time before its end: between the two edges something has to lie. */
const BOTH = [
  { far: WINDOWS[1], near: WINDOWS[0] },
  { far: WINDOWS[2], near: WINDOWS[1] },
  { far: WINDOWS[3], near: WINDOWS[2] },
] as const;

const isIn = (s: Statement, concept: string) => s.isSure && s.belongs(concept) === "in";
const mayBeIn = (s: Statement, concept: string) => s.belongs(concept) !== "out";
const goesOn = (s: Statement) => s.mayGoOn && s.end === undefined;
/** The first and last day that its end could have. */
const endFrom = (s: Statement) => (goesOn(s) ? ISSUED : (s.end?.[0] ?? ISSUED));
const endTo = (s: Statement) => (s.mayGoOn ? Number.POSITIVE_INFINITY : (s.end?.[1] ?? ISSUED));

type Fits = (s: Statement, asOf: number) => boolean;

/** In every completion some statement fits: since each is open by itself, one of them fits in all of its own. */
function surely(
  reading: Reading,
  { kind, concept }: Subject,
  fits: (s: Statement) => boolean,
): boolean {
  return reading.statements.some((s) => s.kind === kind && isIn(s, concept) && fits(s));
}

/** In no completion does any statement fit, and nothing was kept back. */
function never(
  reading: Reading,
  { kind, concept }: Subject,
  mayFit: (s: Statement) => boolean,
): boolean {
  if (reading.hidden.has(kind)) return false;
  return !reading.statements.some((s) => s.kind === kind && mayBeIn(s, concept) && mayFit(s));
}

type Subject = { readonly kind: Kind; readonly concept: string; readonly form: Json };
type RawSubject = Subject & { readonly isSpan: boolean };
/** So many of the questions about conditions and drugs name a code and no concept. */
const RAW_SHARE = 0.15;

const baseOf = (kind: Kind): Base => (kind === "familyHistory" ? "condition" : kind);

/** A concept, or one without another, which is also said as "minus". */
function subjectOf(kind: Kind, random: Random, concepts: readonly string[]): Subject {
  const concept = random.pick(concepts);
  const difference = DIFFERENCES[baseOf(kind)]?.find(({ name }) => name === concept);
  const isSpelt = difference !== undefined && kind !== "familyHistory" && random.chance(0.5);
  const named = isSpelt ? { concept: difference.of, minus: difference.minus } : { concept };
  return { kind, concept, form: { [kind]: named } };
}

const LASTING: readonly Kind[] = ["condition", "medication", "allergy"];

/** A code as it stands, without a concept. */
function rawSubject(kind: "condition" | "medication", random: Random): RawSubject {
  const raw = pickRaw(random, kind);
  const form = { [kind]: { [raw.key]: raw.code } };
  return { kind, concept: nameOf(raw), form, isSpan: isSpan(raw) };
}

export function present(kind: Kind, random: Random, concepts: readonly string[]): Question {
  return presence(subjectOf(kind, random, concepts), random);
}

function presence(subject: Subject, random: Random): Question {
  const { kind } = subject;
  const ask = (extra: Json, ...parts: readonly Fits[]): Question => ({
    criteria: { inclusion: [{ ...subject.form, ...extra }], exclusion: [] },
    // Parts of one criterion must all hold, but not of one statement.
    holds: (reading, asOf) => parts.every((fits) => surely(reading, subject, (s) => fits(s, asOf))),
  });
  if (kind === "familyHistory") return ask({}, () => true);
  return LASTING.includes(kind) ? lastingly(random, ask) : happened(kind, random, ask);
}

type Ask = (extra: Json, ...parts: readonly Fits[]) => Question;

function lastingly(random: Random, ask: Ask): Question {
  const window = random.pick(SHORT);
  const ago = random.pick(WINDOWS);
  const { far, near } = random.pick(BOTH);
  const within: Fits = (s, asOf) => endFrom(s) >= asOf - window.shortest || goesOn(s);
  const old: Fits = (s, asOf) => s.start[1] <= asOf - ago.longest;
  const begun: Fits = (s, asOf) => s.start[0] >= asOf - window.shortest;
  const between: Fits = (s, asOf) =>
    s.start[0] >= asOf - far.shortest && s.start[1] <= asOf - near.longest;
  const both = { startedWithin: far.text, atLeastAgo: near.text };
  const same = { status: "current", sameEpisode: true };
  const now = { status: "current" };
  const options: (() => Question)[] = [
    () => ask({}, () => true),
    () => ask({ within: window.text }, within),
    () => ask({ atLeastAgo: ago.text }, old),
    () => ask(now, goesOn),
    () => ask({ startedWithin: window.text }, begun),
    () => ask({ within: far.text, atLeastAgo: near.text }, wide(far), oldBy(near)),
    () => ask(both, between),
    () => ask({ ...now, atLeastAgo: ago.text }, goesOn, old),
    () => ask({ ...same, atLeastAgo: ago.text }, (s, asOf) => goesOn(s) && old(s, asOf)),
    () => ask({ ...same, startedWithin: window.text }, (s, asOf) => goesOn(s) && begun(s, asOf)),
    () => ask({ ...same, ...both }, (s, asOf) => goesOn(s) && between(s, asOf)),
  ];
  return random.pick(options)();
}

type Window = { readonly shortest: number; readonly longest: number };
const wide =
  ({ shortest }: Window): Fits =>
  (s, asOf) =>
    endFrom(s) >= asOf - shortest || goesOn(s);
const oldBy =
  ({ longest }: Window): Fits =>
  (s, asOf) =>
    s.start[1] <= asOf - longest;

/** What happens on a day, or is dated by its last. */
function happened(kind: Kind, random: Random, ask: Ask): Question {
  const window = random.pick(SHORT);
  const ago = random.pick(WINDOWS);
  const { far, near } = random.pick(BOTH);
  const over = ({ longest }: Window, s: Statement, asOf: number) =>
    !s.mayGoOn && (s.end?.[1] ?? ISSUED) <= asOf - longest;
  const reason = random.pick(CONCEPTS.condition);
  const isFor: Fits = (s) => s.reason?.(reason) === "in";
  const isReasoned = kind === "encounter" && random.chance(0.5);
  const [extra, isRight]: [Json, Fits] = isReasoned
    ? [{ reason: { concept: reason } }, isFor]
    : [{}, () => true];
  const both: Fits = (s, asOf) => wide(far)(s, asOf) && over(near, s, asOf) && isRight(s, asOf);
  const options: (() => Question)[] = [
    () => ask(extra, isRight),
    () =>
      ask(
        { ...extra, within: window.text },
        (s, asOf) => wide(window)(s, asOf) && isRight(s, asOf),
      ),
    () =>
      ask({ ...extra, atLeastAgo: ago.text }, (s, asOf) => over(ago, s, asOf) && isRight(s, asOf)),
    () => ask({ ...extra, within: far.text, atLeastAgo: near.text }, both),
  ];
  return random.pick(options)();
}

export function absent(kind: Kind, random: Random, concepts: readonly string[]): Question {
  return absence(subjectOf(kind, random, concepts), random);
}

function absence(subject: Subject & { isSpan?: boolean }, random: Random): Question {
  const { kind } = subject;
  const window = random.pick(WINDOWS);
  const ask = (extra: Json, mayFit: Fits): Question => ({
    criteria: { inclusion: [], exclusion: [{ ...subject.form, ...extra }] },
    holds: (reading, asOf) => never(reading, subject, (s) => mayFit(s, asOf)),
  });
  // Of several codes at once nobody knows which one is the newest: only "ever" can be asked.
  const isWhole = kind === "familyHistory" || subject.isSpan === true;
  const roll = random.below(isWhole ? 1 : LASTING.includes(kind) ? 4 : 2);
  if (roll === 0) return ask({}, () => true);
  if (roll === 1)
    return ask({ within: window.text }, (s, asOf) => endTo(s) >= asOf - window.longest);
  if (roll === 2) return ask({ status: "current" }, (s, asOf) => endTo(s) >= asOf);
  return ask({ startedWithin: window.text }, (s, asOf) => s.start[1] >= asOf - window.longest);
}

const KINDS: readonly Kind[] = [
  ...(["condition", "condition", "medication", "medication", "allergy", "procedure"] as const),
  ...(["immunization", "encounter", "familyHistory"] as const),
];

/** The concepts and differences of a kind; mostly those that the chart says something about. */
function conceptsFor(kind: Kind, { statements }: Reading, random: Random): readonly string[] {
  const base = baseOf(kind);
  const all = [...CONCEPTS[base], ...(DIFFERENCES[base] ?? []).map(({ name }) => name)];
  if (random.chance(0.3)) return all;
  const own = statements.filter((s) => s.kind === kind);
  const said = all.filter((name) => own.some((s) => s.belongs(name) !== "out"));
  return said.length > 0 ? said : all;
}

/** The kinds of things that a chart speaks of, as often as it does. */
function kindFor({ statements, results }: Reading, random: Random): Kind | "result" {
  const said = [...statements.map(({ kind }) => kind), ...results.map(() => "result" as const)];
  return said.length > 0 && random.chance(0.7)
    ? random.pick(said)
    : random.pick([...KINDS, "result" as const]);
}

/** A random criterion, mostly about what the chart speaks of. */
export function askOne(random: Random, reading: Reading): Question {
  if (random.chance(0.05)) return aboutPerson(random);
  const kind = kindFor(reading, random);
  if (kind === "result") return aboutResults(random);
  if ((kind === "condition" || kind === "medication") && random.chance(RAW_SHARE)) {
    const raw = rawSubject(kind, random);
    return random.chance(0.7) || raw.isSpan ? absence(raw, random) : presence(raw, random);
  }
  const concepts = conceptsFor(kind, reading, random);
  return random.chance(0.5) ? absent(kind, random, concepts) : present(kind, random, concepts);
}
