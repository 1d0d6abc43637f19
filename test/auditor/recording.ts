// A history in memory that a test may falsify: events dropped, changed or made up, and a node that
// lies to match.
import { LeanIMT } from "@zk-kit/lean-imt";
import { type Audit, audit } from "../../client/auditor/audit/audit.ts";
import type { Rule } from "../../client/auditor/finding/finding.ts";
import {
  AUDITED,
  decodeLog,
  type EventArgs,
  type EventName,
  type RawLog,
} from "../../client/auditor/node/event.ts";
import type { Block, Limits, Source } from "../../client/auditor/node/source.ts";
import { CAPABILITIES } from "../../client/auditor/replay/capabilities.ts";
import { type Connectable, interfaceOf } from "../../contracts/connect.ts";
import type { Deployment } from "../../contracts/deployment.ts";
import { REASON } from "../support/world.ts";
import { KEYS } from "./history.ts";

/** Room between the logs of a block for made-up ones. */
const SPREAD = 100;

export type Recording = {
  readonly deployment: Deployment;
  readonly head: Block;
  readonly logs: RawLog[];
  readonly blocks: Map<number, Block>;
  readonly calls: Map<string, string>;
  readonly codes: Map<string, string>;
};

/** Audits a source and keeps all it was told. */
export async function record(source: Source): Promise<Recording> {
  const { deployment, head } = source;
  const kept: Recording = {
    ...{ deployment, head, logs: [], blocks: new Map(), calls: new Map(), codes: new Map() },
  };
  await audit({
    keys: KEYS,
    source: {
      ...source,
      chunks: async function* (from) {
        for await (const chunk of source.chunks(from)) {
          for (const log of chunk.logs) kept.logs.push({ ...log, logIndex: log.logIndex * SPREAD });
          for (const [number, block] of chunk.blocks) kept.blocks.set(number, block);
          yield chunk;
        }
      },
      call: async (to, data) => {
        const answer = await source.call(to, data);
        kept.calls.set(`${to} ${data}`, answer);
        return answer;
      },
      codeHash: async (address) => {
        const answer = await source.codeHash(address);
        kept.codes.set(address, answer);
        return answer;
      },
    },
  });
  return kept;
}

/** A copy that may be changed without changing the original. */
export function copy(of: Recording): Recording {
  const { logs, blocks, calls, codes } = of;
  return {
    ...of,
    logs: [...logs],
    blocks: new Map(blocks),
    calls: new Map(calls),
    codes: new Map(codes),
  };
}

/** The recording as a source; `chunkLogs` at least in each chunk. */
export function play(recording: Recording, chunkLogs = Number.POSITIVE_INFINITY): Source {
  const { deployment, head, logs, blocks, calls, codes } = recording;
  return {
    deployment,
    head,
    chunks: async function* (from) {
      let waiting: RawLog[] = [];
      const chunk = () => {
        const [first, last] = [waiting[0]!.blockNumber, waiting.at(-1)!.blockNumber];
        return { from: first, to: last, logs: waiting, blocks };
      };
      for (const log of logs.filter(({ blockNumber }) => blockNumber >= from)) {
        if (waiting.length >= chunkLogs && log.blockNumber !== waiting.at(-1)!.blockNumber) {
          yield chunk();
          waiting = [];
        }
        waiting.push(log);
      }
      if (waiting.length > 0) yield chunk();
    },
    call: async (to, data) => calls.get(`${to} ${data}`) ?? "0x",
    codeHash: async (address) => codes.get(address) ?? NO_CODE,
    blockHash: async (number) => blocks.get(number)?.hash,
    blockTime: async (number) => blocks.get(number)?.timestamp,
    isProven: false,
  };
}
const NO_CODE = "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470";

/** Place in the list of the n-th event of a name (negative: from the end). */
export function find(recording: Recording, name: EventName, nth = 0): number {
  const { topicHash } = interfaceOf(contractOf(name)).getEvent(name)!;
  const places = recording.logs.flatMap(({ topics }, at) => (topics[0] === topicHash ? [at] : []));
  const at = places.at(nth);
  if (at === undefined) throw new Error(`the history has no ${name} number ${nth}`);
  return at;
}

/** The arguments of the log at a place. */
export function argsAt<N extends EventName>(recording: Recording, name: N, at: number) {
  const log = recording.logs[at]!;
  return decodeLog(contractOf(name), log, 0)!.args as unknown as EventArgs[N];
}

/** Changes the arguments of an event. */
export function change<N extends EventName>(
  recording: Recording,
  [name, nth]: readonly [N, number],
  to: (args: EventArgs[N]) => Partial<EventArgs[N]>,
): void {
  const at = find(recording, name, nth);
  const before = argsAt(recording, name, at);
  const coded = encode(name, { ...before, ...to(before) }, recording.deployment);
  recording.logs[at] = { ...recording.logs[at]!, ...coded };
}

/** Leaves an event out. */
export function drop(recording: Recording, name: EventName, nth = 0): void {
  recording.logs.splice(find(recording, name, nth), 1);
}

/** Adds events in a transaction of their own, in the block of the log at `after`. */
export function insert(
  recording: Recording,
  after: number,
  events: readonly { [N in EventName]: readonly [N, EventArgs[N]] }[EventName][],
): void {
  const { blockNumber, logIndex } = recording.logs[after]!;
  const transactionHash = `0x${"fa".repeat(32)}`;
  const logs = events.map(([name, args], i) => ({
    ...encode(name, args, recording.deployment),
    ...{ blockNumber, transactionHash, logIndex: logIndex + 1 + i },
  }));
  recording.logs.splice(after + 1, 0, ...logs);
}

/** A board's suspension of a trial, with its reason, of the version in force. */
export function suspension(of: { trialId: string; by: string; version: number }) {
  const { trialId, by, version } = of;
  const reason = { trialId, version, opinion: 3, textHash: REASON, by };
  return [
    ["OpinionGiven", reason],
    ["StatusChanged", { trialId, status: 3, by }],
  ] as const;
}

/** The place of the last log of the transaction of the log at a place. */
export function endOf(recording: Recording, at: number): number {
  const { transactionHash } = recording.logs[at]!;
  return recording.logs.findLastIndex((log) => log.transactionHash === transactionHash);
}

/** An event as its contract would log it. */
export function encode<N extends EventName>(
  name: N,
  args: EventArgs[N],
  { addresses }: Deployment,
) {
  const contract = contractOf(name);
  const fragment = interfaceOf(contract).getEvent(name)!;
  const values = fragment.inputs.map((input) => (args as Record<string, unknown>)[input.name]);
  const { data, topics } = interfaceOf(contract).encodeEventLog(fragment, values);
  return { address: addresses[contract], data, topics };
}

/**
 * Makes the node's answers about the contracts' state fit the falsified events: a chain that lies
 * through and through. Which contract knows which other stays as it was recorded.
 */
export async function lie(recording: Recording, limits: Limits = {}): Promise<void> {
  const { deployment, calls } = recording;
  const { world } = await audit({ source: play(recording), keys: KEYS, limits });
  for (const one of CAPABILITIES.flatMap(({ expectations }) => expectations(world, deployment))) {
    const of = interfaceOf(one.contract);
    const values = of.getFunction(one.call)!.outputs.map((_, i) => one.answer[i] ?? false);
    const to = deployment.addresses[one.contract].toLowerCase();
    const data = of.encodeFunctionData(one.call, [...one.args]);
    calls.set(`${to} ${data}`, of.encodeFunctionResult(one.call, values));
  }
}

/** Audits a falsified copy; the node's answers about the contracts' state stay as they were. */
export async function auditFalsified(
  honest: Recording,
  falsify: (h: Recording) => unknown,
): Promise<Audit> {
  const h = copy(honest);
  await falsify(h);
  return audit({ source: play(h), keys: KEYS });
}

/** The rules broken by a history, each finding once, in the chain's order. */
export function rulesOf({ findings }: Audit): Rule[] {
  return findings.map(({ rule }) => rule);
}

/** The root of the tree over leaves, for events made up by a test. */
export function rootOver(
  leaves: readonly bigint[],
  pair: (a: bigint, b: bigint) => bigint,
): bigint {
  return new LeanIMT<bigint>(pair, [...leaves]).root;
}

/** The contract that logs an event. */
function contractOf(name: EventName): Connectable {
  return AUDITED.find((contract) => interfaceOf(contract).hasEvent(name))!;
}
