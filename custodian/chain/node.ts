// The chain as this custodian's own node tells it: events up to the final block, and views as of the final and the newest
// block. What the node tells twice has to agree, or it is not believed.
import { Refusal } from "../../circuits/statement/refusal.ts";
import type { Connectable } from "../../contracts/connect.ts";
import type { Deployment } from "../../contracts/deployment.ts";
import type { Log } from "../log.ts";
import { type Block, Blocks, type Now } from "./blocks.ts";
import { Facts } from "./facts.ts";
import { type Event, readEvents } from "./logs.ts";
import { type Ask, callView, contradiction, tell } from "./rpc.ts";

type Options = {
  readonly ask: Ask;
  readonly deployment: Deployment;
  /** This custodian's address. */
  readonly custodian: string;
  readonly finality: "finalized" | number;
  readonly headSeconds: number;
  /** Unix seconds. */
  readonly clock: () => number;
  readonly log: Log;
};

/** A reading under way, and the one that begins after it. */
type Reading = { readonly promise: Promise<Now>; next: Promise<Now> | undefined };

/** Progress is told after so long. */
const TELL_MS = 2_000;

export class ChainNode {
  readonly facts: Facts;
  readonly #of: Options;
  readonly #blocks: Blocks;
  readonly #times = new Map<number, number>();
  /** The last block whose events were taken. */
  #read: number;
  #reading: Reading | undefined;

  constructor(of: Options) {
    this.#of = of;
    this.facts = new Facts(of.custodian);
    this.#blocks = new Blocks(of);
    this.#read = of.deployment.deployBlock - 1;
  }

  /** Number of the last final block that was read; 0 before the first. */
  get blockNumber(): number {
    return this.#read < this.#of.deployment.deployBlock ? 0 : this.#read;
  }

  /** Throws an Error when the node is of another chain, or the contracts are not on it. */
  async check(): Promise<void> {
    const { ask, deployment } = this.#of;
    const chainId = Number(await tell(ask, "eth_chainId", []));
    if (chainId !== deployment.chainId) {
      throw new Error(
        `the node at RPC_URL is of chain ${chainId}, the deployment of chain ${deployment.chainId}: set RPC_URL or DEPLOYMENT to match`,
      );
    }
    for (const name of ["Enrollment", "DepositLog", "CutRegistry", "CustodyLog"] as const) {
      const code = await tell(ask, "eth_getCode", [deployment.addresses[name], "latest"]);
      if (code !== "0x") continue;
      throw new Error(`the node at RPC_URL has no contract ${name}: is it of the right chain?`);
    }
  }

  /**
   * Reads on to the final block. What is read began after this call: those that come meanwhile share the next reading.
   * Refuses as {@link Blocks.read} does.
   */
  refresh(): Promise<Now> {
    if (this.#reading === undefined) return this.#begin();
    const { promise } = this.#reading;
    this.#reading.next ??= promise.then(
      () => this.#begin(),
      () => this.#begin(),
    );
    return this.#reading.next;
  }

  #begin(): Promise<Now> {
    const reading: Reading = { promise: this.#refresh(), next: undefined };
    this.#reading = reading;
    const end = () => {
      if (this.#reading === reading && reading.next === undefined) this.#reading = undefined;
    };
    reading.promise.then(end, end);
    return reading.promise;
  }

  /** A view as of the final and of the newest block, in this order; once when they are the same. */
  async both(
    { final, head }: Pick<Now, "final" | "head">,
    call: readonly [contract: Connectable, method: string, ...args: unknown[]],
  ): Promise<unknown[]> {
    const blocks = final.hash === head.hash ? [final] : [final, head];
    return await Promise.all(blocks.map((block) => this.at(block, call)));
  }

  /** A view as of a block. Throws the contract's Refusal. */
  at(
    { hash }: Block,
    [contract, method, ...args]: readonly [Connectable, string, ...unknown[]],
  ): Promise<unknown> {
    const { ask, deployment } = this.#of;
    const address = deployment.addresses[contract];
    return callView(ask, { contract, address, method, args, block: hash });
  }

  /** Refuses with `NodeContradicts` unless the contract is there as of a block. */
  async requireCode(block: Block, contract: Connectable): Promise<void> {
    const address = this.#of.deployment.addresses[contract];
    const code = String(
      await tell(this.#of.ask, "eth_getCode", [address, { blockHash: block.hash }]),
    );
    if (!/^0x[0-9a-f]{2,}$/i.test(code)) throw contradiction(`it has no ${contract}`);
  }

  /** Time of a final block, in Unix seconds. */
  async timeOf(number: number): Promise<number> {
    const known = this.#times.get(number);
    if (known !== undefined) return known;
    const tag = `0x${number.toString(16)}`;
    const block = (await tell(this.#of.ask, "eth_getBlockByNumber", [tag, false])) as {
      timestamp?: string;
    } | null;
    const time = Number(block?.timestamp ?? Number.NaN);
    if (!Number.isSafeInteger(time)) throw contradiction("it lacks a block that it told of");
    this.#times.set(number, time);
    return time;
  }

  async #refresh(): Promise<Now> {
    const now = await this.#blocks.read();
    if (now.final.number <= this.#read) return now;
    const events = await this.#newEvents(now.final);
    await this.#requireWhole(now.final, events);
    for (const event of events) this.facts.tell(event);
    this.#read = now.final.number;
    return now;
  }

  async #newEvents({ number: to, hash }: Block): Promise<Event[]> {
    const from = this.#read + 1;
    const found: Event[] = [];
    let told = performance.now();
    for await (const chunk of readEvents(this.#of, { from, to, hash })) {
      // One by one: as arguments of a call, a hundred thousand are too many.
      for (const event of chunk.events) found.push(event);
      if (performance.now() - told < TELL_MS) continue;
      told = performance.now();
      this.#of.log.info({ block: chunk.to, of: to, events: found.length }, "reading the chain");
    }
    return found;
  }

  /**
   * The contracts count requests and batches: a node that leaves out one of their events contradicts itself. Nothing of
   * what it told then counts.
   */
  async #requireWhole(final: Block, events: readonly Event[]): Promise<void> {
    const next = new Facts("");
    for (const event of events) {
      if (event.name === "Requested" || event.name === "DepositsAnchored") next.tell(event);
    }
    const requests = this.facts.requests.size + next.requests.size;
    const told = (await this.at(final, ["CutRegistry", "requests"])) as bigint;
    if (Number(told) !== requests) throw contradiction("it leaves out requests");
    // Each root is anchored once. Not by operator: of one whose batches are all left out, nobody would ask.
    const batches = this.facts.batches.size + next.batches.size;
    const anchored = (await this.at(final, ["DepositLog", "batches"])) as bigint;
    if (Number(anchored) !== batches) throw contradiction("it leaves out batches of deposits");
  }
}

/** Whether a refusal is about the node, and not about what was asked. */
export function isNodeTrouble(problem: unknown): boolean {
  const codes = ["ChainUnavailable", "HeadOld", "NodeContradicts"];
  return problem instanceof Refusal && codes.includes(problem.code);
}
