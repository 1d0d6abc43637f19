// The record registry out of its log, as the indexer's tables have it.
import { z } from "zod";
import { type Field, parseField } from "../../../circuits/statement/encoding/field.ts";
import { RECORDS_LOG, type RecordsRow } from "../../../circuits/statement/encoding/publicLog.ts";
import type { RecordsState } from "../registry.ts";
import { count } from "../scalars.ts";
import type { Transport } from "../transport.ts";
import { type Followed, LogFollower } from "./follower.ts";
import type { LogKeeper } from "./head.ts";

type Leaf = Omit<RecordsState["leaves"][number], "published">;
type Root = { readonly root: Field; readonly createdAt: number };
type Decided = {
  readonly quota?: number;
  readonly revocationLimit?: number;
  readonly voided?: boolean;
};

class RecordsFold {
  /** Leaves are replaced, never changed in place. */
  readonly leaves: Leaf[] = [];
  readonly roots: Root[] = [];
  /** Of clinics that something was decided about. */
  readonly decided = new Map<string, Decided>();
  /** So many roots, the oldest, are void. */
  voided = 0;
  #seconds = 0;

  add(row: RecordsRow): void {
    this.#seconds += row.seconds;
    if (row.kind === "A" || row.kind === "R") this.#put(row);
    else if (row.kind === "X") this.#revoke(row);
    else if (row.kind === "E") this.#decide(row.clinic, {});
    else if (row.kind === "Q") this.#decide(row.clinic, { quota: row.limit });
    else if (row.kind === "L") this.#decide(row.clinic, { revocationLimit: row.limit });
    else {
      this.#decide(row.clinic, { voided: true });
      this.#voidSuperseded();
    }
  }

  #put(row: RecordsRow & { kind: "A" | "R" }): void {
    if (row.index !== this.leaves.length && (row.kind === "A" || this.leaves.length < row.index)) {
      throw new Error("the log leaves out a leaf");
    }
    this.leaves[row.index] = {
      index: row.index,
      value: parseField(row.leaf),
      batchRoot: parseField(row.batchRoot),
      kind: row.leavesHash === "" ? "record" : "batch",
      issuer: row.clinic,
      size: row.size,
      leavesHash: row.leavesHash === "" ? null : row.leavesHash,
      uri: row.uri,
      anchoredAt: this.#seconds,
    };
    this.#addRoot(row.root);
    if (row.kind === "R" && row.flag) this.#voidSuperseded();
  }

  #revoke({ index, leaf, root }: RecordsRow & { kind: "X" }): void {
    const before = this.leaves[index];
    if (before === undefined) throw new Error("the log revokes a leaf that is not in it");
    const nothing = { batchRoot: null, kind: "revoked", size: 0, leavesHash: null } as const;
    const at = { value: parseField(leaf), uri: "", anchoredAt: this.#seconds };
    this.leaves[index] = { ...before, ...nothing, ...at };
    this.#addRoot(root);
    this.#voidSuperseded();
  }

  #addRoot(root: string): void {
    this.roots.push({ root: parseField(root), createdAt: this.#seconds });
  }

  #voidSuperseded(): void {
    this.voided = Math.max(0, this.roots.length - 1);
  }

  #decide(clinic: string, decided: Decided): void {
    this.decided.set(clinic, { ...this.decided.get(clinic), ...decided });
  }
}

const fields = z.object({
  /** A bit for each leaf, the lowest first: its batch is published at this server. */
  published: z.base64(),
  /** What the registry gives a clinic of which governance said nothing. */
  defaults: z.object({ quota: count, revocationLimit: count }),
});
type Fields = z.output<typeof fields>;

export class RecordsFollower {
  readonly #follower: LogFollower<typeof RECORDS_LOG, RecordsFold, Fields>;

  constructor(transport: Transport, keeper?: LogKeeper) {
    const begin = () => new RecordsFold();
    const at = { path: "/state/records", subject: "records", log: RECORDS_LOG };
    this.#follower = new LogFollower({ transport, ...at, begin, fields, keeper });
  }

  /** The registry of now. */
  read(): Promise<RecordsState | undefined> {
    return this.#follower.read(show);
  }

  /** What was kept last, without asking the server. */
  readKept(): Promise<RecordsState | undefined> {
    return this.#follower.readKept(show);
  }
}

/** What the log adds up to now, in arrays of its own. */
async function show({ fold, fields: told, block }: Followed<RecordsFold, Fields>) {
  const bits = Uint8Array.from(atob(told.published), (one) => one.charCodeAt(0));
  const isPublished = (index: number) => (((bits[index >> 3] ?? 0) >> (index & 7)) & 1) === 1;
  const leaves = fold.leaves.map((leaf) => ({
    ...leaf,
    published: leaf.batchRoot !== null && isPublished(leaf.index),
  }));
  const clinics = clinicsOf(fold, told);
  const voided = new Set(clinics.filter((one) => one.voided).map(({ address }) => address));
  const roots = fold.roots.map((one, i) => ({
    ...one,
    supersededAt: fold.roots[i + 1]?.createdAt ?? null,
    voided: i < fold.voided,
  }));
  return {
    blockNumber: block,
    root: roots.at(-1)?.root ?? (0n as Field),
    blocked: leaves.some(({ kind, issuer }) => kind !== "revoked" && voided.has(issuer)),
    clinics,
    leaves,
    roots,
  };
}

/** Clinics of which the registry has heard, by address. */
function clinicsOf(
  { leaves, decided }: RecordsFold,
  { defaults }: Fields,
): RecordsState["clinics"] {
  const slots = new Map<string, number>();
  for (const { issuer } of leaves) slots.set(issuer, (slots.get(issuer) ?? 0) + 1);
  return [...new Set([...slots.keys(), ...decided.keys()])].sort().map((address) => ({
    ...defaults,
    voided: false,
    ...decided.get(address),
    address,
    slots: slots.get(address) ?? 0,
  }));
}
