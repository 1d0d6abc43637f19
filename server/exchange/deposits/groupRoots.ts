// Roots that a group of those screened has had: a participant's proof is against one of them. Built once a group and read
// on from there; what a reorganisation has replaced is noticed by the row's writer (as in segments/log.ts).
import { setImmediate as pause } from "node:timers/promises";
import { LeanIMT } from "@zk-kit/lean-imt";
import { and, asc, eq, gte, sql } from "drizzle-orm";
import { hashPair } from "../../../circuits/statement/encoding/hash.ts";
import type { Database } from "../../store/database.ts";
import { members } from "../../trials/tables.ts";

type Group = { readonly trialId: string; readonly version: number };

type Built = {
  readonly tree: LeanIMT<bigint>;
  readonly roots: Set<string>;
  /** Transaction that wrote the newest member's row (PostgreSQL's xmin). */
  writer: string;
};

type Kept = { built: Built; turn: Promise<unknown> };

const READ_AT_ONCE = 2_000;
/** Members hashed before others get a turn: a few milliseconds. */
const HASHED_AT_ONCE = 50;
/** Groups kept; of those asked for longest ago, the roots are built again. */
const MOST_GROUPS = 64;

const groups = new WeakMap<Database, Map<string, Kept>>();

const nothing = (): Built => ({
  tree: new LeanIMT<bigint>(hashPair),
  roots: new Set(),
  writer: "",
});

/** Whether the group had this root after one of its members came in, up to now. */
export async function hasHadRoot(db: Database, group: Group, root: bigint): Promise<boolean> {
  const kept = keptOf(db, `${group.trialId} ${group.version}`);
  const mine = kept.turn.then(async () => {
    kept.built = await readOn(db, group, kept.built);
    return kept.built.roots.has(root.toString());
  });
  kept.turn = mine.catch(() => {});
  return await mine;
}

function keptOf(db: Database, name: string): Kept {
  const all = groups.get(db) ?? new Map<string, Kept>();
  groups.set(db, all);
  const kept = all.get(name) ?? { built: nothing(), turn: Promise.resolve() };
  all.delete(name);
  all.set(name, kept);
  if (all.size > MOST_GROUPS) all.delete(all.keys().next().value!);
  return kept;
}

async function readOn(db: Database, group: Group, before: Built): Promise<Built> {
  let built = before;
  for (;;) {
    const { size } = built.tree;
    // The newest one that is known already comes along, to tell whether it is still the same.
    const found = await readMembers(db, group, Math.max(0, size - 1));
    if (size > 0 && !isSame(found[0], built)) {
      built = nothing();
      continue;
    }
    const news = size > 0 ? found.slice(1) : found;
    await add(built, news);
    if (found.length < READ_AT_ONCE) return built;
  }
}

type Member = { readonly commitment: string; readonly writer: string };

function isSame(member: Member | undefined, { tree, writer }: Built): boolean {
  return member?.writer === writer && BigInt(member.commitment) === tree.leaves.at(-1);
}

async function add(built: Built, news: readonly Member[]): Promise<void> {
  for (const [i, { commitment, writer }] of news.entries()) {
    built.tree.insert(BigInt(commitment));
    built.roots.add(built.tree.root.toString());
    built.writer = writer;
    if (i % HASHED_AT_ONCE === HASHED_AT_ONCE - 1) await pause();
  }
}

function readMembers(db: Database, { trialId, version }: Group, from: number): Promise<Member[]> {
  return db
    .select({
      commitment: members.commitment,
      writer: sql<string>`${members}.xmin::text`,
    })
    .from(members)
    .where(
      and(eq(members.trialId, trialId), eq(members.version, version), gte(members.index, from)),
    )
    .orderBy(asc(members.index))
    .limit(READ_AT_ONCE);
}
