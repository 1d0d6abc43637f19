// Reads the committed artifacts in Node: unpacks them and checks them against the manifest.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { createBrotliDecompress } from "node:zlib";
import type { CircuitName } from "../statement/criteria/program.ts";
import { parseVerificationKey, type VerificationKey } from "../statement/proof/proof.ts";

export type ArtifactName = `${CircuitName}.${"wasm" | "zkey"}`;

type ArtifactFile = {
  /** SHA-256 of the unpacked bytes, hex. */
  readonly sha256: string;
  /** Size unpacked and as brotli. */
  readonly bytes: number;
  readonly packedBytes: number;
};

type Manifest = {
  readonly format: "cohort-zero/artifacts/1";
  /** DEV: made on one machine, forgeable by its owner. Say so wherever a user sees a key. */
  readonly keys: "DEV" | "ceremony";
  readonly circuits: {
    readonly [circuit in CircuitName]: {
      readonly constraints: {
        readonly nonLinear: number;
        readonly linear: number;
        readonly wires: number;
      };
      readonly files: { readonly [name: string]: ArtifactFile };
      readonly verificationKeySha256: string;
    };
  };
};

/** Where a file of circuits/artifacts lies: `.br` files are packed. */
export function packedPath(file: string): URL {
  return new URL(`./${file}`, import.meta.url);
}

/** The bytes of a file of circuits/artifacts as it lies there. */
export function readPacked(file: string): Promise<Buffer> {
  return readFile(packedPath(file));
}

export async function readManifest(): Promise<Manifest> {
  const manifest = JSON.parse((await readPacked("manifest.json")).toString()) as Manifest;
  if (manifest.format !== "cohort-zero/artifacts/1") {
    throw new Error("circuits/artifacts/manifest.json has another format; run `git checkout` on it");
  }
  return manifest;
}

/**
 * The unpacked bytes of a wasm or zkey. Throws, naming the file, when they are not what the manifest says.
 */
export async function readArtifact(name: ArtifactName): Promise<Uint8Array> {
  const manifest = await readManifest();
  return unpackArtifact(name, await readPacked(`${name}.br`), manifest);
}

/** Unpacks and checks an artifact's packed bytes. */
export async function unpackArtifact(
  name: ArtifactName,
  packed: Uint8Array,
  manifest: Manifest,
): Promise<Uint8Array> {
  const expected = manifest.circuits[circuitOf(name)].files[name]!;
  const bytes = await unpack(packed, expected.bytes).catch(() => undefined);
  if (!bytes || createHash("sha256").update(bytes).digest("hex") !== expected.sha256) {
    throw new Error(`${name}.br is damaged or of another version; restore circuits/artifacts`);
  }
  return bytes;
}

/**
 * Unpacks into one buffer of the size that the manifest gives: a crafted file cannot unpack to more, and a zkey
 * is not held in memory twice.
 */
async function unpack(packed: Uint8Array, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let at = 0;
  for await (const chunk of Readable.from([packed]).pipe(createBrotliDecompress())) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes.subarray(0, at);
}

/** A circuit's verification key, checked against the manifest, parsed, and refused if forgeable. */
export async function readVerificationKey(circuit: CircuitName): Promise<VerificationKey> {
  const manifest = await readManifest();
  const text = await readPacked(`${circuit}.vkey.json`);
  const digest = createHash("sha256").update(text).digest("hex");
  if (digest !== manifest.circuits[circuit].verificationKeySha256) {
    throw new Error(`${circuit}.vkey.json is not the manifest's; restore circuits/artifacts`);
  }
  return parseVerificationKey(JSON.parse(text.toString()));
}

function circuitOf(name: ArtifactName): CircuitName {
  return name.slice(0, name.lastIndexOf(".")) as CircuitName;
}
