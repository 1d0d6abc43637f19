// A version's published document, as far as it can be read without a passphrase.
import { Refusal } from "../../../circuits/statement/refusal.ts";
import type { Recruitment } from "../../api/recruitment.ts";
import type { TrialVersion } from "../../api/trial.ts";
import { isDocumentProblem, readTrialDocument, type TrialDocument } from "../../trial/document.ts";

/** The document of a version; undefined when it is sealed, not uploaded, or not readable. */
export function documentOf(version: TrialVersion): TrialDocument | undefined {
  const content = version.documents.document?.content;
  if (content === undefined || version.terms.isSealed) return undefined;
  try {
    return readTrialDocument(content);
  } catch (error) {
    if (isDocumentProblem(error) || error instanceof Refusal) return undefined;
    throw error;
  }
}

export function newestOf({ versions }: Pick<Recruitment, "versions">): TrialVersion | undefined {
  return [...versions].sort((a, b) => b.version - a.version)[0];
}

/** The newest version's title, where it is open. */
export function titleOf(trial: Pick<Recruitment, "versions">): string {
  const newest = newestOf(trial);
  if (newest === undefined) return "Nothing published yet";
  if (newest.terms.isSealed) return "Sealed protocol";
  return documentOf(newest)?.trial.title ?? "The text cannot be read";
}
