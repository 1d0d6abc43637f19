// How far an audit got, as text that is kept somewhere: the replayed state as JSON. Bigints, maps,
// sets and trees are tagged.
import { LeanIMT } from "@zk-kit/lean-imt";
import { z } from "zod";
import { buildTree } from "../../../circuits/statement/encoding/tree.ts";
import { InputError } from "../../files/inputError.ts";
import type { Finding } from "../finding/finding.ts";
import { reorganised } from "../node/rpc.ts";
import type { Block, Limits, Source } from "../node/source.ts";
import { hashKey } from "../proof/keys.ts";
import type { PublishedKeys } from "../proof/published.ts";
import type { OpenSignature } from "../replay/handler.ts";
import type { World } from "../replay/state.ts";

const FORMAT = "cohort-zero/audit-checkpoint/6";

export type Progress = {
  /** Last block replayed. */
  readonly block: Pick<Block, "number" | "hash">;
  readonly world: World;
  readonly findings: readonly Finding[];
  readonly openSignatures: readonly OpenSignature[];
  readonly verified: number;
};
type Saved = Progress & { format: string; of: string };

/** Of a file, what decides whether it is taken; the state in it is its writer's word. */
const SAVED = z.object({ format: z.string(), of: z.string() });
const STATE = z.object({
  block: z.object({ number: z.int(), hash: z.string() }),
  world: z.looseObject({}),
  findings: z.array(z.unknown()),
  openSignatures: z.array(z.unknown()),
  verified: z.int(),
});

/** What an audit is of: state of one means nothing in another. */
type AuditIdentity = {
  readonly source: Source;
  readonly limits: Limits;
  readonly keys: PublishedKeys;
};

/** Where a checkpoint is kept: a file, a browser's storage. */
export type CheckpointStore = {
  /** For messages. */
  readonly name: string;
  /** What was written last; undefined when nothing was. */
  readonly read: () => Promise<string | undefined>;
  /** Replaces it in one step: after a crash the old one or the new one is there. */
  readonly write: (text: string) => Promise<void>;
};

/**
 * Writes a checkpoint of what was replayed up to a block; nothing for a source that does not tell
 * the block's hash. Throws ServerUnavailable when the chain was reorganised since the audit began:
 * the state may be of blocks that are gone.
 */
export async function saveCheckpoint(
  store: CheckpointStore,
  of: AuditIdentity & Omit<Progress, "block"> & { readonly last: number },
): Promise<void> {
  const { source, limits, keys, last, ...progress } = of;
  const hash = await source.blockHash(last);
  // Asked after the block: with the head that was there before the first log, so was the block.
  await checkHead(source);
  if (hash === undefined) return;
  const block = { number: last, hash };
  const saved: Saved = { format: FORMAT, of: identityOf(of), block, ...progress };
  await store.write(encode(saved));
}

/** Throws ServerUnavailable when the source has another block by now than the audit began with. */
export async function checkHead(source: Source): Promise<void> {
  const hash = await source.blockHash(source.head.number);
  if (hash !== undefined && hash !== source.head.hash) throw reorganised();
}

/**
 * Reads a checkpoint; undefined when there is none yet. Throws InputError when it is damaged, of
 * another audit, beyond the audit's last block, or of a block that the chain no longer has.
 */
export async function loadCheckpoint(
  store: CheckpointStore,
  of: AuditIdentity,
): Promise<Progress | undefined> {
  const text = await store.read();
  if (text === undefined) return undefined;
  const saved = parse(text, store.name, identityOf(of));
  const { number, hash } = saved.block;
  const { head } = of.source;
  if (number > head.number) {
    throw new InputError(
      `${store.name}: the checkpoint is at block ${number}, already beyond block ${head.number}, the last to be audited; audit up to a later block, or name another file`,
    );
  }
  if ((await of.source.blockHash(number)) !== hash) {
    throw new InputError(
      `${store.name}: the chain no longer has block ${number}; start over without it`,
    );
  }
  return saved;
}

function parse(text: string, name: string, identity: string): Saved {
  const damaged = () => new InputError(`${name}: the checkpoint is damaged; start over without it`);
  let value: unknown;
  try {
    value = decode(text);
  } catch {
    throw damaged();
  }
  const saved = SAVED.safeParse(value);
  if (!saved.success) throw damaged();
  if (saved.data.format !== FORMAT || saved.data.of !== identity) {
    throw new InputError(
      `${name}: a checkpoint of another audit (chain, keys, limits or release); name another file`,
    );
  }
  if (!STATE.safeParse(value).success) throw damaged();
  return value as Saved;
}

/** Chain, contracts, limits, the keys that the proofs so far were verified with, and whether logs were proven. */
function identityOf({ source, limits: { trial, from }, keys }: AuditIdentity) {
  const { deployment, isProven } = source;
  const verified = (["eligibility-8", "eligibility-32", "semaphore"] as const).map((name) =>
    hashKey(keys[name]),
  );
  return JSON.stringify([deployment, trial ?? null, from ?? null, verified, isProven]);
}

/** JSON of plain data with bigints, maps, sets and LeanIMT trees in it. */
function encode(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === "bigint") return { $: "n", v: part.toString() };
    if (part instanceof Map) return { $: "map", v: [...part] };
    if (part instanceof Set) return { $: "set", v: [...part] };
    if (part instanceof LeanIMT) return { $: "tree", v: part.leaves };
    return part;
  });
}

/** The inverse of {@link encode}. Throws for anything else. */
function decode(text: string): unknown {
  return JSON.parse(text, (_, part: unknown) => {
    if (typeof part !== "object" || part === null || !("$" in part)) return part;
    const { $: kind, v } = part as { $: string; v: unknown };
    if (kind === "n") return BigInt(v as string);
    if (kind === "map") return new Map(v as [unknown, unknown][]);
    if (kind === "set") return new Set(v as unknown[]);
    if (kind === "tree") return buildTree(v as bigint[]);
    throw new RangeError("unknown tag");
  });
}
