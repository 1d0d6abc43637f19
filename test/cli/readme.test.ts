// The README's examples: each names a verb and options that exist, and files that are there or that an earlier one makes.
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { createProgram } from "../../client/cli.ts";
import { cohort } from "./command.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
/** Without comments, in order. */
const EXAMPLES = [
  ...readFileSync(`${ROOT}README.md`, "utf8").matchAll(/^ {4}npx cohort (.*)$/gm),
].map(([, line]) => line!.replace(/\s+#.*$/, "").split(" "));
/** They need nothing that runs. */
const ALONE = ["clinic sample", "clinic inspect", "clinic classify", "sponsor import"];
const program = await createProgram();

/** The command that the words name, and what is left of them. */
function find(words: readonly string[]): { command: Command; rest: string[] } {
  let command = program;
  const rest = [...words];
  for (;;) {
    const below = command.commands.find((one) => one.name() === rest[0]);
    if (below === undefined) return { command, rest };
    command = below;
    rest.shift();
  }
}

const folder = mkdtempSync(join(tmpdir(), "cohort-readme-"));
/** What an example reads and writes, in a folder of this test where it is made by one. */
const here = (word: string) => (/^(bundles|codes\.json)/.test(word) ? join(folder, word) : word);

describe("the README's examples", () => {
  it("are all found", () => expect(EXAMPLES.length).toBeGreaterThan(8));

  it.each(EXAMPLES.map((words) => [words.join(" "), words] as const))(
    "%s is a command that exists",
    (_, words) => {
      const { command, rest } = find(words);
      expect(command.commands, "a verb, not a group").toHaveLength(
        command.name() === "audit" ? 1 : 0,
      );
      const { operands, unknown } = command.parseOptions(rest);
      expect(unknown).toEqual([]);
      const needed = command.registeredArguments.filter(({ required }) => required);
      expect(operands.length).toBeGreaterThanOrEqual(needed.length);
    },
  );

  it("name files that are in the project, that npm start makes, or that an example before has made", () => {
    const made = ["data/", "bundles", "codes.json", "baseline"];
    const files = EXAMPLES.flat().filter((word) => /^[\w.-]+\/|\.json$/.test(word));
    const missing = files.filter((file) => !made.some((one) => file.startsWith(one)));
    expect(missing.filter((file) => !existsSync(ROOT + file))).toEqual([]);
    expect(missing.length).toBeGreaterThan(1);
  });

  it("run, those that need no exchange, one after another", async () => {
    const alone = EXAMPLES.filter((words) => ALONE.includes(words.slice(0, 2).join(" ")));
    expect(alone).toHaveLength(ALONE.length);
    for (const words of alone) {
      const args = words.map((word) => (existsSync(ROOT + word) ? ROOT + word : here(word)));
      const { code, err } = await cohort(...args, "--as-of", "2026-11-30");
      expect([words.join(" "), code, err]).toEqual([words.join(" "), 0, expect.any(String)]);
    }
  });
});
