// `cohort governance`: who may act, and leaves of clinics that may no longer.
import type { Command } from "commander";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { buildTree, pathOf } from "../../circuits/statement/tree.ts";
import { act } from "../actor.ts";
import { accredit, deaccredit, ROLES, type RoleName } from "../governance/accredit.ts";
import { pickLeaf } from "./anchoring.ts";
import { accountIn, contextOf, withExamples } from "./context.ts";
import { InputError, print, shorten } from "./output.ts";

type As = { as: string };

/** Adds governance's commands about organisations, and returns the group. */
export function addGovernanceCommands(program: Command): Command {
  const governance = program
    .command("governance")
    .description("accredit organisations, extend the dictionary");
  const roles = Object.keys(ROLES).join(", ");
  const add = (usage: string, text: string, ...examples: string[]) =>
    withExamples(
      governance
        .command(usage)
        .description(text)
        .option("--as <role>", "development key to act with", "governance"),
      ...examples,
    );
  add(
    "accredit <role> <account> <name>",
    `accredit an account (its address, or a development key's name) as ${roles}`,
    "governance accredit clinic 0xC1... 'North Clinic'",
    "governance accredit clinic clinic-1 'North Clinic'",
  ).action(accreditOne);
  add(
    "deaccredit <role> <account>",
    "take a role away; a clinic's leaves stay until they are voided",
    "governance deaccredit clinic 0xC1...",
  ).action(deaccreditOne);
  add(
    "void <leaf>",
    "void a leaf (its number, or the first digits) of a clinic that is no longer accredited",
    "governance void 1211639843",
  ).action(voidOne);
  withExamples(
    governance.command("list").description("who is accredited, and who was").action(list),
    "governance list",
  );
  return governance;
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
  print(context.json, { role, account }, `${account} is no longer a ${role}.`);
}

async function voidOne(typed: string, { as }: As, command: Command): Promise<void> {
  const context = contextOf(command);
  context.progress.step("Voiding...");
  const actor = await context.actor(as);
  const registry = await actor.api.recordsState();
  const leaf = pickLeaf(registry, typed);
  const found = registry.leaves.find(({ value }) => value === leaf);
  if (found === undefined) throw new Refusal("NotAnchored", { leaf });
  const tree = buildTree(registry.leaves.map(({ value }) => value));
  await act(actor, "RecordRegistry", "voidLeaf", [leaf, pathOf(tree, found.index).siblings]);
  context.progress.end();
  print(context.json, { voided: leaf }, `Voided ${shorten(leaf)}; older roots are void.`);
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
