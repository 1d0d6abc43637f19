// Relaying what desks and sponsors signed: delegations, their ends, and persons' tags. The contract checks who signed;
// simulation tells beforehand.
import { keccak256 } from "ethers";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { interfaceOf } from "../../contracts/connect.ts";
import { answering, type RefusalShape } from "../chain/refusals.ts";
import type { SubmissionShape } from "../outbox/present.ts";
import type { Services } from "../schema/context.ts";

type Signed<Fields> = Fields & { readonly signature: string };
type Revocation = {
  readonly trialId: string;
  readonly siteId: number;
  readonly key: string;
  readonly salt: string;
  readonly deadline: string;
};
type Delegation = Revocation & {
  readonly tasks: number;
  readonly person: string;
  readonly from: number;
  readonly until: number;
};
type PersonTag = {
  readonly trialId: string;
  readonly pseudonym: string;
  readonly siteId: number;
  readonly arriveBy: string;
  readonly key: string;
  readonly tag: string;
  readonly deadline: string;
};
type StaffActInput = {
  readonly delegation?: Signed<Delegation> | null | undefined;
  readonly revocation?: Signed<Revocation> | null | undefined;
  readonly personTag?: Signed<PersonTag> | null | undefined;
};

type Answer = Promise<SubmissionShape | RefusalShape>;

/** Width of arriveBy in Solidity, which encoding would refuse less clearly. */
const ARRIVE_BY_BITS = 40n;

export function submitStaffAct(services: Services, input: StaffActInput): Answer {
  return answering(() => {
    const { delegation, revocation, personTag } = input;
    if (delegation) return relay(services, ["StaffRegistry", "delegate"], delegation);
    if (revocation) return relay(services, ["StaffRegistry", "revoke"], revocation);
    if (BigInt(personTag!.arriveBy) >> ARRIVE_BY_BITS !== 0n) {
      throw new Refusal("MalformedInput", { field: "arriveBy" });
    }
    return relay(services, ["PersonTags", "register"], personTag!);
  });
}

type Called =
  | readonly ["StaffRegistry", "delegate" | "revoke"]
  | readonly ["PersonTags", "register"];

function relay(
  { deployment, outbox }: Services,
  [contract, name]: Called,
  { signature, ...signed }: Signed<object>,
): Answer {
  const data = interfaceOf(contract).encodeFunctionData(name, [signed, signature]);
  const to = deployment.addresses[contract];
  return outbox.submit({ kind: "submitStaffAct", key: `${name}:${keccak256(data)}`, to, data });
}
