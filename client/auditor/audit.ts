// The audit: replays a whole history from a source, verifies every proof and signature in it
// again, and asks the chain whether its state is what the events add up to. Trusts the published
// keys and hashes, and nobody's word.
import { trialIdOf } from "../../circuits/statement/trial.ts";
import { InputError } from "../cli/output.ts";
import type { Limits } from "./bundle.ts";
import { checkState } from "./chainState.ts";
import { loadCheckpoint, type Progress, saveCheckpoint } from "./checkpoint.ts";
import type { Event } from "./event.ts";
import { type Finding, type Place, type Report, sortFindings } from "./finding.ts";
import type { OpenSignature } from "./handler.ts";
import { checkKeys } from "./keys.ts";
import { checkLeaves, type LeavesCheck, type PublishedLeaves } from "./leaves.ts";
import { createProofQueue, type PublishedKeys, publishedKeys } from "./proofs.ts";
import { createReplay } from "./replay.ts";
import { checkSignatures } from "./signatures.ts";
import type { Source } from "./source.ts";
import { emptyWorld, type World } from "./state.ts";

export type AuditOptions = {
  readonly source: Source;
  /** Only this trial (id or protocol number); proofs and findings only from a block on. */
  readonly limits?: Limits;
  /** By default those of this version's artifacts. */
  readonly keys?: PublishedKeys;
  /** Published leaves of batches; those of a bundle are complete once its history has been read. */
  readonly leaves?: PublishedLeaves;
  /** File to save progress in after each chunk, and to go on from. */
  readonly checkpoint?: string | undefined;
  readonly onEvent?: ((event: Event) => void) | undefined;
  readonly onProgress?: ((progress: AuditProgress) => void) | undefined;
};

export type AuditProgress = {
  readonly block: number;
  readonly head: number;
  readonly events: number;
  readonly verified: number;
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
  const { source, limits = {} } = options;
  const keys = options.keys ?? (await publishedKeys());
  const progress = await replayHistory({ ...options, limits, keys });
  const { world, verified: verifiedProofs } = progress;
  if (limits.trial !== undefined && world.trials.size === 0) {
    throw new InputError(
      `There is no trial ${limits.trial} here: check the protocol number or id.`,
    );
  }
  const findings = [...progress.findings];
  const report = collect(findings);
  await checkKeys(world, { source, keys, report });
  await checkSignatures(progress.openSignatures, { source, report });
  const comparedAnswers = await checkState(world, { source, report });
  const leaves = checkLeaves(world, options.leaves ?? new Map(), report);
  const codeHashes = await readCodeHashes(source);
  return {
    ...{ source, limits, world, findings: sortFindings(findings), verifiedProofs },
    ...{ comparedAnswers, leaves, codeHashes },
  };
}

/** Replays all chunks, from the checkpoint on if there is one, saving one after each. */
async function replayHistory(
  options: AuditOptions & { limits: Limits; keys: PublishedKeys },
): Promise<Omit<Progress, "block">> {
  const { source, limits, keys, checkpoint, onEvent } = options;
  const saved = checkpoint && (await loadCheckpoint(checkpoint, { source, limits }));
  const world = saved ? saved.world : emptyWorld();
  const findings: Finding[] = saved ? [...saved.findings] : [];
  const openSignatures: OpenSignature[] = saved ? [...saved.openSignatures] : [];
  const before = saved ? saved.verified : 0;
  const isAsked = ({ block }: Place) => block >= (limits.from ?? 0);
  const report = collect(findings, isAsked);
  const tell = () => {
    const { block } = world.last;
    const verified = before + proofs.verified();
    options.onProgress?.({
      block,
      head: source.head.number,
      events: world.counts.events,
      verified,
    });
  };
  const proofs = createProofQueue({ keys, report, onVerified: tell });
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
    return { world, findings, openSignatures, verified: before + proofs.verified() };
  };
  for await (const chunk of source.chunks(saved ? saved.block.number + 1 : firstBlock(source))) {
    replay(chunk);
    await proofs.flush(checkpoint !== undefined);
    if (checkpoint !== undefined) {
      const block = { number: chunk.to, hash: (await source.blockHash(chunk.to)) ?? "" };
      saveCheckpoint(checkpoint, { source, limits, block, ...progress() });
    }
    tell();
  }
  await proofs.flush(true);
  return progress();
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
