// `cohort governance`, about the registry and about trials: quotas, limits, voided clinics, holds, protocol numbers.

import type { Command } from "commander";
import { counted } from "../../circuits/statement/encoding/print.ts";
import { trialIdOf } from "../../circuits/statement/trial/trial.ts";
import {
  type Call,
  encodeCall,
  holdCall,
  liftCall,
  quotaCall,
  releaseCall,
  revocationLimitCall,
  sendCall,
  voidClinicCall,
} from "../governance/call.ts";
import { clearLeaf, leavesToClear } from "../governance/clear.ts";
import { pickNumber, protocolIn, wholeIn } from "./argument.ts";
import { accountIn, type Context, contextOf } from "./context.ts";
import { withExamples } from "./options.ts";
import { print, shorten } from "./output.ts";

type Options = { as: string; timelock?: boolean };
/** What the registry takes for its own default. */
const BY_DEFAULT = 0;

/** Adds governance's commands about clinics' records and about trials. */
export function addGovernanceActs(governance: Command): void {
  const add = (usage: string, text: string, example: string) =>
    withExamples(
      governance
        .command(usage)
        .description(text)
        .option("--timelock", "send nothing: print the call for the timelock that is governance")
        .option("--as <role>", "development key to act with", "governance"),
      example,
    );
  add(
    "quota <clinic> <slots>",
    "how many slots of the registry a clinic may take (0: the default number)",
    "governance quota clinic-1 128",
  ).action((clinic, slots, options, command) =>
    decide(command, options, (context) => {
      const count = wholeIn(slots, "slots", BY_DEFAULT);
      const call = quotaCall(accountIn(context.options, clinic, "clinic"), count);
      return {
        call,
        done: `${clinic} may take ${count === BY_DEFAULT ? "the default number of slots" : counted(count, "slot")}.`,
      };
    }),
  );
  add(
    "revocation-limit <clinic> <count>",
    "how many revocations a day of a clinic may void older roots (0: the default number)",
    "governance revocation-limit clinic-1 100",
  ).action((clinic, perDay, options, command) =>
    decide(command, options, (context) => {
      const count = wholeIn(perDay, "count", BY_DEFAULT);
      const call = revocationLimitCall(accountIn(context.options, clinic, "clinic"), count);
      return {
        call,
        done: `${clinic} may revoke ${count === BY_DEFAULT ? "as often as the default allows" : `${counted(count, "time")} a day`}.`,
      };
    }),
  );
  add(
    "hold <protocol>",
    "stop a trial, whatever its board says, until governance lifts the hold",
    "governance hold CZ-1",
  ).action((protocol, options, command) =>
    decide(command, options, () => ({
      call: holdCall(trialIdOf(protocolIn(protocol))),
      done: `${protocol} is held by governance.`,
    })),
  );
  add(
    "lift <protocol>",
    "lift governance's hold; what the board suspended stays suspended",
    "governance lift CZ-1",
  ).action((protocol, options, command) =>
    decide(command, options, () => ({
      call: liftCall(trialIdOf(protocolIn(protocol))),
      done: `${protocol} is no longer held by governance.`,
    })),
  );
  add(
    "release <protocol>",
    "free the protocol number of a registration that no board has approved",
    "governance release CZ-1",
  ).action((protocol, options, command) =>
    decide(command, options, () => ({
      call: releaseCall(trialIdOf(protocolIn(protocol))),
      done: `${protocol} can be registered by another sponsor.`,
    })),
  );
  addVoiding(governance, add);
}

type Add = (usage: string, text: string, example: string) => Command;

function addVoiding(governance: Command, add: Add): void {
  add(
    "void-clinic <clinic>",
    "end the records of a clinic that is no longer accredited; nobody is screened until its leaves are cleared",
    "governance void-clinic clinic-1",
  ).action((clinic, options, command) =>
    decide(command, options, (context) => ({
      call: voidClinicCall(accountIn(context.options, clinic, "clinic")),
      done: `The records of ${clinic} are void. Next: cohort governance clear-leaf --all, so that screening can continue.`,
    })),
  );
  withExamples(
    governance
      .command("clear-leaf [leaf]")
      .description(
        "take a leaf (its number, or the first digits) of a voided clinic out; anyone may",
      )
      .option("--all", "every leaf of every voided clinic")
      .option("--as <role>", "development key to act with", "governance"),
    "governance clear-leaf 1211639843",
    "governance clear-leaf --all",
  ).action(clear);
}

async function decide(
  command: Command,
  { as, timelock }: Options,
  choose: (context: Context) => { call: Call; done: string },
): Promise<void> {
  const context = contextOf(command);
  const { call, done } = choose(context);
  const { contract, method } = call;
  if (timelock === true) {
    const { to, data } = encodeCall(await context.api().deployment(), call);
    return print(
      context.json,
      { contract, method, to, data },
      `${contract}.${method}\n${to}\n${data}`,
    );
  }
  context.progress.step("Sending...");
  await sendCall(await context.actor(as), call);
  context.progress.end();
  print(context.json, { contract, method }, done);
}

async function clear(
  typed: string | undefined,
  { as, all }: { as: string; all?: boolean },
  command: Command,
): Promise<void> {
  const context = contextOf(command);
  context.progress.step("Looking for leaves of voided clinics...");
  const actor = await context.actor(as);
  const slots = await leavesToClear(actor.api);
  const values = slots.map(({ value }) => value);
  const roots = slots.map(({ batchRoot }) => batchRoot);
  const leaves =
    all === true ? values : [pickLeaf([...values, ...roots], typed ?? "", { values, roots })];
  for (const [i, leaf] of leaves.entries()) {
    context.progress.step(`Clearing leaf ${i + 1} of ${leaves.length}...`);
    await clearLeaf(actor, leaf);
  }
  context.progress.end();
  const left = values.length - leaves.length;
  const next = left === 0 ? "None is left: screening can continue." : `${left} left.`;
  const what = leaves.length === 1 ? shorten(leaves[0]!) : `${leaves.length} leaves`;
  print(context.json, { cleared: leaves, left }, `Cleared ${what}. ${next}`);
}

/** A leaf by its own number or by its batch's root. */
function pickLeaf(
  among: readonly bigint[],
  text: string,
  { values, roots }: { values: readonly bigint[]; roots: readonly bigint[] },
): bigint {
  const found = pickNumber({ text, name: "leaf", among, none: "NotAnchored" });
  return values[roots.indexOf(found)] ?? found;
}
