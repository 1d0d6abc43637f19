// The two blocks that a custodian goes by. What allows a release has to hold at the final one; what forbids it counts
// from the newest one on, so that a withdrawal is not waited for.
import { toQuantity } from "ethers";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { type Ask, contradiction, tell } from "./rpc.ts";

export type Block = {
  readonly number: number;
  readonly hash: string;
  /** Unix seconds. */
  readonly timestamp: number;
};
export type Now = {
  readonly final: Block;
  readonly head: Block;
  /** Unix seconds: the later of the newest block's time and this computer's clock. */
  readonly seconds: number;
};

type Options = {
  readonly ask: Ask;
  readonly finality: "finalized" | number;
  readonly headSeconds: number;
  /** Unix seconds. */
  readonly clock: () => number;
};

const HASH = /^0x[0-9a-f]{64}$/;

export class Blocks {
  readonly #of: Options;
  /** The newest final block that the node ever named: it stays in the chain. */
  #known: Block | undefined;

  constructor(of: Options) {
    this.#of = of;
  }

  /** The final block that was read last, if any. */
  get known(): Block | undefined {
    return this.#known;
  }

  /**
   * Reads both. Refuses with `ChainUnavailable`, `HeadOld`, or `NodeContradicts` when a block that was final is not in
   * the chain any more.
   */
  async read(): Promise<Now> {
    const { headSeconds, clock } = this.#of;
    const head = await this.#block("latest");
    const own = clock();
    if (own - head.timestamp > headSeconds) {
      throw new Refusal("HeadOld", { block: head.number, seconds: own - head.timestamp });
    }
    const final = await this.#finalBelow(head);
    await this.#requireSame(final);
    this.#known = final;
    return { final, head, seconds: Math.max(own, head.timestamp) };
  }

  async #finalBelow(head: Block): Promise<Block> {
    const { finality } = this.#of;
    const tag = finality === "finalized" ? finality : Math.max(0, head.number - finality + 1);
    if (tag === head.number) return head;
    const final = await this.#block(typeof tag === "number" ? toQuantity(tag) : tag);
    if (final.number > head.number) throw contradiction("its final block is above its newest");
    if (typeof tag === "number" && final.number !== tag)
      throw contradiction("it gives another block");
    if (final.number === head.number && final.hash !== head.hash) {
      throw contradiction("two blocks have one number");
    }
    return final;
  }

  async #requireSame(final: Block): Promise<void> {
    const known = this.#known;
    if (known === undefined) return;
    if (final.number < known.number) throw contradiction("its final block went back");
    const same =
      final.number === known.number ? final : await this.#block(toQuantity(known.number));
    if (same.hash !== known.hash) throw contradiction("a final block was exchanged");
  }

  async #block(tag: string): Promise<Block> {
    const block = (await tell(this.#of.ask, "eth_getBlockByNumber", [tag, false])) as {
      number?: unknown;
      hash?: unknown;
      timestamp?: unknown;
    } | null;
    const number = Number(block?.number ?? Number.NaN);
    const timestamp = Number(block?.timestamp ?? Number.NaN);
    const hash = String(block?.hash).toLowerCase();
    const isBlock = Number.isSafeInteger(number) && Number.isSafeInteger(timestamp);
    if (!isBlock || !HASH.test(hash))
      throw new Refusal("ChainUnavailable", { reason: `no ${tag}` });
    return { number, hash, timestamp };
  }
}
