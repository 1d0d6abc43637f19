// The audit: replays a whole history from a source, verifies every proof and signature in it
// again, and asks the chain whether its state is what the events add up to. Trusts the published
// keys and hashes, and nobody's word.
import { trialIdOf } from "../../../circuits/statement/trial/trial.ts";
import { InputError } from "../../files/inputError.ts";
import { type Finding, type Place, type Report, sortFindings } from "../finding/finding.ts";
import type { Event } from "../node/event.ts";
import type { Limits, Source } from "../node/source.ts";
import { checkKeys } from "../proof/keys.ts";
import { createProofQueue } from "../proof/proofs.ts";
import type { PublishedKeys } from "../proof/published.ts";
import { emptyWorld } from "../replay/capabilities.ts";
import { checkStanding } from "../replay/exchangeStanding.ts";
import type { OpenSignature } from "../replay/handler.ts";
import { checkLeaves, type LeavesCheck, type PublishedLeaves } from "../replay/leaves.ts";
import { createReplay } from "../replay/replay.ts";
import { checkSignatures } from "../replay/signatures.ts";
import type { World } from "../replay/state.ts";
import { checkState } from "./chainState.ts";
import {
  type CheckpointStore,
  checkHead,
  loadCheckpoint,
  type Progress,
  saveCheckpoint,
} from "./checkpoint.ts";

type AuditOptions = {
  readonly source: Source;
  /** Only this trial (id or protocol number); proofs and findings only from a block on. */
  readonly limits?: Limits;
  readonly keys: PublishedKeys;
  /** Published leaves of batches; those of a bundle are complete once its history has been read. */
  readonly leaves?: PublishedLeaves;
  /** Where to save progress after each chunk, and to go on from. */
  readonly checkpoint?: CheckpointStore | undefined;
  readonly onEvent?: ((event: Event) => void) | undefined;
  readonly onProgress?: ((progress: AuditProgress) => void) | undefined;
  /** Stops the audit, which then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
};

export type AuditProgress = {
  /**
   * Where a server is compared, what it and custodians tell is read first; then the history is replayed, and the
   * contracts are asked for their state.
   */
  readonly stage: "told" | "source" | "history" | "state";
  readonly block: number;
  readonly head: number;
  readonly events: number;
  readonly verified: number;
  /** Of those, verified before a checkpoint: time since the start says nothing of them. */
  readonly verifiedBefore: number;
  /** Entries and receipts read; or answers about the contracts' state compared, and how many there are; 0 of 0 before. */
  readonly compared: number;
  readonly toCompare: number;
};

/** What an audit found, and the state it replayed. */
export type Audit = {
  readonly source: Source;
  readonly limits: Limits;
  readonly world: World;
  readonly findings: readonly Finding[];
  readonly verifiedProofs: number;
  readonly comparedAnswers: number;
  readonly leaves: LeavesCheck;
  /** keccak256 of each contract's code, by name. */
  readonly codeHashes: Readonly<Record<string, string>>;
};

/** Runs an audit. Throws InputError for wrong input and ServerUnavailable when the node is lost. */
export async function audit(options: AuditOptions): Promise<Audit> {
  const { limits = {}, keys, signal, onProgress } = options;
  const source = stoppable(options.source, signal);
  const { number: newest } = source.head;
  // Nothing would be verified, and the report would be clean.
  if ((limits.from ?? 0) > newest) {
    throw new InputError(`The audit ends at block ${newest}: it can't begin at ${limits.from}.`);
  }
  const progress = await replayHistory({ ...options, source, limits });
  const { world, verified: verifiedProofs, verifiedBefore } = progress;
  if (limits.trial !== undefined && world.trials.size === 0) {
    throw new InputError(
      `There is no trial ${limits.trial} here: check the protocol number or id.`,
    );
  }
  const findings = [...progress.findings];
  const report = collect(findings);
  await checkKeys(world, { source, keys, report });
  await checkSignatures(progress.openSignatures, { source, report });
  const comparedAnswers = await checkState(world, {
    source,
    report,
    onCompared: (compared, toCompare) => {
      if (compared % TOLD_EVERY !== 0 && compared !== toCompare) return;
      const at = progressOf(world, source, { verified: verifiedProofs, verifiedBefore });
      onProgress?.({ ...at, stage: "state", compared, toCompare });
    },
  });
  const leaves = checkLeaves(world, options.leaves ?? new Map(), report);
  checkStanding(world, source.head.timestamp, report);
  const codeHashes = await readCodeHashes(source);
  // State was asked by number: of a chain that was exchanged under it, it would be a false finding.
  await checkHead(source);
  signal?.throwIfAborted();
  return {
    ...{ source, limits, world, findings: sortFindings(findings), verifiedProofs },
    ...{ comparedAnswers, leaves, codeHashes },
  };
}

const TOLD_EVERY = 100;

function progressOf(
  { last, counts }: World,
  { head }: Source,
  proofs: Pick<AuditProgress, "verified" | "verifiedBefore">,
): Omit<AuditProgress, "stage"> {
  const at = { block: last.block, head: head.number, events: counts.events };
  return { ...at, ...proofs, compared: 0, toCompare: 0 };
}

/** The same source, which asks nothing more once the signal says stop. */
function stoppable(source: Source, signal: AbortSignal | undefined): Source {
  if (signal === undefined) return source;
  return {
    ...source,
    chunks: async function* (from) {
      signal.throwIfAborted();
      for await (const chunk of source.chunks(from)) {
        signal.throwIfAborted();
        yield chunk;
      }
    },
    call: async (to, data) => {
      signal.throwIfAborted();
      return source.call(to, data);
    },
  };
}

/** Replays all chunks, from the checkpoint on if there is one, saving one after each. */
async function replayHistory(
  options: AuditOptions & { limits: Limits },
): Promise<Omit<Progress, "block"> & { verifiedBefore: number }> {
  const { source, limits, keys, checkpoint, onEvent, signal } = options;
  const saved = checkpoint && (await loadCheckpoint(checkpoint, { source, limits, keys }));
  const world = saved ? saved.world : emptyWorld();
  const findings: Finding[] = saved ? [...saved.findings] : [];
  const openSignatures: OpenSignature[] = saved ? [...saved.openSignatures] : [];
  const verifiedBefore = saved ? saved.verified : 0;
  const isAsked = ({ block }: Place) => block >= (limits.from ?? 0);
  const report = collect(findings, isAsked);
  const tell = () => {
    const verified = verifiedBefore + proofs.verified();
    const at = progressOf(world, source, { verified, verifiedBefore });
    options.onProgress?.({ ...at, stage: "history" });
  };
  const proofs = createProofQueue({ keys, report, onVerified: tell, signal });
  const replay = createReplay({
    world,
    deployment: source.deployment,
    only: limits.trial === undefined ? undefined : toTrialId(limits.trial),
    report,
    claim: (claim) => isAsked(claim.place) && proofs.add(claim),
    askSigner: (open) => isAsked(open.place) && openSignatures.push(open),
    onEvent,
  });
  const progress = () => {
    const verified = verifiedBefore + proofs.verified();
    return { world, findings, openSignatures, verified };
  };
  for await (const chunk of source.chunks(saved ? saved.block.number + 1 : firstBlock(source))) {
    replay(chunk);
    await proofs.flush(checkpoint !== undefined);
    if (checkpoint !== undefined) {
      await saveCheckpoint(checkpoint, { source, limits, keys, last: chunk.to, ...progress() });
    }
    tell();
  }
  await proofs.flush(true);
  return { ...progress(), verifiedBefore };
}

const firstBlock = ({ deployment }: Source) => deployment.deployBlock;

/** A report that adds to a list what it is asked to. */
function collect(findings: Finding[], isAsked: (place: Place) => boolean = () => true): Report {
  return (rule, reason, place) => {
    if (place === undefined) findings.push({ rule, reason });
    else if (isAsked(place)) findings.push({ rule, reason, place });
  };
}

/** A trial's id from itself or from its protocol number. */
export function toTrialId(trial: string): string {
  return /^0x[0-9a-fA-F]{64}$/.test(trial) ? trial.toLowerCase() : trialIdOf(trial);
}

async function readCodeHashes(source: Source): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const [name, address] of Object.entries(source.deployment.addresses)) {
    hashes[name] = await source.codeHash(address.toLowerCase());
  }
  return hashes;
}
