// The contracts' events as a node tells them, in order, and only those that a custodian goes by.
import { setImmediate } from "node:timers/promises";
import { toQuantity } from "ethers";
import { type Connectable, interfaceOf } from "../../contracts/connect.ts";
import type { Deployment } from "../../contracts/deployment.ts";
import { parseLog } from "../../contracts/logs.ts";
import { type Ask, contradiction, NodeError } from "./rpc.ts";

/** By contract, the events that are read. */
const READ = {
  TrialRegistry: ["VersionPublished", "VersionApproved"],
  Screening: ["GroupOpened"],
  Semaphore: ["MemberAdded", "MembersAdded"],
  Enrollment: ["Consented"],
  StaffRegistry: ["Delegated", "DelegationRevoked"],
  DepositLog: ["DepositsAnchored"],
  CutRegistry: ["Sealed", "Requested"],
  CustodyLog: [
    "ErasureByProof",
    "ErasureByCode",
    "ErasureBySite",
    "KeyDestroyed",
    "ReceiptsAnchored",
  ],
} as const satisfies Partial<Record<Connectable, readonly string[]>>;
type Read = typeof READ;
export type EventName = { [C in keyof Read]: Read[C][number] }[keyof Read];

export type Event = {
  readonly name: EventName;
  readonly block: number;
  /** Place in its block. */
  readonly index: number;
  /** By the names of the event's inputs, as ethers decodes them. */
  readonly values: Readonly<Record<string, unknown>>;
};
type Chunk = { readonly to: number; readonly events: readonly Event[] };

const FIRST_BLOCKS = 2_000;
const MOST_BLOCKS = 50_000;
/** More in one answer make the next range smaller. */
const MANY_LOGS = 10_000;
/** Decoded in one go: other requests, and the node's own words about the connection, come in between. */
const DECODED_AT_ONCE = 250;

type RawLog = Record<"address" | "data" | "blockNumber" | "blockHash" | "logIndex", string> & {
  topics: string[];
  removed?: boolean;
};

/** Events from one block to another, in ranges that the node puts up with. Refuses like {@link Ask}. */
export async function* readEvents(
  { ask, deployment }: { readonly ask: Ask; readonly deployment: Deployment },
  { from, to, hash }: { readonly from: number; readonly to: number; readonly hash: string },
): AsyncGenerator<Chunk> {
  const contracts = new Map<string, Connectable>();
  const topics: string[] = [];
  for (const [name, events] of Object.entries(READ) as [keyof Read, readonly string[]][]) {
    contracts.set(deployment.addresses[name].toLowerCase(), name);
    for (const event of events) topics.push(interfaceOf(name).getEvent(event)!.topicHash);
  }
  let size = FIRST_BLOCKS;
  for (let at = from; at <= to; ) {
    const end = Math.min(at + size - 1, to);
    const filter = { address: [...contracts.keys()], topics: [topics] };
    const range = { fromBlock: toQuantity(at), toBlock: toQuantity(end) };
    let logs: unknown;
    try {
      logs = await ask("eth_getLogs", [{ ...filter, ...range }]);
    } catch (problem) {
      // Too much at once, says the node: half of it. Of one block it has to tell.
      if (!(problem instanceof NodeError)) throw problem;
      if (size === 1) throw contradiction("it does not tell the events of a block");
      size = Math.max(1, size >> 1);
      continue;
    }
    const events = await decode(logs, contracts, { from: at, to: end, last: { number: to, hash } });
    yield { to: end, events };
    size = events.length > MANY_LOGS ? Math.max(1, size >> 1) : Math.min(size * 2, MOST_BLOCKS);
    at = end + 1;
  }
}

type Range = {
  readonly from: number;
  readonly to: number;
  readonly last: { readonly number: number; readonly hash: string };
};

async function decode(
  logs: unknown,
  contracts: ReadonlyMap<string, Connectable>,
  range: Range,
): Promise<Event[]> {
  if (!Array.isArray(logs)) throw contradiction("its events are no list");
  const hashes = new Map([[range.last.number, range.last.hash]]);
  const events: Event[] = [];
  for (const [i, log] of (logs as RawLog[]).entries()) {
    if (i % DECODED_AT_ONCE === DECODED_AT_ONCE - 1) await setImmediate();
    const block = Number(log.blockNumber);
    const index = Number(log.logIndex);
    const contract = contracts.get(String(log.address).toLowerCase());
    const isIn = block >= range.from && block <= range.to && Number.isSafeInteger(index);
    if (!isIn || contract === undefined || log.removed)
      throw contradiction("it tells of other events");
    const hash = String(log.blockHash).toLowerCase();
    if ((hashes.get(block) ?? hash) !== hash) throw contradiction("its events are of two chains");
    hashes.set(block, hash);
    events.push(...eventOf(contract, log, { block, index }));
  }
  return events.sort((a, b) => a.block - b.block || a.index - b.index);
}

function eventOf(
  contract: Connectable,
  log: RawLog,
  at: { readonly block: number; readonly index: number },
): Event[] {
  const parsed = parseLog(contract, log);
  if (parsed === undefined) return [];
  const names: readonly string[] = READ[contract as keyof Read];
  if (!names.includes(parsed.name)) return [];
  const values = parsed.inputs.map(({ name }, i) => [name, parsed.values[i]]);
  const name = parsed.name as EventName;
  return [{ ...at, name, values: keptOf(name, Object.fromEntries(values)) }];
}

/** Of consents, which are by far the most, only what is read: at a start all events are in memory at once. */
function keptOf(name: EventName, values: Event["values"]): Event["values"] {
  if (name !== "Consented") return values;
  const { trialId, pseudonym, statement } = values;
  return { trialId, pseudonym, statement: { siteId: (statement as { siteId: bigint }).siteId } };
}
