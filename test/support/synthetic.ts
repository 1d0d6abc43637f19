// A made-up history of a large trial and a large registry, written into a server's database as the indexer would have
// read it from a chain: events, and the tables that follow from them. Everything follows from a seed.
import { eq, max } from "drizzle-orm";
import { toField } from "../../circuits/statement/encoding/field.ts";
import { buildTree, registryLeafOf, rootOf } from "../../circuits/statement/encoding/tree.ts";
import { PARTICIPANT_STATES, ZERO_BYTES32 } from "../../circuits/statement/trial/trial.ts";
import type { Database } from "../../server/store/database.ts";
import { type Random, seeded } from "../circuits/random.ts";
import { derived as tables } from "./tables.ts";

const POSITIONS_PER_BLOCK = 2 ** 20;
const DAY = 86_400;
const SITES = 40;

/** As many random bits as a hash has, below the field's order. */
export function fieldFrom(random: Random): string {
  let value = 0n;
  for (let i = 0; i < 8; i++) value = (value << 32n) | BigInt(Math.floor(random() * 2 ** 32));
  return String(value >> 3n || 1n);
}

const wordFrom = (random: Random) =>
  `0x${BigInt(fieldFrom(random)).toString(16).padStart(64, "0")}`;

type Event = typeof tables.events.$inferInsert;
type Values = Record<string, unknown>;

/** Events in order, all in one block that is read already, so that no reorganisation takes them out. */
export class Script {
  readonly events: Event[] = [];
  readonly #block: number;
  #index: number;
  #random: Random;

  constructor(block: number, firstIndex: number, random: Random) {
    this.#block = block;
    this.#index = firstIndex;
    this.#random = random;
  }

  add(of: { name: string; subject: string; contract: string; seconds: number; values: Values }) {
    const logIndex = this.#index++;
    const { name, subject, contract, seconds, values } = of;
    const position = this.#block * POSITIONS_PER_BLOCK + logIndex;
    this.events.push({
      ...{ position, blockNumber: this.#block, blockTime: new Date(seconds * 1000), logIndex },
      ...{ transactionHash: wordFrom(this.#random), contract, name, subject, arguments: values },
    });
    return position;
  }
}

export type Place = {
  readonly trialId: string;
  readonly version: number;
  readonly groupId: string;
  /** A block that was read, and the last second of the history. */
  readonly block: number;
  readonly until: number;
};

export type LargeTrial = {
  readonly people: number;
  readonly consents: number;
  readonly days: number;
};

/** The first free place for a log in a block. */
async function firstFree(db: Database, block: number): Promise<number> {
  const [row] = await db.select({ last: max(tables.events.position) }).from(tables.events);
  const last = row?.last ?? 0;
  const here = block * POSITIONS_PER_BLOCK;
  if (last >= here + POSITIONS_PER_BLOCK) throw new Error("a later block has events");
  // Far from those that a block can hold.
  return Math.max(last - here + 1, 100_000);
}

type Person = typeof tables.participants.$inferInsert;

/** Screens so many people, who consent in turn; the sponsor enrolls and the sites admit some of them. */
export async function writeLargeTrial(
  db: Database,
  place: Place,
  { people, consents, days }: LargeTrial,
  seed = 1,
): Promise<void> {
  const { trialId, version, groupId, until } = place;
  const random = seeded(seed);
  const script = new Script(place.block, await firstFree(db, place.block), random);
  const inGroup = eq(tables.members.trialId, trialId);
  const before = await db.$count(tables.members, inGroup);
  const screened: (typeof tables.screenings.$inferInsert)[] = [];
  const members: (typeof tables.members.$inferInsert)[] = [];
  const persons: Person[] = [];
  const given: (typeof tables.consents.$inferInsert)[] = [];
  const steps = people + consents;
  const add = (contract: string, name: string, seconds: number, values: Values) =>
    script.add({ contract, name, subject: trialId, seconds, values: { trialId, ...values } });
  const points = () => Array.from({ length: 8 }, () => fieldFrom(random));
  for (let step = 0; step < steps; step++) {
    const seconds = until - Math.floor(((steps - step) / steps) * days * DAY);
    const isScreening = screened.length * steps <= people * step && screened.length < people;
    if (isScreening) {
      const [nullifier, commitment, tag] = [
        fieldFrom(random),
        fieldFrom(random),
        fieldFrom(random),
      ];
      const parts = [
        { issuerTag: tag, recordsRoot: fieldFrom(random), asOf: "1", points: points() },
      ];
      const shown = { nullifier, participantCommitment: commitment, groupId, parts };
      const position = add("Screening", "Screened", seconds, {
        version: String(version),
        ...shown,
      });
      screened.push({ trialId, nullifier, version, commitment, issuerTags: [tag], position });
      members.push({ trialId, version, index: before + members.length, commitment });
      continue;
    }
    const isFirst = persons.length < screened.length && random() < people / consents + 0.05;
    if (isFirst || persons.length === 0) {
      persons.push({
        ...{ trialId, pseudonym: fieldFrom(random), state: "eligible", version, siteId: 1 },
        ...{ sequence: "0", consenting: true, position: 0 },
      });
    }
    const person = persons[isFirst ? persons.length - 1 : Math.floor(random() * persons.length)]!;
    const isNew = person.position === 0;
    const siteId = isNew ? 1 + Math.floor(random() * SITES) : person.siteId;
    const validUntil = (Math.floor(seconds / DAY) + 365) * DAY;
    const sequence = String(Number(person.sequence) + 1);
    const statement = {
      ...{ sequence, decision: "1", version: String(version), formHash: ZERO_BYTES32 },
      ...{ permissions: random() < 0.5 ? "3" : "7", siteId: String(siteId), givenBy: "0" },
      ...{
        validUntil: String(validUntil),
        submitBy: String(seconds),
        withdrawalCodeHash: ZERO_BYTES32,
      },
    };
    const { pseudonym } = person;
    const proof = { groupId, groupRoot: fieldFrom(random), points: points() };
    const position = add("Enrollment", "Consented", seconds, { pseudonym, statement, ...proof });
    Object.assign(person, { siteId, sequence, validUntil: new Date(validUntil * 1000) });
    given.push({
      ...{ trialId, pseudonym, position, sequence, decision: 1, version, formHash: ZERO_BYTES32 },
      ...{ permissions: Number(statement.permissions), siteId, givenBy: 0 },
      ...{ validUntil: person.validUntil, recordedAt: new Date(seconds * 1000) },
      ...{ blockNumber: place.block, transactionHash: ZERO_BYTES32 },
    });
    if (isNew) {
      person.position = position;
      add("Enrollment", "StateChanged", seconds, { pseudonym, state: "1" });
      if (random() < 0.5) admit(person, seconds);
    }
  }

  /** Enrolled, arrived, and perhaps done. */
  function admit(person: Person, seconds: number): void {
    const { pseudonym, siteId } = person;
    const arriveBy = (Math.floor(seconds / DAY) + 15) * DAY;
    const to = (state: (typeof PARTICIPANT_STATES)[number]) => {
      const number = String(PARTICIPANT_STATES.indexOf(state));
      add("Enrollment", "StateChanged", seconds, { pseudonym, state: number });
      person.state = state;
    };
    const enrolled = { pseudonym, siteId: String(siteId), arriveBy: String(arriveBy) };
    add("Enrollment", "Enrolled", seconds, enrolled);
    Object.assign(person, { enrolledAt: new Date(seconds * 1000) });
    person.arriveBy = new Date(arriveBy * 1000);
    to("pending-on-study");
    if (random() < 0.2) return;
    const signed = { act: { pseudonym }, signer: ZERO_BYTES32.slice(0, 42), signature: "0x" };
    add("Enrollment", "SiteSigned", seconds, { pseudonym, kind: ZERO_BYTES32, ...signed });
    to("on-study");
    if (random() < 0.2) to("off-study");
  }

  await insert(db, tables.events, script.events);
  await insert(db, tables.screenings, screened);
  await insert(db, tables.members, members);
  await insert(db, tables.participants, persons);
  await insert(db, tables.consents, given);
}

/** Anchors leaves of several clinics after those there are; the last root is the tree's own. */
export async function writeLargeRegistry(
  db: Database,
  { block, until }: Pick<Place, "block" | "until">,
  { leaves: count, days }: { readonly leaves: number; readonly days: number },
  seed = 2,
): Promise<void> {
  const random = seeded(seed);
  const script = new Script(block, await firstFree(db, block), random);
  const known = await db.select().from(tables.leaves).orderBy(tables.leaves.index);
  const values = known.map(({ value }) => toField(BigInt(value)));
  const clinics = Array.from({ length: 50 }, () => wordFrom(random).slice(0, 42));
  const rows: (typeof tables.leaves.$inferInsert)[] = [];
  for (let i = 0; i < count; i++) {
    const issuer = clinics[Math.floor(random() * clinics.length)]!;
    const batchRoot = fieldFrom(random);
    const leaf = registryLeafOf(BigInt(batchRoot), issuer);
    values.push(leaf);
    const seconds = until - Math.floor(((count - i) / count) * days * DAY);
    rows.push({
      ...{
        index: known.length + i,
        value: String(leaf),
        batchRoot,
        kind: "batch",
        issuer,
        size: 64,
      },
      ...{ leavesHash: wordFrom(random), uri: "", anchoredAt: new Date(seconds * 1000) },
    });
  }
  const last = String(rootOf(buildTree(values)));
  const roots: (typeof tables.roots.$inferInsert)[] = [];
  for (const [i, row] of rows.entries()) {
    const seconds = Math.floor(row.anchoredAt.getTime() / 1000);
    const root = i === rows.length - 1 ? last : fieldFrom(random);
    const position = script.add({
      ...{ contract: "RecordRegistry", name: "Anchored", subject: "records", seconds },
      values: {
        ...{ clinic: row.issuer, index: String(row.index), batchRoot: row.batchRoot },
        ...{
          leaf: row.value,
          root,
          size: String(row.size),
          leavesHash: row.leavesHash,
          uri: row.uri,
        },
      },
    });
    const supersededAt = rows[i + 1]?.anchoredAt ?? null;
    roots.push({ position, root, createdAt: row.anchoredAt, supersededAt, voided: false });
  }
  const first = rows[0]!.anchoredAt;
  const [current] = (await db.select().from(tables.roots).orderBy(tables.roots.position)).slice(-1);
  if (current) {
    const { position } = current;
    await db
      .update(tables.roots)
      .set({ supersededAt: first })
      .where(eq(tables.roots.position, position));
  }
  await insert(db, tables.events, script.events);
  await insert(db, tables.leaves, rows);
  await insert(db, tables.roots, roots);
}

const ROWS_AT_ONCE = 1_000;

async function insert<T extends Parameters<Database["insert"]>[0]>(
  db: Database,
  table: T,
  rows: readonly T["$inferInsert"][],
): Promise<void> {
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    await db.insert(table).values(rows.slice(at, at + ROWS_AT_ONCE) as never);
  }
}
