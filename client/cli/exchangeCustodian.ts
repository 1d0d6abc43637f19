// `cohort custodian`: runs a custodian. Its keys are for no program that may open a wallet: it is a process of its own
// (custodian/main.ts), and this file only says what there is to set and what comes next.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { withExamples } from "./options.ts";

const PROGRAM = fileURLToPath(new URL("../../custodian/main.ts", import.meta.url));

const SETTINGS = `
It is an organisation's own service, on a computer of its own: custodian/README.md says how to set it up, have it
accredited, back it up and restore it. Set in the environment:
  EXCHANGE_URLS   exchanges whose entries are read, with commas between (needed)
  RPC_URL         this custodian's own node: nobody else's word about the chain counts
  DEPLOYMENT      the deployment file: take the exchange's /deployment.json, and compare it with what
                  governance published (default: data/deployment.json)
  DATA_DIR        its folder: database and key (default: custodian-data)
  KEY_FILE        its account's key, made at the first start (default: custodian.key in DATA_DIR)
  PORT, HOST      where it answers (default: 127.0.0.1:4100); put a proxy with TLS in front
  FINALITY        "finalized" (default), or so many blocks
  HEAD_SECONDS    a newest block that is older is not believed (default: 300)
  LOG_LEVEL       info (default), warn, error, debug, trace, silent`;

/** Adds the command, which belongs to no group. */
export function addCustodianCommand(program: Command): void {
  withExamples(
    program
      .command("custodian")
      .description(
        "run a custodian: it holds key shares, and answers public requests under consent",
      )
      .addHelpText("after", SETTINGS)
      .action(runCustodian),
    "custodian",
  );
}

/** Runs until it ends or is told to; its exit code is the command's own. */
async function runCustodian(): Promise<void> {
  // The channel tells when it is up, and ends it with this process, however that ends.
  const child = spawn(process.execPath, [PROGRAM], {
    env: process.env,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  child.once("message", (up) => process.stderr.write(`${nextSteps(up as Up)}\n`));
  const pass = (signal: NodeJS.Signals) => void child.kill(signal);
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, pass);
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (ended) => resolve(ended ?? 1));
    });
    if (code !== 0) process.exitCode = code;
  } finally {
    for (const signal of signals) process.off(signal, pass);
  }
}

type Up = { readonly url: string; readonly address: string };

function nextSteps({ url, address }: Up): string {
  return [
    `Custodian ${address} answers at ${url}/graphql.`,
    "Until it is accredited it makes no keys that count. Whoever is governance types:",
    `  cohort governance accredit custodian ${address} '<name of your organisation>'`,
  ].join("\n");
}
