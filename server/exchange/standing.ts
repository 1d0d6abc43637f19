// How the exchange of data stands, for operators: metrics, and their status.
import { readAccount } from "../accreditation/accounts.ts";
import type { Database } from "../store/database.ts";
import type { ReadStanding } from "../store/standing.ts";
import { oldestUnanchored } from "./deposits/batches.ts";
import { countDeposited, undepositedBytes } from "./packages/rows.ts";
import { entries } from "./tables.ts";

/** Five minutes for a batch by default, and some blocks. */
const MOST_WAITING_SECONDS = 900;

async function unanchoredSeconds(db: Database): Promise<number> {
  const oldest = await oldestUnanchored(db);
  if (oldest === undefined) return 0;
  return Math.max(0, Math.round((Date.now() - oldest.getTime()) / 1000));
}

/** For the metrics. */
export async function exchangeGauges(db: Database) {
  const deposited = await countDeposited(db);
  return [
    {
      name: "cohort_deposits_unanchored_seconds",
      help: "Age of the oldest deposit that is not on the chain; 0 when all are.",
      value: await unanchoredSeconds(db),
    },
    { name: "cohort_packages", help: "Deposited packages.", value: deposited.packages },
    {
      name: "cohort_packages_bytes",
      help: "Bytes of deposited packages.",
      value: deposited.bytes,
    },
    {
      name: "cohort_packages_undeposited_bytes",
      help: "Bytes of packages that nobody has deposited yet.",
      value: await undepositedBytes(db),
    },
  ];
}

/** For `cohort operator status`. */
export const readExchangeStanding: ReadStanding = async ({ db, relayer }) => {
  const deposited = await countDeposited(db);
  const deposits = await db.$count(entries);
  const waiting = await unanchoredSeconds(db);
  const isOperator =
    relayer === null ? null : (await readAccount(db, relayer)).roles.includes("operator");
  const needs: [boolean, string][] = [
    [
      deposits > 0 && isOperator === false,
      `the relayer ${relayer} is not accredited as an operator: no deposit gets onto the chain; ask governance`,
    ],
    [
      waiting > MOST_WAITING_SECONDS,
      "deposits are waiting for the chain: the server's log says why (no operator, gas, money, the node)",
    ],
  ];
  const megabytes = (deposited.bytes / 2 ** 20).toFixed(1);
  const since = waiting === 0 ? "all on the chain" : `oldest not on the chain for ${waiting} s`;
  return {
    name: "Deposits",
    figures: { deposits, ...deposited, unanchoredSeconds: waiting, isOperator },
    words: `${deposits}, ${deposited.packages} packages of ${megabytes} MB; ${since}`,
    needs: needs.filter(([isSo]) => isSo).map(([, need]) => need),
  };
};
