// An organisation that acts: signed in at a server, signing calls that the operator's relayer sends and pays for.
import type { Signer } from "ethers";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { type Connectable, interfaceOf } from "../../contracts/connect.ts";
import type { Api } from "../api/api.ts";
import type { DeploymentInfo } from "../api/registry.ts";
import type { Submission } from "../api/submission.ts";
import { type Forwarder, signForwardRequest } from "./chain.ts";

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

/**
 * Signs a contract call, has it relayed and waits until it is final. Throws the contract's Refusal. The forwarder numbers
 * the calls of an account, and takes each number once: calls of one key wait for each other here, and one that another
 * process has overtaken (a second tab, a command line beside it) is signed again with the number that is next now.
 */
export async function act(
  actor: Actor,
  contract: Connectable,
  method: string,
  args: readonly unknown[],
): Promise<Submission> {
  const to = addressOf(actor.deployment, contract);
  const data = interfaceOf(contract).encodeFunctionData(method, args);
  const { chainId } = actor.deployment;
  const forwarder = { chainId, address: addressOf(actor.deployment, "ERC2771Forwarder") };
  return await inTurn(`${chainId} ${forwarder.address} ${actor.address}`.toLowerCase(), () =>
    relayCall(actor, forwarder, { to, data }),
  );
}

/** Each time it is overtaken somebody's call went through, so it is the others who come to an end first. */
const MOST_OVERTAKEN = 50;

async function relayCall(
  { api, signer }: Actor,
  forwarder: Forwarder,
  call: { readonly to: string; readonly data: string },
): Promise<Submission> {
  let nonce = await nextNonce(api);
  for (let overtaken = 0; ; overtaken++) {
    // The chain's time, not this computer's: a chain may run on another day.
    const { chainTime } = await api.deployment();
    const deadline = chainTime + REQUEST_LIFE_SECONDS;
    const signed = { signer, forwarder, ...call, nonce, gas: CALL_GAS, deadline };
    try {
      const request = await signForwardRequest(signed);
      return await api.settle(await api.submit("forwardRequest", request));
    } catch (problem) {
      // A used number makes the signature one of somebody else, and what was signed with it can no longer be executed.
      if (!(problem instanceof Refusal) || problem.code !== "InvalidSignature") throw problem;
      const next = await nextNonce(api);
      if (next === nonce || overtaken === MOST_OVERTAKEN) throw problem;
      nonce = next;
    }
  }
}

async function nextNonce(api: Api): Promise<bigint> {
  return (await api.account())?.forwarderNonce ?? 0n;
}

/** The last call of each account that is under way in this process. */
const lastCalls = new Map<string, Promise<unknown>>();

/** Does the work once all work given before under the same key is done, however that ended. */
async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
  const before = lastCalls.get(key);
  const mine = (async () => {
    await before?.catch(() => {});
    return await work();
  })();
  lastCalls.set(key, mine);
  try {
    return await mine;
  } finally {
    if (lastCalls.get(key) === mine) lastCalls.delete(key);
  }
}

/** Address of a contract of the deployment. Throws when the server does not name it. */
export function addressOf(deployment: DeploymentInfo, contract: Connectable): string {
  const address = deployment.contracts[contract];
  if (address === undefined) throw new Error(`the deployment names no ${contract}`);
  return address;
}
