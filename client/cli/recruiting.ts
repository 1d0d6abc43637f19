// `cohort sponsor`: enroll participants, follow a trial, end it.
import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { hashDocument, trialIdOf } from "../../circuits/statement/trial/trial.ts";
import { closeTrial, completeTrial, enroll, enrollable } from "../sponsor/enroll.ts";
import { reportNoShow } from "../trial/noShow.ts";
import { pickNumber, protocolIn } from "./argument.ts";
import { type Context, contextOf } from "./context.ts";
import { addImportCommand } from "./import.ts";
import { acting, withExamples } from "./options.ts";
import { print, shorten } from "./output.ts";
import { addParticipantsCommand } from "./participants.ts";
import { describeTrial } from "./trialStatus.ts";

type As = { as: string };

/** Adds the commands about a trial that runs. */
export function addCommands(sponsor: Command): void {
  const add = acting(sponsor, "sponsor");
  add(
    "enroll <protocol> [pseudonyms...]",
    "enroll the pseudonyms named (first digits are enough), or all who have consented",
    "sponsor enroll CZ-T2D-001",
    "sponsor enroll CZ-T2D-001 1203584712",
  ).action(enrollSome);
  withExamples(
    sponsor
      .command("trial <protocol>")
      .description("status, versions and funnel of a trial")
      .action(describeTrial),
    "sponsor trial CZ-T2D-001",
  );
  withExamples(
    sponsor
      .command("text <protocol>")
      .description("save a version's text as published, sealed if it is: for an auditor")
      .option("--of <version>", "which version (default: the newest)")
      .requiredOption("--out <file>", "where to write it; an existing file is left alone")
      .action(saveText),
    "sponsor text CZ-T2D-001 --out CZ-T2D-001.json",
  );
  addImportCommand(sponsor);
  addParticipantsCommand(sponsor, "sponsor");
  add("close <protocol>", "take no more participants", "sponsor close CZ-T2D-001").action(
    ending("close", closeTrial),
  );
  add("complete <protocol>", "end a closed trial for good", "sponsor complete CZ-T2D-001").action(
    ending("complete", completeTrial),
  );
  add(
    "no-show <protocol> <pseudonym>",
    "free the place of someone who did not arrive in time",
    "sponsor no-show CZ-T2D-001 1203584712",
  ).action(noShow);
}

async function enrollSome(typed: string, named: string[], { as }: As, command: Command) {
  const context = contextOf(command);
  const protocolNumber = protocolIn(typed);
  context.progress.step("Looking up who has consented...");
  const actor = await context.actor(as);
  const pseudonyms =
    named.length > 0
      ? await pickPseudonyms(context, protocolNumber, named)
      : await enrollable(actor, protocolNumber);
  if (pseudonyms.length > 0) context.progress.step(`Enrolling ${pseudonyms.length}...`);
  const { enrolled, skipped } = await enroll(actor, { protocolNumber, pseudonyms });
  context.progress.end();
  const text =
    pseudonyms.length === 0
      ? "Nobody is waiting to be enrolled."
      : `Enrolled ${enrolled.length} participant(s).`;
  const left = skipped.map(
    ({ pseudonym, reason }) => `Not enrolled: ${shorten(pseudonym)}: ${reason}.`,
  );
  print(context.json, { enrolled, skipped }, [text, ...left].join("\n"));
}

/** The trial's pseudonyms that are typed, whole or by their first digits. Refuses with `UnknownParticipant`. */
async function pickPseudonyms(
  { api }: Context,
  protocolNumber: string,
  typed: readonly string[],
): Promise<bigint[]> {
  const { participants } = await api().publicState(trialIdOf(protocolNumber));
  const among = participants.map(({ pseudonym }) => pseudonym);
  const none = "UnknownParticipant";
  return typed.map((text) => pickNumber({ text, name: "pseudonym", among, none }));
}

function ending(name: "close" | "complete", act: typeof closeTrial) {
  return async (typed: string, { as }: As, command: Command) => {
    const context = contextOf(command);
    const protocolNumber = protocolIn(typed);
    context.progress.step(name === "close" ? "Closing..." : "Completing...");
    await act(await context.actor(as), protocolNumber);
    context.progress.end();
    print(context.json, { [name]: protocolNumber }, `${protocolNumber}: ${name}d.`);
  };
}

async function noShow(number: string, typed: string, { as }: As, command: Command) {
  const context = contextOf(command);
  const protocolNumber = protocolIn(number);
  context.progress.step("Freeing the place...");
  const actor = await context.actor(as);
  const [pseudonym] = await pickPseudonyms(context, protocolNumber, [typed]);
  await reportNoShow(actor, { protocolNumber, pseudonym: pseudonym! });
  context.progress.end();
  print(context.json, { freed: pseudonym }, "The place is free again.");
}

type TextFlags = { of?: string; out: string };

async function saveText(typed: string, flags: TextFlags, command: Command) {
  const { api, json } = contextOf(command);
  const protocolNumber = protocolIn(typed);
  const { versions } = await api().publicState(trialIdOf(protocolNumber));
  const asked = flags.of ?? String(Math.max(0, ...versions.map(({ version }) => version)));
  const found = versions.find(({ version }) => String(version) === asked);
  if (found === undefined) throw new Refusal("UnknownVersion", { version: asked });
  const { version, terms, documents } = found;
  const text = documents.document?.content;
  if (text === undefined) throw new Refusal("NotFound", { document: terms.documentHash });
  if (hashDocument(text) !== terms.documentHash) throw new Refusal("TrialTampered");
  writeFileSync(flags.out, text, { flag: "wx" });
  const { isSealed } = terms;
  const said = isSealed ? "sealed: it opens with your passphrase" : "open";
  const words = `Version ${version} of ${protocolNumber} is in ${flags.out}, ${said}.`;
  print(json, { protocolNumber, version, isSealed, file: flags.out }, words);
}
