// What a site signs (EIP-712) and submits: arrivals with their attestations, screen failures,
// completions, withdrawals declared at the desk, and successions of lost wallets.
import type { Signer, TypedDataDomain, TypedDataField } from "ethers";
import {
  enrollmentDomain,
  SITE_ACT_TYPES,
  type SiteAct,
  type SiteActName,
  SUCCESSION_TYPES,
  type Succession,
} from "../../circuits/statement/consent.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { type Bytes32, ZERO_BYTES32 } from "../../circuits/statement/trial.ts";
import type { Submission } from "../api/submission.ts";
import type { TrialVersion } from "../api/trial.ts";
import type { Api } from "../api.ts";

/** A signature is good for this long. */
export const SIGNATURE_SECONDS = 86_400;

/** The contract that the signature is for. */
export type Domain = { readonly chainId: number; readonly enrollment: string };
export type SignedSiteAct = SiteAct & { readonly signature: string };
export type SignedSuccession = Succession & { readonly signature: string };

/** Signs one act about a participant with the site's registered key. */
export async function signSiteAct(options: {
  signer: Signer;
  domain: Domain;
  name: SiteActName;
  act: SiteAct;
}): Promise<SignedSiteAct> {
  const { signer, domain, name, act } = options;
  const signature = await sign(signer, domain, SITE_ACT_TYPES[name], act);
  return { ...act, signature };
}

/**
 * Signs an arrival that was verified, attesting the version's whole list. Refuses with
 * `WrongAttestations` when staff did not confirm every item, and `UnknownSite` when the key is not
 * the site's.
 */
export async function signArrival(options: {
  signer: Signer;
  domain: Domain;
  version: TrialVersion;
  trialId: string;
  siteId: number;
  pseudonym: bigint;
  /** Hash of the list that staff confirmed, or zero for an empty one. */
  attested: Bytes32;
  /** The chain's time, Unix seconds. */
  now: number;
}): Promise<SignedSiteAct> {
  const { signer, domain, version, trialId, siteId, pseudonym, attested, now } = options;
  if (attested !== version.terms.attestationsHash) throw new Refusal("WrongAttestations");
  await requireSiteKey({ signer, version, siteId });
  const deadline = BigInt(now + SIGNATURE_SECONDS);
  const act: SiteAct = { trialId, pseudonym, siteId, evidence: attested, deadline };
  return await signSiteAct({ signer, domain, name: "Arrival", act });
}

/** Signs that a lost pseudonym is retired and its person's new wallet admitted. */
export async function signSuccession(options: {
  signer: Signer;
  domain: Domain;
  succession: Succession;
}): Promise<SignedSuccession> {
  const { signer, domain, succession } = options;
  const signature = await sign(signer, domain, SUCCESSION_TYPES, succession);
  return { ...succession, signature };
}

/** Submits an arrival, a screen failure or a completion. */
export async function submitSiteAct(options: {
  api: Api;
  name: "Arrival" | "ScreenFailure" | "Completion";
  signed: SignedSiteAct;
}): Promise<Submission> {
  const acts = {
    Arrival: "ARRIVAL",
    ScreenFailure: "SCREEN_FAILURE",
    Completion: "COMPLETION",
  } as const;
  return await options.api.submit("siteAct", { act: acts[options.name], signed: options.signed });
}

/** Reports a withdrawal that the person declared at the site. */
export async function submitSiteWithdrawal(api: Api, signed: SignedSiteAct): Promise<Submission> {
  return await api.submit("withdrawal", { bySite: signed });
}

/** Submits a succession. */
export async function submitSuccession(api: Api, signed: SignedSuccession): Promise<Submission> {
  return await api.submit("succession", signed);
}

/** An act without evidence on file. */
export function plainAct(of: {
  trialId: string;
  pseudonym: bigint;
  siteId: number;
  now: number;
}): SiteAct {
  const { now, ...rest } = of;
  return { ...rest, evidence: ZERO_BYTES32, deadline: BigInt(now + SIGNATURE_SECONDS) };
}

async function requireSiteKey(of: { signer: Signer; version: TrialVersion; siteId: number }) {
  const address = (await of.signer.getAddress()).toLowerCase();
  const site = of.version.terms.sites.find(({ siteId }) => siteId === of.siteId);
  if (site?.signer !== address) throw new Refusal("UnknownSite", { siteId: of.siteId });
}

async function sign(
  signer: Signer,
  { chainId, enrollment }: Domain,
  types: Record<string, TypedDataField[]>,
  value: SiteAct | Succession,
): Promise<string> {
  const domain: TypedDataDomain = enrollmentDomain(chainId, enrollment);
  return await signer.signTypedData(domain, types, value);
}
