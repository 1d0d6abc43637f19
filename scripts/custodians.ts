// The embedded exchange's custodians: three processes of their own, each with a folder and a key of its own. One operator
// who runs all three protects nobody from that operator: this shows how custodians work, and is no custody.
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { toBeHex } from "ethers";
import { openKeyFile } from "../custodian/store/folder.ts";
import { freePort } from "../server/embedded/anvil.ts";
import { askNode } from "../server/embedded/node.ts";
import { makePrivateFolder } from "../server/store/modes.ts";
import { StartError } from "./home.ts";

const COUNT = 3;
const PROGRAM = join(import.meta.dirname, "../custodian/main.ts");
/** Three processes that mostly wait: little memory is worth more than speed. */
const SMALL = [
  ...["--max-semi-space-size=1", "--optimize-for-size", "--max-old-space-size=128"],
  ...["--no-wasm-tier-up", "--no-wasm-dynamic-tiering", "--single-threaded-gc"],
];
/** The chain makes blocks only for transactions, and each is final at once. */
const CHAIN = { FINALITY: "1", HEAD_SECONDS: "2000000000" };
const FUNDS = toBeHex(10n ** 20n);
/** A busy computer takes its time; one that ends is seen at once. */
const START_WITHIN_MS = 120_000;
const END_WITHIN_MS = 5_000;
/** One that was started again and ends this soon will not run by being started once more. */
const TOO_SOON_MS = 30_000;

/** Where a custodian is, and who. */
export type Place = { readonly name: string; readonly url: string; readonly account: string };

type Seat = Place & { readonly folder: string; readonly port: number };

type Surroundings = {
  /** Of the chain. */
  readonly rpcUrl: string;
  readonly deployment: string;
  /** Of the server. */
  readonly exchangeUrl: string;
  /** Seconds by which the chain's clock is ahead. */
  readonly clockOffset: number;
  readonly logLevel: string;
  /** Told when one has ended by itself, and once more, with a problem, when nothing more can be done. */
  readonly onTrouble: (words: string, problem?: StartError) => void;
};

/** Gives each custodian of the data folder its key, folder and port; nothing runs yet. */
export async function seatCustodians(folder: string): Promise<Seat[]> {
  const seats: Seat[] = [];
  for (let i = 1; i <= COUNT; i++) {
    const own = folderOf(folder, i);
    makePrivateFolder(own);
    const account = openKeyFile(keyFileOf(folder, i)).address;
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    seats.push({ name: `custodian-${i}`, folder: own, account, port, url });
  }
  return seats;
}

/** Accounts of a data folder's custodians, in order. */
export function custodianAccounts(folder: string): string[] {
  return Array.from({ length: COUNT }, (_, i) => openKeyFile(keyFileOf(folder, i + 1)).address);
}

const folderOf = (folder: string, i: number) => join(folder, "custodians", String(i));
const keyFileOf = (folder: string, i: number) => join(folderOf(folder, i), "custodian.key");

/** Starts them, and keeps them running until `stop`. Throws StartError when one does not come up. */
export async function startCustodians(
  seats: readonly Seat[],
  of: Surroundings,
): Promise<{ readonly stop: () => Promise<void> }> {
  const running = new Set<ChildProcess>();
  let isStopping = false;
  const stop = async () => {
    isStopping = true;
    await Promise.all([...running].map(end));
  };
  const run = async (seat: Seat, isAgain = false) => {
    // For what it says in transactions of its own: what it destroyed, and its receipts' roots.
    await askNode(of.rpcUrl, "anvil_setBalance", [seat.account, FUNDS]);
    if (isStopping) return;
    const child = spawnCustodian(seat, of);
    running.add(child);
    child.once("exit", () => running.delete(child));
    await untilReady(seat, child);
    const since = Date.now();
    child.once("exit", (code, signal) => {
      const isFatal = isAgain && Date.now() - since < TOO_SOON_MS;
      if (!isStopping) restart(seat, { isFatal, how: signal ?? `code ${code}` });
    });
  };
  const restart = (seat: Seat, { isFatal, how }: { isFatal: boolean; how: string }) => {
    const words = `${seat.name} ended unexpectedly (${how})`;
    if (isFatal)
      return of.onTrouble(words, new StartError(`${words}, again. Run npm start again.`));
    of.onTrouble(`${words}. It is started again; until then two of three answer.`);
    run(seat, true).catch((problem: StartError) => of.onTrouble(words, problem));
  };
  try {
    await Promise.all(seats.map((seat) => run(seat)));
  } catch (problem) {
    await stop();
    throw problem;
  }
  return { stop };
}

function spawnCustodian({ folder, port }: Seat, of: Surroundings): ChildProcess {
  const { PATH, HOME, TMPDIR, TZ, NODE_COMPILE_CACHE } = process.env;
  return spawn(process.execPath, [...SMALL, PROGRAM], {
    // The channel tells when it is up, and ends it when this process does, however that ends.
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    // Nothing else of this process's: its settings are of the server.
    env: {
      ...{ PATH, HOME, TMPDIR, TZ, NODE_COMPILE_CACHE, ...CHAIN },
      DATA_DIR: folder,
      PORT: String(port),
      RPC_URL: of.rpcUrl,
      DEPLOYMENT: of.deployment,
      EXCHANGE_URLS: of.exchangeUrl,
      CLOCK_OFFSET: String(of.clockOffset),
      LOG_LEVEL: of.logLevel,
    },
  });
}

function untilReady({ name }: Seat, child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      clearTimeout(timer);
      reject(new StartError(`${name} did not come up: ${why}. Run npm start again.`));
    };
    const timer = setTimeout(() => fail("it says nothing"), START_WITHIN_MS);
    child.once("error", () => fail("it cannot be started"));
    child.once("exit", () => fail("the reason is above"));
    child.once("message", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), END_WITHIN_MS);
  await ended;
  clearTimeout(timer);
}
