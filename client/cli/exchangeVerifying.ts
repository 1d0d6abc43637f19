// What opened packages are checked against, and how far opening has come.
import { readVerificationKey } from "../../circuits/artifacts/read.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { hashDocument } from "../../circuits/statement/trial/trial.ts";
import type { AuditEvent } from "../api/event.ts";
import { authorityCheck } from "../exchange/authority.ts";
import type { FetchProgress, Verifying } from "../exchange/fetch.ts";
import { readTrialDocument, type TrialDocument } from "../trial/document.ts";
import { openDocument } from "../trial/seal.ts";
import type { Entries } from "./exchange.ts";

/**
 * The text of the version in force, of a trial in any state: emergencies do not wait for one that is on hold. Refuses
 * with `TrialNotApproved`, `NotFound` and `TrialTampered`.
 */
export async function readText(
  { downloads }: Pick<Entries, "downloads">,
  documentKey: string | undefined,
): Promise<TrialDocument> {
  const { versions, currentVersion } = downloads.state;
  const version = versions.find((one) => one.version === currentVersion);
  if (version === undefined) throw new Refusal("TrialNotApproved");
  const { documentHash, isSealed } = version.terms;
  const published = version.documents.document?.content;
  if (published === undefined) throw new Refusal("NotFound", { document: documentHash });
  if (hashDocument(published) !== documentHash) throw new Refusal("TrialTampered");
  return readTrialDocument(isSealed ? await openDocument(published, documentKey) : published);
}

/** All of it public, and the keys that came with this program. `events`: of all trials. */
export async function verifyingOf(
  { trial: at, downloads, place }: Entries,
  { dictionaryVersion, trial }: TrialDocument,
  events: readonly AuditEvent[],
): Promise<Verifying> {
  const { state, registry } = downloads;
  const { scope } = at;
  const keys = {
    "eligibility-8": await readVerificationKey("eligibility-8"),
    "eligibility-32": await readVerificationKey("eligibility-32"),
  };
  return {
    check: authorityCheck({ at: place, scope, state, events }),
    disclosure: {
      recipient: at.trial.sponsor,
      ...{ scope, dictionaryVersion, state, registry, keys },
    },
    collections: trial.collections,
  };
}

const STEPS = { packages: "Packages", shares: "Keys", opening: "Opened" } as const;

export function progressWords({ step, done, of }: FetchProgress): string {
  return `${STEPS[step]}: ${done} of ${of}...`;
}
