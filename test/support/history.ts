// A made-up exchange that lives on by chance: its events go into the tables through the indexer's own handlers, block by
// block, and are taken back as a reorganisation takes them back.
import { apply } from "../../server/indexer/derive.ts";
import { POSITIONS_PER_BLOCK } from "../../server/indexer/read.ts";
import { rollBack } from "../../server/indexer/rollBack.ts";
import { modules } from "../../server/modules.ts";
import type { Database } from "../../server/store/database.ts";
import type { EventRow } from "../../server/store/events.ts";
import { blocks, events } from "../../server/store/tables.ts";
import { BOARD, Invention, SPONSOR, type Told } from "./invention.ts";

export class History {
  readonly #db: Database;
  readonly #invention: Invention;
  #block = 0;
  /** The world before each block, for when it is taken back. */
  readonly #before = new Map<number, Pick<Invention, "world" | "seconds">>();

  constructor(db: Database, seed: number) {
    this.#db = db;
    this.#invention = new Invention(seed);
  }

  /** The newest version's group. */
  get groupId(): string {
    return [...this.#invention.world.groups.values()].at(-1)!;
  }

  /** Sponsor and board accredited, the first version approved and open. */
  async begin(): Promise<void> {
    const accredited = (role: string, account: string): Told => ({
      contract: "Accreditation",
      name: "Accredited",
      subject: "accreditation",
      values: { role, account, name: "made up" },
    });
    const registered = { protocolNumber: "CZ-MADE-UP", sponsor: SPONSOR, board: BOARD };
    await this.#write([
      accredited("2", SPONSOR),
      accredited("3", BOARD),
      this.#invention.ofTrial("TrialRegistered", registered),
      ...this.#invention.nextVersion(),
      this.#invention.ofTrial("StatusChanged", { status: "2", by: BOARD }),
    ]);
  }

  /** So many events more, a few in a block. */
  async goOn(count: number): Promise<void> {
    for (let left = count; left > 0; ) {
      const some = Math.min(left, 1 + this.#invention.below(12));
      const told: Told[] = [];
      const { world, seconds } = this.#invention;
      this.#before.set(this.#block + 1, { world: structuredClone(world), seconds });
      while (told.length < some) told.push(...this.#invention.next());
      await this.#write(told);
      left -= told.length;
    }
  }

  /** Takes back so many blocks, as the indexer does; what comes then is something else. */
  async reorganise(depth: number): Promise<void> {
    const to = Math.max(1, this.#block - depth);
    await this.#db.transaction((tx) => rollBack(tx, to, modules));
    const before = this.#before.get(to + 1);
    if (before !== undefined) {
      this.#invention.world = structuredClone(before.world);
      this.#invention.seconds = before.seconds;
    }
    this.#block = to;
  }

  async #write(told: readonly Told[]): Promise<void> {
    this.#block++;
    this.#invention.seconds += this.#invention.below(40_000);
    const time = new Date(this.#invention.seconds * 1000);
    const rows: EventRow[] = told.map(({ values, ...of }, logIndex) => ({
      ...of,
      position: this.#block * POSITIONS_PER_BLOCK + logIndex,
      blockNumber: this.#block,
      blockTime: time,
      logIndex,
      transactionHash: this.#invention.word(),
      arguments: values,
    }));
    const hash = this.#invention.word();
    await this.#db.transaction(async (tx) => {
      for (const row of rows) {
        await tx.insert(events).values(row);
        await apply(tx, row, modules);
      }
      await tx.insert(blocks).values({ number: this.#block, hash, time });
    });
  }
}
