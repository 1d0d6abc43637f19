// `cohort governance`: who may act.
import type { Command } from "commander";
import { accredit, deaccredit, ROLES, type RoleName } from "../governance/accredit.ts";
import { accountIn, contextOf } from "./context.ts";
import { addGovernanceActs } from "./governanceActs.ts";
import { acting, withExamples } from "./options.ts";
import { InputError, print } from "./output.ts";

type As = { as: string };

/** Adds governance's commands about organisations. */
export function addCommands(governance: Command): void {
  const roles = Object.keys(ROLES).join(", ");
  const add = acting(governance, "governance");
  add(
    "accredit <role> <account> <name>",
    `accredit an account (its address, or a development key's name) as ${roles}`,
    "governance accredit clinic 0xC1... 'North Clinic'",
    "governance accredit clinic clinic-1 'North Clinic'",
    "governance accredit custodian 0xC4... 'Patients United'",
    "governance accredit emergencyClinician 0xC5... 'Dr Ada Brown, North Hospital'",
  ).action(accreditOne);
  add(
    "deaccredit <role> <account>",
    "take a role away; a clinic's records stay until it is voided",
    "governance deaccredit clinic 0xC1...",
  ).action(deaccreditOne);
  addGovernanceActs(governance);
  withExamples(
    governance.command("list").description("who is accredited, and who was").action(list),
    "governance list",
  );
}

async function accreditOne(
  role: string,
  typed: string,
  name: string,
  { as }: As,
  command: Command,
): Promise<void> {
  const context = contextOf(command);
  const checked = roleOf(role);
  const account = accountIn(context.options, typed, "account");
  context.progress.step("Accrediting...");
  await accredit(await context.actor(as), { role: checked, account, name });
  context.progress.end();
  print(context.json, { role, account, name }, `${name} (${account}) is accredited as ${role}.`);
}

async function deaccreditOne(role: string, typed: string, { as }: As, command: Command) {
  const context = contextOf(command);
  const checked = roleOf(role);
  const account = accountIn(context.options, typed, "account");
  context.progress.step("Taking the role away...");
  await deaccredit(await context.actor(as), { role: checked, account });
  context.progress.end();
  print(context.json, { role, account }, `${account} is no longer accredited as ${role}.`);
}

async function list(_flags: object, command: Command): Promise<void> {
  const { api, json } = contextOf(command);
  const all = await api().accreditations();
  const lines = all.map(
    ({ account, role, active }) => `${account}  ${role}${active ? "" : ", no longer"}`,
  );
  print(json, all, lines.join("\n") || "Nobody is accredited yet.");
}

function roleOf(text: string): RoleName {
  if (Object.hasOwn(ROLES, text)) return text as RoleName;
  throw new InputError(`role ${text}: one of ${Object.keys(ROLES).join(", ")}`);
}
