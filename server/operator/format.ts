// The file of a server's own tables: what cannot be read from the chain again (OPERATING.md, "Backups").
// Lines of JSON, packed with gzip: a header; a line a row, `{"<table>":{...}}`; the digest of all
// before. Rows are what PostgreSQL's to_jsonb makes of them, so they go from any database to any.
import { z } from "zod";
import type { Deployment } from "../../contracts/deployment.ts";
import { address, type Backups, bytes32, hex, time } from "../store/backup.ts";
import { Problem } from "./problem.ts";

/** Raised whenever the rows below change; files of a lower number must stay readable. 2: the exchange of data. */
const FORMAT_NUMBER = 2;
export const FORMAT = `cohort-zero/own-tables/${FORMAT_NUMBER}`;

const relayer = z.strictObject({ address, next_nonce: z.int().nonnegative() });

const refusal = z.strictObject({
  refusal: z.string(),
  message: z.string(),
  details: z.array(z.strictObject({ name: z.string(), value: z.string() })),
});

const submission = z.strictObject({
  id: z.uuid(),
  key: z.string(),
  live: z.boolean().nullable(),
  kind: z.string(),
  to: address,
  data: hex,
  state: z.enum(["queued", "sent", "mined", "final", "refused"]),
  gather: z.string().nullable(),
  bundle: z.uuid().nullable(),
  relayer: address.nullable(),
  nonce: z.int().nonnegative().nullable(),
  signed: z.array(z.strictObject({ hash: bytes32, raw: hex })),
  transaction_hash: bytes32.nullable(),
  block_number: z.int().nonnegative().nullable(),
  block_hash: bytes32.nullable(),
  refusal: refusal.nullable(),
  created_at: time,
  sent_at: time.nullable(),
});

/** Tables of the server itself. */
const OWN: Backups = {
  relayers: { key: ["address"], row: relayer, page: 500 },
  outbox: { key: ["id"], row: submission, page: 200 },
};

/**
 * The tables in the file, in its order: those of the modules first. Left out are sessions and the nonces of signing in:
 * with them a restored server would let in who has signed out since, and take a signature twice. So are records that wait
 * for their wallets, which would be fetched twice.
 */
export const backedUp = (modules: readonly { readonly backups?: Backups }[]): Backups =>
  Object.assign({}, ...modules.map(({ backups }) => backups), OWN);

/** Rows by table. */
export type Counts = Readonly<Record<string, number>>;

const count = z.int().nonnegative();
const headerOf = (tables: Backups) =>
  z.strictObject({
    format: z.literal(FORMAT),
    release: z.string(),
    writtenAt: time,
    chainId: z.int().positive(),
    addresses: z.record(z.string(), address),
    /** The newest block that had been read, to tell how old the file is; null before the first. */
    block: z.int().nonnegative().nullable(),
    counts: z.strictObject(Object.fromEntries(Object.keys(tables).map((name) => [name, count]))),
  });

/** A file of an earlier format does not count the tables that came later: it has no row of theirs. */
function withLaterTables(line: unknown, tables: Backups): unknown {
  const { counts } = (line ?? {}) as { counts?: unknown };
  if (typeof counts !== "object" || counts === null) return line;
  const none = Object.fromEntries(Object.keys(tables).map((name) => [name, 0]));
  return { ...(line as object), format: FORMAT, counts: { ...none, ...counts } };
}
export type Header = z.infer<ReturnType<typeof headerOf>>;

/** Whose file it is, and which tables it may hold. */
export type Here = { readonly deployment: Deployment; readonly tables: Backups };

/** Reads the first line. Throws Problem for another kind of file, a newer one, another deployment's. */
export function readHeader(line: unknown, file: string, { deployment, tables }: Here): Header {
  const format = String((line as { format?: unknown } | null)?.format);
  const number = Number(/^cohort-zero\/own-tables\/(\d+)$/.exec(format)?.[1]);
  if (number > FORMAT_NUMBER) {
    throw new Problem(
      2,
      `${file} was written by a newer release (format ${number}, this one reads ${FORMAT_NUMBER}): ` +
        "import it with that release",
    );
  }
  const isEarlier = number < FORMAT_NUMBER;
  const parsed = headerOf(tables).safeParse(isEarlier ? withLaterTables(line, tables) : line);
  if (!parsed.success) throw new Problem(2, `${file} is not an export of a server's own tables`);
  requireSameDeployment(parsed.data, { file, deployment, isEarlier });
  return parsed.data;
}

function requireSameDeployment(
  header: Header,
  at: { readonly file: string; readonly deployment: Deployment; readonly isEarlier: boolean },
): void {
  const { file, deployment, isEarlier } = at;
  if (header.chainId !== deployment.chainId) {
    throw new Problem(
      2,
      `${file} belongs to a deployment on chain ${header.chainId}, ` +
        `this server's is on chain ${deployment.chainId}: nothing was imported`,
    );
  }
  const other = Object.entries(deployment.addresses).find(([name, address]) => {
    const named = header.addresses[name];
    // An earlier release did not know the contracts that came later.
    if (named === undefined && isEarlier) return false;
    return named?.toLowerCase() !== address.toLowerCase();
  });
  if (other === undefined) return;
  const [name, address] = other;
  throw new Problem(
    2,
    `${file} belongs to another deployment: its ${name} is at ${header.addresses[name] ?? "no address"}, ` +
      `this server's at ${address}: nothing was imported`,
  );
}

/** Reads a row's line. Throws Problem without a value of it: rows hold signed transactions. */
export function readRow(
  line: unknown,
  at: Here & { readonly file: string; readonly line: number },
): { table: string; row: unknown } {
  const [entry, ...more] = Object.entries((line ?? {}) as Record<string, unknown>);
  const table = Object.keys(at.tables).find((name) => name === entry?.[0]);
  const where = `${at.file}, line ${at.line}`;
  if (table === undefined || more.length > 0) {
    throw new Problem(2, `${where}: not a row of a table that this release knows`);
  }
  const row = entry![1];
  const parsed = at.tables[table]!.row.safeParse(row);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const field = issue?.path.join(".") || "the row";
    const reason = issue?.code === "custom" ? issue.message : "is not of this format";
    throw new Problem(2, `${where}: ${field} of ${table} ${reason}`);
  }
  if (table === "outbox") requireOurContract((row as { to: string }).to, where, at.deployment);
  return { table, row };
}

/** The relayer sends what the outbox holds: nowhere but to this deployment. */
function requireOurContract(to: string, where: string, { addresses }: Deployment): void {
  const ours = Object.values(addresses).map((address) => address.toLowerCase());
  if (ours.includes(to.toLowerCase())) return;
  throw new Problem(
    2,
    `${where}: a submission to ${to}, which is not a contract of the deployment`,
  );
}
