// Work that many ask for at once and that serves them all.

/**
 * One turn at a time: who asks while one is under way shares the next one, which begins after they have asked. `apartMs`
 * is the least time between the beginnings of two turns.
 */
export function createTurns(work: () => Promise<void>, apartMs = 0): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  let begun = Number.NEGATIVE_INFINITY;
  async function turn(): Promise<void> {
    await running.catch(() => {});
    const early = begun + apartMs - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    next = undefined;
    begun = performance.now();
    running = work();
    await running;
  }
  return () => {
    next ??= turn();
    return next;
  };
}
