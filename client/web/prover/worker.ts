// The page's side of the worker.
import { fromFault, type Progress, type Reply } from "./messages.ts";

type Acts = typeof import("./sealing.ts").acts &
  typeof import("./keys.ts").acts &
  typeof import("./proving.ts").acts &
  typeof import("./records.ts").acts;
type Input<A extends keyof Acts> = Parameters<Acts[A]>[0];
type Result<A extends keyof Acts> = Awaited<ReturnType<Acts[A]>>;

/** The patient stopped it, or the wallet was locked: nothing was sent. */
export class Cancelled extends Error {
  override readonly name = "Cancelled";
}

type Waiting = {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: ((progress: Progress) => void) | undefined;
};

/** A worker that is started when first asked and can be stopped in the middle of anything. */
export class ProverWorker {
  #worker: Worker | undefined;
  #next = 0;
  readonly #waiting = new Map<number, Waiting>();

  /** Runs an act in the worker. Throws what it threw, or {@link Cancelled}. */
  run<A extends keyof Acts>(
    act: A,
    input: Input<A>,
    onProgress?: (progress: Progress) => void,
  ): Promise<Result<A>> {
    return new Promise((resolve, reject) => {
      const id = this.#next++;
      this.#waiting.set(id, { resolve, reject, onProgress });
      this.#start().postMessage({ id, act, input });
    });
  }

  /** Ends the worker and whatever it does. The next act starts another. */
  stop(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#failAll(new Cancelled("stopped; nothing was sent"));
  }

  #start(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    // Written so that the bundler sees it.
    const worker = new Worker(new URL("./prover-worker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<Reply>) => this.#take(data));
    worker.addEventListener("error", () => {
      worker.terminate();
      if (this.#worker === worker) this.#worker = undefined;
      this.#failAll(new Error("this page could not load a part of itself; load it again"));
    });
    this.#worker = worker;
    return worker;
  }

  #take(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    if (waiting === undefined) return;
    if ("progress" in reply) {
      waiting.onProgress?.(reply.progress);
      return;
    }
    this.#waiting.delete(reply.id);
    if ("failed" in reply) waiting.reject(fromFault(reply.failed));
    else waiting.resolve(reply.done as never);
  }

  #failAll(error: Error): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(error);
  }
}
