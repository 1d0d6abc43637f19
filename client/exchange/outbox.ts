// Deposits on their way: kept on the device before anything is sent, and until they are seen among the public entries or
// refused for good. Whatever breaks off between sealing and answer, the same bytes go out again: never a second deposit.
import { hashEntry } from "../../circuits/statement/exchange/entry.ts";
import { Refusal, type RefusalCode } from "../../circuits/statement/refusal.ts";
import type { Bytes32 } from "../../circuits/statement/trial/trial.ts";
import type { ExchangeApi, PublicEntry } from "../api/exchange.ts";
import { type Prepared, sendDeposit } from "./deposit.ts";
import type { DayStream } from "./device/pack.ts";
import { readPrepared, writePrepared } from "./prepared.ts";

/** Where it is kept: encrypted, by whoever keeps it. */
export type Keeper = {
  /** Undefined when there is nothing of that name. */
  readonly get: (name: string) => Promise<unknown>;
  readonly put: (name: string, value: unknown) => Promise<void>;
  readonly remove: (name: string) => Promise<void>;
};

/** What is to be done once a deposit has arrived, or just before it goes out. */
export type Consequence = {
  /** Counted among the wallet's answers to a sponsor before it is sent. */
  readonly answer?: { readonly sponsor: string; readonly trialId: string; readonly day: number };
  /** How far a device's stream has come with it; kept under this name. */
  readonly stream?: { readonly name: string; readonly value: DayStream };
};

/** A deposit that waits. */
export type Waiting = Consequence & {
  readonly hash: Bytes32;
  readonly collection: string;
  /** Since 1900-01-01. */
  readonly day: number;
};

/** A deposit that the exchange has taken. */
export type Taken = {
  readonly hash: Bytes32;
  /** By the chain's time, Unix seconds. */
  readonly takenAt: number;
};

/** Whoever refuses by one of these may take the same later, or has taken it. */
const PASSING: ReadonlySet<RefusalCode> = new Set([
  "AlteredState",
  "TooManyRequests",
  "QueueFull",
  "ChainUnavailable",
  "StorageUnavailable",
  "StoreUnavailable",
  "PackageMissing",
]);

/** Whether whoever refused with this never takes it: then it is not sent again. */
export function isRefusedForGood(problem: unknown): boolean {
  return problem instanceof Refusal && !PASSING.has(problem.code);
}

/** The deposits of one wallet in one trial that are on their way, in order. */
export class Outbox {
  readonly #keeper: Keeper;
  readonly #list: string;
  readonly #sent: string;
  readonly #place: (hash: Bytes32) => string;

  constructor(keeper: Keeper, protocolNumber: string) {
    this.#keeper = keeper;
    this.#list = `outbox ${protocolNumber}`;
    this.#sent = `sent ${protocolNumber}`;
    this.#place = (hash) => `prepared ${protocolNumber} ${hash}`;
  }

  async list(): Promise<readonly Waiting[]> {
    return ((await this.#keeper.get(this.#list)) as readonly Waiting[] | undefined) ?? [];
  }

  /** What was taken, and when: an exchange that drops one of them is found out (`inclusionOf`). */
  async sent(): Promise<readonly Taken[]> {
    return ((await this.#keeper.get(this.#sent)) as readonly Taken[] | undefined) ?? [];
  }

  /** Keeps a deposit. Throws where nothing can be kept: then nothing may be sent. */
  async add(prepared: Prepared, consequence: Consequence = {}): Promise<Waiting> {
    const { collection, day } = prepared.entry;
    const waiting = { hash: hashEntry(prepared.entry), collection, day, ...consequence };
    await this.#keeper.put(this.#place(waiting.hash), writePrepared(prepared));
    await this.#keeper.put(this.#list, [...(await this.list()), waiting]);
    return waiting;
  }

  /**
   * Takes out what has arrived, by the trial's entries as they are now. What is left is not among them.
   * @param now the chain's time, Unix seconds.
   */
  async settle(entries: readonly PublicEntry[], now: number): Promise<readonly Waiting[]> {
    const arrived = new Set(entries.map(({ entry }) => hashEntry(entry)));
    for (const one of await this.list()) if (arrived.has(one.hash)) await this.#done(one, now);
    return await this.list();
  }

  /**
   * Sends what is left, in order. Throws what the exchange refuses with, and `MalformedInput` for what was damaged here.
   * What was refused for good is taken out, and all behind it: their numbers followed from its own. Nothing of them was
   * deposited.
   */
  async send(
    exchange: Pick<ExchangeApi, "putPackage" | "deposit">,
    now: number,
    onSent: (sent: number, of: number) => void = () => {},
  ): Promise<void> {
    const all = await this.list();
    for (const [i, one] of all.entries()) {
      const kept = await this.#keeper.get(this.#place(one.hash));
      // A device that lost it has nothing to send: sealed again, it would be another deposit.
      if (typeof kept === "string") {
        await this.#sendOne(exchange, kept, all.slice(i));
        await this.#done(one, now);
      } else await this.#drop(one);
      onSent(i + 1, all.length);
    }
  }

  async #sendOne(
    exchange: Pick<ExchangeApi, "putPackage" | "deposit">,
    kept: string,
    rest: readonly Waiting[],
  ): Promise<void> {
    try {
      await sendDeposit(exchange, await readPrepared(kept));
    } catch (problem) {
      if (isRefusedForGood(problem)) for (const one of rest) await this.#drop(one);
      throw problem;
    }
  }

  async #done(one: Waiting, takenAt: number): Promise<void> {
    const { stream, hash } = one;
    const others = (await this.sent()).filter((other) => other.hash !== hash);
    await this.#keeper.put(this.#sent, [...others, { hash, takenAt }]);
    if (stream !== undefined) await this.#keeper.put(stream.name, stream.value);
    await this.#drop(one);
  }

  async #drop({ hash }: Waiting): Promise<void> {
    const rest = (await this.list()).filter((one) => one.hash !== hash);
    await this.#keeper.put(this.#list, rest);
    await this.#keeper.remove(this.#place(hash));
  }
}
