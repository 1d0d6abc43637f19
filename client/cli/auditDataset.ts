// `cohort audit dataset <folder>`: from every row of a published dataset back to entries, cut and consents.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { hashEntry } from "../../circuits/statement/exchange/entry.ts";
import type { Payload } from "../../circuits/statement/exchange/payload.ts";
import type { Bytes32 } from "../../circuits/statement/trial/trial.ts";
import { connect } from "../api/api.ts";
import { audit } from "../auditor/audit/audit.ts";
import { auditDataset, type DatasetAudit, trialOfDataset } from "../auditor/dataset/audit.ts";
import type { DatasetEvidence } from "../auditor/dataset/evidence.ts";
import { evidenceOf } from "../auditor/dataset/replayed.ts";
import type { Finding } from "../auditor/finding/finding.ts";
import { openChain } from "../auditor/node/chain.ts";
import { connectNode } from "../auditor/node/rpc.ts";
import { publishedKeys } from "../auditor/proof/published.node.ts";
import { checkExchange } from "../auditor/server/compareExchange.ts";
import { readFolder } from "../exchange/dataset/files.node.ts";
import { MANIFEST_FILE } from "../exchange/dataset/manifest.ts";
import { fetchCut } from "../exchange/fetch.ts";
import { CUT_FILE, folderStore, readCut, readRequest } from "../exchange/folder.node.ts";
import { gatherExchange } from "./auditExchange.ts";
import { lastBlockOf, parseDeploymentFile } from "./auditInputs.ts";
import { EXIT_FINDINGS, progressLine } from "./auditRun.ts";
import { type Context, contextOf } from "./context.ts";
import { lookAtExchange } from "./exchange.ts";
import { verifyingOf } from "./exchangeVerifying.ts";
import { InputError, print } from "./output.ts";

export type DatasetFlags = {
  rpc?: string;
  deployment?: string;
  to?: string;
  prove?: boolean;
  entries?: string[];
  manifestHash?: string;
  opened?: string;
  documentKey?: string;
};

/** Audits a dataset's folder and prints what came of it; exit code 5 when anything is wrong. */
export async function runDatasetAudit(
  folder: string,
  flags: DatasetFlags,
  running: Command,
): Promise<void> {
  const context = contextOf(running);
  checkFlags(context, folder, flags);
  const files = readFolder(folder);
  const trialId = await trialOfDataset(files);
  const proven = trialId === undefined ? undefined : await replayTrial(context, trialId, flags);
  const found = await auditDataset({
    files,
    evidence: proven?.evidence ?? NOTHING,
    onProgress: (done, of) => context.progress.step(`Rows and resources: ${done} of ${of}...`),
  });
  context.progress.end();
  const ground = proven?.findings ?? [];
  const isClean = found.findings.length === 0 && ground.length === 0;
  const data = { verdict: isClean ? "clean" : "findings", ...found, ground };
  print(context.json, data, wordsOf(found, ground));
  if (!isClean) process.exitCode = EXIT_FINDINGS;
}

/** Throws InputError for what can be seen to be missing before the chain is read. */
function checkFlags(context: Context, folder: string, flags: DatasetFlags): void {
  if (!existsSync(join(folder, MANIFEST_FILE))) {
    throw new InputError(
      `${folder} has no ${MANIFEST_FILE}: name the folder that cohort sponsor data fetch wrote (…/dataset)`,
    );
  }
  if (flags.rpc === undefined)
    throw new InputError("Name a node with --rpc: consents are read there.");
  const { server } = context.options;
  if (server === undefined && flags.entries === undefined) {
    throw new InputError("Name the public entries with --server <url> or --entries <file>.");
  }
  const { opened } = flags;
  if (opened !== undefined && !existsSync(join(opened, CUT_FILE))) {
    throw new InputError(
      `${opened} has no ${CUT_FILE}: name with --opened the folder that cohort sponsor data cut made, not the dataset in it`,
    );
  }
  const hash = flags.manifestHash;
  if (hash !== undefined && !/^0x[0-9a-f]{64}$/.test(hash)) {
    throw new InputError(`--manifest-hash: 0x and 64 digits, in lower case, not ${hash}`);
  }
}

/** Stands for a chain that nobody asked: a manifest that cannot be read leads nowhere. */
const NOTHING: DatasetEvidence = {
  ...{ chainId: "0", cutRegistry: "", deposited: [] },
  cutOf: () => undefined,
  requestOf: () => undefined,
  manifestsOf: () => new Map(),
  anchoredIn: () => undefined,
  uncovered: () => undefined,
};

/** The chain as far as the trial goes, its entries with whoever made each, and what is wrong with them. */
async function replayTrial(
  context: Context,
  trialId: Bytes32,
  flags: DatasetFlags,
): Promise<{ evidence: DatasetEvidence; findings: readonly Finding[] }> {
  const { server, data } = context.options;
  const api = server === undefined ? undefined : connect({ url: server });
  const { entries: sources, to } = flags;
  const asked = { ...(sources && { entries: sources }), custodian: [], trial: trialId };
  const told = await gatherExchange(context, { ...asked, mayBeNewer: to !== undefined }, api);
  const deployment = parseDeploymentFile(flags.deployment ?? join(data, "deployment.json"));
  const source = await openChain({
    request: connectNode(flags.rpc!),
    ...{ deployment, to: to === undefined ? undefined : lastBlockOf(to), isProven: flags.prove },
  });
  const keys = await publishedKeys();
  const onProgress = progressLine(context);
  const result = await audit({ source, keys, limits: { trial: trialId }, onProgress });
  const entries = told?.entries ?? new Map();
  const check = await checkExchange(result, { entries, receipts: new Map() }, { keys });
  const openAgain = flags.opened === undefined ? undefined : await reopen(context, flags);
  const { manifestHash } = flags;
  return {
    evidence: evidenceOf(result, { trialId, entries, manifestHash, openAgain }),
    findings: [...result.findings, ...check.findings],
  };
}

/** Packages opened again from the folder of a fetch: its keys, and the shares that came to it. */
async function reopen(
  context: Context,
  { opened, documentKey }: DatasetFlags,
): Promise<NonNullable<DatasetEvidence["openAgain"]>> {
  const folder = opened!;
  const cut = await readCut(folder);
  const { privateKey, made } = await readRequest(folder);
  if (made === null || privateKey.length === 0) {
    throw new InputError(
      `${folder} holds no key of a request: it was purged, or nothing was fetched`,
    );
  }
  const looked = await lookAtExchange(context, cut.protocolNumber, {
    ...(documentKey !== undefined && { documentKey }),
  });
  const { exchange, entries, place, reviewed } = looked;
  const events = await context.api().events();
  const fetched = await fetchCut({
    ...{ exchange, entries, place, cut: cut.entries, request: { ...made, privateKey } },
    custodians: [],
    threshold: reviewed.version.terms.custodianThreshold,
    store: folderStore(folder),
    verifying: await verifyingOf(looked, reviewed.document, events),
  });
  const payloads = new Map<Bytes32, Payload>();
  for await (const { deposited, payload } of fetched.opened()) {
    payloads.set(hashEntry(deposited.entry), payload);
  }
  return async (entry) => payloads.get(entry);
}

const SHOWN = 50;

function wordsOf(found: DatasetAudit, ground: readonly Finding[]): string {
  const { findings, checked, manifestHash, manifestBlock, limits } = found;
  const anchored =
    manifestBlock === undefined ? "not anchored" : `anchored in block ${manifestBlock}`;
  const all = [...findings, ...ground];
  const verdict =
    all.length === 0
      ? "CLEAN: every row goes back to an entry, a cut and a consent."
      : `${all.length} FINDING(S): this dataset is not what the chain and the entries say.`;
  return [
    verdict,
    "",
    `${checked.entries} entries, ${checked.files} files, ${checked.items} rows and resources; ${checked.packages} packages opened again.`,
    ...(manifestHash === undefined ? [] : [`Manifest ${manifestHash}: ${anchored}.`]),
    ...all.slice(0, SHOWN).map(({ rule, reason }) => `${rule}: ${reason}`),
    ...(all.length > SHOWN ? [`... and ${all.length - SHOWN} more.`] : []),
    ...limits.map((said) => `Note: ${said}`),
  ].join("\n");
}
