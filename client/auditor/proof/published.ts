// The published verification keys: the only thing an audit takes for granted.

import type { CircuitName } from "../../../circuits/statement/criteria/program.ts";
import {
  parseVerificationKey,
  type VerificationKey,
} from "../../../circuits/statement/proof/proof.ts";
import { semaphoreKey } from "../../../circuits/statement/proof/semaphoreKeys.ts";
import { CONSENT_PROOF_DEPTH } from "../../../circuits/statement/trial/consent.ts";
import { sha256 } from "../../artifacts/artifacts.ts";
import { InputError } from "../../files/inputError.ts";

/** The published verification keys, by circuit. */
export type PublishedKeys = Readonly<Record<CircuitName | "semaphore", VerificationKey>> & {
  /** What was published with them; without it a deployment file has nothing to agree with. */
  readonly origin?: KeyOrigin;
};

type KeyOrigin = {
  /** "DEV", or the ceremony. */
  readonly keys: string;
  /** SHA-256 of the unpacked artifacts, by file name. */
  readonly artifactHashes: Readonly<Record<string, string>>;
};

/** Of circuits/artifacts/manifest.json, what says which keys are the published ones. */
export type KeyManifest = {
  readonly keys: string;
  readonly circuits: Readonly<
    Record<
      CircuitName,
      {
        readonly verificationKeySha256: string;
        readonly files: Readonly<Record<string, { readonly sha256: string }>>;
      }
    >
  >;
};

/**
 * The keys from the text of the files `circuits/artifacts/<circuit>.vkey.json`, each checked
 * against the manifest, and Semaphore's ceremony's. Throws InputError naming the file.
 */
export async function parsePublishedKeys(options: {
  files: Readonly<Record<CircuitName, string>>;
  manifest: KeyManifest;
}): Promise<PublishedKeys> {
  const { manifest } = options;
  const key = async (circuit: CircuitName) => {
    const text = options.files[circuit];
    const hash = await sha256(new TextEncoder().encode(text));
    if (hash !== manifest.circuits[circuit].verificationKeySha256) {
      throw new InputError(`${circuit}.vkey.json is not the manifest's; fetch the artifacts again`);
    }
    return parseVerificationKey(JSON.parse(text));
  };
  return {
    "eligibility-8": await key("eligibility-8"),
    "eligibility-32": await key("eligibility-32"),
    semaphore: await semaphoreKey(CONSENT_PROOF_DEPTH),
    origin: { keys: manifest.keys, artifactHashes: artifactHashesOf(manifest) },
  };
}

/** SHA-256 of the unpacked artifacts by file name, as a deployment file has them. */
export function artifactHashesOf({
  circuits,
}: Pick<KeyManifest, "circuits">): Record<string, string> {
  const files = Object.values(circuits).flatMap((circuit) => Object.entries(circuit.files));
  return Object.fromEntries(files.map(([name, { sha256 }]) => [name, sha256]));
}
