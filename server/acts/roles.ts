// What signed-in roles do: have their ForwardRequests relayed, and store documents.
import { keccak256 } from "ethers";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { interfaceOf } from "../../contracts/connect.ts";
import { answering } from "../chain/refusals.ts";
import type { Services } from "../context.ts";
import type { DocumentShape, RefusalShape, RoleName, SubmissionShape } from "../shapes.ts";
import { readAccount } from "../store/accounts.ts";
import { storeDocument } from "../store/documents.ts";
import { signsForSite } from "../store/sites.ts";

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

/**
 * Throws the refusal NotAccredited unless the account holds one of the roles (any, when none is
 * named).
 */
async function requireRole(services: Services, address: string, role?: RoleName): Promise<void> {
  const holds = async () => {
    const { roles } = await readAccount(services.db, address);
    return role ? roles.includes(role) : roles.length > 0;
  };
  if (await holds()) return;
  await services.indexer.catchUp();
  if (!(await holds())) throw new Refusal("NotAccredited", { account: address });
}

/**
 * Sites hold no role: what they sign, anybody may submit. A no-show is told without a signature of
 * theirs, and is relayed for whoever signs for a site of the trial.
 */
async function isNoShowOfSite(
  { db, deployment }: Services,
  { from, to, data }: ForwardRequest,
): Promise<boolean> {
  if (to !== deployment.addresses.Enrollment.toLowerCase()) return false;
  const { selector } = interfaceOf("Enrollment").getFunction("reportNoShow")!;
  if (!data.startsWith(selector)) return false;
  // Not decoded, which would throw where the call is cut short: the trial's id is the first word.
  const trialId = `0x${data.slice(selector.length, selector.length + 64)}`;
  return await signsForSite(db, trialId, from);
}

/** Relays a request signed by the account signed in, to one of the deployment's contracts. */
export function relay(
  services: Services,
  request: ForwardRequest,
  address: string,
): Promise<SubmissionShape | RefusalShape> {
  return answering(async () => {
    const { addresses } = services.deployment;
    const targets = [
      addresses.Accreditation,
      addresses.CircuitRegistry,
      addresses.RecordRegistry,
      addresses.TrialRegistry,
      addresses.Enrollment,
    ].map((target) => target.toLowerCase());
    if (request.from !== address) throw new Refusal("NotAllowed", { field: "from" });
    if (!targets.includes(request.to)) throw new Refusal("NotAllowed", { field: "to" });
    if (request.value !== "0") throw new Refusal("NotAllowed", { field: "value" });
    if (BigInt(request.gas) > MAX_FORWARDED_GAS) throw new Refusal("TooLarge", { field: "gas" });
    if (BigInt(request.deadline) >> 48n !== 0n) {
      throw new Refusal("MalformedInput", { field: "deadline" });
    }
    if (!(await isNoShowOfSite(services, request))) await requireRole(services, address);
    const data = interfaceOf("ERC2771Forwarder").encodeFunctionData("execute", [request]);
    const key = `relay:${keccak256(data)}`;
    const to = addresses.ERC2771Forwarder;
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
