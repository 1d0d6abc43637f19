// The browser's storage, and what to say when it is blocked, full, broken or silent.

const ANSWER_MS = 10_000;

/** The browser did not do it, in words that say what to do. */
export class StorageFails extends Error {
  override readonly name = "StorageFails";
}

/** Does something with the browser's storage. Refuses with StorageFails; what the act itself refuses passes. */
export async function withStorage<T>(act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (problem) {
    throw explain(problem);
  }
}

/** The same for a read, which also has to answer: a browser's storage may hang, and a page with it. */
export async function readStorage<T>(act: () => T | Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(fails("does not answer", "Close all of its tabs, or the browser, and come back")),
    ANSWER_MS,
  );
  try {
    return await Promise.race([withStorage(act), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The same for storage that answers at once. */
export function explaining<T>(act: () => T): T {
  try {
    return act();
  } catch (problem) {
    throw explain(problem);
  }
}

/** What a browser's storage throws, said in words; anything else as it was. */
export function explain(problem: unknown): unknown {
  // Some browsers give no reason at all, some have no such storage for a page that may not use it.
  const isBrowsers =
    problem === null || problem instanceof DOMException || problem instanceof TypeError;
  if (!isBrowsers) return problem;
  const name = problem?.name ?? "no reason given";
  return name === "QuotaExceededError"
    ? fails("is full", "Free some space on this device, and try again")
    : fails(
        `is closed to this page (${name})`,
        "Let this site keep data in the browser's settings, or leave the private window, and load the page again",
      );
}

function fails(what: string, toDo: string): StorageFails {
  return new StorageFails(`the browser's storage ${what}. ${toDo}`);
}
