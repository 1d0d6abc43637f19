// `cohort clinic roster`: one identity a person, one person an identity. And how other commands open the roster.
import { join } from "node:path";
import { type Command, Option } from "commander";
import { formatDay } from "../../circuits/statement/encoding/day.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { isBarredUnused } from "../clinic/revocation/where.ts";
import {
  createRosterFile,
  type OpenRoster,
  type RosterFile,
  withRoster,
} from "../clinic/roster/roster.node.ts";
import type { RosterEntry } from "../clinic/roster/roster.ts";
import { withoutRecord } from "../clinic/roster/roster.ts";
import { numberIn } from "./argument.ts";
import { type Context, contextOf } from "./context.ts";
import { acting } from "./options.ts";
import { InputError, print, shorten } from "./output.ts";
import { readNewSecret, readSecret } from "./secret.ts";

export type RosterOption = { roster?: string; as: string };
const VARIABLE = "COHORT_ROSTER_PASSPHRASE";
const PROMPT = "Passphrase of the roster";

/** Adds the option that names the clinic's roster. */
export function withRosterOption(command: Command): Command {
  const text = "the clinic's roster (default: roster-<its address>.age in the data folder)";
  return command.addOption(new Option("--roster <file>", text).env("COHORT_ROSTER"));
}

/** Opens the clinic's roster for an act. Refuses with `NoRoster`, `WrongPassphrase`, `NotARoster`. */
export async function openRoster<T>(
  context: Context,
  options: RosterOption,
  act: (open: OpenRoster) => Promise<T>,
): Promise<T> {
  const { path, clinic } = await placeOf(context, options);
  context.progress.end();
  const passphrase = await readSecret(VARIABLE, PROMPT);
  return await withRoster({ path, clinic, passphrase }, act);
}

async function placeOf(
  { options, signer }: Pick<Context, "options" | "signer">,
  { roster, as }: RosterOption,
): Promise<Omit<RosterFile, "passphrase">> {
  const clinic = (await signer(as).getAddress()).toLowerCase();
  return { path: roster ?? join(options.data, `roster-${clinic}.age`), clinic };
}

/** Adds the commands about the roster to the clinic's. */
export function addCommands(clinic: Command): void {
  const roster = clinic
    .command("roster")
    .description("who has which wallet at this clinic; encrypted, and never sent");
  const act = acting(roster, "clinic-1");
  const add = (...of: Parameters<typeof act>) => withRosterOption(act(...of));
  add("create", "start an empty roster, with a passphrase", "clinic roster create").action(create);
  add("list", "the people in it, and what was issued for them", "clinic roster list").action(list);
  add(
    "release <record>",
    "forget a record (its number) that was revoked before it was anchored; its wallet is free again",
    "clinic roster release 1234...",
  ).action(release);
}

async function create(options: RosterOption, command: Command): Promise<void> {
  const context = contextOf(command);
  const { path, clinic } = await placeOf(context, options);
  const passphrase = await readNewSecret(VARIABLE, `New ${PROMPT.toLowerCase()}`);
  await createRosterFile({ path, clinic, passphrase });
  const text = `${path}: an empty roster. Keep a copy of it: whoever was attested is known from it alone.`;
  print(context.json, { file: path, clinic }, text);
}

async function list(options: RosterOption, command: Command): Promise<void> {
  const context = contextOf(command);
  const { entries } = await openRoster(context, options, async ({ roster }) => roster);
  const lines = entries.flatMap(entryLines);
  const people = entries.map(({ ids, numbers, place, identities }) => ({
    ids,
    numbers,
    place,
    identities: identities.map(({ commitment, since, boundOn, records }) => ({
      commitment,
      since: since === 0 ? null : formatDay(since),
      boundOn: formatDay(boundOn),
      records: records.map((one) => ({ ...one, day: formatDay(one.day) })),
    })),
  }));
  print(context.json, { people }, lines.join("\n") || "Nobody yet.");
}

function entryLines({ ids, numbers, place, identities }: RosterEntry): string[] {
  const names = [
    ...ids.map(({ base, id }) => (base === "" ? id : `${base} ${id}`)),
    ...numbers.map(({ system, value }) => `${system} ${value}`.trim()),
  ];
  return [
    `${place}  ${names.join("; ")}`,
    ...identities.map(({ commitment, boundOn, records }, i) => {
      const state = i === identities.length - 1 ? "in use" : "lost";
      const issued = records.map((one) => shorten(one.commitment)).join(", ") || "nothing";
      return `   identity ${shorten(commitment)} since ${formatDay(boundOn)}, ${state}; issued: ${issued}`;
    }),
  ];
}

async function release(typed: string, options: RosterOption, command: Command): Promise<void> {
  const context = contextOf(command);
  const commitment = numberIn(typed, "record");
  const actor = await context.actor(options.as);
  if (!(await isBarredUnused(actor, commitment))) {
    throw new InputError(
      "This record was in the registry, or may yet be: revoke it first (cohort clinic revoke), and if it ever was there, re-bind the person.",
    );
  }
  await openRoster(context, options, async ({ roster, save }) => {
    const next = withoutRecord(roster, commitment);
    if (next === roster) throw new Refusal("NotInRoster");
    await save(next);
  });
  context.progress.end();
  print(context.json, { released: commitment }, `Released ${shorten(commitment)}.`);
}
