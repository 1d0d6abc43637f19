import { sha256 } from "ethers";
import { auditDataset, type DatasetAudit } from "../../client/auditor/dataset/audit.ts";
import type { DatasetEvidence } from "../../client/auditor/dataset/evidence.ts";
import { memoryFiles } from "../../client/exchange/dataset/files.ts";
import { type Manifest, manifestText } from "../../client/exchange/dataset/manifest.ts";
import { type Dataset, evidenceOf, hashOf, written } from "../exchange/datasetSample.ts";

export const honest = await written();
export const [first, second] = honest.of.opened;
export const [entry, other] = [hashOf(first!), hashOf(second!)];

/** A dataset that may be changed, with the same content. */
export function copy(): Dataset {
  const held = new Map(honest.held);
  const manifest = structuredClone(honest.manifest);
  return { ...honest, manifest, held, files: memoryFiles(held) };
}

export function audit(of: Dataset, more: Partial<DatasetEvidence> = {}): Promise<DatasetAudit> {
  return auditDataset({ files: of.files, evidence: { ...evidenceOf(of.of), ...more } });
}

export const bytesOf = (text: string) => new TextEncoder().encode(text);
export const put = ({ held }: Dataset, path: string, text: string) =>
  void held.set(path, bytesOf(text));

/** Writes the manifest as whoever changed files would: with their hashes as they are now. */
export function relist(of: Dataset, change: (manifest: Manifest) => unknown = () => {}): void {
  for (const file of of.manifest.files) {
    const bytes = of.held.get(file.path) ?? new Uint8Array();
    Object.assign(file, { bytes: bytes.length, sha256: sha256(bytes).slice(2) });
  }
  change(of.manifest);
  put(of, "manifest.json", manifestText(of.manifest));
}

export const rulesOf = ({ findings }: DatasetAudit) => [
  ...new Set(findings.map(({ rule }) => rule)),
];
