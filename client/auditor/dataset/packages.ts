// The manifest against the packages themselves, where they can be opened again.
import canonicalize from "canonicalize";
import type { Payload } from "../../../circuits/statement/exchange/payload.ts";
import { hashText, imprinted, NO_IMPRINT } from "../../exchange/dataset/cells.ts";
import type { Manifest, ManifestEntry } from "../../exchange/dataset/manifest.ts";
import { resourcesOf } from "../../exchange/dataset/resources.ts";
import type { DatasetEvidence } from "./evidence.ts";
import type { DatasetReport } from "./finding.ts";

/** How many were opened again. */
export async function comparePackages(of: {
  manifest: Manifest;
  evidence: DatasetEvidence;
  report: DatasetReport;
}): Promise<number> {
  const { manifest, evidence, report } = of;
  if (evidence.openAgain === undefined) return 0;
  let count = 0;
  for (const told of manifest.entries) {
    const payload = await evidence.openAgain(told.entry);
    if (payload === undefined) continue;
    count++;
    for (const reason of differencesOf(told, payload)) {
      report("dataset/package", `entry ${told.entry}: ${reason}`);
    }
  }
  return count;
}

function differencesOf(told: ManifestEntry, payload: Payload): string[] {
  const { content, provenance } = payload;
  const stream =
    "stream" in content ? { name: content.stream, sequence: content.streamSequence } : undefined;
  const isSame = (a: unknown, b: unknown) => canonicalize(a) === canonicalize(b);
  return [
    ...(isSame(told.resources, imprintOf(told, payload))
      ? []
      : ["its resources are not what its package holds"]),
    ...(isSame(told.provenance, provenance) ? [] : ["where it comes from is not what it says"]),
    ...(isSame(told.stream, stream) ? [] : ["its stream is another"]),
  ];
}

/** Undefined for a package that nothing can be made of. */
function imprintOf({ entry }: ManifestEntry, payload: Payload) {
  try {
    return resourcesOf(entry, payload).reduce<typeof NO_IMPRINT>(
      (imprint, resource) => imprinted(imprint, hashText(canonicalize(resource) ?? "")),
      NO_IMPRINT,
    );
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
