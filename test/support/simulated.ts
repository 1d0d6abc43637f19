// Proofs by keys whose trapdoors the tests hold, and the verifiers of those keys: what `ownKeys` puts in the place of
// the repository's.
import type { Identity, MerkleProof, SemaphoreProof } from "@semaphore-protocol/core";
import type * as artifacts from "../../circuits/artifacts/read.ts";
import { nullifierOf } from "../../circuits/statement/encoding/identity.ts";
import { hashEncoded } from "../../circuits/statement/encoding/keccak.ts";
import {
  fromCalldata,
  parseVerificationKey,
  type VerificationKey,
} from "../../circuits/statement/proof/proof.ts";
import { listSignals, parseSignals, SIGNALS } from "../../circuits/statement/proof/signals.ts";
import type * as proving from "../../circuits/witness/prove.ts";
import { calculateWitness, prepareInputs } from "../../circuits/witness/wires.ts";
import type { PublishedKeys } from "../../client/auditor/proof/published.ts";
import type { Artifact } from "../../contracts/artifact.ts";
import { compileSemaphoreVerifier, compileVerifier } from "../contracts/compile.ts";
import { simulate, trapdoorOf } from "../contracts/trapdoor.ts";
import { STAGE_KEYS } from "./stageKeys.ts";

type KeyName = keyof typeof STAGE_KEYS;

/** The key of one of the tests' trapdoors. */
export async function parsedKey(name: KeyName): Promise<VerificationKey> {
  return parseVerificationKey(STAGE_KEYS[name]);
}

/** Artifacts that are unpacked once a process. A proving key is never used here. */
export function readOnce(real: typeof artifacts): typeof artifacts.readArtifact {
  const read = new Map<string, Promise<Uint8Array>>();
  return async (name) => {
    if (name.endsWith(".zkey")) return new Uint8Array();
    if (!read.has(name)) read.set(name, real.readArtifact(name));
    return await read.get(name)!;
  };
}

/** `prove` with all its checks and the circuit's own program, but for the last step. */
export function simulateProve(): typeof proving.prove {
  return async ({ artifacts, onPhase = () => {}, ...statement }) => {
    onPhase("keys");
    const { wasm } = await artifacts;
    onPhase("witness");
    const witness = await calculateWitness(prepareInputs(statement), wasm);
    onPhase("proof");
    const signals = parseSignals(publicSignals(witness));
    const points = simulate(trapdoorOf(statement.program.size), listSignals(signals));
    return { proof: fromCalldata(points.map(String)), signals };
  };
}

/** The first wires of a .wtns file: it has a header of 76 bytes, then the wire that is 1, then these. */
function publicSignals(witness: Uint8Array): string[] {
  return SIGNALS.map((_, i) => {
    const at = 76 + 32 * (i + 1);
    const bytes = Buffer.from(witness.subarray(at, at + 32)).reverse();
    return BigInt(`0x${bytes.toString("hex")}`).toString();
  });
}

/** Semaphore's `generateProof` for members with their path at hand. */
export async function simulateMembership(
  identity: Identity,
  path: MerkleProof,
  message: bigint,
  scope: bigint,
  depth: number,
): Promise<SemaphoreProof> {
  if (path.leaf !== identity.commitment) throw new Error("not the path of this member");
  const hashed = (value: bigint) => hashEncoded(["uint256"], [value]);
  const nullifier = nullifierOf(hashed(scope), identity.secretScalar);
  const signals = [path.root, nullifier, hashed(message), hashed(scope)];
  return {
    merkleTreeDepth: depth,
    merkleTreeRoot: path.root.toString(),
    nullifier: nullifier.toString(),
    message: message.toString(),
    scope: scope.toString(),
    points: simulate(trapdoorOf(20, 4), signals).map(String) as SemaphoreProof["points"],
  };
}

/** The verifier contract of the tests' key, where this is the name of one. */
export function ownVerifier(name: string): Artifact | undefined {
  if (name === "EligibilityVerifier8") return compileVerifier(trapdoorOf(8));
  if (name === "EligibilityVerifier32") return compileVerifier(trapdoorOf(32));
  return name === "SemaphoreVerifier" ? compileSemaphoreVerifier(trapdoorOf(20, 4)) : undefined;
}

/** What an audit takes for granted, with the tests' keys. */
export async function ownPublishedKeys(real: PublishedKeys): Promise<PublishedKeys> {
  const names = Object.keys(STAGE_KEYS) as KeyName[];
  const own = await Promise.all(names.map(async (name) => [name, await parsedKey(name)] as const));
  return { ...real, ...Object.fromEntries(own) };
}
