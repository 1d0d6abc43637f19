// Proving artifacts. Whoever can swap a wasm or zkey can read secrets off the proofs, so each is
// checked against a hash that came with this program before it is used, in Node and in the browser.

import type { CircuitName } from "../../circuits/statement/criteria/program.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { CONSENT_PROOF_DEPTH } from "../../circuits/statement/trial/consent.ts";
import { SEMAPHORE_HASHES } from "./semaphoreHashes.ts";

/** The circuit of the check at the site's desk, whatever the trial's. */
export const PERSON_CHECK_CIRCUIT: CircuitName = "eligibility-8";

/** Unpacked bytes of a wasm and a zkey, as snarkjs takes them. */
export type ProvingFiles = { readonly wasm: Uint8Array; readonly zkey: Uint8Array };

/** Where artifacts come from: npm packages and the repository in Node, the server in a browser. */
export type ArtifactSource = {
  /**
   * `eligibility-8`, `eligibility-32`, or `semaphore-<depth>`. Refuses (`CorruptArtifact`) naming
   * the file.
   */
  readonly load: (circuit: string) => Promise<ProvingFiles>;
};

/** sha256 in hexadecimal. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes)));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Returns the bytes if they have the hash; refuses (`CorruptArtifact`) naming the file otherwise.
 */
export async function checked(options: {
  name: string;
  bytes: Uint8Array;
  hash: string | undefined;
}): Promise<Uint8Array> {
  if (options.hash === undefined || (await sha256(options.bytes)) !== options.hash) {
    throw new Refusal("CorruptArtifact", { file: options.name });
  }
  return options.bytes;
}

/** An artifact source that remembers what it loaded and never loads one circuit twice. */
export function remember(source: ArtifactSource): ArtifactSource {
  const loaded = new Map<string, Promise<ProvingFiles>>();
  return {
    load: (circuit) => {
      const files = loaded.get(circuit) ?? source.load(circuit);
      loaded.set(circuit, files);
      files.catch(() => loaded.delete(circuit));
      return files;
    },
  };
}

/** Hashes by file name of circuits/artifacts/manifest.json, which a browser build bundles. */
export function manifestHashes(manifest: {
  circuits: Record<string, { files: Record<string, { sha256: string }> }>;
}): Record<string, string> {
  const files = Object.values(manifest.circuits).flatMap((circuit) =>
    Object.entries(circuit.files),
  );
  return Object.fromEntries(files.map(([name, { sha256: hash }]) => [name, hash]));
}

/**
 * Artifacts from a server's /artifacts folder. `hashes` is the manifest built into this program (by
 * file name), not the one the server tells: a server that swaps the file would swap its hash too.
 */
export function serverArtifacts(options: {
  download: (path: string) => Promise<Uint8Array>;
  hashes: Readonly<Record<string, string>>;
}): ArtifactSource {
  const hashes: Readonly<Record<string, string>> = { ...options.hashes, ...SEMAPHORE_HASHES };
  const file = async (name: string) =>
    checked({ name, bytes: await options.download(`/artifacts/${name}`), hash: hashes[name] });
  return remember({
    load: async (circuit) => {
      const [wasm, zkey] = await Promise.all([file(`${circuit}.wasm`), file(`${circuit}.zkey`)]);
      return { wasm, zkey };
    },
  });
}

/**
 * The Semaphore circuit of every proof: one depth for all, whatever the group's size
 * (statement/trial/consent.ts).
 */
export const SEMAPHORE_CIRCUIT = `semaphore-${CONSENT_PROOF_DEPTH}`;

/**
 * Fetches what a participation will need, before the device has looked whether it qualifies: a
 * download that followed a private yes would tell it.
 */
export async function prefetch(options: {
  source: ArtifactSource;
  circuit: CircuitName;
}): Promise<void> {
  const circuits = new Set([options.circuit, PERSON_CHECK_CIRCUIT, SEMAPHORE_CIRCUIT]);
  await Promise.all([...circuits].map(options.source.load));
}
