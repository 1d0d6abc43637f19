// The keys of this version, from the repository: the artifacts' and Semaphore's ceremony's.
import { readManifest, readPacked } from "../../../circuits/artifacts/read.ts";
import { type PublishedKeys, parsePublishedKeys } from "./published.ts";

/** The published keys, checked against the manifest. */
export async function publishedKeys(): Promise<PublishedKeys> {
  const text = async (file: string) => (await readPacked(file)).toString();
  return parsePublishedKeys({
    files: {
      "eligibility-8": await text("eligibility-8.vkey.json"),
      "eligibility-32": await text("eligibility-32.vkey.json"),
    },
    manifest: await readManifest(),
  });
}
