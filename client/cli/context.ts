// What every command shares: where the server is, who acts, which day it is.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { computeAddress, getAddress, isAddress, Wallet as KeyWallet, type Signer } from "ethers";
import { dayOfTimestamp, parseDay } from "../../circuits/statement/encoding/day.ts";
import { type Actor, signInActor } from "../actor/actor.ts";
import { type Api, connect } from "../api/api.ts";
import { dayIn } from "./argument.ts";
import { readJson } from "./file.ts";
import type { GlobalOptions } from "./options.ts";
import { createProgress, InputError, type Progress } from "./output.ts";

export type Context = {
  readonly options: GlobalOptions;
  readonly json: boolean;
  readonly progress: Progress;
  readonly api: () => Api;
  /** The acting organisation: --key, COHORT_KEY, or its development key in the data folder. */
  readonly actor: (role: string) => Promise<Actor>;
  readonly signer: (role: string) => Signer;
  /** --as-of, or the chain's day. */
  readonly today: () => Promise<number>;
};

/** The context of a command that is running. */
export function contextOf(command: Command): Context {
  const options = command.optsWithGlobals<GlobalOptions>();
  const progress = createProgress(options.quiet === true || options.json === true);
  const api = () => connect({ url: serverOf(options) });
  const signer = (role: string) => new KeyWallet(keyOf(options, role));
  return {
    options,
    json: options.json === true,
    progress,
    api,
    signer,
    actor: (role) => signInActor({ api: api(), signer: signer(role) }),
    today: async () => {
      if (options.asOf !== undefined) return dayIn(options.asOf, "--as-of");
      return dayOfTimestamp((await api().deployment()).chainTime);
    },
  };
}

/** --as-of, or the chain's day; today where there is no server to ask: looking at a chart needs none. */
export async function dayOrToday({ options, today }: Context): Promise<number> {
  if (options.asOf !== undefined) return await today();
  try {
    return await today();
  } catch {
    return parseDay(new Date().toISOString().slice(0, 10));
  }
}

function serverOf({ server, data }: GlobalOptions): string {
  const url = server ?? process.env.COHORT_SERVER ?? endpointIn(data);
  if (url !== undefined) return url;
  throw new InputError(
    "No server named: start one with npm start, or give --server <url> (or COHORT_SERVER).",
  );
}

/** The address that `npm start` wrote into its data folder. */
function endpointIn(data: string): string | undefined {
  const file = join(data, "endpoint.json");
  if (!existsSync(file)) return undefined;
  return (readJson(file) as { url?: string }).url;
}

function keyOf({ key, data }: GlobalOptions, role: string): string {
  if (key !== undefined) return checkKey(readFileSync(key, "utf8").trim(), key);
  const fromEnvironment = process.env.COHORT_KEY;
  if (fromEnvironment !== undefined) return checkKey(fromEnvironment, "COHORT_KEY");
  const found = developmentKeys(data)[role];
  if (found !== undefined) return found;
  throw new InputError(
    `No key for ${role}: give --key <file> or COHORT_KEY (development keys are in the data folder of npm start).`,
  );
}

/** The keys that npm start drew, by role; none where there is no data folder. */
export function developmentKeys(data: string): Readonly<Record<string, string>> {
  const file = join(data, "cohort.json");
  if (!existsSync(file)) return {};
  return (readJson(file) as { keys?: Record<string, string> }).keys ?? {};
}

/** Accounts by the name that npm start gave them, whose keys it does not tell: its custodians'. */
export function namedAccounts(data: string): Readonly<Record<string, string>> {
  const file = join(data, "endpoint.json");
  if (!existsSync(file)) return {};
  return (readJson(file) as { accounts?: Record<string, string> }).accounts ?? {};
}

/**
 * An account: its address, or a name in the data folder of npm start, such as `clinic-1` or `custodian-1`. Throws
 * InputError.
 */
export function accountIn({ data }: GlobalOptions, text: string, name: string): string {
  const key = developmentKeys(data)[text];
  if (key !== undefined) return computeAddress(key);
  const named = namedAccounts(data)[text];
  if (named !== undefined) return getAddress(named);
  if (isAddress(text)) return getAddress(text);
  throw new InputError(
    `${name} ${text}: neither an address (0x and 40 hexadecimal digits) nor a development key's name`,
  );
}

function checkKey(key: string, where: string): string {
  const hex = key.startsWith("0x") ? key : `0x${key}`;
  if (!/^0x[0-9a-fA-F]{64}$/.test(hex)) {
    throw new InputError(`${where}: not a private key of 32 bytes in hexadecimal`);
  }
  return hex;
}
