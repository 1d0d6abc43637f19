// What only a custodian knows, in one SQLite file: its keys and its receipts. What the chain says is not kept: it is
// read again at every start, so that an older copy of this file brings back nothing that the chain has ended since.
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { ParticipantKey, Receipt } from "../../circuits/statement/exchange/receipt.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import type { Bytes32 } from "../../circuits/statement/trial/trial.ts";
import type { Whose } from "./vault.ts";

/** Deleted content is overwritten, and no second file holds earlier pages after a commit. */
const SETTINGS = `
  pragma secure_delete = on;
  pragma journal_mode = delete;
  pragma synchronous = extra;
  pragma temp_store = memory;
  pragma foreign_keys = on;
`;
const TABLES = `
  create table if not exists meta (name text primary key, value text not null) strict;
  create table if not exists keys (
    trial text not null,
    pseudonym text not null,
    public text not null,
    sealed blob not null,
    primary key (trial, pseudonym)
  ) strict, without rowid;
  create table if not exists destroyed (
    trial text not null,
    pseudonym text not null,
    primary key (trial, pseudonym)
  ) strict, without rowid;
  create table if not exists receipts (
    number integer primary key,
    registry text not null,
    request text not null,
    entry text not null,
    outcome text not null,
    block integer not null,
    digest text not null,
    signature text not null
  ) strict;
  create index if not exists receipts_by_request on receipts (request, entry);
  create table if not exists tag_keys (
    trial text primary key,
    hash text not null,
    dealings text not null,
    sealed blob not null
  ) strict, without rowid;
  create table if not exists tag_asks (
    trial text not null,
    blinded text not null,
    site integer not null,
    pseudonym text not null,
    day integer not null,
    primary key (trial, blinded)
  ) strict, without rowid;
`;

export type StoredReceipt = {
  readonly receipt: Receipt;
  /** Of the EIP-712 message: the leaf of the daily root. */
  readonly digest: Bytes32;
  readonly signature: string;
};
/** A trial's key of persons' tags: who dealt it, as JSON, and this custodian's share, sealed. */
export type StoredTagKey = {
  readonly hash: Bytes32;
  readonly dealings: string;
  readonly sealed: Uint8Array;
};
/** A document that a desk had evaluated; days since 1970. */
export type StoredTagAsk = Whose & {
  readonly blinded: Bytes32;
  readonly siteId: number;
  readonly day: number;
};
type Made = Whose & { readonly publicKey: Bytes32; readonly sealed: Uint8Array };
type ReceiptRow = Record<
  "registry" | "request" | "entry" | "outcome" | "digest" | "signature",
  string
> & {
  number: number;
  block: number;
};

/** Whose database it is: one custodian's, of one deployment. */
export type Owner = {
  readonly address: string;
  readonly chainId: number;
  readonly custodyLog: string;
};

export class Store {
  readonly #db: DatabaseSync;

  /** Throws an Error when the file is another custodian's, or no database. */
  constructor(folder: string, owner: Owner) {
    const file = join(folder, "custodian.sqlite");
    this.#db = new DatabaseSync(file);
    this.#db.exec(SETTINGS);
    this.#db.exec(TABLES);
    if (process.platform !== "win32") chmodSync(file, 0o600);
    this.#requireOwner(file, owner);
  }

  close(): void {
    this.#db.close();
  }

  /** Whether there is a key, or there was one and it was destroyed. */
  knows({ trialId, pseudonym }: Whose): boolean {
    const text = pseudonym.toString();
    const one = "select 1 from keys where trial = ? and pseudonym = ?";
    const two = "select 1 from destroyed where trial = ? and pseudonym = ?";
    return this.#all(`${one} union all ${two}`, trialId, text, trialId, text).length > 0;
  }

  /** Keeps new keys, all or none of them. */
  addKeys(made: readonly Made[]): void {
    const insert = this.#db.prepare(
      "insert into keys (trial, pseudonym, public, sealed) values (?, ?, ?, ?)",
    );
    this.#atOnce(() => {
      for (const { trialId, pseudonym, publicKey, sealed } of made) {
        insert.run(trialId, pseudonym.toString(), publicKey, sealed);
      }
    });
  }

  /** Public keys of a trial, ascending by pseudonym. */
  listKeys(trialId: Bytes32): ParticipantKey[] {
    const rows = this.#all("select pseudonym, public from keys where trial = ?", trialId);
    return (rows as { pseudonym: string; public: string }[])
      .map((row) => ({ pseudonym: BigInt(row.pseudonym), publicKey: row.public }))
      .sort((a, b) => (a.pseudonym < b.pseudonym ? -1 : 1));
  }

  sealedKey({ trialId, pseudonym }: Whose): Uint8Array | undefined {
    const query = "select sealed from keys where trial = ? and pseudonym = ?";
    const [row] = this.#all(query, trialId, pseudonym.toString());
    return (row as { sealed: Uint8Array } | undefined)?.sealed;
  }

  countKeys(): number {
    const [row] = this.#all("select count(*) as n from keys");
    return (row as { n: number }).n;
  }

  /** Destroys keys for good, and remembers whose: none is made for them again. Returns how many were there. */
  destroyKeys(whose: readonly Whose[]): number {
    const remove = this.#db.prepare("delete from keys where trial = ? and pseudonym = ?");
    const mark = this.#db.prepare("insert or ignore into destroyed values (?, ?)");
    let removed = 0;
    this.#atOnce(() => {
      for (const { trialId, pseudonym } of whose) {
        removed += Number(remove.run(trialId, pseudonym.toString()).changes);
        mark.run(trialId, pseudonym.toString());
      }
    });
    return removed;
  }

  newestReceipt(): number {
    const [row] = this.#all("select max(number) as n from receipts");
    return (row as { n: number | null }).n ?? 0;
  }

  /** Keeps receipts, all or none. Refuses with `StorageUnavailable`, as on a full disk. */
  addReceipts(given: readonly StoredReceipt[]): void {
    const insert = this.#db.prepare("insert into receipts values (?, ?, ?, ?, ?, ?, ?, ?)");
    this.#atOnce(() => {
      for (const { receipt, digest, signature } of given) {
        const { number, registry, requestId, entry, outcome, blockNumber } = receipt;
        const request = requestId.toString();
        const block = Number(blockNumber);
        insert.run(Number(number), registry, request, entry, outcome, block, digest, signature);
      }
    });
  }

  /** The same answer given before, as of the same block. */
  findReceipt(of: Omit<Receipt, "number">): StoredReceipt | undefined {
    const { requestId, entry, registry, outcome, blockNumber } = of;
    const where = "request = ? and entry = ? and registry = ? and outcome = ? and block = ?";
    const values = [requestId.toString(), entry, registry, outcome, Number(blockNumber)];
    const [row] = this.#all(`select * from receipts where ${where} limit 1`, ...values);
    return row === undefined ? undefined : receiptOf(row as ReceiptRow);
  }

  /** Receipts with numbers above this one, oldest first. */
  receiptsAfter(number: bigint, limit: number): StoredReceipt[] {
    const from =
      number > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(number);
    const query = "select * from receipts where number > ? order by number limit ?";
    const rows = this.#all(query, from, limit);
    return (rows as ReceiptRow[]).map(receiptOf);
  }

  /** Leaves of the root over all receipts up to a number, in order. */
  receiptDigests(upTo: number): Bytes32[] {
    const query = "select digest from receipts where number <= ? order by number";
    const rows = this.#all(query, upTo) as { digest: Bytes32 }[];
    return rows.map(({ digest }) => digest);
  }

  tagKey(trialId: Bytes32): StoredTagKey | undefined {
    const [row] = this.#all("select hash, dealings, sealed from tag_keys where trial = ?", trialId);
    return row as StoredTagKey | undefined;
  }

  /** Keeps a trial's key of tags, for good. */
  addTagKey(trialId: Bytes32, { hash, dealings, sealed }: StoredTagKey): void {
    const insert = this.#db.prepare("insert into tag_keys values (?, ?, ?, ?)");
    this.#atOnce(() => insert.run(trialId, hash, dealings, sealed));
  }

  /** How many documents were evaluated for a site on a day, how many of them for a pseudonym, and whether this one was. */
  tagAsks({ trialId, blinded, siteId, day, pseudonym }: StoredTagAsk) {
    const query =
      "select blinded, pseudonym from tag_asks where trial = ? and site = ? and day = ?";
    const rows = this.#all(query, trialId, siteId, day) as { blinded: string; pseudonym: string }[];
    const own = rows.filter((row) => row.pseudonym === pseudonym.toString()).length;
    return { site: rows.length, own, isKnown: rows.some((row) => row.blinded === blinded) };
  }

  /** Counts a document that is evaluated; those of days before yesterday are forgotten. */
  addTagAsk({ trialId, blinded, siteId, day, pseudonym }: StoredTagAsk): void {
    const insert = this.#db.prepare("insert or replace into tag_asks values (?, ?, ?, ?, ?)");
    const forget = this.#db.prepare("delete from tag_asks where day < ?");
    this.#atOnce(() => {
      forget.run(day - 1);
      insert.run(trialId, blinded, siteId, pseudonym.toString(), day);
    });
  }

  #atOnce(act: () => void): void {
    try {
      this.#db.exec("begin immediate");
      act();
      this.#db.exec("commit");
    } catch (cause) {
      // After some errors (a full disk) SQLite has rolled back by itself.
      if (this.#db.isTransaction) this.#db.exec("rollback");
      throw unavailable(cause);
    }
  }

  #all(query: string, ...values: (string | number)[]): unknown[] {
    try {
      return this.#db.prepare(query).all(...values);
    } catch (cause) {
      throw unavailable(cause);
    }
  }

  #requireOwner(file: string, { address, chainId, custodyLog }: Owner): void {
    const own = `${address} ${chainId} ${custodyLog}`.toLowerCase();
    const row = this.#db.prepare("select value from meta where name = 'owner'").get();
    if (row === undefined) {
      this.#db.prepare("insert into meta values ('owner', ?)").run(own);
      return;
    }
    if ((row as { value: string }).value === own) return;
    this.#db.close();
    throw new Error(
      `the database ${file} is of another custodian or another deployment: set DATA_DIR, KEY_FILE and DEPLOYMENT to what belongs together`,
    );
  }
}

/** As on a full disk: nothing may go out of what cannot be kept. */
function unavailable(cause: unknown): Refusal {
  const refusal = new Refusal("StorageUnavailable");
  refusal.cause = cause;
  return refusal;
}

function receiptOf(row: ReceiptRow): StoredReceipt {
  const receipt: Receipt = {
    number: BigInt(row.number),
    registry: row.registry,
    requestId: BigInt(row.request),
    entry: row.entry,
    outcome: row.outcome,
    blockNumber: BigInt(row.block),
  };
  return { receipt, digest: row.digest, signature: row.signature };
}
