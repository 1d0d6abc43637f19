// `cohort audit`: check everything without trusting anyone.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { JsonRpcProvider, Network, type Signer } from "ethers";
import { connect } from "../api.ts";
import { type Audit, type AuditProgress, audit } from "../auditor/audit.ts";
import { type BundleWriter, openBundle, recordBundle } from "../auditor/bundle.node.ts";
import { openChain } from "../auditor/chain.ts";
import { checkpointFile } from "../auditor/checkpoint.node.ts";
import { startChronicle } from "../auditor/chronicle.ts";
import { compareServer } from "../auditor/compareServer.ts";
import { checkCriteriaFile } from "../auditor/criteria.node.ts";
import { checkToldCriteria } from "../auditor/criteria.ts";
import { createExports } from "../auditor/exports.node.ts";
import { sortFindings } from "../auditor/finding.ts";
import { renderHtml } from "../auditor/html.ts";
import { readLeavesFolder } from "../auditor/leaves.node.ts";
import type { PublishedLeaves } from "../auditor/leaves.ts";
import { publishedKeys } from "../auditor/published.node.ts";
import { type AuditReport, makeReport, reportHash, reportText } from "../auditor/report.ts";
import { anchorReport } from "../auditor/reportAnchor.ts";
import { connectNode } from "../auditor/rpc.ts";
import { readServerLeaves, readTold, type Told } from "../auditor/serverState.ts";
import { signReport } from "../auditor/sign.ts";
import type { Limits, Source } from "../auditor/source.ts";
import { renderSummary } from "../auditor/summary.ts";
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
import { type Context, contextOf, withDocumentKey } from "./context.ts";
import { InputError, print } from "./output.ts";

/** Exit code of an audit that ended with findings: its report was printed, nothing went wrong. */
export const EXIT_FINDINGS = 5;

const EXAMPLES = `
Needs a node and the deployment file, and no server:
  cohort audit --rpc http://localhost:8545 --deployment data/deployment.json --out report
  cohort audit --rpc URL --deployment FILE --bundle history.gz      everything to repeat it offline
  cohort audit --bundle history.gz                                  repeats it, without any network
  cohort audit --rpc URL --deployment FILE --server http://localhost:4000   also: does the server lie?
  cohort audit --rpc URL --deployment FILE --prove --to BLOCK_HASH  believes that hash, and no node
  cohort audit --verify report                                      who signed this report?

Exit code 0: clean. 5: findings. Others as for every command.`;

/** Adds the auditor's command. */
export function addAuditCommand(program: Command): void {
  const command = program
    .command("audit")
    .description("replay the whole history from a node or a bundle and verify every proof again")
    .option("--rpc <url>", "any JSON-RPC node of the chain")
    .option("--deployment <file>", "deployment file (default: the one in the data folder)")
    .option("--trial <protocol>", "audit one trial only, by protocol number or id")
    .option("--from <block>", "verify proofs and report findings from this block on")
    .option("--to <block>", "audit up to this block, by number or hash (default: the newest)")
    .option("--prove", "with --rpc: prove every log and time from the last block's hash")
    .option("--bundle <file>", "with --rpc: write it; without: audit from it, offline")
    .option("--checkpoint <file>", "save progress there and go on from it")
    .option("--leaves <folder>", "published leaves of batches, to rebuild them")
    .option("--criteria <file...>", "trial files opened by their sponsors, to check and render")
    .option("--out <folder>", "write report.html and report.json there")
    .option("--exports", "with --out: also FHIR R4 resources (NDJSON) and events.csv")
    .option("--sign", "with --out: sign the report's hash with --key (EIP-712)")
    .option("--anchor", "with --out: put the report's hash on the chain, paid by --key's account")
    .option("--verify <folder>", "check the signed report that --out and --sign wrote there");
  withDocumentKey(command)
    .addHelpText("after", EXAMPLES)
    .action(async (flags: Flags, running: Command) => {
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
      // What the end needs is looked for at the start: an audit may take long.
      const signer = flags.sign || flags.anchor ? context.signer("auditor") : undefined;
      if (flags.out !== undefined) refuseUnwritable(flags.out);
      await refuseUnreadable(flags);
      const { report, exported } = await runAudit(context, flags);
      context.progress.end();
      const hash = reportHash(report);
      if (flags.out !== undefined) {
        await writeReport(flags.out, report, flags.sign ? signer : undefined);
        if (flags.anchor) await writeAnchor(flags.out, report, signer!, flags.rpc!);
      }
      const files = exported.length === 0 ? {} : { exported };
      print(context.json, { ...report, hash, ...files }, renderSummary(report, hash));
      if (report.verdict === "findings") process.exitCode = EXIT_FINDINGS;
    });
}

async function verifyOnly(context: Context, flags: Flags): Promise<void> {
  const { verify, rpc, documentKey: _, ...others } = flags;
  const [other] = Object.keys(others);
  if (other !== undefined) throw new InputError(`--verify audits nothing: leave out --${other}.`);
  await verifyReport(context, verify!, rpc === undefined ? undefined : connectNode(rpc));
}

async function runAudit(
  context: Context,
  flags: Flags,
): Promise<{ report: AuditReport; exported: string[] }> {
  const { server } = context.options;
  const api = server === undefined ? undefined : connect({ url: server });
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
  const running = audit({
    source: opened.writer?.source ?? opened.source,
    keys: await publishedKeys(),
    limits: opened.limits,
    leaves: withBundled(leaves, opened.leaves),
    checkpoint: flags.checkpoint === undefined ? undefined : checkpointFile(flags.checkpoint),
    onEvent: (event) => {
      seen.onEvent(event);
      exporter?.onEvent(event);
    },
    onProgress: progressLine(context),
  });
  const result = await running.catch(async (error: unknown) => {
    await opened.writer?.discard();
    throw error;
  });
  await opened.writer?.close();
  const exported = exporter?.finish(result) ?? [];
  const { criteria, findings } = await openCriteria(result, flags, told);
  if (told) findings.push(...compareServer(told, result, seen.chronicle));
  const all = { ...result, findings: sortFindings([...result.findings, ...findings]) };
  return { report: makeReport(all, criteria), exported };
}

type Opened = {
  source: Source;
  limits: Limits;
  writer?: BundleWriter;
  leaves?: PublishedLeaves;
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
    return bundle;
  }
  const file = flags.deployment ?? join(context.options.data, "deployment.json");
  const deployment = parseDeploymentFile(file);
  const to = told?.block ?? (flags.to === undefined ? undefined : lastBlockOf(flags.to));
  const request = connectNode(flags.rpc);
  const source = await openChain({ request, deployment, to, isProven: flags.prove });
  if (flags.bundle === undefined) return { source, limits };
  return { source, limits, writer: recordBundle(flags.bundle, source, limits) };
}

/** Leaves named now, and behind them those that a bundle turns out to hold while it is read. */
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
function progressLine({ progress }: Context): (at: AuditProgress) => void {
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
