// `npx cohort`: one command a verb. Each parses, calls the library, and prints.
import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { withGlobalOptions } from "./cli/options.ts";
import { addVerbs } from "./cli/verbs.ts";

/** The command line: all of it, or what these arguments need. */
export async function createProgram(args?: readonly string[]): Promise<Command> {
  const program = withGlobalOptions(new Command("cohort"))
    .version(versionHere(), "-V, --version", "print the version")
    .description("Cohort Zero: recruit for trials without learning about anyone")
    .showHelpAfterError("Run it with --help for examples.");
  await addVerbs(program, args);
  forEachCommand(program, (command) => command.exitOverride());
  return program;
}

/** As in package.json, where releases change it. */
function versionHere(): string {
  const file = new URL("../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

/** Visits a command and all below it. */
function forEachCommand(command: Command, visit: (command: Command) => void): void {
  visit(command);
  for (const below of command.commands) forEachCommand(below, visit);
}

/** Runs the command line and returns its exit code (client/cli/output.ts). */
export async function run(args: readonly string[]): Promise<number> {
  const isJson = args.includes("--json");
  const program = await createProgram(args);
  // One JSON value on stdout, whatever happens, and nothing for people beside it.
  if (isJson) forEachCommand(program, (one) => one.configureOutput({ writeErr: () => {} }));
  try {
    await program.parseAsync([...args], { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const { reportError } = await import("./cli/output.ts");
    return reportError(error, isJson);
  }
}

if (import.meta.main) {
  // Whatever a command writes, charts and wallets among it, is for whoever ran it.
  process.umask(0o077);
  const code = await run(process.argv.slice(2));
  // snarkjs leaves its worker threads open. An audit with findings has set a code of its own.
  process.exit(code === 0 ? process.exitCode : code);
}
