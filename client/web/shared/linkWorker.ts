// The page's side of a worker: numbered questions, and what comes back under their numbers.
import { MissingPart } from "./missingPart.ts";

/** What a worker says to a question: how far it is, and in the end an answer or an error as plain data. */
export type Reply<Progress, Fault> = { readonly id: number } & (
  | { readonly progress: Progress }
  | { readonly done: unknown }
  | { readonly failed: Fault }
);

type Waiting<Progress> = {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: ((progress: Progress) => void) | undefined;
};

/** A worker that is started when first asked, and again after it was dropped. */
export function linkWorker<Progress, Fault>(open: () => Worker, toError: (of: Fault) => Error) {
  const waiting = new Map<number, Waiting<Progress>>();
  let worker: Worker | undefined;
  let next = 0;
  /** Ends the worker and whatever it does. The next question starts another. */
  const drop = (why: Error) => {
    worker?.terminate();
    worker = undefined;
    const dropped = [...waiting.values()];
    waiting.clear();
    for (const { reject } of dropped) reject(why);
  };
  const take = ({ data }: MessageEvent<Reply<Progress, Fault>>) => {
    const one = waiting.get(data.id);
    if (one === undefined) return;
    if ("progress" in data) return one.onProgress?.(data.progress);
    waiting.delete(data.id);
    if (!("failed" in data)) return one.resolve(data.done as never);
    const problem = toError(data.failed);
    one.reject(problem);
    // What it could not load once it never loads.
    if (problem instanceof MissingPart) drop(problem);
  };
  const start = () => {
    const started = open();
    started.addEventListener("message", take);
    started.addEventListener("error", () => drop(new MissingPart()));
    return started;
  };
  /** Rejects with what the worker threw, or with why it was dropped. */
  const ask = <T>(question: object, onProgress?: (progress: Progress) => void) => {
    const id = next++;
    const answer = new Promise<T>((resolve, reject) => {
      waiting.set(id, { resolve, reject, onProgress });
      worker ??= start();
      worker.postMessage({ id, ...question });
    });
    return { id, answer };
  };
  /** Says something to a worker that runs, and waits for no answer. */
  const tell = (message: object) => worker?.postMessage({ id: next++, ...message });
  return { ask, tell, drop };
}
