// Visits of a large trial and registry: a first one, those that come back, and what they would have taken whole.
import { type ChildProcess, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { PART_ROWS, SEGMENT_PARTS } from "../../circuits/statement/encoding/publicLog.ts";
import { type Api, connect } from "../../client/api/api.ts";
import type { LogKeeper } from "../../client/api/log/head.ts";
import { RecordsFollower } from "../../client/api/log/recordsLog.ts";
import { TrialFollower } from "../../client/api/log/trialLog.ts";
import { keepInMemory } from "../support/visits.ts";
import { median, ms, type Result } from "./measure.ts";

const NEWS = 100;
const ROUNDS = 10;
const VISITS = 6;
const FIRST = 3;
const TARGETS = { firstMb: 12, firstSeconds: 2, returnKb: 50, returnMs: 100, cpuMs: 5 };

type Server = {
  readonly child: ChildProcess;
  readonly ask: <T>(act: string, input?: number) => Promise<T>;
};

async function startServer(): Promise<Server & { url: string }> {
  const child = fork(fileURLToPath(new URL("largeServer.ts", import.meta.url)));
  // One for each answer that is waited for.
  child.setMaxListeners(0);
  const answer = async () => {
    const [message] = await Promise.race([
      once(child, "message"),
      once(child, "exit").then(() => [{ failed: "the server ended" }]),
    ]);
    const { done, failed } = message as { done?: unknown; failed?: string };
    if (failed !== undefined) throw new Error(failed);
    return done;
  };
  const { url } = (await answer()) as { url: string };
  const ask = async <T>(act: string, input = 0) => {
    const answered = answer();
    child.send({ act, input });
    return (await answered) as T;
  };
  return { child, url, ask };
}

/** A client, and the bytes that travelled to it, packed. */
function visitor(url: string): { api: Api; take: () => { bytes: number; requests: number } } {
  let [bytes, requests] = [0, 0];
  const api = connect({
    url,
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      bytes += Number(response.headers.get("content-length") ?? 0);
      requests++;
      return response;
    },
  });
  const take = () => {
    const taken = { bytes, requests };
    [bytes, requests] = [0, 0];
    return taken;
  };
  return { api, take };
}

/** The two logs as a wallet follows them in a session of its own, with what it keeps between two. */
function session(url: string, trialId: string, keeper: LogKeeper) {
  const { api, take } = visitor(url);
  const trial = new TrialFollower(api.transport, trialId, keeper);
  const records = new RecordsFollower(api.transport, keeper);
  return { take, read: () => timed(() => Promise.all([trial.read(), records.read()])) };
}

/** Both states, as a wallet needs them: in so many milliseconds. */
const visit = ({ api }: { readonly api: Api }, trialId: string): Promise<number> =>
  timed(() => Promise.all([api.publicState(trialId), api.recordsState()]));

export async function runLarge(people: number, say: (progress: string) => void): Promise<Result[]> {
  const server = await startServer();
  try {
    return await measure(server, people, say);
  } finally {
    server.child.kill();
  }
}

type Large = Server & { readonly url: string; readonly trialId: string; readonly of: string };

async function measure(
  server: Server & { url: string },
  people: number,
  say: (progress: string) => void,
): Promise<Result[]> {
  say(`making up ${people} people`);
  const filled = await server.ask<{ trialId: string; leaves: number }>("fill", people);
  const { trialId, leaves } = filled;
  const at = { ...server, trialId, of: `${people} participants, ${leaves} leaves` };
  say("building the logs, once a start of the server");
  const built = await builtOnce(at);
  say("whole states, as before");
  await server.ask("whole");
  const whole = await server.ask<Whole>("whole");
  say("first visits");
  const first = await firstVisits(at, whole);
  say("coming back");
  const back = [...(await returns(at, whole)), ...(await serverCpu(at, whole))];
  say("coming back in a new session");
  return [...first, ...back, ...(await sessions(at)), built, await growth(at)];
}

type Whole = { readonly bytes: number; readonly cpuMs: number; readonly wallMs: number };
const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MB`;
const wholeSize = ({ bytes }: Whole) => `whole states: ${megabytes(bytes)}`;
const wholeTime = ({ wallMs }: Whole) => `the server alone, whole: ${(wallMs / 1000).toFixed(1)} s`;
const textAt = async (path: string) => await (await fetch(path)).text();

async function builtOnce({ url, trialId, ask }: Large): Promise<Result> {
  const before = await ask<Used>("cpu");
  const cold = await timed(() =>
    Promise.all([textAt(`${url}/state/trials/${trialId}`), textAt(`${url}/state/records`)]),
  );
  // Segments are packed one after another: whoever has the last one has waited for all.
  const { log } = JSON.parse(await textAt(`${url}/state/trials/${trialId}`));
  await textAt(`${url}/state/segments/${trialId}/${log.segments.at(-1)}`);
  const { cpuMs, rssMb } = await ask<Used>("cpu");
  const events = await ask<number>("events");
  return {
    what: `logs of ${events} events, built at a start or else for the first who asks`,
    baseline: `server in all: ${rssMb.toFixed(0)} MB`,
    measured: `${(cold / 1000).toFixed(1)} s, ${(((cpuMs - before.cpuMs) / events) * 1000).toFixed(0)} µs an event`,
    target: "",
    reached: undefined,
  };
}

type Used = { readonly cpuMs: number; readonly rssMb: number };

async function firstVisits({ url, trialId, of }: Large, whole: Whole): Promise<Result[]> {
  const times: number[] = [];
  let taken = { bytes: 0, requests: 0 };
  for (let i = 0; i < FIRST; i++) {
    const one = visitor(url);
    times.push(await visit(one, trialId));
    taken = one.take();
  }
  const mb = taken.bytes / 2 ** 20;
  const seconds = median(times) / 1000;
  return [
    {
      what: `first download, ${of}, gzip`,
      baseline: wholeSize(whole),
      measured: `${mb.toFixed(1)} MB in ${taken.requests} requests`,
      target: `${TARGETS.firstMb} MB`,
      reached: mb <= TARGETS.firstMb,
    },
    {
      what: "the same, with checking and adding up",
      baseline: wholeTime(whole),
      measured: `${seconds.toFixed(1)} s`,
      target: `${TARGETS.firstSeconds} s`,
      reached: seconds <= TARGETS.firstSeconds,
    },
  ];
}

async function returns({ url, trialId, ask }: Large, whole: Whole): Promise<Result[]> {
  const regular = visitor(url);
  await visit(regular, trialId);
  regular.take();
  const kb: number[] = [];
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await ask("news", NEWS);
    times.push(await visit(regular, trialId));
    kb.push(regular.take().bytes / 1024);
  }
  return [
    {
      what: `coming back after ${NEWS} events`,
      baseline: wholeSize(whole),
      measured: `${median(kb).toFixed(0)} kB (at most ${Math.max(...kb).toFixed(0)} kB)`,
      target: `${TARGETS.returnKb} kB`,
      reached: median(kb) <= TARGETS.returnKb,
    },
    {
      what: "the same, with checking and adding up",
      baseline: wholeTime(whole),
      measured: ms(median(times)),
      target: ms(TARGETS.returnMs),
      reached: median(times) <= TARGETS.returnMs,
    },
  ];
}

/** Of those who come back after the same news, the first pays for what everybody gets. */
async function serverCpu({ url, trialId, ask }: Large, whole: Whole): Promise<Result[]> {
  const used = async () => (await ask<Used>("cpu")).cpuMs;
  const twins = Array.from({ length: VISITS }, () => visitor(url));
  for (const twin of twins) await visit(twin, trialId);
  await ask("news", NEWS);
  const before = await used();
  await visit(twins[0]!, trialId);
  const first = (await used()) - before;
  for (const twin of twins.slice(1)) await visit(twin, trialId);
  const others = ((await used()) - before - first) / (VISITS - 1);
  return [
    {
      what: "server CPU a return visit",
      baseline: `whole states: ${ms(whole.cpuMs)}`,
      measured: `${ms(others)}; first one after the news ${ms(first)}`,
      target: ms(TARGETS.cpuMs),
      reached: others <= TARGETS.cpuMs,
    },
  ];
}

/** A wallet that was closed: what it kept is read again, here out of memory, and added up. */
async function sessions({ url, trialId, ask }: Large): Promise<Result[]> {
  const keeper = keepInMemory();
  await session(url, trialId, keeper).read();
  const kb: number[] = [];
  const times: number[] = [];
  for (let round = 0; round < FIRST; round++) {
    await ask("news", NEWS);
    const later = session(url, trialId, keeper);
    times.push(await later.read());
    kb.push(later.take().bytes / 1024);
  }
  return [
    {
      what: `opened anew after ${NEWS} events, with all that was kept added up again`,
      baseline: "",
      measured: `${median(kb).toFixed(0)} kB, ${(median(times) / 1000).toFixed(1)} s`,
      target: `${TARGETS.returnKb} kB`,
      reached: median(kb) <= TARGETS.returnKb,
    },
  ];
}

/** What is downloaded whenever anything has changed, now and after years. */
async function growth({ url, trialId }: Large): Promise<Result> {
  const head = JSON.parse(await textAt(`${url}/state/trials/${trialId}`));
  const size = (segments: readonly string[]) =>
    gzipSync(JSON.stringify({ ...head, log: { ...head.log, segments } })).length / 1024;
  const more = Array.from({ length: 1_000_000 / (PART_ROWS * SEGMENT_PARTS) }, () =>
    randomBytes(32).toString("hex"),
  );
  const now = size(head.log.segments);
  const added = size([...head.log.segments, ...more]) - now;
  return {
    what: `the trial's head, of ${head.log.rows} rows, gzip`,
    baseline: "",
    measured: `${now.toFixed(1)} kB, and ${added.toFixed(1)} kB with a million rows more`,
    target: "",
    reached: undefined,
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
