// Every verb explains itself, and wrong usage is told apart from everything else.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { createProgram } from "../../client/cli.ts";
import { cohort } from "./command.ts";

/** Verbs that have others below them. */
const BOTH = ["audit"];

function verbsOf(command: Command, path: string[] = []): string[][] {
  if (command.commands.length === 0) return [path];
  const below = command.commands.flatMap((one) => verbsOf(one, [...path, one.name()]));
  return BOTH.includes(path.join(" ")) ? [path, ...below] : below;
}

const VERBS = verbsOf(await createProgram());
const NAMES = VERBS.map((verb) => verb.join(" "));
/** The issue asks for these at least. */
const ASKED = [
  "clinic attest|inspect|anchor|replace|revoke",
  "patient init|import|check|screen|consent|withdraw|status|arrive",
  "sponsor publish|amend|enroll|trial",
  "site challenge|arrive|attest",
  "board approve|request-changes|reject|comment|suspend",
  "governance accredit",
].flatMap((line) => {
  const [group, verbs] = line.split(" ") as [string, string];
  return verbs.split("|").map((verb) => `${group} ${verb}`);
});

describe("the command line", () => {
  it("has every verb that was asked for", () => {
    expect(NAMES).toEqual(expect.arrayContaining([...ASKED, "journey", "audit"]));
  });

  it.each(NAMES)("shows help with an example for %s", async (name) => {
    const { code, out } = await cohort(...name.split(" "), "--help");
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^ +cohort (--\\S+ \\S+ )?${name}`, "m"));
    expect(out).toContain("--json");
    for (const line of out.split("\n")) expect(line).not.toMatch(/default: "0x/);
  });

  it.each(NAMES)("refuses an unknown option of %s", async (name) => {
    const { code, out, err } = await cohort(...name.split(" "), "--no-such-option");
    expect(code).toBe(2);
    expect(out).toBe("");
    // Options that are missing are named before those that there are not.
    expect(err).toMatch(/unknown option '--no-such-option'|required option '--/);
    expect(err).toContain("--help");
  });

  it.each([
    [["patient", "check"], "missing required argument 'protocol'"],
    [["clinic", "attest", "x.json", "--out", "y"], "--identity"],
    [["clinic", "frobnicate"], "unknown command 'frobnicate'"],
    [["patient"], "name a command"],
    [[], "name a command"],
  ])("says what is missing in %j, also as JSON", async (args, message) => {
    const plain = await cohort(...args);
    expect(plain.code).toBe(2);
    expect(plain.out).toBe("");
    const asked = await cohort(...args, "--json");
    expect(asked.code).toBe(2);
    expect(asked.err).toBe("");
    expect(asked.json().error).toMatchObject({ code: 2, kind: "Usage" });
    expect(asked.json().error.message).toContain(message);
  });

  it("does not show a document key of the environment in its help", async () => {
    process.env.COHORT_DOCUMENT_KEY = "a key that opens the text";
    const { out } = await cohort("patient", "check", "--help");
    delete process.env.COHORT_DOCUMENT_KEY;
    expect(out).toContain("COHORT_DOCUMENT_KEY");
    expect(out).not.toContain("a key that opens");
  });
});

describe("what needs no library", () => {
  it("is the version, as package.json has it", async () => {
    const { version } = JSON.parse(
      readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
    );
    for (const flag of ["--version", "-V"]) {
      expect(await cohort(flag)).toMatchObject({ code: 0, out: `${version}\n`, err: "" });
    }
  });

  it("is help, which takes less than half a second of work", () => {
    const cli = new URL("../../client/cli.ts", import.meta.url).pathname;
    const script = `process.argv = [process.argv[0], ${JSON.stringify(cli)}, "--help"];
      const { run } = await import(${JSON.stringify(cli)});
      console.log = () => {};
      await run(["--help"]);
      const { user, system } = process.cpuUsage();
      process.stderr.write(String((user + system) / 1e6));`;
    const asked = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
      encoding: "utf8",
    });
    expect(asked.stdout).toContain("Usage: cohort");
    expect(Number(asked.stderr)).toBeLessThan(0.5);
    expect(Number(asked.stderr)).toBeGreaterThan(0.01);
  });
});
