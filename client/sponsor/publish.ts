// Publishing a trial or the next version of one: text, consent form and terms, for the board to approve.
import { CriteriaError } from "../../circuits/statement/criteria/problem.ts";
import { dayOfTimestamp } from "../../circuits/statement/encoding/day.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import {
  termsForContract,
  trialIdOf,
  type VersionTerms,
  versionDigest,
} from "../../circuits/statement/trial/trial.ts";
import type { TrialFile } from "../../circuits/statement/trial/trialFile.ts";
import { type Actor, act, addressOf } from "../actor/actor.ts";
import { InputError } from "../files/inputError.ts";
import {
  attestationsText,
  type Custodians,
  compileTrialDocument,
  consentFormText,
  draftTrialDocument,
  readCustodians,
  readTrialDocument,
  type TrialDocument,
  termsOf,
  writeTrialDocument,
} from "../trial/document.ts";
import { readFirstVersion, sealDocument } from "../trial/seal.ts";
import { type DroppedSite, droppedSites } from "../trial/sites.ts";

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

type PublishOptions = {
  readonly trial: TrialFile;
  /** Address of each site's signing key, by site number. */
  readonly siteSigners: Readonly<Record<number, string>>;
  /** Seals the text: patients, board and auditors need this passphrase to read it. */
  readonly sealWith?: string;
  /**
   * Who holds shares of the keys, and how many of them open a package. Needed where the trial collects data; each has to
   * be accredited as a custodian.
   */
  readonly custodians?: Custodians | undefined;
};

/** A version ready to be signed: all that will be published, and what the board will be asked to approve. */
export type Prepared = Publication & {
  /** The document's text, or its ciphertext when sealed. */
  readonly published: string;
  /** Sites in force that it no longer lists, and who is there. */
  readonly dropped: readonly DroppedSite[];
};

/**
 * Makes a trial's first version without sending anything. Throws CriteriaError for a trial file that is none, and
 * for criteria that do not compile, and RangeError for custodians that are none. Refuses with `CustodiansMissing` what
 * collects data without custodians, and with `NotAccredited` custodians who are not accredited.
 */
export async function prepareTrial(sponsor: Actor, options: PublishOptions): Promise<Prepared> {
  refuseClosedSites(options.trial);
  await requireCustodians(sponsor, options);
  const { versions } = await registrationOf(sponsor, options.trial);
  const document = await draftFor(sponsor, options);
  const version = 1 + newestOf(versions);
  return await prepare(sponsor, { document, version, dropped: [] }, options);
}

/**
 * Whether the number is the sponsor's already, and the versions under it: one that lapsed unapproved keeps counting from
 * its former sponsor's. Throws InputError when the sponsor's own are there: a first version would become an amendment
 * that nobody reviewed as one.
 */
async function registrationOf({ api, address }: Actor, { protocolNumber }: TrialFile) {
  const known = (await api.trials()).find((trial) => trial.protocolNumber === protocolNumber);
  const versions = known === undefined ? [] : (await api.publicState(known.trialId)).versions;
  const isOurs = known?.sponsor.toLowerCase() === address.toLowerCase();
  if (isOurs && versions.length > 0) {
    throw new InputError(`${protocolNumber} is published already: amend it instead.`);
  }
  return { isOurs, versions };
}

function refuseClosedSites({ sites }: TrialFile): void {
  const problems = sites.flatMap(({ capacity }, i) => {
    if (capacity > 0) return [];
    const message = "0 places in a first version: the site has nobody to sign for";
    return [{ path: `sites[${i}].capacity`, message, hint: "Give it places, or leave it out." }];
  });
  if (problems.length > 0) throw new CriteriaError(problems);
}

/**
 * Makes the next version of a trial without sending anything. Its programs keep the re-binding day of the first approved
 * version, so that an identity re-bound while the trial recruits stays out of every version: a sealed trial is amended
 * with the passphrase it was sealed with. Refuses with `UnknownTrial`, `NotFound` (the first text) and `WrongPassphrase`,
 * and for its custodians as {@link prepareTrial} does: they are named anew, as the keys of sites are.
 */
export async function prepareAmendment(sponsor: Actor, options: PublishOptions): Promise<Prepared> {
  await requireCustodians(sponsor, options);
  const draft = await draftFor(sponsor, options);
  const state = await sponsor.api.publicState(trialIdOf(options.trial.protocolNumber));
  const first = await readFirstVersion(state, options.sealWith);
  const latestIdentitySince = first?.latestIdentitySince ?? draft.latestIdentitySince;
  const version = 1 + newestOf(state.versions);
  const sites = options.trial.sites.map(({ id }) => ({ siteId: id }));
  const dropped = droppedSites(state, sites);
  const document = { ...draft, latestIdentitySince };
  return await prepare(sponsor, { document, version, dropped }, options);
}

/**
 * Registers the protocol number with its board, unless the sponsor has done so, and publishes the first version.
 * Throws CriteriaError for criteria that do not compile; refuses with `ProtocolTaken`, `NotAccredited`.
 */
export async function publishTrial(
  sponsor: Actor,
  options: PublishOptions & { board: string },
): Promise<Publication> {
  return await publishFirst(sponsor, await prepareTrial(sponsor, options), options.board);
}

/** Publishes a first version exactly as it was prepared. Refuses with `ProtocolTaken`, `NotAccredited`. */
export async function publishFirst(
  sponsor: Actor,
  prepared: Prepared,
  board: string,
): Promise<Publication> {
  const { trial } = prepared.document;
  const { isOurs } = await registrationOf(sponsor, trial);
  if (!isOurs) await act(sponsor, "TrialRegistry", "register", [trial.protocolNumber, board]);
  return await publishPrepared(sponsor, prepared);
}

/**
 * Publishes the next version of a trial, and says which sites it drops. Refuses as {@link prepareAmendment} and with
 * `NotYourTrial`.
 */
export async function amendTrial(sponsor: Actor, options: PublishOptions) {
  const prepared = await prepareAmendment(sponsor, options);
  return { ...(await publishPrepared(sponsor, prepared)), dropped: prepared.dropped };
}

/** Publishes a version exactly as it was prepared. Refuses with `NotYourTrial`, `NotAccredited`. */
export async function publishPrepared(sponsor: Actor, prepared: Prepared): Promise<Publication> {
  const { trialId, terms, document } = prepared;
  await uploadAll(sponsor, prepared);
  await act(sponsor, "TrialRegistry", "publishVersion", [trialId, termsForContract(terms)]);
  const state = await sponsor.api.publicState(trialId);
  const version = newestOf(state.versions);
  // As it stands now: another version may have come between.
  const digest = digestOf(sponsor, { trialId, version, terms });
  return { trialId, version, terms, digest, document };
}

const newestOf = (versions: readonly { readonly version: number }[]) =>
  Math.max(0, ...versions.map(({ version }) => version));

function digestOf(
  { deployment }: Actor,
  of: Pick<Publication, "trialId" | "version" | "terms">,
): string {
  const trialRegistry = addressOf(deployment, "TrialRegistry");
  return versionDigest({ chainId: deployment.chainId, trialRegistry, ...of });
}

async function draftFor(
  sponsor: Actor,
  { trial, custodians }: PublishOptions,
): Promise<TrialDocument> {
  const { chainTime } = await sponsor.api.deployment();
  return draftTrialDocument({ trial, today: dayOfTimestamp(chainTime), custodians });
}

/** A mistyped account would hold a share that nobody can use; the version would have to be amended. */
async function requireCustodians({ api }: Actor, { trial, custodians }: PublishOptions) {
  if (custodians === undefined) {
    const collections = trial.collections?.length ?? 0;
    if (collections > 0) throw new Refusal("CustodiansMissing", { collections });
    return;
  }
  const { members } = readCustodians(custodians);
  const holders = (await api.accreditations())
    .filter(({ role, active }) => active && role === "custodian")
    .map(({ account }) => account.toLowerCase());
  const other = members.find((member) => !holders.includes(member.toLowerCase()));
  if (other !== undefined) {
    throw new Refusal("NotAccredited", { account: other, role: "custodian" });
  }
}

async function prepare(
  sponsor: Actor,
  { document: draft, version, dropped }: Pick<Prepared, "document" | "version" | "dropped">,
  { siteSigners, sealWith }: PublishOptions,
): Promise<Prepared> {
  const text = writeTrialDocument(draft);
  // As every wallet will: what nobody can read is not published.
  const document = readTrialDocument(text);
  const isSealed = sealWith !== undefined;
  const published = isSealed ? await sealDocument(text, sealWith) : text;
  const terms = termsOf({ document, published, isSealed, siteSigners });
  const trialId = trialIdOf(document.trial.protocolNumber);
  const digest = digestOf(sponsor, { trialId, version, terms });
  return { trialId, version, terms, digest, document, published, dropped };
}

/** Everything whose hash is in the terms; uploading the same text again changes nothing. */
async function uploadAll({ api }: Actor, { document, published, terms }: Prepared): Promise<void> {
  const mediaType = terms.isSealed ? AGE_TYPE : JSON_TYPE;
  await api.uploadDocument({ content: published, mediaType });
  await api.uploadDocument({ content: consentFormText(document), mediaType: JSON_TYPE });
  const attestations = attestationsText(compileTrialDocument(document));
  if (attestations !== undefined) {
    await api.uploadDocument({ content: attestations, mediaType: JSON_TYPE });
  }
}
