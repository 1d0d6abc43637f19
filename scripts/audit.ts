// `npm run audit:dependencies`: what is known against the packages that package-lock.json names. Their published
// advisories, as far as the registry tells them; and that whatever is unfinished or given up is named, with a reason
// to stay, in SECURITY.md.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { z } from "zod";
import { root } from "./tool.ts";

/** 0 nothing is known; 1 something is; 2 it could not be found out. */
const EXIT = { clean: 0, found: 1, unknown: 2 } as const;
const HEADING = "## Dependencies to watch";

type Package = { readonly name: string; readonly version: string; readonly problem: string };

/** The rows of SECURITY.md's table: names, in backquotes, of what stays although something is against it. */
export function namedInTable(markdown: string): string[] {
  const section = markdown.split(`${HEADING}\n`)[1]?.split("\n## ")[0] ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("| `"));
  return rows.flatMap((row) =>
    [...row.split("|")[1]!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!),
  );
}

/** Packages of the lock file that are no finished release, or that their maker has given up. */
export function unfinished(lock: unknown): Package[] {
  const { packages } = lockSchema.parse(lock);
  return Object.entries(packages).flatMap(([path, { version = "", deprecated }]) => {
    const name = path.split("node_modules/").at(-1)!;
    if (deprecated !== undefined) return [{ name, version, problem: "given up by its maker" }];
    return version.includes("-") ? [{ name, version, problem: "no finished release" }] : [];
  });
}

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({ version: z.string().optional(), deprecated: z.string().optional() }),
  ),
});

/** Whether a name is in the table: as it is, or by the beginning before an asterisk. */
export function isNamed(name: string, table: readonly string[]): boolean {
  return table.some((entry) =>
    entry.endsWith("*") ? name.startsWith(entry.slice(0, -1)) : name === entry,
  );
}

const advisory = z.object({
  source: z.number(),
  name: z.string(),
  title: z.string(),
  url: z.string().optional(),
  severity: z.string(),
  range: z.string(),
});
const reportSchema = z.object({
  auditReportVersion: z.literal(2),
  vulnerabilities: z.record(
    z.string(),
    z.object({ via: z.array(z.union([z.string(), advisory])), isDirect: z.boolean() }),
  ),
});

/** What npm found out: an advisory a line; or undefined where the registry does not tell. */
function askRegistry(): string[] | undefined {
  const run = spawnSync("npm", ["audit", "--json"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 2 ** 20,
    shell: process.platform === "win32",
  });
  const report = reportSchema.safeParse(parse(run.stdout));
  if (!report.success) return undefined;
  const all = Object.values(report.data.vulnerabilities).flatMap(({ via }) => via);
  const lines = all.flatMap((one) =>
    typeof one === "string"
      ? []
      : [`${one.name} ${one.range}: ${one.severity}, ${one.title} (${idOf(one)})`],
  );
  return [...new Set(lines)].sort();
}

/** GHSA-..., the last part of its address; else npm's own number. */
const idOf = ({ url, source }: z.infer<typeof advisory>) =>
  url?.split("/").at(-1) ?? String(source);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function main(): number {
  const table = namedInTable(readFileSync(`${root}SECURITY.md`, "utf8"));
  const lock = JSON.parse(readFileSync(`${root}package-lock.json`, "utf8"));
  const unnamed = unfinished(lock).filter(({ name }) => !isNamed(name, table));
  for (const { name, version, problem } of unnamed) {
    console.log(`${name} ${version}: ${problem}, and not in SECURITY.md's table`);
  }
  const advisories = askRegistry();
  for (const line of advisories ?? []) console.log(line);
  if (advisories === undefined) {
    console.error(
      "The registry that npm uses here does not tell its advisories: nothing is known about them. " +
        "Run this where it does.",
    );
  }
  if (unnamed.length > 0 || (advisories?.length ?? 0) > 0) return EXIT.found;
  if (advisories === undefined) return EXIT.unknown;
  console.log("No advisory is known for any dependency; all that is unfinished is in SECURITY.md.");
  return EXIT.clean;
}

if (import.meta.main) process.exit(main());
