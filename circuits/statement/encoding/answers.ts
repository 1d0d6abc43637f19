// Coded observations (positive, never smoker, pregnant) are stored as small integers of the
// dictionary.
import table from "../../dictionary/answers.json" with { type: "json" };
import published from "../../dictionary/published.json" with { type: "json" };

/**
 * One possible answer. Numbers are append-only; answers that are graded have consecutive numbers.
 */
export type Answer = {
  readonly number: number;
  /** Slug used in criteria, for example `never-smoker`. */
  readonly name: string;
  readonly title: string;
  readonly version: number;
  /** Codings that mean it: `system|code` by FHIR URI. */
  readonly codings: readonly string[];
  /** Whole texts that mean it, in lower case. Text is never searched for words ("not positive"). */
  readonly texts: readonly string[];
};

/** A LOINC code that is answered by one of a list. */
export type Question = {
  readonly loinc: string;
  readonly display: string;
  readonly version: number;
  readonly answers: readonly string[];
  /** Codings that only mean an answer to this question: `system|code` to the answer's name. */
  readonly codings?: Readonly<Record<string, string>>;
  readonly texts?: Readonly<Record<string, string>>;
};

export type Coding = { readonly system?: string; readonly code?: string };

type Group = { name: string; title: string; version: number; first: string; last: string };

const version = published.at(-1)!.version;
const current = <T extends { version: number }>(row: T) => row.version <= version;
const answers = (table.answers as readonly Answer[]).filter(current);
const questions = (table.questions as unknown as readonly Question[]).filter(current);
const groups = (table.groups as readonly Group[]).filter(current);
const answersByName = new Map(answers.map((answer) => [answer.name, answer]));
const questionsByLoinc = new Map(questions.map((question) => [question.loinc, question]));

/** The question behind a LOINC code, if its answers are coded. */
export function questionOf(loinc: string): Question | undefined {
  return questionsByLoinc.get(loinc);
}

/** The answers a LOINC code can have; none when it is not a coded question of the dictionary. */
export function answersOf(loinc: string): readonly Answer[] {
  return (questionOf(loinc)?.answers ?? []).map((name) => answersByName.get(name)!);
}

export function answerByName(name: string): Answer | undefined {
  return answersByName.get(name);
}

/**
 * Stored values of an answer (`never-smoker`) or of a graded group (`any-positive`,
 * `current-smoker`), inclusive.
 * Undefined when there is no such name, or when the question cannot be answered so.
 */
export function answerRange(loinc: string, name: string): { lo: bigint; hi: bigint } | undefined {
  const group = groups.find((candidate) => candidate.name === name);
  const first = answersByName.get(group?.first ?? name);
  const last = answersByName.get(group?.last ?? name);
  if (!first || !last) return undefined;
  const possible = answersOf(loinc).some(
    (answer) => answer.number >= first.number && answer.number <= last.number,
  );
  return possible ? { lo: BigInt(first.number), hi: BigInt(last.number) } : undefined;
}

/** Names of answers and groups that fit a question, for error messages and forms. */
export function answerNames(loinc: string): string[] {
  const own = answersOf(loinc).map((answer) => answer.name);
  const graded = groups.filter(({ name }) => answerRange(loinc, name) !== undefined);
  return [...own, ...graded.map((group) => group.name)];
}

/**
 * The stored number of a coded, boolean or text answer; undefined when the question or the answer
 * is not in the
 * dictionary (the caller writes a tombstone). Codings are tried in order.
 */
export function encodeAnswer(
  loinc: string,
  answer: Coding | readonly Coding[] | boolean | string,
): bigint | undefined {
  const question = questionOf(loinc);
  if (!question) return undefined;
  const name = nameOfAnswer(question, answer);
  return name === undefined ? undefined : BigInt(answersByName.get(name)!.number);
}

function nameOfAnswer(
  question: Question,
  answer: Coding | readonly Coding[] | boolean | string,
): string | undefined {
  const allowed = answersOf(question.loinc);
  if (typeof answer === "boolean") {
    const names = answer ? ["yes", "positive"] : ["no", "negative"];
    return allowed.find(({ name }) => names.includes(name))?.name;
  }
  if (typeof answer === "string") {
    const text = answer.trim().toLowerCase();
    return question.texts?.[text] ?? allowed.find(({ texts }) => texts.includes(text))?.name;
  }
  for (const { system, code } of Array.isArray(answer) ? answer : [answer as Coding]) {
    const key = `${system}|${code}`;
    const name =
      question.codings?.[key] ?? allowed.find(({ codings }) => codings.includes(key))?.name;
    if (name !== undefined) return name;
  }
  return undefined;
}

/** The title of a stored answer. */
export function describeAnswer(value: bigint): string | undefined {
  return answers.find((answer) => BigInt(answer.number) === value)?.title;
}

/** How people say an answer or a group of answers: "Never smoker". */
export function answerTitle(name: string): string | undefined {
  return (groups.find((group) => group.name === name) ?? answersByName.get(name))?.title;
}
