// Relaying what sites signed. The contract checks signer and state; simulation tells beforehand.
import { keccak256 } from "ethers";
import { interfaceOf } from "../../contracts/connect.ts";
import { answering } from "../chain/refusals.ts";
import type { Services } from "../context.ts";
import type { RefusalShape, SubmissionShape } from "../shapes.ts";

export type SignedSiteAct = {
  readonly trialId: string;
  readonly pseudonym: string;
  readonly siteId: number;
  readonly evidence: string;
  readonly deadline: string;
  readonly signature: string;
};
export type SiteActInput = {
  readonly act: "Arrival" | "ScreenFailure" | "Completion";
  readonly signed: SignedSiteAct;
};
export type SuccessionInput = {
  readonly trialId: string;
  readonly pseudonym: string;
  readonly siteId: number;
  readonly successorNullifier: string;
  readonly successorCommitment: string;
  readonly deadline: string;
  readonly signature: string;
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
  return answering(() => submitSigned(services, "succeed", input));
}

/** Relays a struct with its signature to one of Enrollment's functions. */
export function submitSigned(
  services: Services,
  name: string,
  { signature, ...act }: SignedSiteAct | SuccessionInput,
): Answer {
  const data = interfaceOf("Enrollment").encodeFunctionData(name, [act, signature]);
  const kind = name === "withdrawBySite" ? "submitWithdrawal" : name;
  const to = services.deployment.addresses.Enrollment;
  return services.outbox.submit({ kind, key: `${name}:${keccak256(data)}`, to, data });
}
