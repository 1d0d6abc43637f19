// Options that several commands share. Nothing here loads the library, so that help is quick.
import { type Command, Option } from "commander";

const DEFAULT_FOLDER = "data";

export type GlobalOptions = {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly server?: string;
  readonly data: string;
  readonly key?: string;
  readonly asOf?: string;
};

/** Adds the options of every command. */
export function withGlobalOptions(command: Command): Command {
  // Before any command is added, so that all of them inherit it.
  return command
    .configureHelp({ showGlobalOptions: true })
    .option("--json", "print JSON instead of text")
    .option("--quiet", "no progress")
    .option(
      "--server <url>",
      "the exchange's server (or COHORT_SERVER; default: the one npm start runs)",
    )
    .option(
      "--data <folder>",
      "data folder of npm start",
      process.env.COHORT_DATA ?? DEFAULT_FOLDER,
    )
    .option("--key <file>", "file with the acting organisation's private key (or COHORT_KEY)")
    .option(
      "--as-of <date>",
      "YYYY-MM-DD to use instead of the chain's date, where a date matters",
    );
}

/** Adds examples to a command's help, each a line as it is typed after `cohort `. */
export function withExamples(command: Command, ...examples: readonly string[]): Command {
  const title = examples.length > 1 ? "Examples" : "Example";
  const lines = examples.map((line) => `  cohort ${line}`);
  return command.addHelpText("after", `\n${title}:\n${lines.join("\n")}`);
}

/** Adds commands to a group whose organisation acts, by default with this development key. */
export function acting(group: Command, role: string) {
  return (usage: string, text: string, ...examples: readonly string[]): Command =>
    withExamples(
      group
        .command(usage)
        .description(text)
        .option("--as <role>", "development key to act with", role),
      ...examples,
    );
}

/** Adds the option that opens a sealed trial; the environment keeps it out of the list of processes. */
export function withDocumentKey(command: Command): Command {
  const option = new Option("--document-key <key>", "opens a sealed trial text");
  return command.addOption(option.env("COHORT_DOCUMENT_KEY"));
}

export type CodesOption = { codes?: string };

/** Adds the option that names the clinic's table of codes. */
export function withCodes(command: Command): Command {
  const text =
    "the clinic's table of codes (default: codes.json in the data folder, if it is there)";
  return command.addOption(new Option("--codes <file>", text).env("COHORT_CODES"));
}
