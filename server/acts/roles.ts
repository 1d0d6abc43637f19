// What signed-in roles do: have their ForwardRequests relayed, and store documents.
import { keccak256 } from "ethers";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { type Connectable, interfaceOf } from "../../contracts/connect.ts";
import { answering } from "../chain/refusals.ts";
import type { Services } from "../context.ts";
import { MAX_CALL_BYTES, sizeOf } from "../outbox/store.ts";
import { callersOf, RELAYED_CONTRACTS } from "../policy.ts";
import type { DocumentShape, RefusalShape, RoleName, SubmissionShape } from "../shapes.ts";
import { readAccount } from "../store/accounts.ts";
import { storeDocument } from "../store/documents.ts";
import { signsForSite } from "../store/sites.ts";
import { eventually } from "./eventually.ts";

export type ForwardRequest = {
  readonly from: string;
  readonly to: string;
  readonly value: string;
  readonly gas: string;
  readonly deadline: string;
  readonly data: string;
  readonly signature: string;
};

/** Gas of a forwarded call: what fits a transaction of 16.7 million with the forwarder's own. */
const MAX_FORWARDED_GAS = 15_000_000n;
/** 0x and four bytes. */
const SELECTOR_LENGTH = 10;
/** 0x and 65 bytes. */
const SIGNATURE_LENGTH = 132;

/** Throws the refusal NotAccredited unless the account holds the role. */
export async function requireRole(
  services: Services,
  address: string,
  role: RoleName,
): Promise<void> {
  const holds = async () => (await readAccount(services.db, address)).roles.includes(role);
  if (!(await eventually(services, holds, Boolean)))
    throw new Refusal("NotAccredited", { account: address });
}

type Call = { readonly contract: Connectable; readonly name: string };

/** The function that a request calls. Throws NotAllowed for none of the deployment's. */
function calledBy({ deployment }: Services, { to, data }: ForwardRequest): Call {
  const contract = RELAYED_CONTRACTS.find(
    (name) => deployment.addresses[name].toLowerCase() === to,
  );
  if (contract === undefined) throw new Refusal("NotAllowed", { field: "to" });
  const selector = data.slice(0, SELECTOR_LENGTH);
  const name =
    selector.length === SELECTOR_LENGTH && interfaceOf(contract).getFunction(selector)?.name;
  if (!name) throw new Refusal("NotAllowed", { field: "data" });
  return { contract, name };
}

/** Throws the refusal unless the account may have this call relayed (policy.ts). */
async function requireCaller(
  services: Services,
  request: ForwardRequest,
  account: string,
): Promise<void> {
  const { contract, name } = calledBy(services, request);
  const callers = callersOf(contract, name);
  if (callers.includes("anyone")) return;
  const isOne = async () => {
    const { roles } = await readAccount(services.db, account);
    if (roles.some((role) => callers.includes(role))) return true;
    return callers.includes("site") && (await isSiteOf(services, request));
  };
  if (callers.length > 0 && (await eventually(services, isOne, Boolean))) return;
  if (callers.length === 0) throw new Refusal("NotAllowed", { field: "data" });
  const isGovernance = callers.length === 1 && callers[0] === "governance";
  throw new Refusal(isGovernance ? "NotGovernance" : "NotAccredited", { account });
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

/**
 * Sites hold no role: what they sign, anybody may submit. A no-show is told without a signature of
 * theirs, and is relayed for whoever signs for a site of the trial.
 */
function isSiteOf({ db }: Services, { from, data }: ForwardRequest): Promise<boolean> {
  // Not decoded, which would throw where the call is cut short: the trial's id is the first word.
  const trialId = `0x${data.slice(SELECTOR_LENGTH, SELECTOR_LENGTH + 64)}`;
  return signsForSite(db, trialId, from);
}

/** Relays a request signed by the account signed in, to one of the deployment's contracts. */
export function relay(
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
    await requireCaller(services, request, address);
    requireCanonical(services, request);
    const data = interfaceOf("ERC2771Forwarder").encodeFunctionData("execute", [request]);
    const key = `relay:${keccak256(data)}`;
    const to = services.deployment.addresses.ERC2771Forwarder;
    return services.outbox.submit({ kind: "relay", key, to, data });
  });
}

/** Stores a sponsor's document under the hash of its bytes. */
export function uploadDocument(
  services: Services,
  document: { readonly mediaType: string; readonly content: string },
  address: string,
): Promise<DocumentShape | RefusalShape> {
  return answering(async () => {
    await requireRole(services, address, "sponsor");
    const { mediaType, content } = document;
    return storeDocument(services.db, { mediaType, content, uploadedBy: address });
  });
}
