// `staff list|add|remove` of a site and of a sponsor: the delegation log.

import type { Command } from "commander";
import { hexlify, randomBytes } from "ethers";
import { SPONSOR_SITE, TASKS, type Task } from "../../circuits/statement/exchange/delegation.ts";
import { trialIdOf } from "../../circuits/statement/trial/trial.ts";
import {
  delegate,
  hashPerson,
  revokeStaff,
  staffLog,
  staffOf,
  tasksOf,
} from "../exchange/staff.ts";
import { protocolIn, wholeIn } from "./argument.ts";
import { accountIn, contextOf } from "./context.ts";
import { withExamples } from "./options.ts";
import { InputError, print } from "./output.ts";
import { timeWords } from "./wallet.ts";

type Side = "site" | "sponsor";
type As = { as: string };
type AddFlags = As & { tasks: string; name: string; role: string; days: string };

const DAYS = "365";

/** Adds the commands about the delegation log; a site names its number, a sponsor has none. */
export function addStaffCommands(parent: Command, side: Side): void {
  const staff = parent.command("staff").description("who acts for you, in what, until when");
  const [where, typed, key] =
    side === "site"
      ? ["<protocol> <site>", "CZ-T2D-001 1", "site-1"]
      : ["<protocol>", "CZ-T2D-001", "sponsor"];
  const path = side === "site" ? "site staff" : "sponsor data staff";
  withExamples(
    staff.command(`list ${where}`).description("the delegation log").action(list(side)),
    `${path} list ${typed}`,
  );
  withExamples(
    staff
      .command(`add ${where} <account>`)
      .description("delegate to a person's key, or change what it may do")
      .requiredOption("--tasks <tasks>", `with commas: ${Object.keys(TASKS).join(", ")}`)
      .requiredOption("--name <name>", "the person's name; only its hash leaves this device")
      .requiredOption("--role <role>", 'in the trial, such as "study nurse"; likewise')
      .option("--days <n>", "how long it lasts", DAYS)
      .option("--as <role>", "development key to sign with", key)
      .action(add(side)),
    `${path} add ${typed} 0xA1... --tasks deposit,correct --name 'Ada Brown' --role 'study nurse'`,
  );
  withExamples(
    staff
      .command(`remove ${where} <account>`)
      .description("end a delegation at once and for good: whoever comes back gets another key")
      .option("--as <role>", "development key to sign with", key)
      .action(remove(side)),
    `${path} remove ${typed} 0xA1...`,
  );
}

/** Commander gives arguments, flags and the command, as many as the usage names. */
function split<F>(side: Side, given: readonly unknown[]) {
  const command = given.at(-1) as Command;
  const flags = given.at(-2) as F;
  const [protocol, ...rest] = given.slice(0, -2) as string[];
  const siteId = side === "site" ? wholeIn(rest.shift() ?? "", "site") : SPONSOR_SITE;
  return {
    protocolNumber: protocolIn(protocol ?? ""),
    siteId,
    account: rest[0] ?? "",
    flags,
    command,
  };
}

const list =
  (side: Side) =>
  async (...given: unknown[]): Promise<void> => {
    const { protocolNumber, siteId, command } = split<object>(side, given);
    const { api, json } = contextOf(command);
    const events = await api().trialEvents(protocolNumber);
    const log = staffLog(events, trialIdOf(protocolNumber)).filter((one) => one.siteId === siteId);
    const lines = log.map((one) => {
      const end = one.endedAt === undefined ? "" : `, ended ${timeWords(one.endedAt)}`;
      return `${one.key}  ${tasksOf(one.tasks).join(", ")}, ${timeWords(one.from)} to ${timeWords(one.until)}${end}`;
    });
    print(json, log, lines.join("\n") || `Nobody acts for ${staffOf(siteId)} but its own key.`);
  };

const add =
  (side: Side) =>
  async (...given: unknown[]): Promise<void> => {
    const { protocolNumber, siteId, account, flags, command } = split<AddFlags>(side, given);
    const context = contextOf(command);
    const key = accountIn(context.options, account, "account");
    const tasks = tasksIn(flags.tasks);
    const days = wholeIn(flags.days, "--days");
    const salt = hexlify(randomBytes(32));
    const person = hashPerson({ name: flags.name, role: flags.role, salt });
    context.progress.step("Signing and sending...");
    const api = context.api();
    const from = (await api.deployment()).chainTime;
    const until = from + days * 86_400;
    const trialId = trialIdOf(protocolNumber);
    const signer = context.signer(flags.as);
    await delegate({ api, signer }, { trialId, siteId, key, tasks, person, from, until });
    context.progress.end();
    const { name, role } = flags;
    const text = `${name} (${role}) acts for ${staffOf(siteId)} with ${key}: ${tasks.join(", ")}, until ${timeWords(until)}. Keep name, role and salt (${salt}) on file; the chain has their hash.`;
    print(context.json, { key, tasks, name, role, salt, person, from, until }, text);
  };

const remove =
  (side: Side) =>
  async (...given: unknown[]): Promise<void> => {
    const { protocolNumber, siteId, account, flags, command } = split<As>(side, given);
    const context = contextOf(command);
    const key = accountIn(context.options, account, "account");
    context.progress.step("Signing and sending...");
    const delegator = { api: context.api(), signer: context.signer(flags.as) };
    await revokeStaff(delegator, { trialId: trialIdOf(protocolNumber), siteId, key });
    context.progress.end();
    print(context.json, { removed: key }, `${key} acts for ${staffOf(siteId)} no more.`);
  };

function tasksIn(text: string): Task[] {
  const names = text.split(",").map((one) => one.trim());
  const wrong = names.find((one) => !Object.hasOwn(TASKS, one));
  if (wrong === undefined) return names as Task[];
  throw new InputError(`--tasks ${wrong}: one of ${Object.keys(TASKS).join(", ")}`);
}
