// The auditor for a page: everything of `cohort audit` that needs no disk. The page reads a node
// itself; the server that gave the page out is not asked for anything.
import { parseDeployment } from "../../contracts/deployment.ts";
import { InputError } from "../files/inputError.ts";
import { type Audit, type AuditProgress, audit } from "./audit/audit.ts";
import type { CheckpointStore } from "./audit/checkpoint.ts";
import { openChain } from "./node/chain.ts";
import type { Event } from "./node/event.ts";
import { connectNode, connectProvider, type Provider, type Request } from "./node/rpc.ts";
import type { Limits } from "./node/source.ts";
import { type CheckedTransaction, checkTransaction } from "./proof/proofCheck.ts";
import type { PublishedKeys } from "./proof/published.ts";
import type { PublishedLeaves } from "./replay/leaves.ts";
import { type AuditReport, makeReport, reportHash } from "./report/report.ts";

export { type Audit, type AuditProgress, toTrialId } from "./audit/audit.ts";
export type { CheckpointStore } from "./audit/checkpoint.ts";
export { type Finding, type Rule, sortFindings } from "./finding/finding.ts";
export type { Event } from "./node/event.ts";
export type { Provider } from "./node/rpc.ts";
export type { Limits } from "./node/source.ts";
export type { CheckedProof, CheckedTransaction } from "./proof/proofCheck.ts";
export type { ProofStep } from "./proof/proofSteps.ts";
export { type KeyManifest, type PublishedKeys, parsePublishedKeys } from "./proof/published.ts";
export { startChronicle } from "./replay/chronicle.ts";
export type { PublishedLeaves } from "./replay/leaves.ts";
export { CSV_HEAD, csvRow } from "./report/csv.ts";
export { disclosures, entryProvenances } from "./report/disclosures.ts";
export { owedLines } from "./report/exchangeReport.ts";
export { toAuditEvent } from "./report/fhir.ts";
export { renderHtml } from "./report/html.ts";
export { type AuditReport, makeReport, reportHash, reportText, scopeOf } from "./report/report.ts";
export type { SignedReport } from "./report/sign.ts";
export {
  checkExchange,
  type ExchangeCheck,
  type ToldExchange,
} from "./server/compareExchange.ts";
export { compareServer } from "./server/compareServer.ts";
export {
  type CriteriaCheck,
  checkCriteriaText,
  checkToldCriteria,
  type OpenedCriteria,
} from "./server/criteria.ts";
export { readAllReceipts, readEntries } from "./server/readExchange.ts";
export { readServerLeaves, readTold, type Told } from "./server/serverState.ts";

/** What both of a page's checks need. */
type ChainAccess = {
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
