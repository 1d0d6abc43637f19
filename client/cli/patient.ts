// `cohort patient`: the wallet, the record in it, and what a trial would ask of it. All of it happens on this device.

import { existsSync } from "node:fs";
import type { Command } from "commander";
import { formatDay } from "../../circuits/statement/encoding/day.ts";
import { counted } from "../../circuits/statement/encoding/print.ts";
import { localArtifacts } from "../artifacts/artifacts.node.ts";
import { prefetch } from "../artifacts/artifacts.ts";
import { writeAtomically } from "../files/atomic.node.ts";
import { checkTrial } from "../patient/check.ts";
import { identityCodeOf } from "../patient/derive.ts";
import { importRecord } from "../patient/import.ts";
import { writeNewWallet } from "../patient/store.node.ts";
import { createWallet, sealRecovery } from "../patient/wallet.ts";
import { downloadTrial } from "../trial/review.ts";
import { type Context, contextOf } from "./context.ts";
import { readJson } from "./file.ts";
import { withExamples } from "./options.ts";
import { InputError, print } from "./output.ts";
import { anchorWithPermit } from "./permit.ts";
import { renderCheck } from "./renderCheck.ts";
import { type ReviewFlags, review } from "./reviewing.ts";
import { readNewSecret } from "./secret.ts";
import {
  bringUpToDate,
  keep,
  type Opened,
  open,
  type TrialFlags,
  trialCommand,
  type WalletFlag,
  walletCommand,
} from "./wallet.ts";

/** Adds the commands about the wallet and its record. */
export function addCommands(patient: Command): void {
  withExamples(
    walletCommand(
      patient,
      "init",
      "create a wallet; shows the identity code for your clinic",
    ).action(init),
    "patient init",
    "patient init --wallet ann.age",
  );
  withExamples(
    walletCommand(patient, "identity", "show this wallet's identity code, for your clinics").action(
      identity,
    ),
    "patient identity",
  );
  withExamples(
    walletCommand(patient, "import <file>", "import the record that your clinic made")
      .option("--unanchored", "import it even though it is not in the registry yet")
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
      "write a recovery file of the whole wallet, with its own passphrase (or COHORT_BACKUP_PASSPHRASE)",
    ).action(backup),
    "patient backup /media/stick/ann-recovery.age",
  );
  trialCommand(patient, {
    name: "check",
    text: "does a trial fit, and what would a yes reveal? Nothing leaves this device",
    example: "CZ-T2D-001",
  }).action(check);
}

async function init({ wallet: path }: WalletFlag, command: Command): Promise<void> {
  const { json } = contextOf(command);
  const wallet = createWallet();
  const passphrase = await readNewSecret("COHORT_PASSPHRASE", "New passphrase");
  await writeNewWallet({ path, passphrase, wallet });
  const identityCode = await identityCodeOf(wallet.seed);
  const text = `Wallet written to ${path}. Keep a copy (patient backup) and the passphrase: neither can be restored.\nIdentity code, for your clinic: ${identityCode}`;
  print(json, { wallet: path, identityCode }, text);
}

async function identity(flags: WalletFlag, command: Command): Promise<void> {
  const { json } = contextOf(command);
  const identityCode = await identityCodeOf((await open(flags)).wallet.seed);
  print(json, { identityCode }, identityCode);
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
    ...(registry && { registry, leaves: api() }),
  });
  await keep(opened, imported.wallet);
  progress.end();
  const { facts, header } = imported.record.record;
  const issued = formatDay(header.issuedDay);
  const { clinicName, replaced } = imported;
  print(
    json,
    { clinic: clinicName, facts: facts.length, issued, replaced },
    `${replaced ? "Replaced the record" : "Imported a record"} of ${clinicName}: ${counted(facts.length, "fact")}, issued ${issued}. Delete ${file}: the wallet holds it now.`,
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

/**
 * Everything public about a trial, the newest records, the keys for proving (fetched before any result is known), and the
 * check.
 */
export async function look(
  context: Context,
  protocolNumber: string,
  from: Opened,
  flags: ReviewFlags,
) {
  const { progress } = context;
  if (from.wallet.records.length === 0) {
    throw new InputError("The wallet holds no record yet: import the one your clinic made.");
  }
  progress.step("Downloading the trial's public state...");
  const downloads = await downloadTrial(context.api(), protocolNumber);
  const reviewed = await review(context, flags, downloads);
  progress.step("Looking for newer records...");
  const { opened, notes } = await bringUpToDate(context, from, downloads.registry);
  const artifacts = localArtifacts();
  progress.step("Loading the proving keys...");
  await prefetch({ source: artifacts, circuit: reviewed.version.terms.circuit });
  const asOfDay = await context.today();
  const { registry } = downloads;
  const checked = checkTrial({ wallet: opened.wallet, reviewed, registry, asOfDay });
  progress.end();
  return { opened, notes, downloads, reviewed, artifacts, check: checked };
}

async function check(protocolNumber: string, flags: TrialFlags, command: Command): Promise<void> {
  const context = contextOf(command);
  const looked = await look(context, protocolNumber, await open(flags), flags);
  const { check: found, notes } = looked;
  const { asOfDay, plan, parts, records, reveals, crowd, budget, refusals, warnings } = found;
  const data = {
    asOf: formatDay(asOfDay),
    eligible: plan !== undefined,
    parts: parts.map(({ part, shownBy, missing, problems, isOnlyUnanchored }) => ({
      part: part + 1,
      shownBy: shownBy === undefined ? null : records[shownBy]!.record.clinicName,
      missing: missing.map(({ listed }) => listed),
      problems,
      isOnlyUnanchored,
    })),
    records: records.map(({ record, eligible, criteria, problems }) => ({
      clinic: record.clinicName,
      eligible,
      criteria,
      problems,
    })),
    reveals,
    crowd,
    budget,
    refusals: refusals.map(({ code, message }) => ({ code, message })),
    warnings,
    notes,
  };
  const text = [...notes, renderCheck(protocolNumber, found)].join("\n");
  print(context.json, data, text);
}
