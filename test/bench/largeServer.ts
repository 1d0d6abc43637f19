// The server of the benchmark of large states, in a process of its own: it makes up what it serves, and says what its
// CPU did. PGlite works inside of it, so the database's work is in the figures.
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { readPublicState } from "../../server/participation/state.ts";
import { readRecordsState } from "../../server/records/state.ts";
import { blocks, events } from "../../server/store/tables.ts";
import { History } from "../support/history.ts";
import { TRIAL_ID } from "../support/invention.ts";
import { DEPLOYMENT, startSegmentServer } from "../support/segmentServer.ts";
import { writeLargeRegistry, writeLargeTrial } from "../support/synthetic.ts";
import { cost } from "./measure.ts";

const CONSENTS_EACH = 4;
const LEAVES_OF_50_000 = 20_000;
const DAYS = 365;

const pack = promisify(gzip);
const server = await startSegmentServer();
const { db } = server;
const history = new History(db, 1);
let seed = 100;

/** A block of now, so that heads are made anew. */
async function addBlock(time: Date): Promise<void> {
  const hash = `0x${(++seed).toString(16).padStart(64, "0")}`;
  await db.insert(blocks).values({ number: 1_000_000 + seed, hash, time });
}

async function place() {
  const [first] = await db.select().from(blocks).orderBy(blocks.number).limit(1);
  const until = Math.floor(first!.time.getTime() / 1000) + (DAYS + 1) * 86_400;
  return { trialId: TRIAL_ID, version: 1, groupId: "1", block: first!.number, until };
}

const ACTS: Readonly<Record<string, (input: number) => Promise<unknown>>> = {
  /** A year with so many people. */
  fill: async (people) => {
    await history.begin();
    const at = { ...(await place()), groupId: history.groupId };
    await writeLargeTrial(db, at, { people, consents: CONSENTS_EACH * people, days: DAYS });
    const leaves = Math.round((LEAVES_OF_50_000 * people) / 50_000);
    await writeLargeRegistry(db, at, { leaves, days: DAYS });
    await addBlock(new Date(at.until * 1000));
    return { trialId: TRIAL_ID, leaves };
  },
  /** So many events in a block. */
  news: async (events) => {
    const at = { ...(await place()), groupId: history.groupId };
    const people = Math.round(events / 4);
    await writeLargeTrial(db, at, { people, consents: 2 * people, days: 0 }, ++seed);
    await addBlock(new Date(at.until * 1000));
    return {};
  },
  events: () => db.$count(events),
  cpu: async () => {
    const { user, system } = process.cpuUsage();
    return { cpuMs: (user + system) / 1000, rssMb: process.memoryUsage().rss / 2 ** 20 };
  },
  /** Both states as one JSON each, as every visit took them before there were segments. */
  whole: async () => {
    let bytes = 0;
    const spent = await cost(async () => {
      const states = [
        await readPublicState({ db, deployment: DEPLOYMENT }, TRIAL_ID),
        await readRecordsState(db),
      ];
      for (const state of states) {
        bytes += (await pack(Buffer.from(JSON.stringify(state)), { level: 1 })).length;
      }
    });
    return { ...spent, bytes };
  },
};

process.on("message", ({ act, input }: { act: string; input: number }) => {
  void ACTS[act]!(input).then(
    (done) => process.send?.({ done }),
    (problem: Error) => process.send?.({ failed: problem.stack }),
  );
});
process.send?.({ done: { url: server.url } });
