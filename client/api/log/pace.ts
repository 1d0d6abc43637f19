// How much is done at once, and in which order.

/** Works on a few at once, and gives their results in order. */
export async function* ahead<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const begun: Promise<R>[] = [];
  let next = 0;
  const begin = () => {
    if (next === items.length) return;
    const one = work(items[next++]!);
    // Whoever stops at an earlier one's failure does not look at it any more.
    one.catch(() => {});
    begun.push(one);
  };
  for (let i = 0; i < atOnce; i++) begin();
  for (let one = begun.shift(); one !== undefined; one = begun.shift()) {
    const done = await one;
    begin();
    yield done;
  }
}

/** Lets a page answer its user between two pieces of work. */
export async function breathe(): Promise<void> {
  const { scheduler } = globalThis as { scheduler?: { yield?: () => Promise<void> } };
  if (scheduler?.yield !== undefined) return await scheduler.yield();
  await new Promise((resolve) => setTimeout(resolve, 0));
}

/** The lines of a segment, each with its end. */
export function linesIn(bytes: string): string[] {
  return bytes.match(/[^\n]*\n/g) ?? [];
}
