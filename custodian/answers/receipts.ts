// A receipt for every answer: signed, numbered without gaps, kept before the answer goes out, and under a root on the
// chain each day. A share that left without one, or with one that names no request, is a confession.
import {
  concat,
  id,
  keccak256,
  Signature,
  type SigningKey,
  TypedDataEncoder,
  type Wallet,
} from "ethers";
import { rootOver } from "../../circuits/statement/exchange/entryTree.ts";
import {
  CUSTODIAN_TYPES,
  custodianDomain,
  type Receipt,
} from "../../circuits/statement/exchange/receipt.ts";
import type { RefusalCode } from "../../circuits/statement/refusal.ts";
import type { Bytes32 } from "../../circuits/statement/trial/trial.ts";
import type { Deployment } from "../../contracts/deployment.ts";
import type { Store, StoredReceipt } from "../store/store.ts";

/** Most receipts of one answer to `receipts(after)`. */
export const RECEIPTS_AT_ONCE = 1_000;

/** What was answered about an entry. */
export type Outcome = {
  readonly registry: string;
  readonly requestId: bigint;
  readonly entry: Bytes32;
  readonly outcome: "Released" | "Evaluated" | RefusalCode;
  readonly blockNumber: number;
};

export class Receipts {
  readonly #store: Store;
  readonly #key: SigningKey;
  /** Both made once: each costs as much as a signature. */
  readonly #encoder = TypedDataEncoder.from(CUSTODIAN_TYPES.Receipt);
  readonly #separator: string;
  /** What was anchored before this folder's copy was made and is no longer in it. */
  #floor = 0;

  constructor(store: Store, wallet: Wallet, { chainId, addresses }: Deployment) {
    this.#store = store;
    this.#key = wallet.signingKey;
    const domain = custodianDomain(chainId, addresses.CustodyLog);
    this.#separator = TypedDataEncoder.hashDomain(domain);
  }

  /** Number of the newest one. */
  get newest(): number {
    return Math.max(this.#floor, this.#store.newestReceipt());
  }

  /**
   * Numbers up to this one were anchored, so they are taken. True when this folder lacks some of them: it is an older
   * copy.
   */
  startAfter(anchored: bigint): boolean {
    this.#floor = Number(anchored);
    return this.#store.newestReceipt() < this.#floor;
  }

  /**
   * A receipt for each, in order. A refusal that was given before as of the same block is given again. Refuses with
   * `StorageUnavailable` when they cannot be kept: then nothing may go out.
   */
  give(outcomes: readonly Outcome[]): StoredReceipt[] {
    let next = this.newest + 1;
    const added: StoredReceipt[] = [];
    const given = outcomes.map(({ outcome, requestId, ...of }) => {
      const entry = of.entry.toLowerCase();
      const registry = of.registry.toLowerCase();
      const unnumbered = {
        ...{ registry, requestId, entry, outcome: id(outcome) },
        blockNumber: BigInt(of.blockNumber),
      };
      const known = outcome === "Released" ? undefined : this.#store.findReceipt(unnumbered);
      if (known !== undefined) return known;
      const receipt = this.#sign({ number: BigInt(next), ...unnumbered });
      next += 1;
      added.push(receipt);
      return receipt;
    });
    this.#store.addReceipts(added);
    return given;
  }

  after(number: bigint): StoredReceipt[] {
    return this.#store.receiptsAfter(number, RECEIPTS_AT_ONCE);
  }

  /** Root over all receipts up to the newest, by their EIP-712 digests in order; undefined when there are none. */
  root(): { readonly root: Bytes32; readonly count: number; readonly last: number } | undefined {
    const last = this.newest;
    const digests = this.#store.receiptDigests(last);
    const root = rootOver(digests);
    return root === undefined ? undefined : { root, count: digests.length, last };
  }

  #sign(receipt: Receipt): StoredReceipt {
    // EIP-712, "Definition of hashTypedData".
    const digest = keccak256(concat(["0x1901", this.#separator, this.#encoder.hash(receipt)]));
    const signature = Signature.from(this.#key.sign(digest)).serialized;
    return { receipt, digest, signature };
  }
}
