// Makes the Groth16 keys of both circuits, and everything that is committed as circuits/artifacts.
//     node circuits/tools/keys.ts <phase 1 file>
// One contribution and a beacon, both on this machine: DEV keys, forgeable by whoever made them.
// Keys to rely on come from `npm run ceremony`; `verify --take` puts them into circuits/build, and
//     node circuits/tools/keys.ts <phase 1 file> --take ceremony
// publishes them. `--take DEV` publishes the DEV keys that are there once more, with a new wasm.
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { brotliCompressSync, constants } from "node:zlib";
import { zKey } from "snarkjs";
import { refuseForgeableKey } from "../statement/proof/proof.ts";
import { releaseProver } from "../witness/prove.ts";
import { type Counts, compile } from "./compile.ts";
import { ARTIFACTS, BUILD, buildFiles, CIRCUITS } from "./paths.ts";
import { silent } from "./snark.ts";

type KeyKind = "DEV" | "ceremony";

/** Iterations 2^10 of SHA-256 over the beacon: it only has to be fixed after the last contribution. */
const BEACON_EXPONENT = 10;

/** Groth16 set-up, one contribution, one beacon. Writes the circuit's zkey into the build folder. */
async function makeDevKey(circuit: string, phase1: string): Promise<void> {
  const { r1cs, zkey } = buildFiles(circuit);
  const [initial, contributed] = [`${zkey}.0`, `${zkey}.1`];
  await zKey.newZKey(r1cs, phase1, initial, silent);
  const entropy = randomBytes(64).toString("hex");
  await zKey.contribute(initial, contributed, "DEV contribution", entropy, silent);
  const beacon = randomBytes(32).toString("hex");
  await zKey.beacon(contributed, zkey, "DEV beacon", beacon, BEACON_EXPONENT, silent);
}

/** Brotli with a window that spans the zkey's repetitions: gzip's is too small. */
function pack(bytes: Uint8Array): Buffer {
  return brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 6,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
}

type FileEntry = { sha256: string; bytes: number; packedBytes: number };

/** Writes `<name>.br` and returns its entry in the manifest. */
function publish(name: string, bytes: Uint8Array): FileEntry {
  const packed = pack(bytes);
  writeFileSync(`${ARTIFACTS}${name}.br`, packed);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { sha256, bytes: bytes.length, packedBytes: packed.length };
}

/** Verifies a circuit's key against circuit and phase 1, and writes its artifacts. */
async function publishCircuit(circuit: string, phase1: string, counts: Counts) {
  const { r1cs, wasm, zkey } = buildFiles(circuit);
  if (!(await zKey.verifyFromR1cs(r1cs, phase1, zkey, silent))) {
    throw new Error(`${zkey} is not a key of ${r1cs} over ${phase1}`);
  }
  const key = await zKey.exportVerificationKey(zkey, silent);
  // snarkjs calls a key without a contribution valid; anybody could forge proofs for it.
  refuseForgeableKey(key);
  const text = `${JSON.stringify(key, null, 1)}\n`;
  writeFileSync(`${ARTIFACTS}${circuit}.vkey.json`, text);
  return {
    constraints: counts,
    files: {
      [`${circuit}.wasm`]: publish(`${circuit}.wasm`, readFileSync(wasm)),
      [`${circuit}.zkey`]: publish(`${circuit}.zkey`, readFileSync(zkey)),
    },
    verificationKeySha256: createHash("sha256").update(text).digest("hex"),
  };
}

/** Compiles the circuits, makes or takes their keys, and writes circuits/artifacts. */
async function makeArtifacts(phase1: string, take: KeyKind | undefined): Promise<void> {
  mkdirSync(ARTIFACTS, { recursive: true });
  const circuits: { [circuit: string]: Awaited<ReturnType<typeof publishCircuit>> } = {};
  for (const circuit of CIRCUITS) {
    const { counts } = compile(`circuits/${circuit}.circom`, BUILD);
    if (take === undefined) await makeDevKey(circuit, phase1);
    circuits[circuit] = await publishCircuit(circuit, phase1, counts);
    console.log(circuit, counts);
  }
  const manifest = { format: "cohort-zero/artifacts/1", keys: take ?? "DEV", circuits };
  writeFileSync(`${ARTIFACTS}manifest.json`, `${JSON.stringify(manifest, null, 2)}\n`);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { take: { type: "string" } },
});
const [phase1] = positionals;
const { take } = values;
if (phase1 === undefined || !(take === undefined || take === "DEV" || take === "ceremony")) {
  throw new Error("node circuits/tools/keys.ts <phase 1 file> [--take DEV|ceremony]");
}
await makeArtifacts(phase1, take);
await releaseProver();
