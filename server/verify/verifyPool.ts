// verifyMany over worker threads, away from the thread that answers requests. Each worker loads the pairing library and
// nothing else, so the snag of snarkjs and circomlibjs in worker threads (they read workerData) does not arise. Workers
// start with the first proof and end when there has been none for a while: idle, they cost nothing.
import { Worker } from "node:worker_threads";
import {
  type Claim,
  parseVerificationKey,
  type VerificationKey,
} from "../../circuits/statement/proof/proof.ts";

export type VerifyPool = {
  /** As statement/proof/proof.ts `verifyMany`: one verdict per item, in order; throws only for a bad key. */
  verifyMany(batch: { key: VerificationKey; items: readonly Claim[] }): Promise<boolean[]>;
  /** Ends the workers; what is still running is rejected. */
  close(): Promise<void>;
};

export type Task = { readonly id: number; readonly key: VerificationKey; readonly items: Claim[] };
export type Answer = {
  readonly id: number;
  readonly verdicts?: boolean[];
  readonly error?: string;
};

/** Items a worker takes at a time: enough that the fixed cost of a batch (some 5 ms) vanishes. */
const PIECE = 128;

type Waiting = { resolve(verdicts: boolean[]): void; reject(problem: Error): void };
type Member = { worker: Worker; waiting: Map<number, Waiting> };

/** Threads without work end after this long. */
const IDLE_MS = 30_000;

/** A pool of up to `workers` threads. Idle ones do not keep the process alive. */
export function openVerifyPool({ workers }: { readonly workers: number }): VerifyPool {
  let members: Member[] = [];
  let nextId = 0;
  let idle: NodeJS.Timeout | undefined;

  /** One that ended, by itself too, is replaced by the next batch. */
  const leave = (gone: Worker) => {
    members = members.filter(({ worker }) => worker !== gone);
  };
  const leastBusy = () => {
    while (members.length < workers) members.push(startMember(leave));
    return members.reduce((a, b) => (b.waiting.size < a.waiting.size ? b : a));
  };
  async function end(): Promise<void> {
    clearTimeout(idle);
    const ended = members;
    members = [];
    await Promise.all(ended.map(({ worker }) => worker.terminate()));
  }
  function endWhenIdle(): void {
    clearTimeout(idle);
    idle = setTimeout(() => {
      if (members.every(({ waiting }) => waiting.size === 0)) void end();
      else endWhenIdle();
    }, IDLE_MS).unref();
  }

  function send(key: VerificationKey, items: Claim[]): Promise<boolean[]> {
    const { worker, waiting } = leastBusy();
    return new Promise((resolve, reject) => {
      const task: Task = { id: nextId++, key, items };
      waiting.set(task.id, { resolve, reject });
      worker.ref();
      worker.postMessage(task);
    });
  }

  return {
    async verifyMany({ key, items }) {
      parseVerificationKey(key);
      endWhenIdle();
      const size = Math.min(PIECE, Math.ceil(items.length / workers));
      const pieces: Promise<boolean[]>[] = [];
      for (let at = 0; at < items.length; at += size) {
        pieces.push(send(key, items.slice(at, at + size).map(plain)));
      }
      return (await Promise.all(pieces)).flat();
    },
    close: end,
  };
}

/** What structured cloning could not carry (a function, say) is no proof: send something that is refused. */
function plain({ proof, signals }: Claim): Claim {
  try {
    return structuredClone({ proof, signals });
  } catch {
    return { proof: undefined, signals: undefined };
  }
}

function startMember(leave: (gone: Worker) => void): Member {
  const worker = new Worker(new URL("./verifyWorker.ts", import.meta.url));
  const waiting: Member["waiting"] = new Map();
  const failAll = (problem: Error) => {
    for (const { reject } of waiting.values()) reject(problem);
    waiting.clear();
  };
  worker.unref();
  worker.on("message", ({ id, verdicts, error }: Answer) => {
    const task = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0) worker.unref();
    if (verdicts) task?.resolve(verdicts);
    else task?.reject(new Error(error));
  });
  worker.on("error", failAll);
  worker.on("exit", () => {
    leave(worker);
    failAll(new Error("a verification worker ended before it answered"));
  });
  return { worker, waiting };
}
