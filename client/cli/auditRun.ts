// What `cohort audit` does: reads the history, checks it, and writes the report.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { JsonRpcProvider, Network, type Signer } from "ethers";
import { connect } from "../api/api.ts";
import { type Audit, type AuditProgress, audit } from "../auditor/audit/audit.ts";
import { checkpointFile } from "../auditor/audit/checkpoint.node.ts";
import { sortFindings } from "../auditor/finding/finding.ts";
import { type BundleWriter, openBundle, recordBundle } from "../auditor/node/bundle.node.ts";
import { openChain } from "../auditor/node/chain.ts";
import type { Event } from "../auditor/node/event.ts";
import { connectNode } from "../auditor/node/rpc.ts";
import type { Limits, Source } from "../auditor/node/source.ts";
import { publishedKeys } from "../auditor/proof/published.node.ts";
import { startChronicle } from "../auditor/replay/chronicle.ts";
import { readLeavesFolder } from "../auditor/replay/leaves.node.ts";
import type { PublishedLeaves } from "../auditor/replay/leaves.ts";
import { createExports } from "../auditor/report/exports.node.ts";
import { renderHtml } from "../auditor/report/html.ts";
import { type AuditReport, makeReport, reportHash, reportText } from "../auditor/report/report.ts";
import { anchorReport } from "../auditor/report/reportAnchor.ts";
import { signReport } from "../auditor/report/sign.ts";
import { renderSummary } from "../auditor/report/summary.ts";
import {
  checkExchange,
  type ExchangeCheck,
  type ToldExchange,
} from "../auditor/server/compareExchange.ts";
import { compareServer } from "../auditor/server/compareServer.ts";
import { checkCriteriaFile } from "../auditor/server/criteria.node.ts";
import { checkToldCriteria } from "../auditor/server/criteria.ts";
import { readServerLeaves, readTold, type Told } from "../auditor/server/serverState.ts";
import { gatherExchange, saveExchange, saveFhir } from "./auditExchange.ts";
import {
  blockOf,
  checkFlags,
  type Flags,
  lastBlockOf,
  parseDeploymentFile,
  refuseOtherDeployment,
  refuseUnreadable,
  refuseUnwritable,
  refuseUselessKey,
} from "./auditInputs.ts";
import { verifyReport } from "./auditVerify.ts";
import { type Context, contextOf } from "./context.ts";
import { InputError, print } from "./output.ts";

/** Exit code of an audit that ended with findings: its report was printed, nothing went wrong. */
export const EXIT_FINDINGS = 5;

/** Audits, or verifies a report, as the flags say; prints what came of it. */
export async function runAudit(flags: Flags, running: Command): Promise<void> {
  const context = contextOf(running);
  if (flags.verify !== undefined) return verifyOnly(context, flags);
  checkFlags(flags, context.options.server !== undefined);
  // In the environment it may be meant for other commands.
  const isKeyNamed = running.getOptionValueSource("documentKey") === "cli";
  if (isKeyNamed && flags.criteria === undefined && context.options.server === undefined) {
    throw new InputError(
      "--document-key opens sealed texts: name a file with --criteria, or the --server.",
    );
  }
  // Check now what the end will need: an audit may take long.
  const signer = flags.sign || flags.anchor ? context.signer("auditor") : undefined;
  if (flags.out !== undefined) refuseUnwritable(flags.out);
  await refuseUnreadable(flags);
  const { report, exported } = await auditAll(context, flags);
  context.progress.end();
  const hash = reportHash(report);
  if (flags.out !== undefined) {
    await writeReport(flags.out, report, flags.sign ? signer : undefined);
    if (flags.anchor) await writeAnchor(flags.out, report, signer!, flags.rpc!);
  }
  const files = exported.length === 0 ? {} : { exported };
  print(context.json, { ...report, hash, ...files }, renderSummary(report, hash));
  if (report.verdict === "findings") process.exitCode = EXIT_FINDINGS;
}

async function verifyOnly(context: Context, flags: Flags): Promise<void> {
  const { verify, rpc, documentKey: _, ...others } = flags;
  const [other] = Object.keys(others);
  if (other !== undefined) throw new InputError(`--verify audits nothing: leave out --${other}.`);
  await verifyReport(context, verify!, rpc === undefined ? undefined : connectNode(rpc));
}

async function auditAll(
  context: Context,
  flags: Flags,
): Promise<{ report: AuditReport; exported: string[] }> {
  const { server } = context.options;
  const api = server === undefined ? undefined : connect({ url: server });
  // First of all: then the blocks that are audited reach everything that was told.
  const exchange = await gatherExchange(context, { ...flags, mayBeNewer: mayBeNewer(flags) }, api);
  const told = api && (await readTold(api));
  if (told !== undefined) await refuseUselessKey(told, flags);
  const opened = await openSource(context, flags, told);
  const leaves = new Map<string, readonly string[]>([
    ...(api && told ? await readServerLeaves(api, told) : []),
    ...(flags.leaves === undefined ? [] : await readLeavesFolder(flags.leaves)),
  ]);
  for (const [root, of] of leaves) opened.writer?.addLeaves(root, of);
  const exporter =
    flags.exports && flags.out ? createExports(flags.out, opened.source.deployment) : undefined;
  const seen = startChronicle();
  const onEvent = (event: Event) => {
    seen.onEvent(event);
    exporter?.onEvent(event);
  };
  const running = replayAll(context, flags, { ...opened, leaves, onEvent, exchange });
  const { result, check } = await running.catch(async (error: unknown) => {
    await opened.writer?.discard();
    throw error;
  });
  await opened.writer?.close();
  const exported = [
    ...(exporter?.finish(result) ?? []),
    ...(exporter && exchange ? saveExchange(flags.out!, exchange) : []),
    ...(exporter && exchange ? saveFhir(flags.out!, result, exchange) : []),
  ];
  const { criteria, findings } = await openCriteria(result, flags, told);
  if (told) findings.push(...compareServer(told, result, seen.chronicle));
  findings.push(...(check?.findings ?? []));
  const all = { ...result, findings: sortFindings([...result.findings, ...findings]) };
  return { report: makeReport(all, { criteria, ...(check && { told: check }) }), exported };
}

/** Whether the audit may end before the block of what is told now. */
function mayBeNewer({ rpc, to }: Flags): boolean {
  return rpc === undefined || to !== undefined;
}

type Replaying = Opened & {
  readonly leaves: ReadonlyMap<string, readonly string[]>;
  readonly bundled?: PublishedLeaves;
  readonly onEvent: (event: Event) => void;
  readonly exchange: ToldExchange | undefined;
};

/** The chain, and then what was told of the exchange of data. */
async function replayAll(
  context: Context,
  flags: Flags,
  { source, writer, limits, leaves, bundled, onEvent, exchange }: Replaying,
): Promise<{ result: Audit; check: ExchangeCheck | undefined }> {
  const keys = await publishedKeys();
  const result = await audit({
    source: writer?.source ?? source,
    ...{ keys, limits, onEvent },
    leaves: withBundled(leaves, bundled),
    checkpoint: flags.checkpoint === undefined ? undefined : checkpointFile(flags.checkpoint),
    onProgress: progressLine(context),
  });
  if (exchange === undefined) return { result, check: undefined };
  const onVerified = (verified: number) =>
    context.progress.step(`Entries: ${verified} proofs verified`);
  return { result, check: await checkExchange(result, exchange, { keys, onVerified }) };
}

type Opened = {
  source: Source;
  limits: Limits;
  writer?: BundleWriter;
  /** Leaves that a bundle holds. */
  bundled?: PublishedLeaves;
};

async function openSource(context: Context, flags: Flags, told?: Told): Promise<Opened> {
  const from = flags.from === undefined ? undefined : blockOf(flags.from, "--from");
  const limits: Limits = { trial: flags.trial, from };
  if (flags.rpc === undefined) {
    const bundle = await openBundle(flags.bundle!);
    const asked = JSON.stringify(limits);
    if (asked !== "{}" && asked !== JSON.stringify(bundle.limits)) {
      const { trial, from: start } = bundle.limits;
      throw new InputError(
        `The bundle was made for ${trial ?? "all trials"} from block ${start ?? "the first"}: leave out --trial and --from.`,
      );
    }
    refuseOtherDeployment(bundle.source.deployment, flags.deployment);
    return { source: bundle.source, limits: bundle.limits, bundled: bundle.leaves };
  }
  const file = flags.deployment ?? join(context.options.data, "deployment.json");
  const deployment = parseDeploymentFile(file);
  const to = told?.block ?? (flags.to === undefined ? undefined : lastBlockOf(flags.to));
  const request = connectNode(flags.rpc);
  const source = await openChain({ request, deployment, to, isProven: flags.prove });
  if (flags.bundle === undefined) return { source, limits };
  return { source, limits, writer: recordBundle(flags.bundle, source, limits) };
}

/** The leaves given now, and then those that turn up in the bundle as it is read. */
function withBundled(named: PublishedLeaves, bundled?: PublishedLeaves): PublishedLeaves {
  return { get: (root) => named.get(root) ?? bundled?.get(root) };
}

/** Texts that sponsors opened, and those that the server shows to everybody. */
async function openCriteria({ world }: Audit, flags: Flags, told: Told | undefined) {
  const { criteria: files = [], documentKey: key } = flags;
  const checks = told === undefined ? [] : await checkToldCriteria(told, world, key);
  for (const file of files) checks.push(await checkCriteriaFile(world, { file, key }));
  const criteria = checks.flatMap((check) => ("opened" in check ? [check.opened] : []));
  const findings = checks.flatMap((check) => ("finding" in check ? [check.finding] : []));
  return { criteria, findings };
}

/** Block, proofs so far and their rate, on stderr. */
export function progressLine({ progress }: Pick<Context, "progress">): (at: AuditProgress) => void {
  const started = performance.now();
  return ({ stage, block, head, events, verified, verifiedBefore, compared, toCompare }) => {
    if (stage === "state") {
      progress.step(`Contracts' state: ${compared} of ${toCompare} answers compared`);
      return;
    }
    const seconds = Math.max(1, performance.now() - started) / 1000;
    const rate = Math.round((verified - verifiedBefore) / seconds);
    progress.step(
      `Block ${block} of ${head}: ${events} events, ${verified} proofs (${rate} a second)`,
    );
  };
}

async function writeReport(folder: string, report: AuditReport, signer?: Signer): Promise<void> {
  writeFileSync(join(folder, "report.json"), reportText(report));
  writeFileSync(join(folder, "report.html"), renderHtml(report, reportHash(report)));
  if (signer === undefined) return;
  const signed = await signReport(report, signer);
  writeFileSync(join(folder, "report.signature.json"), `${JSON.stringify(signed, null, 2)}\n`);
}

/** A node to send by, for the one transaction that an audit makes. */
function nodeOf(url: string, { chain }: AuditReport): JsonRpcProvider {
  const network = Network.from(chain.chainId);
  const options = { cacheTimeout: -1, pollingInterval: 500, batchMaxCount: 1 };
  return new JsonRpcProvider(url, network, { ...options, staticNetwork: network });
}

async function writeAnchor(
  folder: string,
  report: AuditReport,
  signer: Signer,
  url: string,
): Promise<void> {
  const provider = nodeOf(url, report);
  try {
    const anchor = await anchorReport(report, { signer, provider });
    writeFileSync(join(folder, "report.anchor.json"), `${JSON.stringify(anchor, null, 2)}\n`);
  } catch (error) {
    const { shortMessage, message } = error as { shortMessage?: string; message: string };
    throw new InputError(
      `The report is in ${folder}, its hash is not on the chain (${shortMessage ?? message}): fund ${await signer.getAddress()}, or send the hash yourself.`,
    );
  } finally {
    provider.destroy();
  }
}
