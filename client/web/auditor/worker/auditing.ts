// What the auditor's worker does.
import { connect } from "../../../api/api.ts";
import {
  type AuditProgress,
  auditChain,
  type ChainAudit,
  type CriteriaCheck,
  checkCriteriaText,
  checkExchange,
  checkToldCriteria,
  compareServer,
  type ExchangeCheck,
  makeReport,
  readServerLeaves,
  readTold,
  reportHash,
  sortFindings,
  startChronicle,
  type ToldExchange,
  verifyTransaction,
} from "../../../auditor/browser.ts";
import { auditBundle } from "../../../auditor/repeat.ts";
import { type Collected, collectExports } from "./exports.ts";
import { toFailure, whyAway } from "./failure.ts";
import { bundledKeys } from "./keys.ts";
import type { Asked, AuditReply, HistoryResult, Verb } from "./messages.ts";
import { makeFile } from "./reportFiles.ts";
import { readExchange } from "./toldExchange.ts";

type Context = { readonly id: number; readonly signal: AbortSignal };
type Handlers = {
  [V in Verb]: (of: Asked[V]["of"], context: Context) => Promise<Asked[V]["answer"]>;
};

const tell = (reply: AuditReply) => postMessage(reply);
const running = new Map<number, AbortController>();
/** The last audit: for files, and for texts that are opened afterwards. */
let last:
  | {
      chain: ChainAudit;
      criteria: CriteriaCheck[];
      collected: Collected;
      /** What this server and its custodians told, and what came of checking it. */
      told?: ToldExchange | undefined;
      exchange?: ExchangeCheck | undefined;
    }
  | undefined;

const handlers: Handlers = {
  verify: async (of, { signal }) =>
    await verifyTransaction({ ...of, signal, keys: await bundledKeys() }),
  history: async ({ isCompared, isProven, trial, from, ...access }, { id, signal }) => {
    const api = isCompared ? connect({ url: location.origin }) : undefined;
    const keys = await bundledKeys();
    const onProgress = (progress: AuditProgress) => tell({ id, progress });
    // First of all: then the blocks that are audited reach everything that was told.
    const exchange = api && (await readExchange(api, { trial, onProgress, signal }));
    const told = api && (await readTold(api));
    const collected = collectExports(access.deployment);
    const seen = startChronicle();
    const chain = await auditChain({
      ...{ ...access, isProven, signal, keys, limits: { trial, from }, onProgress },
      ...(told && { to: told.block }),
      ...(api && told && { leaves: await readServerLeaves(api, told) }),
      onEvent: (event) => {
        seen.onEvent(event);
        collected.onEvent(event);
      },
    });
    const compared = told ? compareServer(told, chain.audit, seen.chronicle) : [];
    const check = exchange && (await checkExchange(chain.audit, exchange, { keys, signal }));
    const more = [...compared, ...(check?.findings ?? [])];
    const findings = sortFindings([...chain.audit.findings, ...more]);
    const criteria = told ? await checkToldCriteria(told, chain.audit.world) : [];
    const found = { ...chain, audit: { ...chain.audit, findings } };
    last = { chain: found, criteria, collected, told: exchange, exchange: check };
    return resultOf();
  },
  bundle: async ({ file }, { id, signal }) => {
    let collected: Collected | undefined;
    const chain = await auditBundle({
      ...{ name: file.name, bundle: file, keys: await bundledKeys(), signal },
      onProgress: (progress) => tell({ id, progress }),
      onDeployment: (deployment) => {
        collected = collectExports(deployment);
      },
      onEvent: (event) => collected?.onEvent(event),
    });
    last = { chain, criteria: [], collected: collected! };
    return resultOf();
  },
  criteria: async (of) => {
    const { chain, criteria } = lastAudit();
    const check = await checkCriteriaText(chain.audit.world, of);
    criteria.push(check);
    const said =
      "opened" in check
        ? `${of.name} is what the board approved as version ${check.opened.version} of ${check.opened.protocolNumber}.`
        : `${of.name}: ${check.finding.reason}.`;
    return { ...resultOf(), said };
  },
  file: async ({ name }) => {
    const { chain, collected, told = { receipts: new Map() } } = lastAudit();
    return makeFile(name, { ...resultOf(), audit: chain.audit, collected, told });
  },
  stop: async ({ id }) => {
    running.get(id)?.abort(new Error("The audit was stopped."));
    return undefined;
  },
};

function lastAudit() {
  if (last === undefined) throw new Error("Nothing was audited yet.");
  return last;
}

/** The report over the last audit, with every text that was opened since. */
function resultOf(): HistoryResult {
  const { chain, criteria, exchange: told } = lastAudit();
  const opened = criteria.flatMap((check) => ("opened" in check ? [check.opened] : []));
  const wrong = criteria.flatMap((check) => ("finding" in check ? [check.finding] : []));
  const findings = sortFindings([...chain.audit.findings, ...wrong]);
  const report = makeReport(
    { ...chain.audit, findings },
    { criteria: opened, ...(told && { told }) },
  );
  return { report, hash: reportHash(report) };
}

/** Answers a question of the page, or says what went wrong. */
export async function answer<V extends Verb>(
  id: number,
  verb: V,
  of: Asked[V]["of"],
): Promise<void> {
  const stopping = new AbortController();
  running.set(id, stopping);
  const { signal } = stopping;
  try {
    tell({ id, done: await handlers[verb](of, { id, signal }) });
  } catch (problem) {
    const node = "node" in of && !signal.aborted ? of.node : undefined;
    tell({ id, failed: (await whyAway(problem, node)) ?? toFailure(problem) });
  } finally {
    running.delete(id);
  }
}
