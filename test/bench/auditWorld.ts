// A long history to audit: the small honest one, and as many people more as asked for, each with a
// screening and a consent whose proofs hold (simulated: they cost a verifier the same).
import { dayOfTimestamp, packAsOf } from "../../circuits/statement/encoding/day.ts";
import { buildTree } from "../../circuits/statement/encoding/tree.ts";
import { audit } from "../../client/auditor/audit/audit.ts";
import { recordBundle } from "../../client/auditor/node/bundle.node.ts";
import type { EventArgs, EventName } from "../../client/auditor/node/event.ts";
import { interfaceOf } from "../../contracts/connect.ts";
import {
  KEYS,
  openHistory,
  playHistory,
  proveConsented,
  proveScreened,
} from "../auditor/history.ts";
import { argsAt, encode, find, lie, play, type Recording, record } from "../auditor/recording.ts";
import { midnightAfter } from "../contracts/story.ts";
import { number } from "../support/world.ts";

const ELIGIBLE = 1;

/** Writes the bundle of a history with so many people. */
export async function writeLongBundle(path: string, people: number): Promise<void> {
  const history = await playHistory();
  const honest = await record(await openHistory(history));
  const last = honest.logs.at(-1)!.blockNumber;
  const start = honest.blocks.get(last)!.timestamp;
  const screened = argsAt(honest, "Screened", find(honest, "Screened", -1));
  const consented = argsAt(honest, "Consented", find(honest, "Consented", -1));
  const tree = buildTree(membersOf(honest, screened.groupId));
  for (let i = 0; i < people; i++) {
    const [block, time] = [last + 1 + i, start + 1 + i];
    honest.blocks.set(block, { number: block, hash: hex(block), timestamp: time });
    const add = adder(honest, block);
    const participantCommitment = number(`member ${i}`);
    tree.insert(participantCommitment);
    const merkleTreeRoot = tree.root;
    const { groupId, trialId } = screened;
    const index = BigInt(tree.size - 1);
    add("MemberAdded", {
      ...{ groupId, index, identityCommitment: participantCommitment, merkleTreeRoot },
    });
    const asOf = packAsOf(dayOfTimestamp(time));
    const screening = {
      ...screened,
      nullifier: number(`person ${i}`),
      participantCommitment,
      parts: screened.parts.map((part) => ({ ...part, asOf })),
    };
    add("Screened", { ...screening, parts: proveScreened(history, screening) });
    const [submitBy, validUntil] = [midnightAfter(time, 2), midnightAfter(time, 365)];
    const timely = { submitBy, validUntil, siteId: 1, sequence: 1n };
    const statement = { ...consented.statement, ...timely };
    const pseudonym = number(`pseudonym ${i}`);
    const consent = { ...consented, pseudonym, groupRoot: merkleTreeRoot, statement };
    add("Consented", { ...consent, points: proveConsented(history, consent) });
    add("StateChanged", { trialId, pseudonym, state: ELIGIBLE });
  }
  await history.world.close();
  const block = last + people;
  await writeBundle(path, { ...honest, head: honest.blocks.get(block)! });
}

/** Adds events of one transaction a block. */
function adder(recording: Recording, blockNumber: number) {
  let logIndex = 0;
  return <N extends EventName>(name: N, args: EventArgs[N]) => {
    const log = encode(name, args, recording.deployment);
    const place = { blockNumber, transactionHash: hex(blockNumber), logIndex: logIndex++ };
    recording.logs.push({ ...log, ...place });
  };
}

const hex = (value: number) => `0x${value.toString(16).padStart(64, "0")}`;

function membersOf(recording: Recording, groupId: bigint): bigint[] {
  const { topicHash } = interfaceOf("Semaphore").getEvent("MemberAdded")!;
  return recording.logs
    .map(({ topics }, at) =>
      topics[0] === topicHash ? argsAt(recording, "MemberAdded", at) : undefined,
    )
    .filter((member) => member?.groupId === groupId)
    .map((member) => member!.identityCommitment);
}

/** The contracts' state is made to fit; then everything an audit asks goes into the bundle. */
async function writeBundle(path: string, recording: Recording): Promise<void> {
  // Replays all, verifies next to nothing: only the state is wanted.
  const limits = { from: recording.head.number };
  await lie(recording, limits);
  const writer = recordBundle(path, play(recording, 2_000), {});
  await audit({ source: writer.source, keys: KEYS, limits });
  await writer.close();
}
