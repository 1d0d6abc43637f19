// The operator's commands as a program of its own, behind `cohort operator` (client/cli/operator.ts).
import { keepToOwner } from "../store/modes.ts";
import { runCommand } from "./run.ts";

keepToOwner();
const print = { out: console.log, err: console.error };
process.exit(await runCommand(process.argv.slice(2), process.env, print));
