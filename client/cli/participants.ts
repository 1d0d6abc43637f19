// A trial's participants as sponsor and site see them: pseudonyms, states and sites, nothing else.
import type { Command } from "commander";
import { trialIdOf } from "../../circuits/statement/trial/trial.ts";
import { wholeIn } from "./argument.ts";
import { contextOf } from "./context.ts";
import { withExamples } from "./options.ts";
import { print, shorten } from "./output.ts";

/** Adds `participants` to a group of commands. */
export function addParticipantsCommand(group: Command, name: string): void {
  withExamples(
    group
      .command("participants <protocol>")
      .description("the trial's pseudonyms, their states and sites")
      .option("--site <id>", "only of this site")
      .action(participants),
    `${name} participants CZ-T2D-001 --site 1`,
  );
}

async function participants(
  protocolNumber: string,
  flags: { site?: string },
  command: Command,
): Promise<void> {
  const { api, json } = contextOf(command);
  const site = flags.site === undefined ? undefined : wholeIn(flags.site, "--site");
  const state = await api().publicState(trialIdOf(protocolNumber));
  const listed = state.participants
    .filter(({ siteId }) => site === undefined || siteId === site)
    .map(({ pseudonym, state: standing, onHold, siteId, version }) => ({
      pseudonym,
      state: standing,
      onHold,
      siteId,
      version,
    }));
  const lines = listed.map(
    (one) =>
      `${shorten(one.pseudonym)}  ${one.state}${one.onHold ? ", on hold" : ""}, site ${one.siteId}, version ${one.version}`,
  );
  print(json, listed, lines.join("\n") || "No participants yet.");
}
