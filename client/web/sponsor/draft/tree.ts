// The draft's JSON as a tree that is edited by path without changing it. What is kept of an edited part is its
// identity, so that a field keeps its focus while it is typed in and a moved criterion stays open.

export type Path = readonly (string | number)[];

const keys = new WeakMap<object, string>();
let count = 0;

/** A key that an object keeps through edits and moves; copies of it have their own. */
export function keyOf(part: object): string {
  const known = keys.get(part);
  if (known !== undefined) return known;
  const fresh = `part-${++count}`;
  keys.set(part, fresh);
  return fresh;
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** "criteria.inclusion[0].age", as the compiler's messages write it. */
export function pathText(path: Path): string {
  return path.reduce<string>(
    (text, step) =>
      typeof step === "number" ? `${text}[${step}]` : text === "" ? step : `${text}.${step}`,
    "",
  );
}

/** The path that such a text is of. */
export function pathOf(text: string): Path {
  const steps = text.match(/[^.[\]]+/g) ?? [];
  return steps.map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

/** Whether a problem's path is that of a part, or of something inside of it. */
export function isWithin(path: string, part: string): boolean {
  return path === part || (path.startsWith(part) && /^[.[]/.test(path.slice(part.length)));
}

export function partAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (part, step) =>
      typeof part === "object" && part !== null && Object.hasOwn(part, step)
        ? (part as Record<string | number, unknown>)[step]
        : undefined,
    value,
  );
}

/** The tree with one part replaced, or left out when `part` is undefined. Missing objects on the way are made. */
export function withPart(value: unknown, path: Path, part: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) {
    // What takes a part's place is that part, changed, unless it has been given a key of its own.
    if (isObject(value) && isObject(part) && !keys.has(part)) keys.set(part, keyOf(value));
    return part;
  }
  if (typeof step === "number") {
    const list = Array.isArray(value) ? [...(value as unknown[])] : [];
    if (part === undefined && rest.length === 0) list.splice(step, 1);
    else list[step] = withPart(list[step], rest, part);
    return list;
  }
  const before = isObject(value) ? value : {};
  const inner = withPart(before[step], rest, part);
  const { [step]: _, ...others } = before;
  // A changed part stays where it stood in the text.
  const after =
    inner === undefined
      ? others
      : step in before
        ? Object.fromEntries(Object.entries(before).map((e) => (e[0] === step ? [step, inner] : e)))
        : { ...before, [step]: inner };
  keys.set(after, keyOf(before));
  return after;
}

/** Gives the parts of a tree that was read again the keys of those that were in their places. */
export function adoptKeys(before: unknown, after: unknown): void {
  if (typeof before !== "object" || before === null) return;
  if (typeof after !== "object" || after === null) return;
  const known = keys.get(before);
  if (known !== undefined) keys.set(after, known);
  for (const [step, part] of Object.entries(after)) {
    adoptKeys((before as Record<string, unknown>)[step], part);
  }
}

/** A list with one of its parts moved by so many places; the same list when there is no such place. */
export function moved<T>(list: readonly T[], index: number, by: number): readonly T[] {
  const to = index + by;
  if (to < 0 || to >= list.length) return list;
  const rest = list.filter((_, i) => i !== index);
  return [...rest.slice(0, to), list[index]!, ...rest.slice(to)];
}
