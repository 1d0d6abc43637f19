// `npx cohort`: one command a verb. Each parses, calls the library, and prints.
import { Command } from "commander";
import { addAnchoringCommands } from "./cli/anchoring.ts";
import { addAuditCommand } from "./cli/audit.ts";
import { addBoardCommands } from "./cli/board.ts";
import { addClinicCommands } from "./cli/clinic.ts";
import { addConsentingCommands } from "./cli/consenting.ts";
import { withGlobalOptions } from "./cli/context.ts";
import { addDictionaryCommands } from "./cli/dictionary.ts";
import { addGovernanceCommands } from "./cli/governance.ts";
import { addJourneyCommand } from "./cli/journey.ts";
import { EXIT, reportError } from "./cli/output.ts";
import { addParticipationCommands } from "./cli/participation.ts";
import { addPatientCommands } from "./cli/patient.ts";
import { addSiteCommands } from "./cli/site.ts";
import { addSponsorCommands } from "./cli/sponsor.ts";
import { addStandingCommands } from "./cli/standing.ts";
import { addUpkeepCommands } from "./cli/upkeep.ts";

/** The whole command line. */
export function createProgram(): Command {
  const program = withGlobalOptions(new Command("cohort"))
    .description("Cohort Zero: recruit for trials without learning about anyone")
    .showHelpAfterError("Run it with --help for examples.");
  addAnchoringCommands(addClinicCommands(program));
  const patient = addStandingCommands(addPatientCommands(program));
  addUpkeepCommands(addConsentingCommands(addParticipationCommands(patient)));
  addSponsorCommands(program);
  addSiteCommands(program);
  addBoardCommands(program);
  addDictionaryCommands(addGovernanceCommands(program));
  addJourneyCommand(program);
  addAuditCommand(program);
  forEachCommand(program, (command) => command.exitOverride());
  return program;
}

/** Visits a command and all below it. */
export function forEachCommand(command: Command, visit: (command: Command) => void): void {
  visit(command);
  for (const below of command.commands) forEachCommand(below, visit);
}

/** Runs the command line and returns its exit code (client/cli/output.ts). */
export async function run(args: readonly string[]): Promise<number> {
  const isJson = args.includes("--json");
  const program = createProgram();
  // One JSON value on stdout, whatever happens, and nothing for people beside it.
  if (isJson) forEachCommand(program, (one) => one.configureOutput({ writeErr: () => {} }));
  try {
    await program.parseAsync([...args], { from: "user" });
    return EXIT.ok;
  } catch (error) {
    return reportError(error, isJson);
  }
}

if (import.meta.main) {
  const code = await run(process.argv.slice(2));
  // snarkjs leaves its worker threads open. An audit with findings has set a code of its own.
  process.exit(code === EXIT.ok ? process.exitCode : code);
}
