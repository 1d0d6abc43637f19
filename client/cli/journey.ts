// `cohort journey`: all actors over a folder of bundles, to see a trial recruit from real records.
import type { Command } from "commander";
import { withCustodians } from "./exchange.ts";
import { withCodes } from "./options.ts";

/** Makes the command what it is; its name and description stand in verbs.ts, since its options load the library. */
export function addCommands(journey: Command): void {
  journey
    .argument("<folder>")
    .requiredOption("--trial <file>", "trial file, e.g. client/sponsor/examples/diabetes.json")
    .option("--withdraw <n>", "how many withdraw at the end", "0")
    .option("--deceased", "attest the records of patients who have died too")
    .addHelpText(
      "after",
      "\nExample, on the development keys of npm start. For records that end in 2021, start the chain then:\n  npm start -- --empty --chain-time 2021-04-01 --data data-2021\n  cohort --data data-2021 journey bundles/ --trial client/sponsor/examples/diabetes.json",
    )
    .action(async (folder, flags, command: Command) => {
      const { runJourney } = await import("./journeyRun.ts");
      await runJourney(folder, flags, command);
    });
  withCustodians(withCodes(journey));
}
