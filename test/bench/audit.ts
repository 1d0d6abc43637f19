// How fast, and in how much memory, a long history is audited: from a bundle, so that no node's
// speed is in it.
import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AuditCost } from "./auditChild.ts";
import { writeLongBundle } from "./auditWorld.ts";
import { measureHeaders } from "./headers.ts";
import type { Bench, Result } from "./measure.ts";

const PEOPLE = [500, 5_000];
const TARGET_MINUTES = 5;

export const audit: Bench = {
  name: "audit",
  about: "audit a history of 10,000 proofs offline: rate and peak memory; headers proven",
  run: async (say) => {
    const folder = mkdtempSync(join(tmpdir(), "cohort-bench-"));
    const results: Result[] = [];
    const costs: AuditCost[] = [];
    for (const people of PEOPLE) {
      say(`making up ${people} people`);
      const path = join(folder, `${people}.gz`);
      await writeLongBundle(path, people);
      say("auditing");
      const measured = await auditApart(path);
      costs.push(measured);
      results.push(resultOf(measured));
    }
    rmSync(folder, { recursive: true });
    const [few, many] = costs as [AuditCost, AuditCost];
    const extra = ((many.peakMb - few.peakMb) * 1024) / (PEOPLE[1]! - PEOPLE[0]!);
    results.push({
      what: "memory that a person more takes",
      baseline: `${PEOPLE.join(" and ")} people`,
      measured: `${extra.toFixed(0)} kB`,
      target: "",
      reached: undefined,
    });
    say("proving headers");
    results.push(await measureHeaders());
    return results;
  },
};

function resultOf({ proofs, events, wallMs, cpuMs, peakMb, startMb, findings }: AuditCost): Result {
  if (findings > 0) throw new Error(`the made-up history has ${findings} findings`);
  const seconds = wallMs / 1000;
  const cpu = `${(cpuMs / 1000).toFixed(0)} s CPU`;
  return {
    what: `audit of ${proofs} proofs in ${events} events`,
    baseline: `${startMb.toFixed(0)} MB before`,
    measured: `${seconds.toFixed(0)} s, ${cpu}, ${Math.round(proofs / seconds)}/s, peak ${peakMb.toFixed(0)} MB`,
    target: `10,000 proofs in ${TARGET_MINUTES} min`,
    reached: (10_000 / proofs) * seconds <= TARGET_MINUTES * 60,
  };
}

function auditApart(path: string): Promise<AuditCost> {
  const child = fork(fileURLToPath(new URL("auditChild.ts", import.meta.url)), [path]);
  return new Promise((resolve, reject) => {
    child.once("message", (answer) => resolve(answer as AuditCost));
    child.once("exit", (code) => reject(new Error(`the audit ended with code ${code}`)));
  });
}
