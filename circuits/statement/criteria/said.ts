// A criterion as people say it: what takes part, or may not. What the record must show for it is english.ts.
import { capital } from "./english.ts";
import type { Attestation, Said, SaidLeaf } from "./requirement.ts";

export type List = "inclusion" | "exclusion";
/** Whether the words are of what must not be, and whether some `not` or exclusion is about them at all. */
export type Voice = { readonly negated: boolean; readonly reversed: boolean };
export const VOICE = {
  inclusion: { negated: false, reversed: false },
  exclusion: { negated: true, reversed: true },
} as const;

/** One criterion as a sentence. An exclusion reads as what must not be so: "Type 1 diabetes". */
export function saidWords(said: Said, list: List): string {
  return capital(words(said, VOICE[list]));
}

/** A criterion among others: "May not take part: type 1 diabetes". */
export function listedWords({ said, list }: { said: Said; list: List }): string {
  if (list === "inclusion") return saidWords(said, list);
  return `May not take part: ${words(said, VOICE.exclusion)}`;
}

/** A part of a criterion as it is said within it. */
export function partWords(said: Said, voice: Voice): string {
  return capital(words(said, voice));
}

/** Every part of a criterion, itself first. */
export function saidParts(said: Said): Said[] {
  if (said.is === "gate") return [said, ...said.of.flatMap(saidParts)];
  return said.is === "not" ? [said, ...saidParts(said.of)] : [said];
}

function words(said: Said, voice: Voice): string {
  switch (said.is) {
    case "leaf":
      return leafWords(said, voice);
    case "not":
      return oppositeWords(said.of, withinNot(voice));
    case "attested":
      return askedWords(said.attestation);
    case "gate":
      return gateWords(said, voice);
  }
}

/** The voice of what stands inside of a `not`. */
export function withinNot(voice: Voice): Voice {
  return { negated: !voice.negated, reversed: true };
}

function leafWords(leaf: SaidLeaf, voice: Voice): string {
  const time = timeOf(leaf, voice) ?? "";
  const note = unmeasuredNote(leaf.unmeasured, voice);
  return `${leaf.what}${time && ` ${time}`}${note && ` (${note})`}`;
}

function timeOf({ when, ever }: SaidLeaf, { negated }: Voice): string | undefined {
  return when ?? (ever && !negated ? "on record" : undefined);
}

function unmeasuredNote(unmeasured: SaidLeaf["unmeasured"], { reversed }: Voice): string {
  if (unmeasured === "passes") return "no obstacle if it was not measured";
  return unmeasured === "fails" && reversed ? "it must have been measured" : "";
}

function oppositeWords(said: Said, voice: Voice): string {
  if (said.is === "not") return words(said.of, { ...voice, negated: !voice.negated });
  if (said.is === "leaf") return leafWords({ ...said, what: oppositeOf(said) }, voice);
  const so = words(said, voice);
  if (so.startsWith("any of")) return so.replace("any", "none");
  return /^(?:all|at least \d+) of/.test(so) ? `not ${so}` : `not so: ${so}`;
}

function oppositeOf({ what, without }: SaidLeaf): string {
  return without ?? `no ${withoutArticle(what)}`;
}

const withoutArticle = (what: string) => what.replace(/^an? /, "");

function askedWords({ text, by, when }: Attestation): string {
  const time = when === "consent" ? " at consent" : by === "patient" ? " at the site" : "";
  return `${text} (asked of the ${by}${time})`;
}

type SaidGate = Said & { is: "gate" };

/** Joined as "a, b or c" only where no time or note of one could be read as that of all. */
function gateWords(gate: SaidGate, voice: Voice): string {
  const { threshold, of } = gate;
  if (of.length === 1) return words(of[0]!, voice);
  const isAll = threshold === of.length;
  const pair = isAll ? pairWords(of, voice) : undefined;
  if (pair !== undefined) return pair;
  const shared = sharedTime(gate, voice);
  const note = sharedNote(of, voice);
  const parts = of.map((part) => {
    if (part.is === "leaf" && shared !== undefined) return part.what;
    if (part.is === "leaf" && note !== "") return leafWords(withoutNote(part), voice);
    const isNested = part.is === "gate" && part.of.length > 1;
    return isNested ? `(${words(part, voice)})` : words(part, voice);
  });
  const time = shared === undefined ? "" : ` ${shared}`;
  const these = `of${shared === undefined ? "" : ` these ${shared}`}`;
  const end = `${time}${note && ` (${note})`}`;
  if (!isAll && threshold > 1) {
    return `at least ${threshold} ${these}: ${parts.join("; ")}${note && ` (${note})`}`;
  }
  if (isJoinable(gate, { isTimed: shared !== undefined, isNoted: note !== "" }, parts)) {
    return `${joined(parts, isAll ? "and" : "or")}${end}`;
  }
  return `${isAll ? "all" : "any"} ${these}: ${parts.join("; ")}${note && ` (${note})`}`;
}

function isJoinable(
  { of }: SaidGate,
  { isTimed, isNoted }: { isTimed: boolean; isNoted: boolean },
  parts: readonly string[],
): boolean {
  const isPlain = (part: Said) =>
    part.is === "leaf" && !part.when && (isNoted || part.unmeasured !== "passes");
  const isFree = isTimed || of.every(isPlain);
  const isSimple = (part: string) => !/[,;:]|^\(|measured\)| and | or /.test(part);
  return isFree && parts.every(isSimple);
}

/** "on a, b or c": what they are all "on" is said once; of others it comes last, or it would be read as theirs. */
function joined(parts: readonly string[], joint: "and" | "or"): string {
  const on = parts.filter((part) => part.startsWith("on "));
  const isOn = on.length === parts.length;
  const others = parts.filter((part) => !part.startsWith("on "));
  const all = isOn ? parts : [...others, ...on];
  const start = isOn ? "on " : (leadOf(parts) ?? "");
  const items = all.map((part) => part.slice(start.length));
  return `${start}${items.slice(0, -1).join(", ")} ${joint} ${items.at(-1)}`;
}

/** "newest heart rate is ", where all are about that one: "newest heart rate is below 50/min or above 100/min". */
function leadOf(parts: readonly string[]): string | undefined {
  const leads = parts.map((part) => /^newest .+? is /.exec(part)?.[0]);
  return leads.every((lead) => lead === leads[0]) ? leads[0] : undefined;
}

/** What is there and what is not: "atrial fibrillation at present, without anticoagulants". */
function pairWords([first, second, ...more]: readonly Said[], voice: Voice): string | undefined {
  if (more.length > 0 || first?.is !== "leaf" || second?.is !== "not") return undefined;
  const { of } = second;
  if (of.is !== "leaf" || !isTimed(first) || !isTimed(of)) return undefined;
  const [time, own] = [first, of].map((leaf) => timeOf(leaf, { negated: false, reversed: true }));
  if (own!.includes(",")) return undefined;
  const when = own === time || own === "on record" ? "" : ` ${own}`;
  const what = withoutArticle(of.what).replace(/^on /, "");
  return `${leafWords(first, voice)}, without ${what}${when}`;
}

const isTimed = ({ when, ever }: SaidLeaf) => when !== undefined || ever === true;

/** The time that all parts have in common, when it can be said once at the end. */
function sharedTime({ threshold, of }: SaidGate, voice: Voice): string | undefined {
  const times = of.map((part) =>
    part.is === "leaf" && part.unmeasured === undefined ? timeOf(part, voice) : undefined,
  );
  const [first] = times;
  const isClear = first !== undefined && (threshold === 1 || !first.includes(","));
  return isClear && times.every((time) => time === first) ? first : undefined;
}

/** What is said once of several newest results that may all be missing, or must all be there. */
function sharedNote(of: readonly Said[], voice: Voice): string {
  const notes = of.map((part) =>
    part.is === "leaf" ? unmeasuredNote(part.unmeasured, voice) : "",
  );
  if (notes.some((note) => note === "" || note !== notes[0])) return "";
  const whats = of.map((part) => (part.is === "leaf" ? part.what : ""));
  if (leadOf(whats) !== undefined) return notes[0]!;
  if (notes[0]!.startsWith("no obstacle")) return "no obstacle if one was not measured";
  return "each must have been measured";
}

function withoutNote({ unmeasured: _, ...leaf }: SaidLeaf): SaidLeaf {
  return leaf;
}
