// Processes that judge mutants, each in its own copy of what they change.
import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../scripts/tool.ts";
import { copyContracts, testNames } from "./copy.ts";
import type { Mutant } from "./mutants.ts";
import type { Verdict } from "./worker.ts";

/** A mutant may make a test wait for ever; the tests as they are take a tenth of this. */
const LIMIT_MS = 600_000;
/** The compiler's memory grows: a fresh process now and then. */
const JOBS_PER_PROCESS = 60;
/** Which files notice what changed, soonest first. The others seldom have more to say. */
const RELEVANT: Record<string, readonly string[]> = {
  Accreditation: ["governance", "roles", "records", "lapse", "events"],
  Acting: ["roles", "records", "contractAccount", "forwarding", "enrollment"],
  AsOf: ["encoding", "screening"],
  CircuitRegistry: ["keys", "forgery", "governance", "roles", "trials", "events"],
  Consents: [
    "consent",
    "grants",
    "withdrawal",
    "edges",
    "enrollment",
    "siteActs",
    "succession",
    "participantEvents",
  ],
  Enrollment: [
    "enrollment",
    "arriving",
    "siteActs",
    "exchangeArrivals",
    "succession",
    "withdrawal",
    "edges",
    "roles",
    "participantEvents",
  ],
  "exchange/CustodyLog": ["exchangeCustody", "exchangeRequests", "exchangeEvents"],
  "exchange/CutRegistry": ["exchangeCuts", "exchangeRequests", "exchangeEvents"],
  "exchange/DepositLog": ["exchangeDeposits", "exchangeEvents"],
  "exchange/EmergencyAccess": ["exchangeEmergency", "exchangeEvents"],
  "exchange/ExchangeTypes": [
    "exchangeStaff",
    "exchangeCustody",
    "exchangeTags",
    "exchangeRequests",
    "exchangeCuts",
  ],
  "exchange/PersonTags": ["exchangeTags", "exchangeEvents"],
  "exchange/StaffRegistry": [
    "exchangeStaff",
    "exchangeArrivals",
    "exchangeRequests",
    "exchangeEvents",
  ],
  GrantLimit: ["grants"],
  ManyProofs: ["manyProofs"],
  RecordClinics: ["quotas", "voiding", "roles"],
  RecordRegistry: ["records", "replacing", "revoking", "quotas", "voiding", "events", "roles"],
  RecordTree: ["records", "revoking", "replacing", "voiding", "quotas"],
  Screening: ["screening", "screenMany", "succession", "edges", "forwarding", "participantEvents"],
  Signals: ["encoding", "screening", "succession", "edges"],
  Standing: ["exchangeCuts", "exchangeEmergency", "enrollment", "consent", "edges", "grants"],
  TrialBoard: ["opinions", "trials", "roles", "events"],
  TrialRegistry: [
    "trials",
    "opinions",
    "exchangeTerms",
    "lapse",
    "edges",
    "roles",
    "enrollment",
    "withdrawal",
    "siteActs",
    "events",
  ],
  TrialStore: [
    "trials",
    "lapse",
    "screening",
    "screenMany",
    "succession",
    "consent",
    "withdrawal",
    "siteActs",
    "edges",
  ],
};
/** Slow: after all others. */
const LAST = ["walk"];

/** The test files for a mutant of `file`, in order; with `all` the others after them. */
export function testsFor(file: string, all: boolean): string[] {
  const first = RELEVANT[file.slice("contracts/".length, -".sol".length)] ?? [];
  const rest = testNames().filter((name) => !first.includes(name) && !LAST.includes(name));
  return all ? [...first, ...rest, ...LAST] : [...first];
}

/** Judges mutants one at a time. */
export class Judge {
  readonly #folder: string;
  #process: ChildProcess | undefined;
  #jobs = 0;

  constructor(folder: string) {
    this.#folder = folder;
    copyContracts(folder);
  }

  /** Without a mutant: runs the tests on the contracts as they are. */
  async judge(mutant: Mutant | undefined, tests: readonly string[]): Promise<Verdict> {
    if (this.#process === undefined || this.#jobs >= JOBS_PER_PROCESS) await this.#start();
    this.#jobs += 1;
    const child = this.#process!;
    const { promise, resolve } = Promise.withResolvers<Verdict>();
    const timer = setTimeout(() => {
      this.stop();
      resolve({ status: "killed", by: `no end after ${LIMIT_MS / 1000} s`, ms: LIMIT_MS });
    }, LIMIT_MS);
    // Not the mutant's doing, as far as we know: it is judged again in the next run.
    const broke = (code: number | null) => {
      this.#process = undefined;
      resolve({ status: "broken", by: `process ended with ${code}`, ms: 0 });
    };
    child.once("exit", broke);
    child.once("message", (verdict) => resolve(verdict as Verdict));
    child.send({ mutant, tests });
    const verdict = await promise;
    clearTimeout(timer);
    child.removeAllListeners();
    return verdict;
  }

  async #start(): Promise<void> {
    this.stop();
    const child = fork(`${root}test/mutation/worker.ts`, {
      cwd: this.#folder,
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    child.once("message", resolve);
    child.once("exit", () => reject(new Error("the judging process did not start")));
    await promise;
    child.removeAllListeners();
    this.#process = child;
    this.#jobs = 0;
  }

  stop(): void {
    this.#process?.kill("SIGKILL");
    this.#process = undefined;
  }
}

export type Job = { mutant: Mutant; onVerdict: (verdict: Verdict) => void };

/** Judges all on `workers` processes. Throws when the tests fail without any mutant. */
export async function judgeAll(
  jobs: readonly Job[],
  { workers, allTests }: { workers: number; allTests: boolean },
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "contract-mutants-"));
  const judges = Array.from({ length: workers }, (_, i) => new Judge(join(folder, String(i))));
  const tests = (file: string) => testsFor(file, allTests);
  const queue = [...jobs];
  const work = async (judge: Judge) => {
    for (let job = queue.shift(); job; job = queue.shift()) {
      job.onVerdict(await judge.judge(job.mutant, tests(job.mutant.file)));
    }
  };
  try {
    const used = new Set(jobs.flatMap(({ mutant }) => tests(mutant.file)));
    const { status, by } = await judges[0]!.judge(undefined, [...used]);
    if (status !== "survived") throw new Error(`the tests fail without a mutant: ${by}`);
    await Promise.all(judges.map(work));
  } finally {
    for (const judge of judges) judge.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
