// Groups of those screened: consent proofs are about one.

import { and, count, eq } from "drizzle-orm";
import type { Transaction } from "../store/database.ts";
import { groups, members } from "./tables.ts";

type Member = { trialId: string; groupId: string; commitment: string };

export async function addMember(
  tx: Transaction,
  { trialId, groupId, commitment }: Member,
): Promise<number> {
  const [group] = await tx
    .select()
    .from(groups)
    .where(and(eq(groups.trialId, trialId), eq(groups.groupId, groupId)));
  const version = group!.version;
  const inGroup = and(eq(members.trialId, trialId), eq(members.version, version));
  const [size] = await tx.select({ n: count() }).from(members).where(inGroup);
  await tx.insert(members).values({ trialId, version, index: size!.n, commitment });
  return version;
}
