// `cohort patient refresh` and `settings`: newer records in, due consents out, and how this wallet behaves.
import type { Command } from "commander";
import { formatDay } from "../../circuits/statement/encoding/day.ts";
import type { WalletSettings } from "../patient/wallet.ts";
import { wholeIn } from "./argument.ts";
import { sendDue } from "./consenting.ts";
import { contextOf } from "./context.ts";
import { withExamples } from "./options.ts";
import { InputError, print } from "./output.ts";
import {
  bringUpToDate,
  keep,
  open,
  type RelayerFlag,
  urlIn,
  type WalletFlag,
  walletCommand,
  withRelayer,
} from "./wallet.ts";

/** Adds the commands that keep a wallet in order. */
export function addCommands(patient: Command): void {
  withExamples(
    withRelayer(
      walletCommand(
        patient,
        "refresh",
        "fetch newer records from your clinics' mailboxes, and send the consents whose time has come",
      ),
    ).action(refresh),
    "patient refresh",
  );
  withExamples(
    walletCommand(patient, "settings", "show this wallet's settings, or change them")
      .option(
        "--others <n>",
        "a consent waits until this many others could have sent it (0: never)",
      )
      .option("--most-days <n>", "... but for about this many days at most")
      .option("--relayer <url>", "another server to send through (none: the exchange's own)")
      .option("--mirror <url>", "another server to fetch newer records from (none: its own)")
      .option("--budget <n>", "trials that a sponsor may get a yes for ...")
      .option("--budget-days <n>", "... within this many days")
      .option("--fewest-records <n>", "fewer records behind a yes than this: warn, or refuse")
      .option("--fewest-clinics <n>", "fewer clinics behind a yes than this: warn, or refuse")
      .option("--below <what>", "warn or refuse")
      .action(settings),
    "patient settings",
    "patient settings --others 10 --most-days 14",
    "patient settings --relayer https://other-exchange-server.example",
  );
}

async function refresh(flags: WalletFlag & RelayerFlag, command: Command): Promise<void> {
  const context = contextOf(command);
  const from = await open(flags);
  context.progress.step("Downloading the registry...");
  const registry = await context.api().recordsState();
  context.progress.step("Looking for newer records...");
  const { opened, renewal, notes } = await bringUpToDate(context, from, registry);
  const { report } = await sendDue({ context, opened, flags });
  const named = (
    records: readonly { clinicName: string; record: { header: { issuedDay: number } } }[] = [],
  ) =>
    records.map(({ clinicName, record }) => ({
      clinic: clinicName,
      issued: formatDay(record.header.issuedDay),
    }));
  const data = {
    renewed: named(renewal?.renewed),
    lost: named(renewal?.lost),
    consents: report.data,
    notes,
  };
  const lines = [...notes, ...report.lines];
  print(context.json, data, lines.join("\n") || "Nothing newer, and no consent is waiting.");
}

type SettingFlags = WalletFlag &
  RelayerFlag & {
    others?: string;
    mostDays?: string;
    mirror?: string;
    budget?: string;
    budgetDays?: string;
    fewestRecords?: string;
    fewestClinics?: string;
    below?: string;
  };

async function settings(flags: SettingFlags, command: Command): Promise<void> {
  const { json } = contextOf(command);
  const opened = await open(flags);
  const changed = changesIn(flags);
  const now = { ...opened.wallet.settings, ...changed };
  if (Object.keys(changed).length > 0) await keep(opened, { ...opened.wallet, settings: now });
  print(json, now, settingWords(now).join("\n"));
}

function changesIn(flags: SettingFlags): Partial<WalletSettings> {
  const numbers = {
    waitForOthers: count(flags.others, "--others"),
    waitAtMostDays: count(flags.mostDays, "--most-days"),
    budgetPerSponsor: count(flags.budget, "--budget"),
    budgetDays: count(flags.budgetDays, "--budget-days"),
    fewestLeaves: count(flags.fewestRecords, "--fewest-records"),
    fewestClinics: count(flags.fewestClinics, "--fewest-clinics"),
  };
  const { below } = flags;
  if (below !== undefined && below !== "warn" && below !== "refuse") {
    throw new InputError(`--below ${below}: warn or refuse`);
  }
  const all = {
    ...numbers,
    belowThat: below,
    relayer: server(flags.relayer),
    mirror: server(flags.mirror),
  };
  const given = Object.entries(all).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as Partial<WalletSettings>;
}

function count(text: string | undefined, name: string): number | undefined {
  return text === undefined ? undefined : wholeIn(text, name, 0);
}

function server(text: string | undefined): string | null | undefined {
  if (text === undefined) return undefined;
  return text === "none" ? null : urlIn(text);
}

function settingWords(of: WalletSettings): string[] {
  const wait =
    of.waitForOthers === 0 || of.waitAtMostDays === 0
      ? "Consents are sent at once."
      : `A consent waits until ${of.waitForOthers} others could have sent it, at most about ${of.waitAtMostDays} days.`;
  return [
    wait,
    `Sent through: ${of.relayer ?? "the exchange's own server"}.`,
    `Newer records from: ${of.mirror ?? "the exchange's own server"}.`,
    `A sponsor may get a yes for ${of.budgetPerSponsor} trials within ${of.budgetDays} days.`,
    `Fewer than ${of.fewestLeaves} records or ${of.fewestClinics} clinics behind a yes: ${of.belowThat}.`,
  ];
}
