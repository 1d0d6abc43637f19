// Secrets: from the environment, or asked for without echo. Never from the command line, which other programs can read.
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { InputError } from "./output.ts";

/** The variable, or what is typed without echo. Throws InputError where nobody can type. */
export async function readSecret(variable: string, prompt: string): Promise<string> {
  const given = process.env[variable];
  if (given !== undefined) return given;
  if (process.stdin.isTTY !== true) {
    throw new InputError(`${prompt}: set ${variable}, or run this on a terminal.`);
  }
  process.stderr.write(`${prompt}: `);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  const secret = await terminal.question("");
  terminal.close();
  process.stderr.write("\n");
  return secret;
}

/** The wallet's passphrase. */
export async function readPassphrase(): Promise<string> {
  return await readSecret("COHORT_PASSPHRASE", "Passphrase");
}

/** A new secret, typed twice where it is typed. */
export async function readNewSecret(variable: string, prompt: string): Promise<string> {
  const secret = await readSecret(variable, prompt);
  const isTyped = process.env[variable] === undefined;
  if (isTyped && (await readSecret(variable, "Once more")) !== secret) {
    throw new InputError("The two do not match: nothing was written.");
  }
  return secret;
}

/** True when the person at the terminal types yes. Throws InputError where nobody can type. */
export async function confirm(question: string, flag: string): Promise<boolean> {
  if (process.stdin.isTTY !== true) {
    throw new InputError(`${question} Say so with ${flag}, or run this on a terminal.`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${question} Type yes to go on: `);
  terminal.close();
  return answer.trim().toLowerCase() === "yes";
}
