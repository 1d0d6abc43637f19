// How far an audit got, as text that is kept somewhere: the replayed state as JSON. Bigints, maps,
// sets and trees are tagged.
import { LeanIMT } from "@zk-kit/lean-imt";
import { buildTree } from "../../circuits/statement/tree.ts";
import { InputError } from "../input-error.ts";
import type { Finding } from "./finding.ts";
import type { OpenSignature } from "./handler.ts";
import type { Block, Limits, Source } from "./source.ts";
import type { World } from "./state.ts";

const FORMAT = "cohort-zero/audit-checkpoint/1";

export type Progress = {
  /** Last block replayed. */
  readonly block: Pick<Block, "number" | "hash">;
  readonly world: World;
  readonly findings: readonly Finding[];
  readonly openSignatures: readonly OpenSignature[];
  readonly verified: number;
};
type Saved = Progress & { format: string; of: string };

/** Where a checkpoint is kept: a file, a browser's storage. */
export type CheckpointStore = {
  /** For messages. */
  readonly name: string;
  /** What was written last; undefined when nothing was. */
  readonly read: () => Promise<string | undefined>;
  /** Replaces it in one step: after a crash the old one or the new one is there. */
  readonly write: (text: string) => Promise<void>;
};

/** Writes a checkpoint. */
export async function saveCheckpoint(
  store: CheckpointStore,
  of: { source: Source; limits: Limits } & Progress,
): Promise<void> {
  const { source, limits, ...progress } = of;
  const saved: Saved = { format: FORMAT, of: identityOf(source, limits), ...progress };
  await store.write(encode(saved));
}

/**
 * Reads a checkpoint; undefined when there is none yet. Throws InputError when it is damaged, of
 * another audit, or of a block that the chain no longer has.
 */
export async function loadCheckpoint(
  store: CheckpointStore,
  { source, limits }: { source: Source; limits: Limits },
): Promise<Progress | undefined> {
  const text = await store.read();
  if (text === undefined) return undefined;
  const saved = parse(text, store.name);
  if (saved.format !== FORMAT || saved.of !== identityOf(source, limits)) {
    throw new InputError(`${store.name}: a checkpoint of another audit; name another file`);
  }
  const { number, hash } = saved.block;
  if ((await source.blockHash(number)) !== hash) {
    throw new InputError(
      `${store.name}: the chain no longer has block ${number}; start over without it`,
    );
  }
  return saved;
}

function parse(text: string, name: string): Saved {
  try {
    return decode(text) as Saved;
  } catch {
    throw new InputError(`${name}: the checkpoint is damaged; start over without it`);
  }
}

/** Chain, contracts and limits: state of one audit means nothing in another. */
function identityOf({ deployment }: Source, { trial, from }: Limits): string {
  return JSON.stringify([deployment, trial ?? null, from ?? null]);
}

/** JSON of plain data with bigints, maps, sets and LeanIMT trees in it. */
export function encode(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === "bigint") return { $: "n", v: part.toString() };
    if (part instanceof Map) return { $: "map", v: [...part] };
    if (part instanceof Set) return { $: "set", v: [...part] };
    if (part instanceof LeanIMT) return { $: "tree", v: part.leaves };
    return part;
  });
}

/** The inverse of {@link encode}. Throws for anything else. */
export function decode(text: string): unknown {
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
