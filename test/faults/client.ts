// Those who act, as careful clients: they keep what they made or signed and send the very same again until there is
// an answer; what was refused they make anew, from what the chain says then, unless it has been done meanwhile.
import { Refusal } from "../../circuits/statement/refusal.ts";
import type { Api } from "../../client/api/api.ts";

export type Task = {
  readonly api: Api;
  readonly kind: Parameters<Api["submit"]>[0];
  readonly make: () => Promise<unknown>;
  /** Whether the chain shows it. Asked after making, so that what was numbered before can't be done twice. */
  readonly isDone: () => Promise<boolean>;
};

export type Diary = {
  /** Every submission that the server ever said it holds. */
  readonly ids: Set<string>;
  /** What came instead of an answer: refusals by code, other problems by name. */
  readonly problems: Map<string, number>;
};

/** Refusals that say "not now": the same is sent again. */
const PASSING = new Set(["StorageUnavailable", "ChainUnavailable", "QueueFull"]);
const ATTEMPTS = 300;
const PAUSE_MS = 100;

export const emptyDiary = (): Diary => ({ ids: new Set(), problems: new Map() });

/** Has a submission made, sent and settled, whatever happens meanwhile. */
export function perform(diary: Diary, { api, kind, make, isDone }: Task): Promise<void> {
  let kept: unknown;
  return persist(diary, async () => {
    const made = kept ?? (await make());
    if (await isDone()) return;
    kept = made;
    try {
      const submission = await api.submit(kind, kept);
      diary.ids.add(submission.id);
      await api.settle(submission);
    } catch (problem) {
      if (problem instanceof Refusal && !PASSING.has(problem.code)) kept = undefined;
      throw problem;
    }
  });
}

/** Tries until it succeeds, noting what went wrong. */
export async function persist<T>(diary: Diary, act: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act();
    } catch (problem) {
      const name = nameOf(problem);
      diary.problems.set(name, (diary.problems.get(name) ?? 0) + 1);
      if (attempt === ATTEMPTS) throw problem;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

function nameOf(problem: unknown): string {
  const { code, name } = problem as { code?: string; name?: string };
  return code ?? name ?? "unknown";
}
