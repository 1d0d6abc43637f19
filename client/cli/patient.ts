import type { Command } from "commander";
import { formatDay } from "../../circuits/statement/day.ts";
import { localArtifacts } from "../patient/artifacts.node.ts";
import { prefetch } from "../patient/artifacts.ts";
import { type Check, checkTrial } from "../patient/check.ts";
import { deriveRecordIdentity } from "../patient/derive.ts";
import { importRecord, reviewRecords } from "../patient/import.ts";
import { downloadTrial, placeOf, reviewTrial } from "../patient/review.ts";
import { statusIn } from "../patient/status.ts";
import { openWallet, saveWallet, writeNewWallet } from "../patient/store.node.ts";
import { createWallet, type Wallet } from "../patient/wallet.ts";
import { type Context, contextOf, readJson, readPassphrase } from "./context.ts";
import { InputError, print } from "./output.ts";

const DEFAULT_WALLET = "cohort-wallet.age";
export type WalletFlag = { wallet: string };
export type TrialFlags = WalletFlag & { documentKey?: string };

/** A command on a wallet. */
export function walletCommand(patient: Command, name: string, text: string): Command {
  return patient
    .command(name)
    .description(text)
    .option("--wallet <file>", "wallet file", process.env.COHORT_WALLET ?? DEFAULT_WALLET);
}

/** A command on a wallet and a trial. */
export function trialCommand(patient: Command, name: string, text: string): Command {
  const command = walletCommand(patient, `${name} <protocol>`, text);
  return command.option("--document-key <key>", "opens a sealed trial text");
}

/** Adds the commands about the wallet and its record. */
export function addPatientCommands(program: Command): Command {
  const patient = program
    .command("patient")
    .description("your wallet: check, prove, consent, withdraw");
  const withWallet = (name: string, text: string) => walletCommand(patient, name, text);
  withWallet("init", "create a wallet; shows the identity commitment for your clinic").action(init);
  withWallet("import <file>", "take in the record that your clinic made")
    .option("--unanchored", "take it in although it is not in the registry yet")
    .action(importFile);
  trialCommand(
    patient,
    "check",
    "does a trial fit, and what would a yes reveal? Nothing leaves this device",
  )
    .addHelpText("after", "\nExample:\n  cohort patient check CZ-T2D-001")
    .action(check);
  trialCommand(patient, "status", "where you stand in a trial").action(status);
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
  await writeNewWallet({ path, passphrase: await readPassphrase("New passphrase: "), wallet });
  const { commitment } = await deriveRecordIdentity(wallet.seed);
  const text = `Wallet written to ${path}. Keep a copy and the passphrase: neither can be restored.\nIdentity commitment, for your clinic: ${commitment}`;
  print(json, { wallet: path, identityCommitment: commitment }, text);
}

async function importFile(
  file: string,
  flags: WalletFlag & { unanchored?: boolean },
  command: Command,
): Promise<void> {
  const { api, json } = contextOf(command);
  const opened = await open(flags);
  const registry = flags.unanchored ? undefined : await api().recordsState();
  const imported = await importRecord({
    wallet: opened.wallet,
    attested: readJson(file),
    ...(registry && { registry }),
  });
  await saveWallet({ ...opened, wallet: imported.wallet });
  const { facts, header } = imported.record.record;
  const issued = formatDay(header.issuedDay);
  const { clinicName, replaced } = imported;
  print(
    json,
    { clinic: clinicName, facts: facts.length, issued, replaced },
    `${replaced ? "Replaced the record" : "Imported a record"} of ${clinicName}: ${facts.length} facts, issued ${issued}. Delete ${file}: the wallet holds it now.`,
  );
}

/** Everything public about a trial, the keys for proving (fetched before any result is known), and the check. */
export async function look(context: Context, protocolNumber: string, wallet: Wallet, key?: string) {
  const { progress } = context;
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
  if (wallet.records.length === 0) {
    throw new InputError("The wallet holds no record yet: import the one your clinic made.");
  }
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
  const lines: string[] = [
    `${protocolNumber} on ${formatDay(asOfDay)}, checked on this device only.`,
  ];
  for (const { criteria, problems } of records) {
    for (const { holds, english, parts, earliest } of criteria) {
      const mark = holds === undefined ? "ask " : holds ? "yes " : "no  ";
      lines.push(`  ${mark} ${english}`);
      if (holds !== false) continue;
      for (const part of parts.filter((p) => !p.holds)) lines.push(`         ${part.reason}`);
      if (earliest !== undefined) lines.push(`         It could hold from ${earliest}.`);
    }
    for (const { message, hint } of problems) lines.push(`  no   ${message} ${hint}`);
  }
  lines.push(
    "",
    best
      ? "You are eligible. A yes would tell the sponsor that all of these hold:"
      : "You are not eligible; nobody will know that you looked.",
  );
  if (best) for (const text of reveals.asserted) lines.push(`  - ${text}`);
  for (const warning of warnings) lines.push(`Warning: ${warning}`);
  for (const refusal of refusals.filter(({ code }) => code !== "NotEligible"))
    lines.push(refusal.message);
  return lines.join("\n");
}

async function status(protocolNumber: string, flags: TrialFlags, command: Command): Promise<void> {
  const context = contextOf(command);
  const { wallet } = await open(flags);
  const downloads = await downloadTrial(context.api(), protocolNumber);
  const { state, registry } = downloads;
  const found = await statusIn({ wallet, place: placeOf(downloads), state });
  const records = reviewRecords({ wallet, registry }).map((record) => record.status);
  const { state: standing, onHold, siteId, participation } = found;
  const { screenings, consents } = participation;
  const lines = [
    `${protocolNumber}: ${standing}${onHold ? ", on hold until you answer the amendment" : ""}${siteId === undefined ? "" : `, site ${siteId}`}`,
    ...screenings.map(
      ({ version, day }) => `  screened under version ${version} on ${formatDay(day)}`,
    ),
    ...consents.map(
      (c) => `  ${c.decision}: form version ${c.formVersion}, ${c.permissions.join(", ")}`,
    ),
    ...records.map((record, i) => `  record ${i + 1}: ${record}`),
  ];
  const data = { state: standing, onHold, siteId, screenings, consents, records };
  print(context.json, data, lines.join("\n"));
}
