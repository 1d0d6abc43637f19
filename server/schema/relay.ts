// Relaying what accounts signed (ERC-2771).

import { keccak256 } from "ethers";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { type Connectable, interfaceOf } from "../../contracts/connect.ts";
import { answering, type RefusalShape } from "../chain/refusals.ts";
import { eventually } from "../indexer/eventually.ts";
import { COSTS } from "../limits/costs.ts";
import type { SubmissionShape } from "../outbox/present.ts";
import { MAX_CALL_BYTES, sizeOf } from "../outbox/store.ts";
import { builder } from "./builder.ts";
import type { Services } from "./context.ts";
import { signature } from "./proofs.ts";
import { SubmissionResult } from "./refusal.ts";
import { callersOf, contractsOf, type ForwardRequest, SELECTOR_LENGTH } from "./relayRights.ts";

const ForwardRequestInput = builder.inputType("ForwardRequestInput", {
  description:
    "OpenZeppelin's ERC2771Forwarder.ForwardRequestData; `from` must be the account signed in.",
  fields: (t) => ({
    from: t.field({ type: "Address", description: "Who acts." }),
    to: t.field({ type: "Address", description: "One of this deployment's contracts." }),
    value: t.field({ type: "Uint", description: "Must be 0." }),
    gas: t.field({ type: "Uint", description: "Gas for the inner call." }),
    deadline: t.field({ type: "Uint", description: "Unix time after which it is void." }),
    data: t.field({ type: "Bytes", description: "The call." }),
    signature: t.field({
      type: "Bytes",
      description: "EIP-712 signature over it and the account's nonce.",
      validate: signature,
    }),
  }),
});

/** Gas of a forwarded call: what fits a transaction of 16.7 million with the forwarder's own. */
const MAX_FORWARDED_GAS = 15_000_000n;

/** 0x and 65 bytes. */
const SIGNATURE_LENGTH = 132;

type Call = { readonly contract: Connectable; readonly name: string };

/** The function that a request calls. Throws NotAllowed for none of the deployment's. */
function calledBy({ deployment, relayRights }: Services, { to, data }: ForwardRequest): Call {
  const contract = contractsOf(relayRights).find(
    (name) => deployment.addresses[name].toLowerCase() === to,
  );
  if (contract === undefined) throw new Refusal("NotAllowed", { field: "to" });
  const selector = data.slice(0, SELECTOR_LENGTH);
  const name =
    selector.length === SELECTOR_LENGTH && interfaceOf(contract).getFunction(selector)?.name;
  if (!name) throw new Refusal("NotAllowed", { field: "data" });
  return { contract, name };
}

/** Throws the refusal unless the account may have this call relayed. */
async function requireCaller(services: Services, request: ForwardRequest): Promise<void> {
  const { contract, name } = calledBy(services, request);
  const callers = callersOf(services.relayRights, contract, name);
  if (callers.length === 0) throw new Refusal("NotAllowed", { field: "data" });
  const isOne = async () => {
    for (const { is } of callers) if (await is(services.db, request)) return true;
    return false;
  };
  if (await eventually(services, isOne, Boolean)) return;
  const refusal = callers.length === 1 ? callers[0]!.refusal : "NotAccredited";
  throw new Refusal(refusal, { account: request.from });
}

/**
 * Throws unless the call is written as it is encoded, with nothing behind it that somebody else would pay for, and the
 * signature has the form of a key's.
 */
function requireCanonical(services: Services, request: ForwardRequest): void {
  const { contract, name } = calledBy(services, request);
  const coder = interfaceOf(contract);
  if (sizeOf(request) > MAX_CALL_BYTES) {
    throw new Refusal("TooLarge", { field: "data", limit: MAX_CALL_BYTES });
  }
  let again: string | undefined;
  try {
    again = coder.encodeFunctionData(name, coder.decodeFunctionData(name, request.data));
  } catch {
    // Cut short, or a text that is no UTF-8.
  }
  if (again !== request.data) throw new Refusal("MalformedInput", { field: "data" });
  if (request.signature.length !== SIGNATURE_LENGTH) throw new Refusal("InvalidSignature");
}

/** Relays a request signed by the account signed in, to one of the deployment's contracts. */
function relay(
  services: Services,
  request: ForwardRequest,
  address: string,
): Promise<SubmissionShape | RefusalShape> {
  return answering(async () => {
    if (request.from !== address) throw new Refusal("NotAllowed", { field: "from" });
    if (request.value !== "0") throw new Refusal("NotAllowed", { field: "value" });
    if (BigInt(request.gas) > MAX_FORWARDED_GAS) throw new Refusal("TooLarge", { field: "gas" });
    if (BigInt(request.deadline) >> 48n !== 0n) {
      throw new Refusal("MalformedInput", { field: "deadline" });
    }
    await requireCaller(services, request);
    requireCanonical(services, request);
    const data = interfaceOf("ERC2771Forwarder").encodeFunctionData("execute", [request]);
    const key = `relay:${keccak256(data)}`;
    const to = services.deployment.addresses.ERC2771Forwarder;
    return services.outbox.submit({ kind: "relay", key, to, data });
  });
}

builder.mutationFields((t) => ({
  relay: t.field({
    right: "signedIn",
    cost: COSTS.submission,
    type: SubmissionResult,
    description: "Relays a role's signed ForwardRequest; the operator pays for the gas.",
    args: { input: t.arg({ type: ForwardRequestInput, description: "The request." }) },
    resolve: (_, { input }, context) => relay(context, input, context.session!.address),
  }),
}));
