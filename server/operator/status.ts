// How a server stands, and what needs its operator.

import { statSync } from "node:fs";
import { sql } from "drizzle-orm";
import { formatEther, type JsonRpcProvider } from "ethers";
import { counted } from "../../circuits/statement/encoding/print.ts";
import type { Deployment } from "../../contracts/deployment.ts";
import { BUNDLE } from "../outbox/store.ts";
import { RELEASE } from "../release.ts";
import { newestBlock } from "../store/blocks.ts";
import type { Database, OpenDatabase } from "../store/database.ts";
import { listBackups } from "../store/folder.ts";
import { PRESENCE_LOCK } from "../store/presence.ts";
import { rowsOf } from "../store/rows.ts";
import type { ReadStanding, Standing } from "../store/standing.ts";

export type Status = {
  readonly release: string;
  readonly deployment: {
    readonly chainId: number;
    readonly keys: string;
    readonly registry: string;
  };
  readonly database: { readonly kind: string; readonly bytes: number };
  /** Servers on the database now. */
  readonly servers: number;
  /** The chain's newest block; null while the node is away. */
  readonly chain: { readonly block: number | null };
  readonly indexed: {
    readonly block: number | null;
    /** Blocks that are still to be read, and the chain's time between the newest read and the newest. */
    readonly behindBlocks: number | null;
    readonly secondsSinceProgress: number | null;
  };
  readonly outbox: Readonly<Record<State, number>> & {
    /** How long the oldest that was not sent has waited. */
    readonly oldestUnsentSeconds: number | null;
    readonly oldestUnminedSeconds: number | null;
  };
  readonly relayer: {
    readonly address: string | null;
    readonly balanceWei: string | null;
    /** How many more screenings it can pay for, at the chain's fees now. */
    readonly screenings: number | null;
  };
  readonly backup: { readonly file: string; readonly ageSeconds: number } | null;
  /** What modules add, by their names. */
  readonly modules: Readonly<Record<string, Standing["figures"]>>;
  /** The same for a person. */
  readonly lines: readonly string[];
  /** What needs the operator, each with what to do; empty when all is well. */
  readonly needs: readonly string[];
};

const STATES = ["queued", "sent", "mined", "final", "refused"] as const;
type State = (typeof STATES)[number];

type Looked = {
  readonly db: Database;
  readonly kind: OpenDatabase["kind"];
  readonly folder: string;
  readonly provider: JsonRpcProvider;
  readonly deployment: Deployment;
  /** Undefined where the relayer's key is not known: then the one that sent last. */
  readonly relayer: string | undefined;
  readonly modules: readonly { readonly name: string; readonly standing?: ReadStanding }[];
  /** Servers that are known to run, where the database does not tell. */
  readonly servers?: number;
};

/** Gas of a screening with all that goes with it (README, "Numbers"). */
const SCREENING_GAS = 450_000n;
const LEAST_SCREENINGS = 100;
const MOST_BEHIND_SECONDS = 120;
const MOST_WAITING_SECONDS = 600;
const DAY_SECONDS = 86_400;

/** Looks at database and node. Throws only when the database is away. */
export async function readStatus(at: Looked): Promise<Status> {
  const { db, kind, deployment } = at;
  const outbox = await readOutbox(db);
  const { chain, indexed } = await readProgress(at);
  const relayer = await readRelayer(at);
  const standings = await readStandings(at, relayer.address);
  const facts: Omit<Status, "needs"> = {
    release: RELEASE,
    deployment: {
      chainId: deployment.chainId,
      keys: deployment.keys,
      registry: deployment.addresses.RecordRegistry,
    },
    database: { kind, bytes: await sizeOf(db) },
    servers: at.servers ?? (kind === "postgresql" ? await countServers(db) : 0),
    chain,
    indexed,
    outbox,
    relayer,
    backup: kind === "pglite" ? newestBackup(at.folder) : null,
    modules: Object.fromEntries(standings.map(({ name, figures }) => [name, figures])),
    lines: standings.map(({ name, words }) => `${name.padEnd(13)}${words}`),
  };
  return { ...facts, needs: [...needsOf(facts), ...standings.flatMap(({ needs }) => needs)] };
}

async function readStandings({ db, modules }: Looked, relayer: string | null): Promise<Standing[]> {
  const found: Standing[] = [];
  for (const { standing } of modules) {
    if (standing !== undefined) found.push(await standing({ db, relayer }));
  }
  return found;
}

async function readOutbox(db: Database): Promise<Status["outbox"]> {
  type Row = { state: State; n: number; waited: number | null };
  const found = await db.execute(
    sql`select state, count(*)::int as n,
          extract(epoch from now() - min(coalesce(sent_at, created_at)))::float8 as waited
        from outbox where kind <> ${BUNDLE} group by state`,
  );
  const rows = rowsOf<Row>(found);
  const of = (state: State) => rows.find((row) => row.state === state);
  const waited = (state: State) => {
    const seconds = of(state)?.waited ?? null;
    return seconds === null ? null : Math.max(0, Math.round(seconds));
  };
  const counts = Object.fromEntries(STATES.map((state) => [state, of(state)?.n ?? 0]));
  return {
    ...(counts as Record<State, number>),
    oldestUnsentSeconds: waited("queued"),
    oldestUnminedSeconds: waited("sent"),
  };
}

async function readProgress({ db, provider }: Looked): Promise<Pick<Status, "chain" | "indexed">> {
  const [known, head] = await Promise.all([
    newestBlock(db),
    provider.getBlock("latest").catch(() => null),
  ]);
  const block = known?.number ?? null;
  if (head === null || known === undefined) {
    const indexed = { block, behindBlocks: null, secondsSinceProgress: null };
    return { chain: { block: head?.number ?? null }, indexed };
  }
  const behindBlocks = Math.max(0, head.number - known.number);
  const seconds = head.timestamp - known.time.getTime() / 1000;
  const secondsSinceProgress = behindBlocks === 0 ? 0 : Math.max(0, seconds);
  return {
    chain: { block: head.number },
    indexed: { block, behindBlocks, secondsSinceProgress },
  };
}

async function readRelayer({ db, provider, relayer }: Looked): Promise<Status["relayer"]> {
  const address = relayer ?? (await lastRelayer(db));
  if (address === null) return { address, balanceWei: null, screenings: null };
  try {
    const [balance, fees] = await Promise.all([
      provider.getBalance(address),
      provider.getFeeData(),
    ]);
    const price = (fees.maxFeePerGas ?? fees.gasPrice ?? 0n) * SCREENING_GAS;
    const screenings = price === 0n ? null : Number(balance / price);
    return { address, balanceWei: balance.toString(), screenings };
  } catch {
    return { address, balanceWei: null, screenings: null };
  }
}

async function lastRelayer(db: Database): Promise<string | null> {
  const found = await db.execute(
    sql`select relayer from outbox where relayer is not null order by sent_at desc nulls last limit 1`,
  );
  return rowsOf<{ relayer: string }>(found)[0]?.relayer ?? null;
}

async function sizeOf(db: Database): Promise<number> {
  const found = await db.execute(sql`select pg_database_size(current_database())::float8 as n`);
  return rowsOf<{ n: number }>(found)[0]!.n;
}

async function countServers(db: Database): Promise<number> {
  const found = await db.execute(
    sql`select count(*)::int as n from pg_locks where locktype = 'advisory' and granted
          and objid = ${PRESENCE_LOCK} and mode = 'ShareLock'
          and database = (select oid from pg_database where datname = current_database())`,
  );
  return rowsOf<{ n: number }>(found)[0]!.n;
}

function newestBackup(folder: string): Status["backup"] {
  const [file] = listBackups(folder);
  if (file === undefined) return null;
  const ageSeconds = Math.max(0, Math.round((Date.now() - statSync(file).mtimeMs) / 1000));
  return { file, ageSeconds };
}

function needsOf(status: Omit<Status, "needs">): string[] {
  const { servers, chain, indexed, outbox, relayer, backup } = status;
  const found: [boolean, string][] = [
    [servers === 0, "no server is running on this database: start it"],
    [
      chain.block === null,
      "the node at RPC_URL does not answer: nothing is read or sent meanwhile",
    ],
    [indexed.block === null, "nothing of the chain has been read yet: start the server"],
    [
      (indexed.secondsSinceProgress ?? 0) > MOST_BEHIND_SECONDS,
      "the server is far behind the chain: look at its log and at the node",
    ],
    [
      (outbox.oldestUnsentSeconds ?? 0) > MOST_WAITING_SECONDS,
      "submissions are waiting unsent: the server's log says why (gas, the day's budget, money, the node)",
    ],
    [
      (outbox.oldestUnminedSeconds ?? 0) > MOST_WAITING_SECONDS,
      "what was sent is not mined: look at the node, and at the chain's fees",
    ],
    [
      relayer.screenings !== null && relayer.screenings < LEAST_SCREENINGS,
      `the relayer can pay for ${relayer.screenings} screenings only: fund ${relayer.address}`,
    ],
    [
      backup !== null && backup.ageSeconds > 2 * DAY_SECONDS,
      "the newest backup is older than two days: look at the log and at the disk",
    ],
  ];
  return found.filter(([isSo]) => isSo).map(([, need]) => need);
}

const ago = (seconds: number | null) => {
  if (seconds === null) return "";
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
};

/** Ether to four digits, cut and not rounded up: "9.9987". */
function etherWords(wei: string): string {
  const [whole, part] = formatEther(wei).split(".");
  return `${whole}.${part!.padEnd(4, "0").slice(0, 4)}`;
}

/** The same for a person. */
export function sayStatus(status: Status): string {
  const { deployment, database, chain, indexed, outbox, relayer, backup, needs } = status;
  const mebibytes = (database.bytes / 2 ** 20).toFixed(1);
  const behind =
    indexed.behindBlocks === null
      ? ""
      : `, ${indexed.behindBlocks} behind (${ago(indexed.secondsSinceProgress)})`;
  const unsent =
    outbox.oldestUnsentSeconds === null ? "" : `; oldest unsent ${ago(outbox.oldestUnsentSeconds)}`;
  const enough = relayer.screenings === null ? "" : `, enough for ${relayer.screenings} screenings`;
  const money =
    relayer.balanceWei === null ? "" : `, ${etherWords(relayer.balanceWei)} ether${enough}`;
  return [
    `Release      ${status.release}`,
    `Deployment   chain ${deployment.chainId}, ${deployment.keys} keys, records at ${deployment.registry}`,
    `Database     ${database.kind}, ${mebibytes} MB, ${counted(status.servers, "server")} on it`,
    `Chain        ${chain.block === null ? "does not answer" : `block ${chain.block}`}`,
    `Read         ${indexed.block === null ? "nothing yet" : `block ${indexed.block}`}${behind}`,
    `Outbox       ${STATES.map((state) => `${outbox[state]} ${state}`).join(", ")}${unsent}`,
    `Relayer      ${relayer.address ?? "not known"}${money}`,
    ...status.lines,
    ...(database.kind === "pglite"
      ? [
          `Backup       ${backup === null ? "none yet" : `${backup.file}, ${ago(backup.ageSeconds)} old`}`,
        ]
      : []),
    needs.length === 0
      ? "Nothing needs your attention."
      : `Needs your attention:\n${needs.map((one) => `  - ${one}`).join("\n")}`,
  ].join("\n");
}
