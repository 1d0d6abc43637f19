// Erasure: all custodians are asked in public to destroy their keys for a participant. Once so many of them have that
// fewer than the threshold are left, nobody can open those packages any more but the participant. It cannot be taken back.
import type { Signer } from "ethers";
import {
  ERASURE_TYPES,
  type Erasure,
  erasureMessage,
} from "../../circuits/statement/exchange/erasure.ts";
import { custodianDomain } from "../../circuits/statement/exchange/receipt.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import type { Bytes32, TrialId } from "../../circuits/statement/trial/trial.ts";
import type { Api } from "../api/api.ts";
import type { AuditEvent } from "../api/event.ts";
import type { Submission } from "../api/submission.ts";
import type { PublicState } from "../api/trial.ts";
import type { ArtifactSource } from "../artifacts/artifacts.ts";
import { proveMembership } from "../patient/membership.ts";
import { membersOf, type Self } from "../patient/self.ts";
import type { CustodyPlace } from "./custodian.ts";
import type { CustodyTerms } from "./keys.ts";

/** A site's signature is good for this long. */
const SIGNATURE_SECONDS = 86_400;

/** What leaves the device: ErasureInput of the schema, one of its ways. */
export type ErasureInput =
  | {
      readonly byProof: {
        readonly trialId: TrialId;
        readonly version: number;
        readonly pseudonym: bigint;
        readonly groupRoot: bigint;
        readonly points: readonly bigint[];
      };
    }
  | {
      readonly byCode: {
        readonly trialId: TrialId;
        readonly pseudonym: bigint;
        readonly code: Bytes32;
      };
    }
  | {
      readonly bySite: {
        readonly trialId: TrialId;
        readonly pseudonym: bigint;
        readonly key: string;
        readonly deadline: bigint;
        readonly signature: string;
      };
    };

/** Proves that the participant asks, in any state. Refuses with `NotParticipating`. */
export async function proveErasure(of: {
  readonly self: Pick<Self, "identity" | "pseudonym" | "participant">;
  readonly state: PublicState;
  readonly trialId: TrialId;
  readonly scope: bigint;
  readonly place: CustodyPlace;
  readonly artifacts: ArtifactSource;
}): Promise<ErasureInput> {
  const { self, state, trialId, scope, place, artifacts } = of;
  if (self.participant === undefined) throw new Refusal("NotParticipating");
  const { version } = self.participant;
  const proof = await proveMembership({
    identity: self.identity,
    members: membersOf(state, version),
    message: erasureMessage({ ...place, trialId }),
    scope,
    artifacts,
  });
  const pseudonym = BigInt(proof.nullifier);
  if (pseudonym !== self.pseudonym) throw new Refusal("NotParticipating");
  const groupRoot = BigInt(proof.merkleTreeRoot);
  const points = proof.points.map(BigInt);
  return { byProof: { trialId, version, pseudonym, groupRoot, points } };
}

/** By the printed code: it withdraws at the same time. A code that was used before orders nothing. */
export function eraseByCode(trialId: TrialId, pseudonym: bigint, code: Bytes32): ErasureInput {
  return { byCode: { trialId, pseudonym, code } };
}

/** As declared at the participant's site, by its signer or staff with the task. */
export async function signErasure(of: {
  readonly signer: Signer;
  readonly place: CustodyPlace;
  readonly trialId: TrialId;
  readonly pseudonym: bigint;
  readonly siteId: number;
  /** The chain's time, Unix seconds. */
  readonly now: number;
}): Promise<ErasureInput> {
  const { signer, place, trialId, pseudonym, siteId, now } = of;
  const key = (await signer.getAddress()).toLowerCase();
  const deadline = BigInt(now + SIGNATURE_SECONDS);
  const domain = custodianDomain(place.chainId, place.custodyLog);
  const value: Erasure = { trialId, pseudonym, siteId, key, deadline };
  const signature = await signer.signTypedData(domain, ERASURE_TYPES, value);
  return { bySite: { trialId, pseudonym, key, deadline, signature } };
}

/** Sends an order; repeating it is harmless. Refuses with `AlreadyUsed`, `WrongCode`, `NotStaff`, `UnknownParticipant`. */
export async function submitErasure(
  api: Pick<Api, "submit">,
  input: ErasureInput,
): Promise<Submission> {
  return await api.submit("erasure", input);
}

export type ErasureStatus = {
  /** Unix seconds; undefined: nobody asked. */
  readonly askedAt: number | undefined;
  readonly by: "proof" | "code" | "site" | undefined;
  /** Custodians of any version that have said they destroyed their key, and when. */
  readonly destroyed: readonly { readonly custodian: string; readonly at: number }[];
  readonly outstanding: readonly string[];
  /** Too few keys are left to open anything, if those who said so did so. */
  readonly isUnreadable: boolean;
};

/** How far an erasure has come. A package may be of any version that was approved: none of them may open any more. */
export function erasureOf(of: {
  readonly trialId: TrialId;
  readonly pseudonym: bigint;
  readonly events: readonly AuditEvent[];
  /** The trial's, all of them. */
  readonly versions: readonly { readonly approvedAt: unknown; readonly terms: CustodyTerms }[];
}): ErasureStatus {
  const { trialId, pseudonym } = of;
  const about = of.events.filter(
    ({ arguments: args }) => args.trialId === trialId && args.pseudonym === pseudonym.toString(),
  );
  const asked = about.find(({ name }) => /^ErasureBy(Proof|Code|Site)$/.test(name));
  const said = about.filter(({ name }) => name === "KeyDestroyed");
  const sets = of.versions.flatMap(({ approvedAt, terms }) =>
    approvedAt === null || terms.custodians.length === 0
      ? []
      : [{ ...terms, custodians: terms.custodians.map((one) => one.toLowerCase()) }],
  );
  const named = [...new Set(sets.flatMap(({ custodians }) => custodians))];
  const destroyed = named.flatMap((custodian) => {
    const one = said.find(({ arguments: args }) => args.custodian?.toLowerCase() === custodian);
    return one === undefined ? [] : [{ custodian, at: one.blockTime }];
  });
  const done = new Set(destroyed.map(({ custodian }) => custodian));
  const isShut = ({ custodians, custodianThreshold }: CustodyTerms) =>
    custodians.filter((one) => !done.has(one)).length < custodianThreshold;
  return {
    askedAt: asked?.blockTime,
    by: asked && (asked.name.slice("ErasureBy".length).toLowerCase() as "proof" | "code" | "site"),
    destroyed,
    outstanding: asked === undefined ? [] : named.filter((one) => !done.has(one)),
    isUnreadable: sets.length > 0 && sets.every(isShut),
  };
}
