// The page's side of the worker.
import { linkWorker } from "../shared/linkWorker.ts";
import { type Fault, fromFault, type Progress } from "./messages.ts";

type Acts = typeof import("./sealing.ts").acts &
  typeof import("./ground.ts").acts &
  typeof import("./keys.ts").acts &
  typeof import("./proving.ts").acts &
  typeof import("./records.ts").acts &
  typeof import("./practice.ts").acts &
  typeof import("./representing.ts").acts;
type Input<A extends keyof Acts> = Parameters<Acts[A]>[0];
type Result<A extends keyof Acts> = Awaited<ReturnType<Acts[A]>>;

/** The patient stopped it, or the wallet was locked: nothing was sent. */
export class Cancelled extends Error {
  override readonly name = "Cancelled";
}

/** A worker that is started when first asked and can be stopped in the middle of anything. */
export class ProverWorker {
  readonly #link = linkWorker<Progress, Fault>(
    // Written so that the bundler sees it.
    () => new Worker(new URL("./proverWorker.ts", import.meta.url), { type: "module" }),
    fromFault,
  );

  /** Runs an act in the worker. Throws what it threw, or {@link Cancelled}. */
  run<A extends keyof Acts>(
    act: A,
    input: Input<A>,
    onProgress?: (progress: Progress) => void,
  ): Promise<Result<A>> {
    return this.#link.ask<Result<A>>({ act, input }, onProgress).answer;
  }

  /** Ends the worker and whatever it does. The next act starts another. */
  stop(): void {
    this.#link.drop(new Cancelled("stopped; nothing was sent"));
  }
}
