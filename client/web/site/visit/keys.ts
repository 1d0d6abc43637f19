// The verification keys that came with these pages: what a server tells later is not asked.

import key8 from "../../../../circuits/artifacts/eligibility-8.vkey.json?raw";
import key32 from "../../../../circuits/artifacts/eligibility-32.vkey.json?raw";
import manifest from "../../../../circuits/artifacts/manifest.json";
import { parsePublishedKeys } from "../../../auditor/proof/published.ts";

/** The keys of both circuits, checked against the manifest. */
export function deskKeys() {
  return parsePublishedKeys({
    files: { "eligibility-8": key8, "eligibility-32": key32 },
    manifest,
  });
}
