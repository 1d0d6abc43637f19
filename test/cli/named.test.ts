// What a message, a page or a document tells people to type exists.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { createProgram } from "../../client/cli.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const HOMES = ["circuits", "client", "contracts", "custodian", "scripts", "server"];
const program = await createProgram();

function textsIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(ts|tsx|md)$/.test(name))
    .map((name) => join(folder, name));
}

/** Commands that are named: in backticks, after npx, or as the whole of a string. */
function commandsIn(text: string): string[] {
  const named = /(?:`|"|npx )cohort ((?:--[a-z-]+ \S+ )?[a-z][a-z-]*(?: [a-z][a-z-]*)*)/g;
  return [...text.matchAll(named)].map(([, words]) => words!.replace(/^--\S+ \S+ /, ""));
}

/** The first word that no command has; undefined when all are verbs, or what follows a whole verb. */
function unknownIn(words: string): string | undefined {
  let at: Command = program;
  for (const word of words.split(" ")) {
    const next = at.commands.find((one) => one.name() === word);
    // What follows a verb without others below it is its argument.
    if (next === undefined)
      return at.commands.length === 0 || hasOwnArguments(at) ? undefined : word;
    at = next;
  }
  return undefined;
}

const hasOwnArguments = (command: Command) => command.registeredArguments.length > 0;

test("every command that is named anywhere exists", () => {
  const files = [...HOMES.flatMap(textsIn), "README.md", "ARCHITECTURE.md", "EXCHANGE.md"];
  const named = files.flatMap((file) =>
    commandsIn(readFileSync(join(ROOT, file), "utf8")).map((words) => ({ file, words })),
  );
  expect(named.length).toBeGreaterThan(30);
  const wrong = named.filter(({ words }) => unknownIn(words) !== undefined);
  expect(wrong).toEqual([]);
});
