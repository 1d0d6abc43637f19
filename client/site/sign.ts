// What a site signs (EIP-712) and submits: arrivals with their attestations, screen failures,
// completions, withdrawals declared at the desk, and successions of lost wallets. Arrivals and screen failures are
// signed by staff as well, to whom the site delegated the desk.
import type { Signer, TypedDataDomain, TypedDataField } from "ethers";
import { Refusal } from "../../circuits/statement/refusal.ts";
import {
  enrollmentDomain,
  SITE_ACT_TYPES,
  type SiteAct,
  type SiteActName,
  SUCCESSION_TYPES,
  type Succession,
} from "../../circuits/statement/trial/consent.ts";
import { type Bytes32, ZERO_BYTES32 } from "../../circuits/statement/trial/trial.ts";
import type { Api } from "../api/api.ts";
import type { AuditEvent } from "../api/event.ts";
import type { Submission } from "../api/submission.ts";
import type { PublicState } from "../api/trial.ts";
import { requireDeskKey, requireSiteKey } from "./deskStaff.ts";
import { versionInForce } from "./roster.ts";

/** A signature is good for this long. */
export const SIGNATURE_SECONDS = 86_400;

/** The contract that the signature is for. */
export type Domain = { readonly chainId: number; readonly enrollment: string };
export type SignedSiteAct = SiteAct & { readonly signature: string };
type SignedSuccession = Succession & { readonly signature: string };

/** What a succession needs besides the site's word. */
export type SuccessionEvidence = {
  /** The printed withdrawal code of the lost pseudonym; zero once it was on study. */
  readonly code: Bytes32;
  /** The successor's own eligibility, one proof a part. */
  readonly proof: {
    readonly version: number;
    readonly parts: readonly {
      readonly issuerTag: bigint;
      readonly recordsRoot: bigint;
      readonly asOf: bigint;
      readonly points: readonly bigint[];
    }[];
  };
};

/** Signs one act about a participant. Whose key it may be says deskStaff.ts. */
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
 * `WrongAttestations` when staff did not confirm every item, and as `requireDeskKey` does.
 */
export async function signArrival(options: {
  signer: Signer;
  domain: Domain;
  state: PublicState;
  siteId: number;
  pseudonym: bigint;
  /** The enrollment's deadline as the chain holds it: the signature is good for no other. */
  arriveBy: number;
  /** Hash of the list that staff confirmed, or zero for an empty one. */
  attested: Bytes32;
  /** The trial's, where the signer may be staff. */
  events?: readonly AuditEvent[];
  /** The chain's time, Unix seconds. */
  now: number;
}): Promise<SignedSiteAct> {
  const { signer, domain, state, siteId, pseudonym, attested, events = [], now } = options;
  await requireDeskKey({ signer, state, siteId, events, now });
  const list = versionInForce(state)?.terms.attestationsHash;
  if (attested !== list) throw new Refusal("WrongAttestations");
  const act: SiteAct = {
    trialId: state.trialId,
    pseudonym,
    siteId,
    arriveBy: BigInt(options.arriveBy),
    evidence: attested,
    deadline: BigInt(now + SIGNATURE_SECONDS),
  };
  return await signSiteAct({ signer, domain, name: "Arrival", act });
}

/**
 * Signs that a lost pseudonym is retired and its person's new wallet admitted. Refuses as
 * `requireSiteKey` does.
 */
export async function signSuccession(options: {
  signer: Signer;
  domain: Domain;
  state: PublicState;
  succession: Succession;
}): Promise<SignedSuccession> {
  const { signer, domain, state, succession } = options;
  await requireSiteKey({ signer, state, siteId: succession.siteId });
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

/** Submits a succession: the site's word, the printed code where it is needed, the successor's proof. */
export async function submitSuccession(
  api: Api,
  signed: SignedSuccession,
  { code, proof }: SuccessionEvidence,
): Promise<Submission> {
  return await api.submit("succession", { ...signed, code, proof });
}

/**
 * An act without evidence on file, about the participant as they are enrolled now. Refuses with
 * `UnknownParticipant`.
 */
export function plainAct(of: {
  state: PublicState;
  pseudonym: bigint;
  siteId: number;
  now: number;
}): SiteAct {
  const { state, pseudonym, siteId, now } = of;
  const participant = state.participants.find((one) => one.pseudonym === pseudonym);
  if (participant === undefined) throw new Refusal("UnknownParticipant");
  return {
    trialId: state.trialId,
    pseudonym,
    siteId,
    arriveBy: BigInt(participant.arriveBy ?? 0),
    evidence: ZERO_BYTES32,
    deadline: BigInt(now + SIGNATURE_SECONDS),
  };
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
