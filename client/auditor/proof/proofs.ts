// Verifies claimed proofs again, many at a time; a batch that has been verified is dropped.
import { fromCalldata, verifyMany } from "../../../circuits/statement/proof/proof.ts";
import type { Report } from "../finding/finding.ts";
import type { ProofClaim } from "../replay/handler.ts";
import type { PublishedKeys } from "./published.ts";

type ProofQueue = {
  readonly add: (claim: ProofClaim) => void;
  /** Verifies what waits, if there is enough of it or `all`. */
  readonly flush: (all?: boolean) => Promise<void>;
  readonly verified: () => number;
};

/** Proofs in memory at a time: enough that the fixed cost of a batch vanishes. */
const BATCH = 256;

/** A queue that reports each proof that does not hold. */
export function createProofQueue(options: {
  keys: PublishedKeys;
  report: Report;
  onVerified?: ((verified: number) => void) | undefined;
  /** Stops between two batches. */
  signal?: AbortSignal | undefined;
}): ProofQueue {
  const { keys, report, onVerified, signal } = options;
  let waiting: ProofClaim[] = [];
  let verified = 0;

  async function verify(claims: readonly ProofClaim[]): Promise<void> {
    for (const key of new Set(claims.map((claim) => claim.key))) {
      const own = claims.filter((claim) => claim.key === key);
      const items = own.map(({ points, signals }) => ({ proof: proofOf(points), signals }));
      const verdicts = await verifyMany({ key: keys[key], items });
      own.forEach(({ rule, place }, i) => {
        if (!verdicts[i]) report(rule, `the ${key} proof does not hold`, place);
      });
    }
    verified += claims.length;
    onVerified?.(verified);
  }

  return {
    add: (claim) => {
      waiting.push(claim);
    },
    flush: async (all = false) => {
      while (waiting.length >= BATCH || (all && waiting.length > 0)) {
        signal?.throwIfAborted();
        const claims = waiting.slice(0, BATCH);
        waiting = waiting.slice(BATCH);
        await verify(claims);
      }
    },
    verified: () => verified,
  };
}

/** A proof in snarkjs's form; what has none is no proof. */
export function proofOf(points: readonly bigint[]): unknown {
  try {
    return fromCalldata(points);
  } catch {
    return undefined;
  }
}
