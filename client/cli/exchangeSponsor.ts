// `cohort sponsor data`: from consent to a dataset, and its end. Each command names the folder of a cut.

import type { Command } from "commander";
import { counted } from "../../circuits/statement/encoding/print.ts";
import { PERMISSIONS, type Permission, trialIdOf } from "../../circuits/statement/trial/trial.ts";
import { exchangeOf } from "../api/exchange.ts";
import { acknowledge, noticesFor } from "../exchange/correct.ts";
import { chooseCut, requestCut, sealCut } from "../exchange/cut.ts";
import {
  forgetAnswers,
  hasRequest,
  makeFolder,
  purgeFolder,
  readCut,
  readRequest,
  writeCut,
  writeRequest,
} from "../exchange/folder.node.ts";
import { purge } from "../exchange/purge.ts";
import { protocolIn, wholeIn } from "./argument.ts";
import { contextOf } from "./context.ts";
import { withCustodians } from "./exchange.ts";
import type { FetchFlags } from "./exchangeFetch.ts";
import { addStaffCommands } from "./exchangeStaff.ts";
import { acting } from "./options.ts";
import { InputError, print, shorten } from "./output.ts";
import { withReview } from "./reviewing.ts";
import { timeWords } from "./wallet.ts";

type As = { as: string };
const HOURS = "23";
const STATEMENT =
  "All copies of the data of this cut that we had, backups among them, are destroyed.";

/** Adds the sponsor's commands about research data. */
export function addCommands(sponsor: Command): void {
  const data = sponsor
    .command("data")
    .description("participants' data: seal a cut, request it, fetch it, anchor it, purge it");
  const add = acting(data, "sponsor");
  add(
    "cut <protocol> <permissions>",
    "seal the newest packages of everybody whose consent covers a permission (or several, with commas) now",
    "sponsor data cut CZ-T2D-001 shareRecord --out baseline",
    "sponsor data cut CZ-T2D-001 participate,shareRecord --out interim",
  )
    .requiredOption("--out <folder>", "a new folder for the cut and all that comes of it")
    .option("--collection <id...>", "only of these collections")
    .action(cut);
  add(
    "request <folder>",
    "ask the custodians, in public, to open the folder's cut",
    "sponsor data request baseline --purpose 'Primary analysis of visit 1'",
  )
    .requiredOption("--purpose <words>", "what the data are wanted for: everybody can read it")
    .option("--hours <n>", "how long custodians answer, 24 at most", HOURS)
    .action(request);
  withCustodians(
    withReview(
      add(
        "fetch <folder>",
        "collect the shares, open and verify everything, write the dataset; run it again to go on",
        "sponsor data fetch baseline",
      ),
    ),
  )
    .option("--again", "write the dataset anew, with what has come since")
    .action(fetchLater);
  add(
    "anchor <folder>",
    "put the hash of the dataset's manifest on the chain: a row that is changed later shows",
    "sponsor data anchor baseline",
  ).action(anchorLater);
  add(
    "notices <folder>",
    "corrections of what the folder's cut holds, and whether you took note; --acknowledge does",
    "sponsor data notices baseline --acknowledge",
  )
    .option("--acknowledge", "say on the chain that you took note of all of them")
    .action(notices);
  add(
    "purge <folder>",
    "destroy the folder's data and keys, and declare in public that every copy is gone",
    "sponsor data purge baseline --everywhere",
  )
    .option("--everywhere", "copies outside this folder are destroyed, too")
    .option("--statement <words>", "what you declare", STATEMENT)
    .action(purgeCopies);
  addStaffCommands(data, "sponsor");
}

/** What writes datasets is large, and loaded when one is written. */
async function fetchLater(folder: string, flags: FetchFlags, command: Command): Promise<void> {
  const { fetchInto } = await import("./exchangeFetch.ts");
  await fetchInto(folder, flags, command);
}

async function anchorLater(folder: string, flags: As, command: Command): Promise<void> {
  const { anchorIn } = await import("./exchangeAnchor.ts");
  await anchorIn(folder, flags, command);
}

async function cut(
  typed: string,
  permission: string,
  flags: As & { out: string; collection?: string[] },
  command: Command,
): Promise<void> {
  const context = contextOf(command);
  const protocolNumber = protocolIn(typed);
  const mask = permissionsIn(permission);
  context.progress.step("Looking up who consents...");
  const actor = await context.actor(flags.as);
  const trialId = trialIdOf(protocolNumber);
  const [entries, participants, events] = await Promise.all([
    exchangeOf(actor.api).entries(trialId),
    actor.api.participants(protocolNumber),
    actor.api.trialEvents(protocolNumber),
  ]);
  const choice = chooseCut({
    ...{ trialId, entries, participants, events, now: actor.deployment.chainTime },
    permission: mask,
    collections: flags.collection,
  });
  // Before it is on the chain: a cut that nobody can keep the parts of is lost.
  await makeFolder(flags.out);
  context.progress.step(`Sealing ${counted(choice.entries.length, "package")}...`);
  const sealed = await sealCut(actor, choice, protocolNumber);
  await writeCut(flags.out, { ...sealed, protocolNumber });
  context.progress.end();
  const { pseudonyms, left, isSmall } = choice;
  const lines = [
    `Cut ${sealed.cutId}: ${counted(choice.entries.length, "package")}, ${counted(pseudonyms.length, "participant")}.`,
    ...left.map(({ pseudonym, why }) => `Not in it: ${shorten(pseudonym)}: ${why}.`),
    ...(isSmall ? ["It has few people: they and the board see that."] : []),
    `Next: cohort sponsor data request ${flags.out} --purpose <words>`,
  ];
  print(context.json, { ...sealed, pseudonyms, left, isSmall }, lines.join("\n"));
}

function permissionsIn(text: string): number {
  const names = text.split(",").map((name) => name.trim());
  const wrong = names.find((name) => !Object.hasOwn(PERMISSIONS, name) || name === "emergency");
  if (wrong === undefined) {
    return names.reduce((mask, name) => mask | PERMISSIONS[name as Permission], 0);
  }
  const why = wrong === "emergency" ? "is for emergency clinicians alone" : "there is none such";
  const known = Object.keys(PERMISSIONS).filter((name) => name !== "emergency");
  throw new InputError(`permission ${wrong}: ${why}; choose among ${known.join(", ")}`);
}

async function request(
  folder: string,
  flags: As & { purpose: string; hours: string },
  command: Command,
): Promise<void> {
  const context = contextOf(command);
  const seconds = hoursIn(flags.hours) * 3_600;
  const { protocolNumber, cutId } = await readCut(folder);
  const { purpose } = flags;
  if (hasRequest(folder)) await refuseOpen(folder, command);
  context.progress.step("Requesting...");
  const actor = await context.actor(flags.as);
  const { privateKey, ...made } = await requestCut(actor, {
    ...{ protocolNumber, cutId, purpose, seconds },
    keepKey: async (key) => {
      await forgetAnswers(folder);
      await writeRequest(folder, { ...key, purpose, made: null });
    },
  });
  const kept = await readRequest(folder);
  await writeRequest(folder, { ...kept, privateKey, made });
  context.progress.end();
  const text = `Request ${made.requestId} for cut ${cutId}, until ${timeWords(made.until)}.\nNext: cohort sponsor data fetch ${folder}`;
  print(context.json, { ...made, cutId, purpose }, text);
}

const MAX_HOURS = 24;

function hoursIn(text: string): number {
  const hours = wholeIn(text, "--hours");
  if (hours >= 1 && hours <= MAX_HOURS) return hours;
  throw new InputError(`--hours ${text}: from 1 to ${MAX_HOURS}`);
}

/** One that custodians still answer is not thrown away. */
async function refuseOpen(folder: string, command: Command): Promise<void> {
  const { made } = await readRequest(folder);
  const { chainTime } = await contextOf(command).api().deployment();
  if (made === null || made.until <= chainTime) return;
  throw new InputError(
    `${folder} has a request until ${timeWords(made.until)}: run cohort sponsor data fetch ${folder}`,
  );
}

async function notices(
  folder: string,
  flags: As & { acknowledge?: boolean },
  command: Command,
): Promise<void> {
  const context = contextOf(command);
  const held = await readCut(folder);
  context.progress.step("Looking for corrections...");
  const api = context.api();
  const [entries, events] = await Promise.all([
    exchangeOf(api).entries(held.trialId),
    api.events(),
  ]);
  const found = noticesFor({ cuts: [held], entries, events });
  const open = found.filter(({ acknowledgedAt }) => acknowledgedAt === undefined);
  if (flags.acknowledge && open.length > 0) {
    const actor = await context.actor(flags.as);
    for (const one of open) await acknowledge(actor, one);
  }
  context.progress.end();
  const lines = found.map((one) => {
    const isOpen = one.acknowledgedAt === undefined && !flags.acknowledge;
    return `${one.corrected} was replaced by ${one.correcting} (${one.reason})${isOpen ? ": not acknowledged" : ""}`;
  });
  const next = "To have the new ones: seal another cut.";
  const text = found.length === 0 ? "Nothing in it was corrected." : [...lines, next].join("\n");
  print(context.json, found, text);
}

async function purgeCopies(
  folder: string,
  flags: As & { everywhere?: boolean; statement: string },
  command: Command,
): Promise<void> {
  const context = contextOf(command);
  const { cutId } = await readCut(folder);
  const { made } = await readRequest(folder);
  if (!flags.everywhere) {
    throw new InputError(
      "What you declare is about all copies: destroy those elsewhere, then say so with --everywhere.",
    );
  }
  if (made === null) throw new InputError(`${folder}: its request never reached the chain`);
  context.progress.step("Destroying and declaring...");
  const actor = await context.actor(flags.as);
  await purgeFolder(folder);
  await purge(actor, { cutId, requestId: made.requestId, statement: flags.statement });
  context.progress.end();
  const text = `Destroyed what ${folder} held, and declared it for request ${made.requestId}.`;
  print(context.json, { cutId, requestId: made.requestId, statement: flags.statement }, text);
}
