// A protocol in parts through the command line: checked, published, reviewed, approved and amended; and what its sponsor and
// its board are told when sites are dropped or governance holds it.
import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStage, type Stage } from "./story.ts";

const EXAMPLE = new URL("../../client/sponsor/examples/alzheimers-disease.json", import.meta.url)
  .pathname;
const LONG = "CZ-AD-008";
const SITES = ["--site", "1=site-1", "--site", "2=stranger"];

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  await stage.ok("governance", "accredit", "sponsor", "sponsor", "The sponsor");
  await stage.ok("governance", "accredit", "board", "board", "The board");
}, 120_000);
afterAll(() => stage?.stop());

/** The example with other sites. */
function amended(name: string, change: (sites: { id: number; capacity: number }[]) => unknown) {
  const trial = JSON.parse(readFileSync(EXAMPLE, "utf8"));
  const file = stage.file(name);
  writeFileSync(file, JSON.stringify({ ...trial, sites: change(trial.sites), capacity: 50 }));
  return file;
}

describe("a protocol of 80 leaves", () => {
  it("is checked as three parts, and what each one's record must be", async () => {
    const { circuit, parts, warnings } = await stage.ok("sponsor", "check", EXAMPLE);
    expect(circuit).toBe("eligibility-32");
    expect(parts.map(({ leaves }: { leaves: number }) => leaves)).toEqual([31, 31, 18]);
    expect(parts[0].criteria).toContain("inclusion[0]");
    expect(parts[2].record).toContain("The record covers at least 30 days");
    expect(warnings).toEqual([]);
    const { out } = await stage.run("sponsor", "check", EXAMPLE);
    expect(out).toContain("two parts may come from records of two clinics");
    expect(out).toContain("Part 3 of 3, from one record:");
    expect(out).toMatch(/Part 2 of 3: 31 leaves and 4 gates: eligibility-32\.\n {2}The record was/);
  });

  it("is published, reviewed and approved with a hash a part", async () => {
    const published = await stage.ok("sponsor", "publish", EXAMPLE, "--board", "board", ...SITES);
    expect(published).toMatchObject({ version: 1, parts: 3, circuit: "eligibility-32" });
    const review = await stage.ok("board", "review", LONG);
    expect(review).toMatchObject({ digest: published.digest, dropped: [], halts: [] });
    expect(review.parts).toHaveLength(3);
    expect(review.identityDocument).toBe("National patient number");
    expect(review.reviewed).toContain("Part 1 of 3, from one record:");
    const approved = await stage.ok("board", "approve", LONG);
    expect(approved.digest).toBe(published.digest);
  });

  it("is not published twice as a first version", async () => {
    const ran = await stage.run("sponsor", "publish", EXAMPLE, "--board", "board", ...SITES);
    expect(ran.code).toBe(2);
    expect(ran.err).toContain("published already: amend it instead");
  });
});

describe("an amendment's sites", () => {
  it("with no places are refused in a first version", async () => {
    const file = amended("closed-first.json", ([one, two]) => [one, { ...two, capacity: 0 }]);
    const trial = JSON.parse(readFileSync(file, "utf8"));
    writeFileSync(file, JSON.stringify({ ...trial, protocolNumber: "CZ-AD-009" }));
    const ran = await stage.run("sponsor", "publish", file, "--board", "board", ...SITES);
    expect(ran.code).toBe(2);
    expect(ran.err).toContain("sites[1].capacity: 0 places in a first version");
  });

  it("may have none later, and then still sign; dropped ones are warned of", async () => {
    const closed = amended("closed.json", ([one, two]) => [one, { ...two, capacity: 0 }]);
    const kept = await stage.ok("sponsor", "amend", closed, ...SITES);
    expect(kept).toMatchObject({ version: 2, warnings: [] });
    const dropping = amended("dropped.json", ([one]) => [one]);
    const gone = await stage.ok("sponsor", "amend", dropping, "--site", "1=site-1");
    expect(gone.warnings).toEqual([
      "Site 2 is dropped: it signs nothing from then on. No participant is there now.",
    ]);
    const review = await stage.ok("board", "review", LONG);
    expect(review).toMatchObject({ version: 3, dropped: gone.warnings });
    const { out } = await stage.run("board", "review", LONG);
    expect(out).toContain("Site 2 is dropped");
    expect((await stage.ok("board", "review", LONG, "--version-number", "2")).dropped).toEqual([]);
  });
});

describe("a trial that governance holds, or whose board is no longer accredited", () => {
  it("is shown so to its sponsor and its board", async () => {
    await stage.ok("governance", "hold", LONG);
    const words = "Governance holds the trial";
    for (const command of [
      ["sponsor", "trial", LONG],
      ["board", "review", LONG],
    ]) {
      const { out } = await stage.run(...command);
      expect(out, command[0]).toContain(words);
      const { halts } = await stage.ok(...command);
      expect(halts, command[0]).toEqual([expect.stringContaining(words)]);
    }
    await stage.ok("governance", "lift", LONG);
    await stage.ok("governance", "deaccredit", "board", "board");
    const { out } = await stage.run("sponsor", "trial", LONG);
    expect(out).toContain("The board (The board) is not accredited now");
    expect(out).not.toContain(words);
  });
});
