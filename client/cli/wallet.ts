// The patient's wallet as commands see it: opened with its passphrase, brought up to date with what its clinics have
// published, saved before anything is sent.
import type { Command } from "commander";
import type { Api } from "../api/api.ts";
import { connect } from "../api/api.ts";
import type { RecordsState } from "../api/registry.ts";
import { ServerUnavailable } from "../api/unavailable.ts";
import { relayerOf } from "../patient/relayer.ts";
import { type Renewal, renewalWords, renewWallet } from "../patient/renew.ts";
import { openWallet, saveWallet } from "../patient/store.node.ts";
import type { Wallet } from "../patient/wallet.ts";
import { protocolIn } from "./argument.ts";
import type { Context } from "./context.ts";
import { withExamples } from "./options.ts";
import { InputError } from "./output.ts";
import { type ReviewFlags, withReview } from "./reviewing.ts";
import { readPassphrase } from "./secret.ts";

const DEFAULT_WALLET = "cohort-wallet.age";
const WALLET_HELP =
  "\nThe passphrase is asked for, or read from COHORT_PASSPHRASE; the wallet's file may be named by COHORT_WALLET.";

export type WalletFlag = { wallet: string };
export type TrialFlags = WalletFlag & ReviewFlags;
export type RelayerFlag = { relayer?: string };

/** An opened wallet, and where it came from. */
export type Opened = {
  readonly path: string;
  readonly passphrase: string;
  readonly wallet: Wallet;
};

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
  const command = withReview(walletCommand(patient, name, text)).argument(
    "<protocol>",
    "the trial's protocol number",
    protocolIn,
  );
  return withExamples(command, `patient ${name} ${example}`);
}

/** Adds the option that names another server to send through. */
export function withRelayer(command: Command): Command {
  return command.option(
    "--relayer <url>",
    "another server of this exchange to send through (or as patient settings says)",
  );
}

/** Opens the wallet, asking for its passphrase. */
export async function open({ wallet }: WalletFlag): Promise<Opened> {
  const passphrase = await readPassphrase();
  return { path: wallet, passphrase, wallet: await openWallet({ path: wallet, passphrase }) };
}

/** The same wallet's file with other content, written. */
export async function keep(opened: Opened, wallet: Wallet): Promise<Opened> {
  const kept = { ...opened, wallet };
  await saveWallet(kept);
  return kept;
}

/** Where this wallet's submissions go. Refuses with `OtherExchange`. */
export async function senderOf(context: Context, wallet: Wallet, flags: RelayerFlag): Promise<Api> {
  const url = flags.relayer === undefined ? wallet.settings.relayer : urlIn(flags.relayer);
  return await relayerOf(context.api(), url);
}

/** An address of a server. Throws InputError. */
export function urlIn(text: string): string {
  const url = URL.parse(text);
  if (url !== null && ["http:", "https:"].includes(url.protocol)) return text;
  throw new InputError(`${text}: the address of a server, such as https://exchange.example`);
}

/**
 * The wallet with what is newer at its clinics, saved when there was anything. A mailbox out of reach keeps nobody from
 * going on: it is said.
 */
export async function bringUpToDate(
  context: Context,
  opened: Opened,
  registry: RecordsState,
): Promise<{ opened: Opened; renewal: Renewal | undefined; notes: string[] }> {
  const { mirror } = opened.wallet.settings;
  const api = context.api();
  const mailboxes = mirror === null ? api : connect({ url: mirror });
  try {
    const renewal = await renewWallet({ wallet: opened.wallet, registry, mailboxes, leaves: api });
    const isNew = renewal.wallet !== opened.wallet;
    const kept = isNew ? await keep(opened, renewal.wallet) : opened;
    return { opened: kept, renewal, notes: renewalWords(renewal) };
  } catch (error) {
    if (!(error instanceof ServerUnavailable)) throw error;
    const notes = ["Your clinics' mailboxes could not be reached: newer records may be waiting."];
    return { opened, renewal: undefined, notes };
  }
}

/** A time of the chain for people: "2027-03-01 14:05 UTC". */
export function timeWords(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
