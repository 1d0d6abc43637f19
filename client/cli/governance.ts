// `cohort governance`: accredit organisations, extend the dictionary.
import type { Command } from "commander";
import { accredit, deaccredit, ROLES, type RoleName } from "../governance/accredit.ts";
import { contextOf } from "./context.ts";
import { InputError, print } from "./output.ts";

type As = { as: string };

/** Adds governance's commands. */
export function addGovernanceCommands(program: Command): Command {
  const governance = program.command("governance").description("accredit organisations");
  const roles = Object.keys(ROLES).join(" | ");

  governance
    .command("accredit <role> <address> <name>")
    .description(`accredit an account as ${roles}`)
    .option("--as <role>", "development key to act with", "governance")
    .action(async (role: string, account: string, name: string, { as }: As, command: Command) => {
      const context = contextOf(command);
      await accredit(await context.actor(as), { role: roleOf(role), account, name });
      print(
        context.json,
        { role, account, name },
        `${name} (${account}) is accredited as ${role}.`,
      );
    });

  governance
    .command("deaccredit <role> <address>")
    .description("take a role away")
    .option("--as <role>", "development key to act with", "governance")
    .action(async (role: string, account: string, { as }: As, command: Command) => {
      const context = contextOf(command);
      await deaccredit(await context.actor(as), { role: roleOf(role), account });
      print(context.json, { role, account }, `${account} is no longer a ${role}.`);
    });
  return governance;
}

function roleOf(text: string): RoleName {
  if (text in ROLES) return text as RoleName;
  throw new InputError(`${text} is no role; choose ${Object.keys(ROLES).join(", ")}`);
}
