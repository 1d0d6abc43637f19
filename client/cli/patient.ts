// `cohort patient`: the wallet, the record in it, and what a trial would ask of it. All of it happens on this device.
import { existsSync } from "node:fs";
import type { Command } from "commander";
import { formatDay } from "../../circuits/statement/day.ts";
import { localArtifacts } from "../patient/artifacts.node.ts";
import { prefetch } from "../patient/artifacts.ts";
import { type Check, checkTrial } from "../patient/check.ts";
import { deriveRecordIdentity } from "../patient/derive.ts";
import { importRecord } from "../patient/import.ts";
import { downloadTrial, reviewTrial } from "../patient/review.ts";
import { openWallet, saveWallet, writeAtomically, writeNewWallet } from "../patient/store.node.ts";
import { createWallet, sealRecovery, type Wallet } from "../patient/wallet.ts";
import { type Context, contextOf, withDocumentKey, withExamples } from "./context.ts";
import { readJson } from "./file.ts";
import { InputError, print } from "./output.ts";
import { anchorWithPermit } from "./permit.ts";
import { readNewSecret, readPassphrase } from "./secret.ts";

const DEFAULT_WALLET = "cohort-wallet.age";
const WALLET_HELP =
  "\nThe passphrase is asked for, or read from COHORT_PASSPHRASE; the wallet's file may be named by COHORT_WALLET.";
export type WalletFlag = { wallet: string };
export type TrialFlags = WalletFlag & { documentKey?: string };

/** A command on a wallet. */
export function walletCommand(patient: Command, usage: string, text: string): Command {
  return patient
    .command(usage)
    .description(text)
    .option("--wallet <file>", "wallet file", process.env.COHORT_WALLET ?? DEFAULT_WALLET)
    .addHelpText("after", WALLET_HELP);
}

/** A command on a wallet and a trial, with an example for its help. */
export function trialCommand(
  patient: Command,
  { name, text, example }: { name: string; text: string; example: string },
): Command {
  const command = withDocumentKey(walletCommand(patient, `${name} <protocol>`, text));
  return withExamples(command, `patient ${name} ${example}`);
}

/** Adds the commands about the wallet and its record, and returns the group. */
export function addPatientCommands(program: Command): Command {
  const patient = program
    .command("patient")
    .description("your wallet: check, prove, consent, withdraw");
  withExamples(
    walletCommand(
      patient,
      "init",
      "create a wallet; shows the identity commitment for your clinic",
    ).action(init),
    "patient init",
    "patient init --wallet ann.age",
  );
  withExamples(
    walletCommand(patient, "import <file>", "take in the record that your clinic made")
      .option("--unanchored", "take it in although it is not in the registry yet")
      .action(importFile),
    "patient import ann.json",
  );
  withExamples(
    patient
      .command("anchor <permit>")
      .description("anchor your record yourself, with the permit that your clinic signed")
      .action(anchorWithPermit),
    "patient anchor ann.permit.json",
  );
  withExamples(
    walletCommand(
      patient,
      "backup <file>",
      "write a recovery file of the whole wallet, under a passphrase of its own (or COHORT_BACKUP_PASSPHRASE)",
    ).action(backup),
    "patient backup /media/stick/ann-recovery.age",
  );
  trialCommand(patient, {
    name: "check",
    text: "does a trial fit, and what would a yes reveal? Nothing leaves this device",
    example: "CZ-T2D-001",
  }).action(check);
  return patient;
}

/** Opens the wallet, asking for its passphrase. */
export async function open({ wallet }: WalletFlag) {
  const passphrase = await readPassphrase();
  return { path: wallet, passphrase, wallet: await openWallet({ path: wallet, passphrase }) };
}

async function init({ wallet: path }: WalletFlag, command: Command): Promise<void> {
  const { json } = contextOf(command);
  const wallet = createWallet();
  const passphrase = await readNewSecret("COHORT_PASSPHRASE", "New passphrase");
  await writeNewWallet({ path, passphrase, wallet });
  const { commitment } = await deriveRecordIdentity(wallet.seed);
  const text = `Wallet written to ${path}. Keep a copy (patient backup) and the passphrase: neither can be restored.\nIdentity commitment, for your clinic: ${commitment}`;
  print(json, { wallet: path, identityCommitment: commitment }, text);
}

async function importFile(
  file: string,
  flags: WalletFlag & { unanchored?: boolean },
  command: Command,
): Promise<void> {
  const { api, json, progress } = contextOf(command);
  const attested = readJson(file);
  const opened = await open(flags);
  if (!flags.unanchored) progress.step("Downloading the registry...");
  const registry = flags.unanchored ? undefined : await api().recordsState();
  const imported = await importRecord({
    wallet: opened.wallet,
    attested,
    ...(registry && { registry }),
  });
  await saveWallet({ ...opened, wallet: imported.wallet });
  progress.end();
  const { facts, header } = imported.record.record;
  const issued = formatDay(header.issuedDay);
  const { clinicName, replaced } = imported;
  print(
    json,
    { clinic: clinicName, facts: facts.length, issued, replaced },
    `${replaced ? "Replaced the record" : "Imported a record"} of ${clinicName}: ${facts.length} facts, issued ${issued}. Delete ${file}: the wallet holds it now.`,
  );
}

async function backup(file: string, flags: WalletFlag, command: Command): Promise<void> {
  const { json } = contextOf(command);
  if (existsSync(file)) throw new InputError(`${file}: exists already; choose another name`);
  const { wallet } = await open(flags);
  const passphrase = await readNewSecret("COHORT_BACKUP_PASSPHRASE", "Passphrase of the backup");
  await writeAtomically(file, await sealRecovery({ wallet, passphrase }));
  const text = `Backup written to ${file}. It is a wallet file: use it with --wallet ${file} and its own passphrase.`;
  print(json, { backup: file }, text);
}

/** Everything public about a trial, the keys for proving (fetched before any result is known), and the check. */
export async function look(context: Context, protocolNumber: string, wallet: Wallet, key?: string) {
  const { progress } = context;
  if (wallet.records.length === 0) {
    throw new InputError("The wallet holds no record yet: import the one your clinic made.");
  }
  progress.step("Downloading the trial's public state...");
  const downloads = await downloadTrial(context.api(), protocolNumber);
  const reviewed = await reviewTrial({ downloads, documentKey: key });
  const artifacts = localArtifacts();
  progress.step("Loading the proving keys...");
  await prefetch({ source: artifacts, circuit: reviewed.version.terms.circuit });
  const asOfDay = await context.today();
  const checked = checkTrial({ wallet, reviewed, registry: downloads.registry, asOfDay });
  progress.end();
  return { downloads, reviewed, artifacts, check: checked };
}

async function check(protocolNumber: string, flags: TrialFlags, command: Command): Promise<void> {
  const context = contextOf(command);
  const { wallet } = await open(flags);
  const looked = await look(context, protocolNumber, wallet, flags.documentKey);
  const { check: found } = looked;
  const { asOfDay, best, records, reveals, crowd, budget, refusals, warnings } = found;
  const data = {
    asOf: formatDay(asOfDay),
    eligible: best !== undefined,
    records: records.map(({ eligible, criteria, problems }) => ({ eligible, criteria, problems })),
    reveals,
    crowd,
    budget,
    refusals: refusals.map(({ code, message }) => ({ code, message })),
    warnings,
  };
  print(context.json, data, renderCheck(protocolNumber, found));
}

function renderCheck(protocolNumber: string, found: Check): string {
  const { asOfDay, best, records, reveals, refusals, warnings } = found;
  const lines = [`${protocolNumber} on ${formatDay(asOfDay)}, checked on this device only.`];
  for (const [i, record] of records.entries()) {
    if (records.length > 1) lines.push(`Record ${i + 1} of ${records.length}:`);
    lines.push(...criteriaLines(record));
  }
  const isFitting = records.some(({ eligible }) => eligible);
  const verdict = isFitting
    ? "You fit, but your record is not in the registry now: ask the clinic."
    : "You are not eligible; nobody will know that you looked.";
  lines.push("");
  if (best === undefined) lines.push(verdict);
  else {
    lines.push("You are eligible. A yes would tell the sponsor that all of these hold:");
    for (const text of reveals.asserted) lines.push(`  - ${text}`);
  }
  for (const warning of warnings) lines.push(`Warning: ${warning}`);
  const said = ["NotEligible", "RecordNotAnchored"];
  for (const refusal of refusals.filter(({ code }) => !said.includes(code))) {
    lines.push(`The wallet would refuse: ${refusal.message}`);
  }
  return lines.join("\n");
}

function criteriaLines({ criteria, problems }: Check["records"][number]): string[] {
  const lines: string[] = [];
  for (const { holds, listed, parts, earliest } of criteria) {
    const mark = holds === undefined ? "ask " : holds ? "yes " : "no  ";
    lines.push(`  ${mark} ${listed}`);
    if (holds !== false) continue;
    for (const part of parts.filter((p) => !p.holds)) lines.push(`         ${part.reason}`);
    if (earliest !== undefined) lines.push(`         It could hold from ${earliest}.`);
  }
  for (const { message, hint } of problems) lines.push(`  no   ${message} ${hint}`);
  return lines;
}
