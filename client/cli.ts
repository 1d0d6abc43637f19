// `npx cohort`: one command a verb. Each parses, calls the library, and prints.
import { Command } from "commander";
import { addBoardCommands } from "./cli/board.ts";
import { addClinicCommands } from "./cli/clinic.ts";
import { withGlobalOptions } from "./cli/context.ts";
import { addGovernanceCommands } from "./cli/governance.ts";
import { addJourneyCommand } from "./cli/journey.ts";
import { reportError } from "./cli/output.ts";
import { addParticipationCommands } from "./cli/participation.ts";
import { addPatientCommands } from "./cli/patient.ts";
import { addSiteCommands } from "./cli/site.ts";
import { addSponsorCommands } from "./cli/sponsor.ts";

/** The whole command line. */
export function createProgram(): Command {
  const program = withGlobalOptions(new Command("cohort"))
    .description("Cohort Zero: recruit for trials without learning about anyone")
    .showHelpAfterError("Run it with --help for examples.")
    .exitOverride();
  addClinicCommands(program);
  addParticipationCommands(addPatientCommands(program));
  addSponsorCommands(program);
  addSiteCommands(program);
  addBoardCommands(program);
  addGovernanceCommands(program);
  addJourneyCommand(program);
  // exitOverride does not reach commands added before it.
  for (const group of program.commands)
    for (const one of [group, ...group.commands]) one.exitOverride();
  return program;
}

/** Runs the command line and returns its exit code (client/cli/output.ts). */
export async function run(args: readonly string[]): Promise<number> {
  try {
    await createProgram().parseAsync([...args], { from: "user" });
    return 0;
  } catch (error) {
    return reportError(error, args.includes("--json"));
  }
}

if (import.meta.main) {
  const code = await run(process.argv.slice(2));
  // snarkjs leaves its worker threads open.
  process.exit(code);
}
