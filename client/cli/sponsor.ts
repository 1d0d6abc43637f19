// `cohort sponsor`: publish trials and enroll participants.
import type { Command } from "commander";
import { parseField } from "../../circuits/statement/field.ts";
import { trialIdOf } from "../../circuits/statement/trial.ts";
import { parseTrialFile } from "../../circuits/statement/trialFile.ts";
import { closeTrial, completeTrial, enroll, enrollable, reportNoShow } from "../sponsor/enroll.ts";
import { amendTrial, type Publication, publishTrial } from "../sponsor/publish.ts";
import { type Context, contextOf, readJson } from "./context.ts";
import { InputError, print } from "./output.ts";

type As = { as: string };
type PublishFlags = As & { site: string[]; board: string; seal?: string };

/** Adds the sponsor's commands. */
export function addSponsorCommands(program: Command): void {
  const sponsor = program.command("sponsor").description("publish trials and enroll participants");
  const collect = (value: string, all: string[]) => [...all, value];

  const publishing = (name: string, text: string) =>
    sponsor
      .command(`${name} <trial>`)
      .description(text)
      .requiredOption("--site <id=address>", "signing key of a site, for each site", collect, [])
      .option("--seal <passphrase>", "publish only the text's hash and ciphertext")
      .option("--as <role>", "development key to act with", "sponsor");

  publishing("publish", "register a trial file's protocol and publish its first version")
    .requiredOption("--board <address>", "the ethics board that will review it")
    .addHelpText(
      "after",
      "\nExample:\n  cohort sponsor publish diabetes.json --board 0xB0... --site 1=0x51... --site 2=0x52...",
    )
    .action(async (file: string, flags: PublishFlags, command: Command) => {
      const context = contextOf(command);
      const options = { ...publishOptions(file, flags), board: flags.board };
      context.progress.step("Publishing...");
      printPublication(context, await publishTrial(await context.actor(flags.as), options));
    });

  publishing("amend", "publish the next version of a trial").action(
    async (file: string, flags: PublishFlags, command: Command) => {
      const context = contextOf(command);
      context.progress.step("Publishing the amendment...");
      const sponsorActor = await context.actor(flags.as);
      printPublication(context, await amendTrial(sponsorActor, publishOptions(file, flags)));
    },
  );

  sponsor
    .command("enroll <protocol> [pseudonyms...]")
    .description("enroll the pseudonyms named, or all who have consented")
    .option("--as <role>", "development key to act with", "sponsor")
    .action(async (protocolNumber: string, named: string[], { as }: As, command: Command) => {
      const context = contextOf(command);
      const actor = await context.actor(as);
      const pseudonyms =
        named.length > 0 ? named.map(parseField) : await enrollable(actor, protocolNumber);
      context.progress.step(`Enrolling ${pseudonyms.length}...`);
      await enroll(actor, { protocolNumber, pseudonyms });
      context.progress.end();
      print(
        context.json,
        { enrolled: pseudonyms },
        `Enrolled ${pseudonyms.length} participant(s).`,
      );
    });

  sponsor
    .command("trial <protocol>")
    .description("status, versions and funnel of a trial")
    .action(async (protocolNumber: string, _options, command: Command) => {
      const context = contextOf(command);
      print(context.json, ...(await describeTrial(context, protocolNumber)));
    });

  const ends = { close: closeTrial, complete: completeTrial } as const;
  for (const [name, act] of Object.entries(ends)) {
    sponsor
      .command(`${name} <protocol>`)
      .description(name === "close" ? "take no more participants" : "end a closed trial for good")
      .option("--as <role>", "development key to act with", "sponsor")
      .action(async (protocolNumber: string, { as }: As, command: Command) => {
        const context = contextOf(command);
        await act(await context.actor(as), protocolNumber);
        print(context.json, { [name]: protocolNumber }, `${protocolNumber}: ${name}d.`);
      });
  }

  sponsor
    .command("no-show <protocol> <pseudonym>")
    .description("free the place of someone who did not arrive in time")
    .option("--as <role>", "development key to act with", "sponsor")
    .action(async (protocolNumber: string, pseudonym: string, { as }: As, command: Command) => {
      const context = contextOf(command);
      const actor = await context.actor(as);
      await reportNoShow(actor, { protocolNumber, pseudonym: parseField(pseudonym) });
      print(context.json, { freed: pseudonym }, "The place is free again.");
    });
}

function publishOptions(file: string, { site, seal }: PublishFlags) {
  const pairs = site.map((pair) => {
    const match = /^(\d+)=(0x[0-9a-fA-F]{40})$/.exec(pair);
    if (match === null) throw new InputError(`--site ${pair}: write it as 1=0x... (id=address)`);
    return [Number(match[1]), match[2]!] as const;
  });
  return {
    trial: parseTrialFile(readJson(file)),
    siteSigners: Object.fromEntries(pairs),
    ...(seal !== undefined && { sealWith: seal }),
  };
}

function printPublication({ json, progress }: Context, publication: Publication): void {
  progress.end();
  const { trialId, version, digest, terms, document } = publication;
  const { protocolNumber } = document.trial;
  print(
    json,
    { protocolNumber, trialId, version, digest, circuit: terms.circuit },
    `Published version ${version} of ${protocolNumber} (${terms.circuit}).\nDigest for the board: ${digest}`,
  );
}

async function describeTrial({ api }: Context, protocolNumber: string): Promise<[unknown, string]> {
  const [trial, state] = await Promise.all([
    api().trial(protocolNumber),
    api().publicState(trialIdOf(protocolNumber)),
  ]);
  const states: Record<string, number> = {};
  for (const { state: s } of state.participants) states[s] = (states[s] ?? 0) + 1;
  const screened = new Set(state.screenings.map(({ nullifier }) => nullifier)).size;
  const versions = state.versions.map((v) => ({
    version: v.version,
    digest: v.digest,
    approvedUntil: v.approvedUntil,
    screened: v.members,
  }));
  const data = { ...trial, versions, screened, participants: states };
  const text = [
    `${trial.protocolNumber}: ${trial.status}, version ${trial.currentVersion} in force`,
    `Screened ${screened}; ${
      Object.entries(states)
        .map(([name, n]) => `${name} ${n}`)
        .join(", ") || "no participants yet"
    }`,
  ].join("\n");
  return [data, text];
}
