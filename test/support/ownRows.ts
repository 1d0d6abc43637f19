// A database's own tables with something of every kind in them, and the operator's commands on it.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import { lt } from "drizzle-orm";
import { keccak256, toUtf8Bytes } from "ethers";
import { type Entry, hashEntry } from "../../circuits/statement/exchange/entry.ts";
import { writeEntryRow } from "../../circuits/statement/exchange/entryLog.ts";
import { entryTree } from "../../circuits/statement/exchange/entryTree.ts";
import { hashDocument, ZERO_BYTES32 } from "../../circuits/statement/trial/trial.ts";
import { runCommand } from "../../server/operator/run.ts";
import type { SubmissionStateName } from "../../server/outbox/tables.ts";
import { tagOf } from "../../server/records/buckets.ts";
import type { Database } from "../../server/store/database.ts";
import { cohort, type Ran } from "../cli/command.ts";
import { paperDeployment } from "./paperDeployment.ts";
import { own } from "./tables.ts";

const address = (n: number) => `0x${n.toString(16).padStart(40, "0")}`;

const digest = (text: string) => keccak256(toUtf8Bytes(text));

const RELAYER = address(77);

export const TOKEN_HASH = createHash("sha256").update("a session's token").digest("hex");

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

type Row = typeof own.outbox.$inferInsert;

/** A submission in a state, with what belongs to it; `size` bytes of call data. */
export function submissionIn(state: SubmissionStateName, n: number, size = 100): Row {
  const isSent = state !== "queued" && state !== "refused";
  const hash = digest(`transaction ${n}`);
  return {
    id: uuid(n),
    key: `key ${n}`,
    live: state === "refused" ? null : true,
    kind: "submitScreening",
    to: paperDeployment().addresses.Screening,
    data: `0x${"ab".repeat(size)}`,
    state,
    signed: isSent ? [{ hash, raw: `0x02${"cd".repeat(size)}` }] : [],
    ...(isSent && {
      relayer: RELAYER,
      nonce: n,
      transactionHash: hash,
      sentAt: new Date(n * 1000),
    }),
    ...((state === "mined" || state === "final") && { blockNumber: n, blockHash: digest(`${n}`) }),
    ...(state === "refused" && {
      refusal: { refusal: "AlreadyScreened" as const, message: 'äöü "quoted"\n', details: [] },
    }),
  };
}

const PERSON = 77n;
const TRIAL = digest("a trial");

/** Public entries of a trial, of which the first two are a batch, their packages, and words. */
async function fillDeposits(db: Database): Promise<void> {
  const hashes: string[] = [];
  for (const sequence of [1, 2, 3]) {
    const packageHash = digest(`package ${sequence}`);
    const entry: Entry = {
      ...{ trialId: TRIAL, pseudonym: PERSON, collection: "diary", permission: 2, formVersion: 1 },
      ...{ sequence, ciphertextHash: packageHash, sizeStep: 0, day: 47_000, source: 3 },
      ...{ replaces: ZERO_BYTES32, correction: 0 },
    };
    const points = Array.from({ length: 8 }, (_, i) => 10n ** 70n + BigInt(i));
    const authority = { kind: "participant", version: 1, groupRoot: 5n, points } as const;
    const hash = hashEntry(entry);
    hashes.push(hash);
    await db.insert(own.entries).values({
      ...{ trialId: TRIAL, position: sequence - 1, hash, pseudonym: `${PERSON}` },
      ...{ collection: "diary", sequence, packageHash, collectionChecked: true },
      row: writeEntryRow({ entry, authority, block: 30 }),
    });
    const custodians = [address(1), address(2)];
    const stored = { isStored: sequence < 3, erasedAt: sequence < 3 ? null : new Date() };
    const known = { hash: packageHash, size: 4_500, sizeStep: 0, custodians, entry: hash };
    await db.insert(own.packages).values({ ...known, ...stored, storedAt: new Date() });
  }
  const { root } = entryTree(hashes.slice(0, 2));
  await db.update(own.entries).set({ batch: root }).where(lt(own.entries.position, 2));
  const batch = { trialId: TRIAL, number: 0, root, first: 0, count: 2 };
  await db.insert(own.depositBatches).values(batch);
  const content = "Why: a purpose, für alle";
  await db
    .insert(own.texts)
    .values({ hash: hashDocument(content), content, uploadedBy: address(5) });
}

/** Documents, batches, buckets, deposits and an outbox with every state, gathered and carried ones among them. */
export async function fillOwnTables(db: Database): Promise<void> {
  for (const content of [
    "a form",
    'ein Bogen für Ärzte \u{1f600}\n"quoted" \\ back',
    "x".repeat(300_000),
  ]) {
    const row = { hash: hashDocument(content), content, mediaType: "text/plain" };
    await db.insert(own.documents).values({ ...row, uploadedBy: address(5) });
  }
  const leaves = Array.from({ length: 500 }, (_, i) => String(10n ** 70n + BigInt(i)));
  await db.insert(own.batches).values([
    { root: "12345", leaves },
    { root: "67890", leaves: ["1"] },
  ]);
  for (const bucket of [0, 7, 63]) {
    const bytes = Buffer.alloc(40_000 + bucket, bucket);
    const row = { clinic: address(6), bucket, bytes, size: bytes.length, etag: tagOf(bytes) };
    await db.insert(own.buckets).values({ ...row, updatedAt: new Date() });
  }
  await fillDeposits(db);
  await db.insert(own.relayers).values({ address: RELAYER, nextNonce: 700 });
  const states = ["queued", "sent", "mined", "final", "refused"] as const;
  const rows = Array.from({ length: 450 }, (_, n) => submissionIn(states[n % 5]!, n));
  await db.insert(own.outbox).values(rows);
  const waiting = [500, 501].map((n) => ({
    ...submissionIn("queued", n),
    gather: "screening:1:1",
  }));
  const bundle = { ...submissionIn("sent", 502), kind: "bundle" };
  const carried = [503, 504].map((n) => ({
    ...submissionIn("queued", n),
    ...{ state: "sent" as const, bundle: bundle.id, transactionHash: bundle.transactionHash },
  }));
  await db.insert(own.outbox).values([...waiting, bundle, ...carried]);
  const expiresAt = new Date(Date.now() + 3_600_000);
  await db.insert(own.sessions).values({ id: TOKEN_HASH, address: address(5), expiresAt });
  await db.insert(own.nonces).values({ nonce: "nonce123", expiresAt });
}

/** Lines of an export: the header, the rows, the digest. */
export function linesIn(file: string): string[] {
  return gunzipSync(readFileSync(file)).toString().trimEnd().split("\n");
}

/** Writes lines as an export; the last one is made to fit them, unless it is told to stay. */
export function writeLines(file: string, lines: readonly string[], isSealed = true): void {
  const body = lines.slice(0, -1);
  const sha256 = createHash("sha256")
    .update(body.map((line) => `${line}\n`).join(""))
    .digest("hex");
  const last = isSealed ? JSON.stringify({ sha256 }) : lines.at(-1)!;
  writeFileSync(file, gzipSync(`${[...body, last].join("\n")}\n`));
}

const VARIABLES = ["DATA_DIR", "DATABASE_URL", "DEPLOYMENT", "RPC_URL", "RELAYER_KEY"] as const;

type Environment = Readonly<Partial<Record<(typeof VARIABLES)[number], string | undefined>>>;

function setEnvironment(values: Environment): void {
  for (const name of VARIABLES) {
    if (values[name] === undefined) delete process.env[name];
    else process.env[name] = values[name];
  }
}

/** `cohort operator ...` in a server's environment. */
export async function operator(environment: Environment, ...args: string[]): Promise<Ran> {
  const before = Object.fromEntries(VARIABLES.map((name) => [name, process.env[name]]));
  setEnvironment(environment);
  try {
    return await cohort("operator", ...args);
  } finally {
    setEnvironment(before);
  }
}

/** The same in this process, which is much cheaper: all but the way from `cohort` to the program. */
export async function operatorHere(environment: Environment, ...args: string[]): Promise<Ran> {
  const [out, err]: [string[], string[]] = [[], []];
  const print = {
    out: (text: string) => void out.push(`${text}\n`),
    err: (text: string) => void err.push(`${text}\n`),
  };
  const code = await runCommand(args, environment, print);
  return { code, out: out.join(""), err: err.join(""), json: () => JSON.parse(out.join("")) };
}
