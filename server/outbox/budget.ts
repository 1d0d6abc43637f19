// How much gas a day this server signs for. Whoever makes it pay for others' transactions (the same consent again and
// again, say) reaches this, and an operator hears of it.
import { and, eq, gte, inArray } from "drizzle-orm";
import type { Chain } from "../chain/chain.ts";
import type { Database } from "../store/database.ts";
import { outbox } from "./tables.ts";

export type Budget = {
  /** Takes gas off today's budget; false, and nothing taken, when there is too little left. */
  readonly take: (gas: bigint) => boolean;
  /** What is left of today's, in gas. */
  readonly left: () => number;
};

const DAY_MS = 86_400_000;

const today = () => Math.floor(Date.now() / DAY_MS);

/** Today's budget, less what was signed for today before a restart. */
export async function openBudget(
  { db, chain }: { readonly db: Database; readonly chain: Chain },
  gasPerDay: number,
): Promise<Budget> {
  let day = today();
  let spent = await spentSince(db, chain, new Date(day * DAY_MS));
  const renew = () => {
    if (day === today()) return;
    day = today();
    spent = 0;
  };
  return {
    take: (gas) => {
      renew();
      if (spent + Number(gas) > gasPerDay) return false;
      spent += Number(gas);
      return true;
    },
    left: () => {
      renew();
      return gasPerDay - spent;
    },
  };
}

async function spentSince(db: Database, chain: Chain, since: Date): Promise<number> {
  const sent = await db
    .select({ signed: outbox.signed })
    .from(outbox)
    .where(
      and(
        eq(outbox.relayer, chain.relayer.address),
        inArray(outbox.state, ["sent", "mined", "final"]),
        gte(outbox.sentAt, since),
      ),
    );
  const gasOf = ({ signed }: (typeof sent)[number]) =>
    signed.length === 0 ? 0 : Number(chain.gasOf(signed.at(-1)!.raw));
  return sent.reduce((sum, entry) => sum + gasOf(entry), 0);
}
