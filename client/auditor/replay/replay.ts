// Replays a history: decodes each log, checks its place, and hands it to the state machine it
// belongs to.
import type { Bytes32 } from "../../../circuits/statement/trial/trial.ts";
import type { Connectable } from "../../../contracts/connect.ts";
import type { Deployment } from "../../../contracts/deployment.ts";
import type { Report } from "../finding/finding.ts";
import { AUDITED, decodeLog, type Event, type RawLog } from "../node/event.ts";
import { addressesOf, type Chunk } from "../node/source.ts";
import { CAPABILITIES, HANDLERS } from "./capabilities.ts";
import { isLeftOut, type OpenSignature, type ProofClaim, type Replay } from "./handler.ts";
import type { World } from "./state.ts";

type ReplayOptions = {
  readonly world: World;
  readonly deployment: Deployment;
  /** Audit this trial only. */
  readonly only?: Bytes32 | undefined;
  readonly report: Report;
  readonly claim: (claim: ProofClaim) => unknown;
  readonly askSigner: (open: OpenSignature) => unknown;
  /** Sees every event of the contracts, in order; none of a trial that is not audited. */
  readonly onEvent?: ((event: Event) => void) | undefined;
};

/** A function that replays a chunk after the ones before it. A chunk holds whole blocks. */
export function createReplay(options: ReplayOptions): (chunk: Chunk) => void {
  const replay: Replay = options;
  const at = addressesOf(options.deployment);
  const names = new Map(AUDITED.map((name) => [at[name]!, name]));
  return (chunk) => {
    for (const log of chunk.logs) {
      const contract = names.get(log.address.toLowerCase());
      const time = chunk.blocks.get(log.blockNumber)?.timestamp;
      if (contract === undefined || time === undefined) {
        replay.report("chain/unreadable", "a log of no audited contract or block", placeOf(log));
        continue;
      }
      step(options, log, contract, time);
    }
    settle(replay);
  };
}

function step(options: ReplayOptions, log: RawLog, contract: Connectable, time: number): void {
  const { world, report } = options;
  // The hash alone would be the node's word: a transaction is in one block.
  const isSame =
    log.transactionHash === world.pending.transaction && log.blockNumber === world.last.block;
  checkOrder(options, log, time);
  if (!isSame) {
    settle(options);
    world.pending.transaction = log.transactionHash;
  }
  let event: Event | undefined;
  try {
    event = decodeLog(contract, log, time);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    report("chain/unreadable", error.message, placeOf(log));
    return;
  }
  world.counts.events++;
  if (event === undefined) return;
  const handle = HANDLERS[event.name] as (replay: Replay, event: Event) => void;
  handle(options, event);
  const { trialId } = event.args as { trialId?: Bytes32 };
  if (trialId === undefined || !isLeftOut(options, trialId)) options.onEvent?.(event);
}

/** Ends a transaction. */
function settle(replay: Replay): void {
  for (const capability of CAPABILITIES) capability.settle?.(replay);
}

function checkOrder({ world, report }: ReplayOptions, log: RawLog, time: number): void {
  const { last } = world;
  const isLater =
    log.blockNumber > last.block ||
    (log.blockNumber === last.block && log.logIndex > last.logIndex);
  if (!isLater || time < last.time) {
    report(
      "chain/order",
      `log ${log.logIndex} after log ${last.logIndex} of block ${last.block}`,
      placeOf(log),
    );
  }
  world.last = { block: log.blockNumber, logIndex: log.logIndex, time };
}

function placeOf({ blockNumber: block, transactionHash: transaction, logIndex }: RawLog) {
  return { block, transaction, logIndex };
}
