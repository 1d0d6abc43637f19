// Honest proofs to verify: of eligibility-8 once its artifacts exist, else of Semaphore.
import { existsSync } from "node:fs";
import { readVerificationKey } from "../../circuits/artifacts/read.ts";
import type { VerificationKey } from "../../circuits/statement/proof/proof.ts";
import { listSignals } from "../../circuits/statement/proof/signals.ts";
import { prove as proveSemaphore } from "../proof/fixture.ts";
import { openEligibility } from "./eligibility.ts";

const DIFFERENT = 8;

export type Proofs = {
  readonly key: VerificationKey;
  readonly claims: { proof: unknown; signals: string[] }[];
  readonly about: string;
};

export async function someProofs(say: (progress: string) => void): Promise<Proofs> {
  if (!haveArtifacts()) {
    say(`${DIFFERENT} Semaphore proofs (circuits/artifacts are not built)`);
    const { key, honest } = await proveSemaphore(DIFFERENT, 20);
    return { key, claims: honest, about: "Semaphore depth 20" };
  }
  say(`${DIFFERENT} proofs of eligibility-8 to verify`);
  const prove = await openEligibility("eligibility-8");
  const claims: Proofs["claims"] = [];
  for (let i = 0; i < DIFFERENT; i++) {
    const { proof, signals } = await prove(BigInt(i));
    claims.push({ proof, signals: listSignals(signals).map(String) });
  }
  return { key: await readVerificationKey("eligibility-8"), claims, about: "eligibility-8" };
}

export function haveArtifacts(): boolean {
  return existsSync(new URL("../../circuits/artifacts/manifest.json", import.meta.url));
}
