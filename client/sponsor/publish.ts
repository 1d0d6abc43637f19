// Publishing a trial or the next version of one: text, consent form and terms, for the board to approve.
import { dayOfTimestamp } from "../../circuits/statement/day.ts";
import {
  termsForContract,
  trialIdOf,
  type VersionTerms,
  versionDigest,
} from "../../circuits/statement/trial.ts";
import type { TrialFile } from "../../circuits/statement/trialFile.ts";
import { type Actor, act, addressOf } from "../actor.ts";
import {
  attestationsText,
  compileTrialDocument,
  consentFormText,
  draftTrialDocument,
  type TrialDocument,
  termsOf,
  writeTrialDocument,
} from "../trial-file.ts";
import { readFirstVersion, sealDocument } from "../trial-seal.ts";

const JSON_TYPE = "application/json";
const AGE_TYPE = "application/age";

export type Publication = {
  readonly trialId: string;
  readonly version: number;
  readonly terms: VersionTerms;
  /** What the board approves. */
  readonly digest: string;
  readonly document: TrialDocument;
};

export type PublishOptions = {
  readonly trial: TrialFile;
  /** Address of each site's signing key, by site number. */
  readonly siteSigners: Readonly<Record<number, string>>;
  /** Seals the text: patients, board and auditors need this passphrase to read it. */
  readonly sealWith?: string;
};

/**
 * Registers the protocol number with its board, unless the sponsor has done so, and publishes the first version.
 * Throws CriteriaError for criteria that do not compile; refuses with `ProtocolTaken`, `NotAccredited`.
 */
export async function publishTrial(
  sponsor: Actor,
  options: PublishOptions & { board: string },
): Promise<Publication> {
  const { protocolNumber } = options.trial;
  const document = await draftFor(sponsor, options.trial);
  compileTrialDocument(document);
  const known = (await sponsor.api.trials()).find((t) => t.protocolNumber === protocolNumber);
  const isOurs = known?.sponsor.toLowerCase() === sponsor.address.toLowerCase();
  if (!isOurs || known === undefined) {
    await act(sponsor, "TrialRegistry", "register", [protocolNumber, options.board]);
  }
  return await publishDocument(sponsor, document, options);
}

/**
 * Publishes the next version of a trial. Its program keeps the first version's re-binding day, so that an identity
 * re-bound while the trial recruits stays out of every version: a sealed trial is amended with the passphrase it was
 * sealed with. Refuses with `UnknownTrial`, `NotYourTrial`, `NotFound` (the first text) and `WrongPassphrase`.
 */
export async function amendTrial(sponsor: Actor, options: PublishOptions): Promise<Publication> {
  const draft = await draftFor(sponsor, options.trial);
  const state = await sponsor.api.publicState(trialIdOf(options.trial.protocolNumber));
  const first = await readFirstVersion(state, options.sealWith);
  const latestIdentitySince = first?.latestIdentitySince ?? draft.latestIdentitySince;
  return await publishDocument(sponsor, { ...draft, latestIdentitySince }, options);
}

async function draftFor(sponsor: Actor, trial: TrialFile): Promise<TrialDocument> {
  const { chainTime } = await sponsor.api.deployment();
  return draftTrialDocument({ trial, today: dayOfTimestamp(chainTime) });
}

async function publishDocument(
  sponsor: Actor,
  document: TrialDocument,
  { siteSigners, sealWith }: PublishOptions,
): Promise<Publication> {
  const { api, deployment } = sponsor;
  const text = writeTrialDocument(document);
  const isSealed = sealWith !== undefined;
  const published = isSealed ? await sealDocument(text, sealWith) : text;
  const terms = termsOf({ document, published, isSealed, siteSigners });
  await uploadAll(sponsor, document, published, isSealed);

  const trialId = trialIdOf(document.trial.protocolNumber);
  await act(sponsor, "TrialRegistry", "publishVersion", [trialId, termsForContract(terms)]);
  const state = await api.publicState(trialId);
  const version = Math.max(...state.versions.map((v) => v.version));
  const trialRegistry = addressOf(deployment, "TrialRegistry");
  const { chainId } = deployment;
  const digest = versionDigest({ chainId, trialRegistry, trialId, version, terms });
  return { trialId, version, terms, digest, document };
}

/** Everything whose hash is in the terms; uploading the same text again changes nothing. */
async function uploadAll(
  { api }: Actor,
  document: TrialDocument,
  published: string,
  isSealed: boolean,
): Promise<void> {
  await api.uploadDocument({ content: published, mediaType: isSealed ? AGE_TYPE : JSON_TYPE });
  await api.uploadDocument({ content: consentFormText(document), mediaType: JSON_TYPE });
  const attestations = attestationsText(compileTrialDocument(document));
  if (attestations !== undefined) {
    await api.uploadDocument({ content: attestations, mediaType: JSON_TYPE });
  }
}
