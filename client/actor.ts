// An organisation that acts: signed in at a server, signing calls that the operator's relayer sends and pays for.
import type { Signer } from "ethers";
import { type Connectable, interfaceOf } from "../contracts/connect.ts";
import type { DeploymentInfo } from "./api/registry.ts";
import type { Submission } from "./api/submission.ts";
import { type Api, connect } from "./api.ts";
import { signForwardRequest } from "./chain.ts";

/** Enough for every call of an organisation; what is not used is not paid. */
const CALL_GAS = 6_000_000n;
const REQUEST_LIFE_SECONDS = 3_600;

export type Actor = {
  readonly address: string;
  readonly signer: Signer;
  /** Signed in. */
  readonly api: Api;
  readonly deployment: DeploymentInfo;
};

/** Signs in with Ethereum (ERC-4361). Refuses with `InvalidSignature`. */
export async function signInActor(options: { api: Api; signer: Signer }): Promise<Actor> {
  const { signer } = options;
  const deployment = await options.api.deployment();
  const api = await options.api.signIn({ signer });
  return { address: await signer.getAddress(), signer, api, deployment };
}

/** An actor at the server with this address. */
export async function connectActor(options: { url: string; signer: Signer }): Promise<Actor> {
  return await signInActor({ api: connect({ url: options.url }), signer: options.signer });
}

/**
 * Signs a contract call, has it relayed and waits until it is final. Throws the contract's Refusal. One call of an
 * account at a time: the forwarder numbers them.
 */
export async function act(
  actor: Actor,
  contract: Connectable,
  method: string,
  args: readonly unknown[],
): Promise<Submission> {
  const { api, signer, deployment } = actor;
  const account = await api.account();
  // The chain's time, not this computer's: a chain may run on another day.
  const { chainTime } = await api.deployment();
  const request = await signForwardRequest({
    signer,
    forwarder: { chainId: deployment.chainId, address: addressOf(deployment, "ERC2771Forwarder") },
    to: addressOf(deployment, contract),
    data: interfaceOf(contract).encodeFunctionData(method, args),
    nonce: account?.forwarderNonce ?? 0n,
    gas: CALL_GAS,
    deadline: chainTime + REQUEST_LIFE_SECONDS,
  });
  return await api.settle(await api.submit("forwardRequest", request));
}

/** Address of a contract of the deployment. Throws when the server does not name it. */
export function addressOf(deployment: DeploymentInfo, contract: Connectable): string {
  const address = deployment.contracts[contract];
  if (address === undefined) throw new Error(`the deployment names no ${contract}`);
  return address;
}
