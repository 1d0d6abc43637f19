// The operator's commands, each with one result, or with --json one JSON value, and an exit code.
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { describeProblem } from "../work/log.ts";
import { Problem } from "./problem.ts";
import { readSettings, type Settings } from "./settings.ts";
import { exportVerb, importVerb, type Result, rebuildVerb, statusVerb } from "./verbs.ts";

/** Exit codes beside those of a Problem; 5 as of an audit with findings. */
const EXIT = { ok: 0, fault: 1, refused: 3, needed: 5 } as const;

/** Where results and all else go, a text at a time. */
type Printer = { readonly out: (text: string) => void; readonly err: (text: string) => void };

/** Runs one in a server's environment. */
export async function runCommand(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  print: Printer,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: "boolean" }, quiet: { type: "boolean" } },
  });
  const isJson = values.json === true;
  try {
    const [verb = "", file = ""] = positionals;
    const say = isJson || values.quiet === true ? () => {} : print.err;
    const result = await act(verb, { settings: readSettings(environment), file, say });
    print.out(isJson ? JSON.stringify(result.data, null, 2) : result.text);
    return result.isNeeded === true ? EXIT.needed : EXIT.ok;
  } catch (problem) {
    return report(problem, isJson, print);
  }
}

type At = { settings: Settings; file: string; say: (text: string) => void };

function act(verb: string, { settings, file, say }: At): Promise<Result> {
  if (verb === "status") return statusVerb(settings);
  if (verb === "rebuild") return rebuildVerb(settings, say);
  if (verb === "export" && file !== "") return exportVerb(settings, resolve(file));
  if (verb === "import" && file !== "") return importVerb(settings, resolve(file));
  throw new Problem(2, "one of: export <file>, import <file>, rebuild, status");
}

/** Tells what went wrong. Errors of libraries hold queries with their rows: those are cut out. */
function report(problem: unknown, isJson: boolean, print: Printer): number {
  const isPlain = problem instanceof Error && problem.constructor === Error;
  const code = problem instanceof Problem ? problem.exit : isPlain ? EXIT.refused : EXIT.fault;
  const { kind, message } = describeProblem(problem);
  const text =
    problem instanceof Problem || isPlain
      ? problem.message
      : `Unexpected error: ${kind}: ${message}`;
  const told = { code, kind: code === EXIT.fault ? "Fault" : "Operator", message: text };
  if (isJson) print.out(JSON.stringify({ error: told }, null, 2));
  else print.err(text);
  return code;
}
