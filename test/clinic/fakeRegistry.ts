// The record registry in memory, behind the api of a client: what a clinic's tools see of it, without a chain. It keeps
// the contract's rules about roots; a test may have it break one.
import { type TransactionDescription, type Wallet, ZeroHash } from "ethers";
import { buildTree, registryLeafOf } from "../../circuits/statement/encoding/tree.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import type { Actor } from "../../client/actor/actor.ts";
import type { AuditEvent } from "../../client/api/event.ts";
import type { DeploymentInfo, RecordsState } from "../../client/api/registry.ts";
import type { Submission } from "../../client/api/submission.ts";
import { interfaceOf } from "../../contracts/connect.ts";

export const WINDOW_SECONDS = 3_600;
const REGISTRY = `0x${"e1".repeat(20)}`;
type Leaf = RecordsState["leaves"][number];
type Root = RecordsState["roots"][number];

export class FakeRegistry {
  now = 1_800_000_000;
  /** Batches whose leaves the server was given. */
  readonly published = new Map<bigint, readonly bigint[]>();
  readonly calls: string[] = [];
  /** True while what should void older roots does not. */
  isVoidingBroken = false;
  readonly #leaves: Leaf[] = [];
  readonly #roots: Root[] = [];
  readonly #events: AuditEvent[] = [];
  readonly #anchored = new Set<bigint>();

  actorOf(wallet: Wallet): Actor {
    const deployment = {
      chainId: 31_337,
      contracts: { RecordRegistry: REGISTRY, ERC2771Forwarder: `0x${"e2".repeat(20)}` },
      rootWindowSeconds: WINDOW_SECONDS,
    } as unknown as DeploymentInfo;
    const api = {
      recordsState: async () => this.#state(),
      events: async () => [...this.#events],
      deployment: async () => ({ ...deployment, chainTime: this.now }),
      account: async () => ({ address: wallet.address, roles: [], forwarderNonce: 0n }),
      batchLeaves: async (root: bigint) => this.published.get(root),
      publishBatch: async ({ root, leaves }: { root: bigint; leaves: readonly bigint[] }) => {
        this.published.set(root, leaves);
      },
      submit: async (_kind: string, { data }: { data: string }) => {
        const call = interfaceOf("RecordRegistry").parseTransaction({ data })!;
        this.calls.push(call.name);
        this.#run(call, wallet.address);
        return {} as Submission;
      },
      settle: async (submission: Submission) => submission,
    };
    return { address: wallet.address, signer: wallet, deployment, api: api as never };
  }

  #state(): RecordsState {
    const root = this.#roots.at(-1)?.root ?? 0n;
    const state = { blockNumber: 1, root, blocked: false, clinics: [] };
    return { ...state, leaves: [...this.#leaves], roots: [...this.#roots] } as RecordsState;
  }

  #run({ name, args }: TransactionDescription, clinic: string): void {
    const { tombstone, oldBatchRoot, batchRoot, size, leavesHash, revoked } = args as unknown as {
      [key: string]: bigint;
    } & { leavesHash: string; revoked: bigint[] };
    const placed = { root: batchRoot!, size: Number(size), leavesHash };
    if (name === "anchor") this.#place(clinic, this.#leaves.length, { root: args[0], size: 1 });
    if (name === "anchorBatch") this.#place(clinic, this.#leaves.length, placed);
    if (name === "anchorInto") this.#place(clinic, this.#indexOf(tombstone!), placed);
    if (name === "replace") this.#place(clinic, this.#indexOfRoot(oldBatchRoot!, clinic), placed);
    if (name === "replaceAndVoid") {
      const index = this.#indexOfRoot(oldBatchRoot!, clinic);
      this.#place(clinic, index, { ...placed, revoked: [...revoked] });
    }
    if (name === "revoke") this.#bury(clinic, this.#indexOfRoot(batchRoot!, clinic));
    if (name === "revokeEarly") this.#log("RevokedEarly", { clinic, commitment: args[0] });
  }

  #place(
    clinic: string,
    index: number,
    of: { root: bigint; size: number; leavesHash?: string; revoked?: bigint[] },
  ): void {
    const { root: batchRoot, size, leavesHash = ZeroHash, revoked } = of;
    const old = this.#leaves[index];
    const leaf = registryLeafOf(batchRoot, clinic);
    if (this.#anchored.has(leaf)) throw new Refusal("AlreadyAnchored", { leaf });
    this.#anchored.add(leaf);
    const isBatch = leavesHash !== ZeroHash;
    const kind = isBatch ? "batch" : "record";
    const at = { index, value: leaf, batchRoot, kind, size, leavesHash, uri: "" };
    const published = this.published.has(batchRoot);
    this.#leaves[index] = { ...at, issuer: clinic, published, anchoredAt: this.now } as Leaf;
    const isVoiding = revoked !== undefined;
    const root = this.#supersede(isVoiding);
    const told = { clinic, index, batchRoot, leaf, root, size, leavesHash, uri: "" };
    if (old === undefined) this.#log("Anchored", told);
    else {
      const more = { oldLeaf: old.value, voided: isVoiding, revoked: (revoked ?? []).map(String) };
      this.#log("Replaced", { ...told, ...more });
    }
  }

  #bury(clinic: string, index: number): void {
    const leaf = this.#leaves[index]!.value;
    const tombstone = (leaf % 2n ** 127n) + 1n;
    const kind = "revoked" as const;
    this.#leaves[index] = {
      ...this.#leaves[index]!,
      value: tombstone,
      batchRoot: null,
      kind,
    } as Leaf;
    const root = this.#supersede(true);
    this.#log("Revoked", { clinic, index, leaf, tombstone, root });
  }

  #supersede(isVoiding: boolean): bigint {
    this.now += 10;
    const last = this.#roots.at(-1);
    if (last !== undefined) {
      this.#roots[this.#roots.length - 1] = { ...last, supersededAt: this.now };
    }
    if (isVoiding && !this.isVoidingBroken) {
      this.#roots.forEach((one, i) => {
        this.#roots[i] = { ...one, voided: true };
      });
    }
    const { root } = buildTree(this.#leaves.map(({ value }) => value));
    this.#roots.push({ root, createdAt: this.now, supersededAt: null, voided: false } as Root);
    return root;
  }

  #indexOf(value: bigint): number {
    const index = this.#leaves.findIndex((leaf) => leaf.value === value);
    if (index < 0) throw new Refusal("NotAnchored", { leaf: value });
    return index;
  }

  #indexOfRoot(root: bigint, clinic: string): number {
    return this.#indexOf(registryLeafOf(root, clinic));
  }

  #log(name: string, values: Record<string, unknown>): void {
    const told = Object.entries(values).map(([key, value]): [string, string] => [
      key,
      Array.isArray(value) ? JSON.stringify(value) : String(value),
    ]);
    const at = { blockNumber: 1, blockTime: this.now, transactionHash: ZeroHash };
    const id = `${this.#events.length}`;
    const event = { id, contract: "RecordRegistry", name, arguments: Object.fromEntries(told) };
    this.#events.push({ ...event, ...at });
  }
}
