// How far an audit got, on disk: the replayed state as JSON. Bigints, maps, sets and trees are
// tagged.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { LeanIMT } from "@zk-kit/lean-imt";
import { buildTree } from "../../circuits/statement/tree.ts";
import { InputError } from "../cli/output.ts";
import type { Limits } from "./bundle.ts";
import type { Finding } from "./finding.ts";
import type { OpenSignature } from "./handler.ts";
import type { Block, Source } from "./source.ts";
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

/** Writes a checkpoint in one step. */
export function saveCheckpoint(path: string, of: { source: Source; limits: Limits } & Progress) {
  const { source, limits, ...progress } = of;
  const saved: Saved = { format: FORMAT, of: identityOf(source, limits), ...progress };
  writeFileSync(`${path}.new`, encode(saved));
  renameSync(`${path}.new`, path);
}

/**
 * Reads a checkpoint; undefined when there is none yet. Throws InputError when it is damaged, of
 * another audit, or
 * of a block that the chain no longer has.
 */
export async function loadCheckpoint(
  path: string,
  { source, limits }: { source: Source; limits: Limits },
): Promise<Progress | undefined> {
  const saved = read(path);
  if (saved === undefined) return undefined;
  if (saved.format !== FORMAT || saved.of !== identityOf(source, limits)) {
    throw new InputError(`${path}: a checkpoint of another audit; name another file`);
  }
  const { number, hash } = saved.block;
  if ((await source.blockHash(number)) !== hash) {
    throw new InputError(`${path}: the chain no longer has block ${number}; start over without it`);
  }
  return saved;
}

function read(path: string): Saved | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return decode(text) as Saved;
  } catch {
    throw new InputError(`${path}: the checkpoint is damaged; start over without it`);
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
