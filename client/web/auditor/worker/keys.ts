// The published keys, bundled into the program: no server says what they are.
import key8 from "../../../../circuits/artifacts/eligibility-8.vkey.json?raw";
import key32 from "../../../../circuits/artifacts/eligibility-32.vkey.json?raw";
import manifest from "../../../../circuits/artifacts/manifest.json";
import { type PublishedKeys, parsePublishedKeys } from "../../../auditor/browser.ts";

let parsed: Promise<PublishedKeys> | undefined;

export function bundledKeys(): Promise<PublishedKeys> {
  parsed ??= parsePublishedKeys({
    files: { "eligibility-8": key8, "eligibility-32": key32 },
    manifest,
  });
  return parsed;
}
