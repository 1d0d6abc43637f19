// Honest Semaphore proofs (a real ceremony's key, local artifacts) and points to build dishonest ones from.
import { createRequire } from "node:module";
import { Group, generateProof, Identity } from "@semaphore-protocol/core";
import { groth16 } from "snarkjs";
import { loadCurve } from "../../circuits/statement/proof/curve.ts";
import type { Groth16Proof, VerificationKey } from "../../circuits/statement/proof/proof.ts";
import { fromCalldata } from "../../circuits/statement/proof/proof.ts";
import type { PointG1, PointG2 } from "../../circuits/statement/proof/proofShape.ts";
import { semaphoreKey } from "../../circuits/statement/proof/semaphoreKeys.ts";
import {
  parseSemaphoreProof,
  type SemaphoreProof,
  semaphoreSignals,
} from "../../circuits/statement/proof/semaphoreProof.ts";

export const DEPTH = 2;
export type HonestClaim = { readonly proof: Groth16Proof; readonly signals: string[] };
export type Fixture = { key: VerificationKey; semaphore: SemaphoreProof[]; honest: HonestClaim[] };

/** `count` different proofs by members of one group, at the given tree depth. */
export async function prove(count: number, depth = DEPTH): Promise<Fixture> {
  const resolve = createRequire(import.meta.url).resolve;
  const artifact = (kind: string) =>
    resolve(`@zk-kit/semaphore-artifacts/semaphore-${depth}.${kind}`);
  const files = { wasm: artifact("wasm"), zkey: artifact("zkey") };
  const people = Array.from({ length: 3 }, (_, i) => new Identity(`fixture ${i}`));
  const group = new Group(people.map((person) => person.commitment));
  const semaphore: SemaphoreProof[] = [];
  for (let i = 0; i < count; i++) {
    const raw = await generateProof(people[i % 3]!, group, 100n + BigInt(i), 7n, depth, files);
    semaphore.push(parseSemaphoreProof(raw));
  }
  await (globalThis as { curve_bn128?: { terminate(): Promise<void> } }).curve_bn128?.terminate();
  return { key: await semaphoreKey(depth), semaphore, honest: semaphore.map(claimOf) };
}

/** A Semaphore proof as a Groth16 proof with its signals. */
export function claimOf(proof: SemaphoreProof): HonestClaim {
  return { proof: fromCalldata(proof.points), signals: semaphoreSignals(proof) };
}

/** The verdict of snarkjs, the verifier we are measured against. */
export function snarkjsAccepts(
  key: unknown,
  { proof, signals }: { proof: unknown; signals: string[] },
) {
  return groth16.verify(key as never, signals, proof as never);
}

/** Affine coordinates as snarkjs writes them, and the group operations that attacks are made of. */
export async function algebra() {
  const { mcl, g1, fr, sumOf } = await loadCurve();
  type G1 = ReturnType<typeof g1>;
  type G2 = InstanceType<typeof mcl.G2>;
  const g2 = ([x, y]: PointG2): G2 => {
    const point = new mcl.G2();
    point.setStr(`1 ${x.join(" ")} ${y.join(" ")}`, 10);
    return point;
  };
  const write1 = (point: G1): PointG1 => {
    const at = mcl.normalize(point);
    return [at.getX().getStr(10), at.getY().getStr(10), "1"];
  };
  const write2 = (point: G2): PointG2 => {
    const at = mcl.normalize(point);
    const pair = (c: { getStr(base: number): string }) =>
      c.getStr(10).split(" ") as [string, string];
    return [pair(at.getX()), pair(at.getY()), ["1", "0"]];
  };
  return { mcl, g1, g2, fr, sumOf, write1, write2 };
}
