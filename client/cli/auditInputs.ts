// The input of `cohort audit`, checked before the audit starts: an audit may take long, and none of it
// should be lost to a mistake that could have been found at once.
import { accessSync, constants, existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Deployment, parseDeployment } from "../../contracts/deployment.ts";
import { emptyWorld } from "../auditor/replay/capabilities.ts";
import { checkCriteriaFile } from "../auditor/server/criteria.node.ts";
import type { Told } from "../auditor/server/serverState.ts";
import { canonicalJson } from "../trial/document.ts";
import { openDocument } from "../trial/seal.ts";
import { readJson } from "./file.ts";
import { InputError } from "./output.ts";

export type Flags = {
  rpc?: string;
  deployment?: string;
  trial?: string;
  from?: string;
  to?: string;
  prove?: boolean;
  bundle?: string;
  checkpoint?: string;
  leaves?: string;
  criteria?: string[];
  entries?: string[];
  custodian?: string[];
  documentKey?: string;
  out?: string;
  exports?: boolean;
  sign?: boolean;
  anchor?: boolean;
  verify?: string;
};

/** Files of a report; the last two of one that is signed and anchored. */
const REPORT_FILES = [
  "report.json",
  "report.html",
  "report.signature.json",
  "report.anchor.json",
] as const;

/** Throws InputError for flags that do not go together. */
export function checkFlags(flags: Flags, isCompared: boolean): void {
  const { rpc, bundle, out, exports: exported, sign, anchor, checkpoint, to } = flags;
  const fail = (message: string) => {
    throw new InputError(message);
  };
  if (rpc === undefined && bundle === undefined) fail("Name a node with --rpc, or a --bundle.");
  if (rpc === undefined && to !== undefined)
    fail("A bundle ends where it was made: leave out --to.");
  if (rpc === undefined && flags.prove) fail("--prove asks a node: name one with --rpc.");
  if ((exported || sign) && out === undefined) fail("--exports and --sign need --out <folder>.");
  if (anchor && (out === undefined || rpc === undefined)) {
    fail("--anchor needs --out <folder> and the node to send by, --rpc.");
  }
  if (isCompared && rpc === undefined)
    fail("--server is compared with a node: name one with --rpc.");
  if (isCompared && to !== undefined)
    fail("--server is compared as of its own block: leave out --to.");
  if (checkpoint === undefined) return;
  if (rpc === undefined) fail("A bundle is read in one go: leave out --checkpoint.");
  const isResumed = existsSync(checkpoint);
  if (isResumed && (bundle !== undefined || exported)) {
    fail("--bundle and --exports need the whole history: name a new --checkpoint file, or none.");
  }
}

/** Makes the folder for the report. Throws InputError when no report can be written there. */
export function refuseUnwritable(folder: string): void {
  mkdirSync(folder, { recursive: true });
  accessSync(folder, constants.W_OK);
  for (const name of REPORT_FILES) {
    const file = join(folder, name);
    if (!existsSync(file)) continue;
    if (!statSync(file).isFile())
      throw new InputError(`${file} is not a file: name another --out.`);
    accessSync(file, constants.W_OK);
  }
}

/** Throws InputError or a Refusal when a file of --criteria is no trial's text or stays sealed. */
export async function refuseUnreadable({ criteria, documentKey: key }: Flags): Promise<void> {
  for (const file of criteria ?? []) await checkCriteriaFile(emptyWorld(), { file, key });
}

/** Throws InputError for a document key that opens nothing that the server shows. */
export async function refuseUselessKey(
  { trials }: Told,
  { criteria = [], documentKey: key }: Flags,
): Promise<void> {
  if (key === undefined || criteria.length > 0) return;
  const sealed = trials.flatMap(({ state }) =>
    state.versions.flatMap(({ terms, documents }) =>
      terms.isSealed ? [documents?.document?.content ?? ""] : [],
    ),
  );
  if (sealed.length === 0) return;
  const opens = (text: string) =>
    openDocument(text, key).then(
      () => true,
      () => false,
    );
  for (const text of sealed) if (await opens(text)) return;
  throw new InputError(
    "The document key opens none of the server's sealed texts: ask the sponsor for the right one, or leave it out.",
  );
}

/** Throws InputError when a bundle is about other contracts than this file's. */
export function refuseOtherDeployment(bundled: Deployment, file: string | undefined): void {
  if (file === undefined) return;
  const named = parseDeploymentFile(file);
  if (canonicalJson(named) === canonicalJson(bundled)) return;
  throw new InputError(`The bundle is about another deployment than ${file}: name the right one.`);
}

/** Reads a deployment file. Throws InputError. */
export function parseDeploymentFile(file: string) {
  const json = readJson(file);
  try {
    return parseDeployment(json);
  } catch (error) {
    throw new InputError(`${file}: ${(error as Error).message}`);
  }
}

/** A block number of a flag. Throws InputError. */
export function blockOf(text: string, name: string, wanted = "a block number"): number {
  if (/^\d{1,12}$/.test(text)) return Number(text);
  throw new InputError(`${name}: ${wanted}, not ${text}`);
}

/** The number or the hash of the last block to be audited. Throws InputError. */
export function lastBlockOf(text: string): number | string {
  if (/^0x[0-9a-f]{64}$/i.test(text)) return text.toLowerCase();
  return blockOf(text, "--to", "a block's number or its hash (0x and 64 digits)");
}
