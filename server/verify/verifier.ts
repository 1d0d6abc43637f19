// Verifying proofs before any gas is spent on them: one bounded queue for the whole process, whose
// contents are verified together (ten times cheaper a proof), a slice at a time and in a thread of their
// own, so that requests in between are answered.
import { readVerificationKey } from "../../circuits/artifacts/read.ts";
import { type CircuitName, SIZES } from "../../circuits/statement/criteria/program.ts";
import {
  type Claim,
  parseVerificationKey,
  type VerificationKey,
} from "../../circuits/statement/proof/proof.ts";
import { semaphoreKey } from "../../circuits/statement/proof/semaphoreKeys.ts";
import {
  type SemaphoreProof,
  semaphoreClaim,
} from "../../circuits/statement/proof/semaphoreProof.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { CONSENT_PROOF_DEPTH } from "../../circuits/statement/trial/consent.ts";
import { openVerifyPool, type VerifyPool } from "./verifyPool.ts";

export type Verifier = {
  /** Verdicts in order. Throws the Refusal QueueFull when too many proofs wait. */
  readonly eligibility: (circuit: CircuitName, claims: readonly Claim[]) => Promise<boolean[]>;
  readonly semaphore: (proof: SemaphoreProof) => Promise<boolean>;
  /** Proofs that wait now, and all verified so far. */
  readonly counts: () => { waiting: number; verified: number; rejected: number };
  /** Ends the thread. */
  readonly close: () => Promise<void>;
};

type Waiting = {
  readonly kind: CircuitName | "semaphore";
  readonly claim: Claim;
  readonly settle: (verdict: boolean) => void;
  readonly fail: (problem: unknown) => void;
};

/** Proofs verified together before others get a turn: some tens of milliseconds, unless many are false. */
const SLICE = 32;

/** Keys in place of the committed ones; for tests, whose chain has verifiers of its own. */
export type Keys = Partial<Record<CircuitName | "semaphore", VerificationKey>>;

/** Loads the verification keys; throws when one is missing, altered or forgeable. */
export async function createVerifier(limit: number, given: Keys = {}): Promise<Verifier> {
  const keys = new Map(
    Object.entries(given).map(([name, key]) => [name, parseVerificationKey(key)]),
  );
  for (const { circuit } of Object.values(SIZES)) {
    if (!keys.has(circuit)) keys.set(circuit, await readVerificationKey(circuit));
  }
  if (!keys.has("semaphore")) keys.set("semaphore", await semaphoreKey(CONSENT_PROOF_DEPTH));
  const pool = openVerifyPool({ workers: 1 });
  const waiting: Waiting[] = [];
  const totals = { verified: 0, rejected: 0 };
  let busy = false;

  async function drain(): Promise<void> {
    if (busy) return;
    busy = true;
    while (waiting.length > 0) {
      const { kind } = waiting[0]!;
      await judge(takeSame(waiting, kind), { key: keys.get(kind)!, pool, totals });
    }
    busy = false;
  }

  function enqueue(kind: Waiting["kind"], claims: readonly Claim[]): Promise<boolean[]> {
    if (waiting.length + claims.length > limit) {
      throw new Refusal("QueueFull", { waiting: waiting.length });
    }
    const verdicts = claims.map(
      (claim) =>
        new Promise<boolean>((settle, fail) => waiting.push({ kind, claim, settle, fail })),
    );
    void drain();
    return Promise.all(verdicts);
  }
  return {
    eligibility: async (circuit, claims) => enqueue(circuit, claims),
    semaphore: async (proof) => (await enqueue("semaphore", [semaphoreClaim(proof)]))[0]!,
    counts: () => ({ waiting: waiting.length, ...totals }),
    close: pool.close,
  };
}

/** Takes up to a slice of the entries of one kind out of the queue. */
function takeSame(waiting: Waiting[], kind: Waiting["kind"]): Waiting[] {
  const slice = waiting.filter((entry) => entry.kind === kind).slice(0, SLICE);
  const taken = new Set(slice);
  const rest = waiting.filter((entry) => !taken.has(entry));
  waiting.splice(0, waiting.length, ...rest);
  return slice;
}

async function judge(
  slice: readonly Waiting[],
  by: {
    readonly key: VerificationKey;
    readonly pool: VerifyPool;
    readonly totals: { verified: number; rejected: number };
  },
): Promise<void> {
  try {
    const items = slice.map(({ claim }) => claim);
    const verdicts = await by.pool.verifyMany({ key: by.key, items });
    for (const [i, { settle }] of slice.entries()) settle(verdicts[i]!);
    by.totals.verified += slice.length;
    by.totals.rejected += verdicts.filter((verdict) => !verdict).length;
  } catch (problem) {
    for (const { fail } of slice) fail(problem);
  }
}
