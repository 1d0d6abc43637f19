// The verification keys of Semaphore v4's ceremony, one per tree depth, from the package that also holds its proving
// keys. Written out one by one so that bundlers see them; each is loaded when first needed.
import { parseVerificationKey, type VerificationKey } from "./proofKey.ts";

/** Semaphore proves membership in trees of depth 1 to 32. */
export const MAX_SEMAPHORE_DEPTH = 32;

const LOADERS: readonly (() => Promise<{ default: unknown }>)[] = [
  () => import("@zk-kit/semaphore-artifacts/semaphore-1.json", { with: { type: "json" } }),
  () => import("@zk-kit/semaphore-artifacts/semaphore-2.json", { with: { type: "json" } }),
  () => import("@zk-kit/semaphore-artifacts/semaphore-3.json", { with: { type: "json" } }),
  () => import("@zk-kit/semaphore-artifacts/semaphore-4.json", { with: { type: "json" } }),
  () => import("@zk-kit/semaphore-artifacts/semaphore-5.json", { with: { type: "json" } }),
  () => import("@zk-kit/semaphore-artifacts/semaphore-6.json", { with: { type: "json" } }),
  () => import("@zk-kit/semaphore-artifacts/semaphore-7.json", { with: { type: "json" } }),
  () => import("@zk-kit/semaphore-artifacts/semaphore-8.json", { with: { type: "json" } }),
  () => import("@zk-kit/semaphore-artifacts/semaphore-9.json", { with: { type: "json" } }),
  () => import("@zk-kit/semaphore-artifacts/semaphore-10.json", { with: { type: "json" } }),
  () => import("@zk-kit/semaphore-artifacts/semaphore-11.json", { with: { type: "json" } }),
  () => import("@zk-kit/semaphore-artifacts/semaphore-12.json", { with: { type: "json" } }),
  () => import("@zk-kit/semaphore-artifacts/semaphore-13.json", { with: { type: "json" } }),
  () => import("@zk-kit/semaphore-artifacts/semaphore-14.json", { with: { type: "json" } }),
  () => import("@zk-kit/semaphore-artifacts/semaphore-15.json", { with: { type: "json" } }),
  () => import("@zk-kit/semaphore-artifacts/semaphore-16.json", { with: { type: "json" } }),
  () => import("@zk-kit/semaphore-artifacts/semaphore-17.json", { with: { type: "json" } }),
  () => import("@zk-kit/semaphore-artifacts/semaphore-18.json", { with: { type: "json" } }),
  () => import("@zk-kit/semaphore-artifacts/semaphore-19.json", { with: { type: "json" } }),
  () => import("@zk-kit/semaphore-artifacts/semaphore-20.json", { with: { type: "json" } }),
  () => import("@zk-kit/semaphore-artifacts/semaphore-21.json", { with: { type: "json" } }),
  () => import("@zk-kit/semaphore-artifacts/semaphore-22.json", { with: { type: "json" } }),
  () => import("@zk-kit/semaphore-artifacts/semaphore-23.json", { with: { type: "json" } }),
  () => import("@zk-kit/semaphore-artifacts/semaphore-24.json", { with: { type: "json" } }),
  () => import("@zk-kit/semaphore-artifacts/semaphore-25.json", { with: { type: "json" } }),
  () => import("@zk-kit/semaphore-artifacts/semaphore-26.json", { with: { type: "json" } }),
  () => import("@zk-kit/semaphore-artifacts/semaphore-27.json", { with: { type: "json" } }),
  () => import("@zk-kit/semaphore-artifacts/semaphore-28.json", { with: { type: "json" } }),
  () => import("@zk-kit/semaphore-artifacts/semaphore-29.json", { with: { type: "json" } }),
  () => import("@zk-kit/semaphore-artifacts/semaphore-30.json", { with: { type: "json" } }),
  () => import("@zk-kit/semaphore-artifacts/semaphore-31.json", { with: { type: "json" } }),
  () => import("@zk-kit/semaphore-artifacts/semaphore-32.json", { with: { type: "json" } }),
];
const loaded = new Map<number, Promise<VerificationKey>>();

/** The key for a depth. Rejects with RangeError outside 1 to {@link MAX_SEMAPHORE_DEPTH}. */
export function semaphoreKey(depth: number): Promise<VerificationKey> {
  const known = loaded.get(depth);
  if (known) return known;
  const load = LOADERS[depth - 1];
  if (!load) return Promise.reject(new RangeError("Semaphore depth must be 1 to 32"));
  const key = load().then((module) => parseVerificationKey(module.default));
  loaded.set(depth, key);
  return key;
}
