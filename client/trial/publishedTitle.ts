// A trial's title where its version cannot be reviewed now: paused, on hold or closed, it is still the same trial.
import { hashDocument } from "../../circuits/statement/trial/trial.ts";
import type { PublicState } from "../api/trial.ts";
import { readTrialDocument } from "./document.ts";

/** The title in the text that the terms' hash is of; undefined of a sealed text, and of one that cannot be read. */
export function publishedTitle(
  state: Pick<PublicState, "versions" | "currentVersion">,
): string | undefined {
  const version = state.versions.find((one) => one.version === state.currentVersion);
  const text = version?.documents.document?.content;
  if (version === undefined || text === undefined || version.terms.isSealed) return undefined;
  if (hashDocument(text) !== version.terms.documentHash) return undefined;
  try {
    return readTrialDocument(text).trial.title;
  } catch {
    return undefined;
  }
}
