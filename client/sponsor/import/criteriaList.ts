// The free text of a registry's criteria: headings, bullets and what belongs to them.
import type { List } from "./imported.ts";

type ListedText = {
  readonly list: List;
  readonly text: string;
  /** Why it must stay text, whatever it says. */
  readonly reason?: string;
};

type Line = {
  readonly text: string;
  readonly depth: number;
  readonly kind: Kind;
  readonly afterGap: boolean;
};
type Kind = "sign" | "number" | "letter" | "none";
type State = { readonly list: List; readonly reason: string | undefined };

const PLAIN_HEADING =
  /^(?:key |main |major |principal |general )?(inclusion|exclusion)(?: criteria)?(?: include| are)?\s*:?$/i;
/** A heading with its first criterion on the same line; but not with whom it is for. */
const INLINE =
  /^((?:key |main )?(?:inclusion|exclusion)(?: criteria)?)\s*:[ \t]*(?!for\b|part\b|cohort|arm\b|group|stage|phase|all\b)(\S.*)$/gim;
/** Names a list, but only for some, or in words of its own. */
const OTHER_HEADING =
  /^[^.]{0,80}\b(inclusion|exclusion)s?(?: criteria)?\b[^.]{0,60}$|^(?:inclusions?|exclusions?)\b[^.]{0,80}:$/i;
/** Introductions that only say what the list is anyway. */
const PLAINLY = String.raw`^(?!.*\b(?:no|not|never|without|unless|except)\b)`;
const INTRODUCTIONS: Readonly<Record<List, RegExp>> = {
  inclusion: new RegExp(
    String.raw`${PLAINLY}(?:.{0,60}\b(?:must|should|will)\b.{0,40}\b)?(?:all|each) of the following(?: inclusion)?(?: criteria)?(?: (?:must|should) be met)?\s*:$`,
    "i",
  ),
  exclusion: new RegExp(
    String.raw`${PLAINLY}(?:.{0,60}\b(?:if they|who|with)\b.{0,30}\b)?any of the following(?: exclusion)?(?: criteria)?(?: (?:will be|are|must be) excluded.{0,40})?\s*:$`,
    "i",
  ),
};
const NO_HEADING = "is under no heading that says inclusion or exclusion";

/** The criteria of the text under their headings; what belongs to a line stays with it. */
export function splitText(text: string): ListedText[] {
  let state: State = { list: "inclusion", reason: NO_HEADING };
  const found: ListedText[] = [];
  const lines = linesOf(text);
  for (let i = 0; i < lines.length; ) {
    const line = lines[i]!;
    const heading = headingOf(line);
    if (heading !== undefined) {
      state = heading;
      i++;
      // What may be a criterion by itself is not lost as a heading.
      if (heading.reason !== undefined && (!line.text.endsWith(":") || isEnd(lines[i])))
        found.push({ list: heading.list, text: line.text, reason: heading.reason });
      continue;
    }
    const isFirst = i > 0 && headingOf(lines[i - 1]!) !== undefined;
    if (isFirst && line.kind === "none" && INTRODUCTIONS[state.list].test(line.text)) {
      i++;
      continue;
    }
    const end = endOf(lines, i);
    found.push(criterionOf(lines.slice(i, end), state));
    i = end;
  }
  return found;
}

const isEnd = (line: Line | undefined) => line === undefined || headingOf(line) !== undefined;

function criterionOf(block: readonly Line[], { list, reason }: State): ListedText {
  const base = block[0]!.depth;
  const text = block
    .map(({ text: words, depth, kind }, i) =>
      i === 0
        ? words
        : `${" ".repeat(Math.min(8, Math.max(0, depth - base)))}${kind === "none" ? "" : "- "}${words}`,
    )
    .join("\n");
  return { list, text, ...(reason !== undefined && { reason }) };
}

function headingOf({ text, kind }: Line): State | undefined {
  const words = text.replace(/[*#_]/g, "").trim();
  const plain = PLAIN_HEADING.exec(words);
  if (plain) return { list: plain[1]!.toLowerCase() as List, reason: undefined };
  if (kind !== "none" && !words.endsWith(":")) return undefined;
  const other = OTHER_HEADING.exec(words);
  if (other === null || !/:$|criteria/i.test(words)) return undefined;
  const list = /exclusion/i.test(words) ? "exclusion" : "inclusion";
  return { list, reason: `is under the heading "${words}"` };
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let afterGap = true;
  const plain = text.replace(/\t/g, "  ").replace(/\\([^\w\s])/g, "$1");
  for (const raw of plain.replace(INLINE, "$1:\n$2").split(/\r?\n/)) {
    const trimmed = raw.trim();
    if (trimmed === "") {
      afterGap = true;
      continue;
    }
    const { kind, words } = bulletOf(trimmed);
    const depth = raw.length - raw.trimStart().length;
    const last = lines.at(-1);
    // A line that was only wrapped; but a line that ends in a colon has ended.
    if (
      kind === "none" &&
      !afterGap &&
      last !== undefined &&
      !/:$/.test(last.text) &&
      !isHead(words)
    )
      lines[lines.length - 1] = { ...last, text: `${last.text} ${words}` };
    else lines.push({ text: words, depth, kind, afterGap });
    afterGap = false;
  }
  return lines;
}

const isHead = (words: string) =>
  headingOf({ text: words, depth: 0, kind: "none", afterGap: true }) !== undefined;

function bulletOf(text: string): { kind: Kind; words: string } {
  const match = /^(?:([-*•·–])|(\(?\d{1,2}[.)])|(\(?[a-z][.)]|\(?[ivx]{1,4}[.)]))\s+(.*)$/i.exec(
    text,
  );
  if (match === null) return { kind: "none", words: text };
  const kind = match[1] ? "sign" : match[2] ? "number" : "letter";
  return { kind, words: match[4]! };
}

/** Where the block ends that begins at a line: after all that belongs to it. */
function endOf(lines: readonly Line[], start: number): number {
  const first = lines[start]!;
  const next = lines[start + 1];
  const isBeforeBullets = first.kind === "none" && next !== undefined && next.kind !== "none";
  const isIntroduction = /:$|\bfollowing\b/i.test(first.text) || isBeforeBullets;
  let end = start + 1;
  const isOtherKind = (line: Line) =>
    line.kind !== "none" && first.kind !== "none" && line.kind !== first.kind;
  const isDeeper = (line: Line) => line.depth > first.depth || isOtherKind(line);
  while (end < lines.length && isDeeper(lines[end]!) && headingOf(lines[end]!) === undefined) end++;
  if (end > start + 1 || !isIntroduction) return end;
  // Nothing is set below it: how far it reaches is open, so all that follows stays with it.
  while (end < lines.length && headingOf(lines[end]!) === undefined) {
    if (first.kind === "none" && lines[end]!.kind === "none") break;
    end++;
  }
  return end;
}
