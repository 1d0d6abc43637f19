// Runs the command line in this process and keeps what it prints.
import { run } from "../../client/cli.ts";

export type Ran = {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** The one JSON value on stdout. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks wherever it wants to
  readonly json: () => any;
};

/** Everything printed by any command of this file, on stdout or stderr. */
export const printed: string[] = [];

/** `cohort` with these arguments. */
export async function cohort(...args: string[]): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const { log, error } = console;
  const { write: writeOut } = process.stdout;
  const { write: writeErr } = process.stderr;
  const into = (lines: string[]) => (text: unknown) => {
    lines.push(String(text));
    return true;
  };
  console.log = (text) => out.push(`${text}\n`);
  console.error = (text) => err.push(`${text}\n`);
  process.stdout.write = into(out) as typeof writeOut;
  process.stderr.write = into(err) as typeof writeErr;
  let code: number;
  try {
    code = await run(args);
    // As the program does it: what ended well may still end with a code of its own.
    if (code === 0) code = Number(process.exitCode ?? 0);
    process.exitCode = undefined;
  } finally {
    Object.assign(console, { log, error });
    process.stdout.write = writeOut;
    process.stderr.write = writeErr;
  }
  const ran = { code, out: out.join(""), err: err.join("") };
  printed.push(ran.out, ran.err);
  return { ...ran, json: () => JSON.parse(ran.out) };
}
