// The auditor for a page: everything of `cohort audit` that needs no disk. The page reads a node
// itself; the server that gave the page out is not asked for anything.
import { parseDeployment } from "../../contracts/deployment.ts";
import { InputError } from "../input-error.ts";
import { type Audit, type AuditProgress, audit } from "./audit.ts";
import { openChain } from "./chain.ts";
import type { CheckpointStore } from "./checkpoint.ts";
import type { Event } from "./event.ts";
import type { PublishedLeaves } from "./leaves.ts";
import { type CheckedTransaction, checkTransaction } from "./proofCheck.ts";
import type { PublishedKeys } from "./published.ts";
import { type AuditReport, makeReport, reportHash } from "./report.ts";
import { connectNode, connectProvider, type Provider, type Request } from "./rpc.ts";
import type { Limits } from "./source.ts";

export type { Audit, AuditProgress } from "./audit.ts";
export type { CheckpointStore } from "./checkpoint.ts";
export { startChronicle } from "./chronicle.ts";
export { compareServer } from "./compareServer.ts";
export {
  type CriteriaCheck,
  checkCriteriaText,
  checkToldCriteria,
  type OpenedCriteria,
} from "./criteria.ts";
export { CSV_HEAD, csvRow } from "./csv.ts";
export type { Event } from "./event.ts";
export { toAuditEvent, toConsent, toResearchStudy, toResearchSubject } from "./fhir.ts";
export { type Finding, RULES, type Rule, sortFindings } from "./finding.ts";
export { renderHtml } from "./html.ts";
export { type PublishedLeaves, parseLeavesFile } from "./leaves.ts";
export type { CheckedProof, CheckedTransaction, ProofStep } from "./proofCheck.ts";
export { type KeyManifest, type PublishedKeys, parsePublishedKeys } from "./published.ts";
export { type AuditReport, makeReport, reportHash, reportText, scopeOf } from "./report.ts";
export type { Provider } from "./rpc.ts";
export { readServerLeaves, readTold, type Told } from "./serverState.ts";
export { isSigned, type SignedReport, signReport } from "./sign.ts";
export type { Limits } from "./source.ts";
export { renderSummary } from "./summary.ts";

/** What both of a page's checks need. */
export type ChainAccess = {
  /** URL of a JSON-RPC node that answers pages (CORS), or a wallet's provider (EIP-1193). */
  readonly node: string | Provider;
  /** The deployment file's JSON. */
  readonly deployment: unknown;
  /** The published keys ({@link parsePublishedKeys}). */
  readonly keys: PublishedKeys;
  /** Stops the check, which then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
};

export type ChainAudit = {
  readonly report: AuditReport;
  /** keccak256 of the report's canonical text: what is signed and anchored. */
  readonly hash: string;
  /** The replayed state, for comparisons, opened criteria and exports. */
  readonly audit: Audit;
};

/**
 * Audits the whole history, as `cohort audit` does. Throws InputError for wrong input and
 * ServerUnavailable when the node is lost.
 */
export async function auditChain(
  options: ChainAccess & {
    readonly limits?: Limits;
    /** Last block's number, or its hash as it is known from elsewhere; by default the node's newest. */
    readonly to?: number | string;
    /** Proves every log and time from the last block's hash. */
    readonly isProven?: boolean;
    readonly leaves?: PublishedLeaves;
    readonly checkpoint?: CheckpointStore;
    readonly onProgress?: (progress: AuditProgress) => void;
    readonly onEvent?: (event: Event) => void;
  },
): Promise<ChainAudit> {
  const { to, isProven, ...rest } = options;
  const request = requestOf(options);
  const source = await openChain({ request, deployment: deploymentOf(options), to, isProven });
  const result = await audit({ ...rest, source });
  const report = makeReport(result);
  return { report, hash: reportHash(report), audit: result };
}

/**
 * Verifies the proofs of one transaction (a screening, a consent, a withdrawal by proof) from the
 * chain's data alone. Throws InputError when there is no such transaction or proof.
 */
export async function verifyTransaction(
  options: ChainAccess & { readonly transaction: string },
): Promise<CheckedTransaction> {
  const { keys, transaction } = options;
  const deployment = deploymentOf(options);
  return checkTransaction({ request: requestOf(options), deployment, keys, transaction });
}

function requestOf({ node, signal }: ChainAccess): Request {
  return typeof node === "string" ? connectNode(node, signal) : connectProvider(node, signal);
}

function deploymentOf({ deployment }: ChainAccess) {
  try {
    return parseDeployment(deployment);
  } catch (error) {
    throw new InputError(`The deployment: ${(error as Error).message}`);
  }
}
