// Artifacts in Node: eligibility from the repository, Semaphore from npm. Nothing is downloaded at
// run time.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type ArtifactName, readArtifact } from "../../circuits/artifacts/read.ts";
import type { CircuitName } from "../../circuits/statement/criteria/program.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { type ArtifactSource, checked, type ProvingFiles, remember } from "./artifacts.ts";
import { SEMAPHORE_HASHES } from "./semaphoreHashes.ts";

/** Artifacts from the repository and the npm package; both are checked against their hashes. */
export function localArtifacts(): ArtifactSource {
  return remember({ load: (circuit) => loadCircuit(circuit) });
}

async function loadCircuit(circuit: string): Promise<ProvingFiles> {
  if (circuit.startsWith("semaphore-")) {
    const [wasm, zkey] = await Promise.all([
      readSemaphoreFile(`${circuit}.wasm`),
      readSemaphoreFile(`${circuit}.zkey`),
    ]);
    return { wasm, zkey };
  }
  const name = circuit as CircuitName;
  const [wasm, zkey] = await Promise.all([
    readCircuitFile(`${name}.wasm`),
    readCircuitFile(`${name}.zkey`),
  ]);
  return { wasm, zkey };
}

async function readCircuitFile(name: ArtifactName): Promise<Uint8Array> {
  return await readArtifact(name).catch(() => {
    throw new Refusal("CorruptArtifact", { file: name });
  });
}

async function readSemaphoreFile(name: string): Promise<Uint8Array> {
  // The package has no entry point, so it is found by its manifest.
  const manifest = import.meta.resolve("@zk-kit/semaphore-artifacts/package.json");
  const bytes = await readFile(fileURLToPath(new URL(name, manifest)));
  return await checked({ name, bytes: new Uint8Array(bytes), hash: SEMAPHORE_HASHES[name] });
}
