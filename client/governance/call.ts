// What governance decides, as calls of contracts: sent by its account, or written down for the timelock that acts for it.
import { type Connectable, interfaceOf } from "../../contracts/connect.ts";
import { type Actor, act, addressOf } from "../actor/actor.ts";
import type { DeploymentInfo } from "../api/registry.ts";

export type Call = {
  readonly contract: Connectable;
  readonly method: string;
  readonly args: readonly unknown[];
};

/** How many slots of the registry a clinic may take. */
export function quotaCall(clinic: string, slots: number): Call {
  return { contract: "RecordRegistry", method: "setQuota", args: [clinic, slots] };
}

/** How many revocations a day of a clinic may void older roots. */
export function revocationLimitCall(clinic: string, perDay: number): Call {
  return { contract: "RecordRegistry", method: "setRevocationLimit", args: [clinic, perDay] };
}

/**
 * Ends the records of a clinic that is no longer accredited. Until all its leaves are cleared no root is good, for any
 * clinic. Needs nothing of the tree, so it may wait in a timelock.
 */
export function voidClinicCall(clinic: string): Call {
  return { contract: "RecordRegistry", method: "voidClinic", args: [clinic] };
}

/** Stops a trial until governance lifts the hold; its board cannot. */
export function holdCall(trialId: string): Call {
  return { contract: "TrialRegistry", method: "hold", args: [trialId] };
}

/** Lifts governance's hold; what the board suspended stays so. */
export function liftCall(trialId: string): Call {
  return { contract: "TrialRegistry", method: "lift", args: [trialId] };
}

/** Frees the protocol number of a registration that no board ever approved. */
export function releaseCall(trialId: string): Call {
  return { contract: "TrialRegistry", method: "release", args: [trialId] };
}

/** Signs and sends a call, and waits until it is final. Throws the contract's Refusal. */
export async function sendCall(governance: Actor, { contract, method, args }: Call): Promise<void> {
  await act(governance, contract, method, args);
}

/** The call as a timelock takes it: where to, and the data. */
export function encodeCall(
  deployment: DeploymentInfo,
  { contract, method, args }: Call,
): { to: string; data: string } {
  const data = interfaceOf(contract).encodeFunctionData(method, args);
  return { to: addressOf(deployment, contract), data };
}
