// Asking ahead: what a node answers about the next entries is under way while one is dealt with, in order.

/**
 * Maps in order with up to `count` under way at once. Each result comes as a function to await when its turn has
 * come, so that a failure belongs to its entry; those never awaited disturb nobody.
 */
export function ahead<T, R>(
  items: readonly T[],
  count: number,
  map: (item: T) => Promise<R>,
): (index: number) => Promise<R> {
  const started: Promise<R>[] = [];
  return (index) => {
    while (started.length < Math.min(items.length, index + count)) {
      const result = map(items[started.length]!);
      result.catch(() => {});
      started.push(result);
    }
    return started[index]!;
  };
}
