// Relaying what sites signed. The contract checks signer and state; simulation tells beforehand.
import { keccak256 } from "ethers";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { successionMessage } from "../../circuits/statement/trial/trial.ts";
import { interfaceOf } from "../../contracts/connect.ts";
import { answering, type RefusalShape } from "../chain/refusals.ts";
import type { SubmissionShape } from "../outbox/present.ts";
import type { Services } from "../schema/context.ts";
import { requireVersion } from "../trials/trials.ts";
import { checkForm, type PartInput, requireKnownRoots, requireProofs } from "./parts.ts";

export type SignedSiteAct = {
  readonly trialId: string;
  readonly pseudonym: string;
  readonly siteId: number;
  readonly arriveBy: string;
  readonly evidence: string;
  readonly deadline: string;
  readonly signature: string;
};

type SiteActInput = {
  readonly act: "Arrival" | "ScreenFailure" | "Completion";
  readonly signed: SignedSiteAct;
};

type SuccessionInput = {
  readonly trialId: string;
  readonly pseudonym: string;
  readonly siteId: number;
  readonly successorNullifier: string;
  readonly successorCommitment: string;
  readonly deadline: string;
  readonly signature: string;
  /** The printed withdrawal code, or zero. */
  readonly code: string;
  readonly proof: { readonly version: number; readonly parts: readonly PartInput[] };
};

type Answer = Promise<SubmissionShape | RefusalShape>;

const FUNCTIONS = {
  Arrival: "arrive",
  ScreenFailure: "failScreening",
  Completion: "finish",
} as const;

export function submitSiteAct(services: Services, { act, signed }: SiteActInput): Answer {
  return answering(() => submitSigned(services, FUNCTIONS[act], signed));
}

export function submitSuccession(services: Services, input: SuccessionInput): Answer {
  return answering(async () => {
    const { code, proof, signature, ...succession } = input;
    const { trialId, successorNullifier: nullifier, successorCommitment } = succession;
    const screening = {
      trialId,
      version: proof.version,
      nullifier,
      participantCommitment: successorCommitment,
      parts: proof.parts,
    };
    const args = [succession, code, screening, signature];
    const data = interfaceOf("Enrollment").encodeFunctionData("succeed", args);
    // A hash: until it is sent the code is a secret, and keys are looked at more than data.
    const key = `succeed:${keccak256(data)}`;
    const known = await services.outbox.findByKey(key);
    if (known) return known;
    checkForm(proof.parts);
    const current = await requireVersion(services, screening);
    await requireKnownRoots(services, proof.parts);
    await requireProofs(services, {
      ...screening,
      circuit: current.circuit,
      hashes: current.successorHashes,
      message: successionMessage({
        trialId,
        version: proof.version,
        pseudonym: BigInt(succession.pseudonym),
        successorCommitment: BigInt(successorCommitment),
      }),
    });
    const to = services.deployment.addresses.Enrollment;
    return services.outbox.submit({ kind: "submitSuccession", key, to, data });
  });
}

/** Width of arriveBy in Solidity, which encoding would refuse less clearly. */
const ARRIVE_BY_BITS = 40n;

/** Relays an act with its signature to one of Enrollment's functions. */
export function submitSigned(
  services: Services,
  name: string,
  { signature, ...act }: SignedSiteAct,
): Answer {
  if (BigInt(act.arriveBy) >> ARRIVE_BY_BITS !== 0n) {
    throw new Refusal("MalformedInput", { field: "arriveBy" });
  }
  const data = interfaceOf("Enrollment").encodeFunctionData(name, [act, signature]);
  const kind = name === "withdrawBySite" ? "submitWithdrawal" : name;
  const to = services.deployment.addresses.Enrollment;
  return services.outbox.submit({ kind, key: `${name}:${keccak256(data)}`, to, data });
}
