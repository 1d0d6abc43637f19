// Phase 2 of the Groth16 set-up, for many contributors, each on a machine of their own. The folder that is passed on
// holds one zkey per circuit and step, and the transcript. The keys are sound if one contributor forgot their secret.
import { createHash, randomBytes } from "node:crypto";
import { createReadStream, existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { zKey } from "snarkjs";
import { refuseForgeableKey } from "../statement/proof/proof.ts";
import phase1List from "./phase1.json" with { type: "json" };
import { silent } from "./snark.ts";
import {
  hasTranscript,
  readTranscript,
  type Step,
  type Transcript,
  writeTranscript,
} from "./transcript.ts";

type CircuitFile = { readonly name: string; readonly r1cs: string };

/** The zkey of a circuit after so many steps; 0 is the set-up itself, which anybody can forge proofs for. */
function zkeyFile(folder: string, circuit: string, step: number): string {
  return `${folder}/${circuit}-${String(step).padStart(4, "0")}.zkey`;
}

/** BLAKE2b-512 of a phase 1 file, and its name in the published list. */
async function identifyPhase1(file: string): Promise<Transcript["phase1"]> {
  const hash = createHash("blake2b512");
  await pipeline(createReadStream(file), hash);
  const blake2b = hash.digest("hex");
  const published = phase1List.files.find((entry) => entry.blake2b === blake2b)?.name ?? null;
  return { blake2b, published };
}

/**
 * Starts a ceremony: checks the phase 1 file against the published list and sets every circuit up. Run again after
 * an interruption, it goes on where it was. Throws for an unknown phase 1 file unless `development`.
 */
export async function initCeremony({
  folder,
  phase1: phase1File,
  circuits,
  development = false,
}: {
  folder: string;
  phase1: string;
  circuits: readonly CircuitFile[];
  development?: boolean;
}): Promise<void> {
  if (hasTranscript(folder)) throw new Error(`${folder} already holds a ceremony`);
  const phase1 = await identifyPhase1(phase1File);
  if (phase1.published === null && !development) {
    throw new Error(
      `${phase1File} is not in the published list of phase 1 files (circuits/tools/phase1.json). ` +
        "Take one of those; --development accepts any file, for keys nobody may rely on.",
    );
  }
  mkdirSync(folder, { recursive: true });
  for (const { name, r1cs } of circuits) {
    await writeOnce(zkeyFile(folder, name, 0), (file) =>
      zKey.newZKey(r1cs, phase1File, file, silent),
    );
  }
  writeTranscript(folder, {
    format: "cohort-zero/ceremony/1",
    phase1,
    circuits: circuits.map(({ name, r1cs }) => ({ name, r1csSha256: sha256(r1cs) })),
    steps: [],
  });
}

/** Adds one person's randomness to every circuit. Throws after the beacon: then the keys are final. */
export async function contribute(folder: string, name: string): Promise<Step> {
  return addStep(folder, { kind: "contribution", name, hashes: {} }, (from, to) =>
    // 64 bytes of the system's randomness, never written anywhere; snarkjs mixes in its own.
    zKey.contribute(from, to, name, randomBytes(64).toString("hex"), silent),
  );
}

/**
 * Ends the ceremony with a public value that nobody knew before the last contribution, named in advance
 * (a future block's hash, a drand round).
 */
export async function applyBeacon(
  folder: string,
  { name, value, exponent }: { name: string; value: string; exponent: number },
): Promise<Step> {
  if (!/^([0-9a-f]{2}){16,255}$/.test(value)) throw new Error("a beacon is 16 to 255 bytes of hex");
  if (readTranscript(folder).steps.length === 0) {
    throw new Error("no contribution yet: everybody knows what a beacon adds");
  }
  const step: Step = { kind: "beacon", name, beacon: { value, exponent }, hashes: {} };
  return addStep(folder, step, (from, to) => zKey.beacon(from, to, name, value, exponent, silent));
}

/** Makes the next zkey of every circuit, then records the step: a step counts when it is in the transcript. */
async function addStep(
  folder: string,
  step: Step,
  make: (from: string, to: string) => Promise<Uint8Array | false>,
): Promise<Step> {
  const transcript = readTranscript(folder);
  if (transcript.steps.at(-1)?.kind === "beacon") {
    throw new Error("the beacon has ended this ceremony: its keys are final");
  }
  const count = transcript.steps.length;
  for (const { name } of transcript.circuits) {
    const next = zkeyFile(folder, name, count + 1);
    // What an interrupted step left is not in the transcript, and its secret is gone: made anew.
    const hash = await make(zkeyFile(folder, name, count), `${next}.new`);
    if (!hash) throw new Error(`snarkjs refused the step for ${name}`);
    step.hashes[name] = Buffer.from(hash).toString("hex");
    renameSync(`${next}.new`, next);
  }
  writeTranscript(folder, { ...transcript, steps: [...transcript.steps, step] });
  return step;
}

/**
 * Verifies the newest keys against circuits and phase 1, and the transcript against the keys.
 * Throws naming the circuit and what is wrong; returns the keys' files.
 */
export async function verifyCeremony({
  folder,
  phase1,
  circuits,
}: {
  folder: string;
  phase1: string;
  circuits: readonly CircuitFile[];
}): Promise<string[]> {
  const transcript = readTranscript(folder);
  const { blake2b } = await identifyPhase1(phase1);
  if (blake2b !== transcript.phase1.blake2b) throw new Error(`${phase1} is not the phase 1 used`);
  const files: string[] = [];
  for (const { name, r1csSha256 } of transcript.circuits) {
    const r1cs = circuits.find((circuit) => circuit.name === name)?.r1cs;
    if (!r1cs) throw new Error(`${name} is not a circuit of this project`);
    if (sha256(r1cs) !== r1csSha256) {
      throw new Error(`${name} compiles to another r1cs than the ceremony's: check out its commit`);
    }
    const file = zkeyFile(folder, name, transcript.steps.length);
    const hashes = transcript.steps.map((step) => step.hashes[name] ?? "none");
    await verifyZkey({ name, r1cs, phase1, file, hashes });
    files.push(file);
  }
  return files;
}

async function verifyZkey({
  name,
  r1cs,
  phase1,
  file,
  hashes,
}: CircuitFile & { phase1: string; file: string; hashes: readonly string[] }): Promise<void> {
  const lines: string[] = [];
  const listen = { ...silent, info: (text: string) => lines.push(text) };
  if (!(await zKey.verifyFromR1cs(r1cs, phase1, file, listen))) {
    throw new Error(`${file} is not a key of ${name} over this phase 1`);
  }
  refuseForgeableKey(await zKey.exportVerificationKey(file, silent));
  // snarkjs prints each contribution's hash as groups of hex below its number, the last one first.
  const printed = lines
    .filter((line) => line.startsWith("contribution #"))
    .map((line) => line.slice(line.indexOf(":") + 1).replaceAll(/\s/g, ""));
  if (printed.reverse().join() !== hashes.join()) {
    throw new Error(`the transcript's hashes of ${name} are not those inside ${file}`);
  }
}

/** Makes a file unless it is there; a half-written one never has its final name. */
async function writeOnce(file: string, make: (file: string) => Promise<unknown>): Promise<void> {
  if (existsSync(file)) return;
  await make(`${file}.new`);
  renameSync(`${file}.new`, file);
}

function sha256(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
