// What clinics and governance change on the chain afterwards, and what patients see of it; no proofs are made here.
import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attestFor, openStage, PASSPHRASE, type Stage } from "./story.ts";

let stage: Stage;
let root = "";

beforeAll(async () => {
  process.env.COHORT_PASSPHRASE = PASSPHRASE;
  stage = await openStage();
  const { ok, file, wallet } = stage;
  for (const [role, key] of [
    ["sponsor", "sponsor"],
    ["board", "board"],
    ["clinic", "clinic-1"],
  ] as const) {
    await ok("governance", "accredit", role, key, `The ${role}`);
  }
  for (const name of ["ann", "ben", "cat"] as const) {
    const { identityCommitment } = await ok("patient", "init", ...wallet(name));
    await attestFor(stage, name, identityCommitment);
  }
  root = (await ok("clinic", "anchor", file("ann.json"), file("ben.json"))).root;
  await ok("clinic", "anchor", file("cat.json"));
  for (const name of ["ann", "cat"] as const) {
    await ok("patient", "import", file(`${name}.json`), ...wallet(name));
  }
}, 120_000);

afterAll(async () => {
  delete process.env.COHORT_PASSPHRASE;
  await stage?.stop();
});

describe("the registry", () => {
  it("replaces a batch, whose patients then import again", async () => {
    const { ok, no, run, file, wallet } = stage;
    const files = [file("ann.json"), file("ben.json")];
    const short = root.slice(0, 10);
    expect(await no("clinic", "replace", "99999999", ...files)).toBe("NotAnchored");
    const replaced = await ok("clinic", "replace", short, ...files);
    expect(replaced.size).toBe(2);
    expect(replaced.root).not.toBe(root);
    const { leaves } = await ok("clinic", "list");
    expect(leaves[0].value).toBe(replaced.root);
    const status = await ok("patient", "status", ...wallet("ann"));
    expect(status.records[0].state).toBe("not-anchored");
    const again = await ok("patient", "import", file("ann.json"), ...wallet("ann"));
    expect(again.replaced).toBe(true);
    expect((await run("patient", "status", ...wallet("ann"))).out).toContain("in the registry");
    root = replaced.root;
    // One record has one order only.
    const same = await run("clinic", "replace", leaves[1].value, file("cat.json"));
    expect([same.code, same.err]).toEqual([2, expect.stringContaining("Nothing to replace")]);
  });

  it("revokes, and voids what a clinic left behind that is accredited no more", async () => {
    const { ok, no, run, file } = stage;
    expect(await no("clinic", "revoke", root.slice(0, 9), "--as", "stranger")).toMatch(
      /NotYourLeaf|NotAccredited/,
    );
    await ok("clinic", "revoke", root.slice(0, 9));
    const { leaves } = await ok("clinic", "list");
    const cats = leaves.find(({ size }: { size: number }) => size === 1).value as string;
    const early = await run("governance", "void", cats.slice(0, 10));
    expect([early.code, early.err]).toEqual([3, expect.stringContaining("AlreadyAccredited")]);
    await ok("governance", "deaccredit", "clinic", "clinic-1");
    expect((await run("governance", "list")).out).toContain("clinic, no longer");
    await ok("governance", "void", cats.slice(0, 10));
    const again = ["patient", "import", file("cat.json"), ...stage.wallet("cat")];
    expect(await no(...again)).toBe("RecordNotAnchored");
  });
});

describe("time and loss", () => {
  it("the wallet's backup opens with its own passphrase", async () => {
    const { ok, no, file, wallet } = stage;
    process.env.COHORT_BACKUP_PASSPHRASE = "another few words for the drawer";
    await ok("patient", "backup", file("ann-backup.age"), ...wallet("ann"));
    const restored = ["patient", "status", "--wallet", file("ann-backup.age")];
    expect(await no(...restored)).toBe("WrongPassphrase");
    process.env.COHORT_PASSPHRASE = process.env.COHORT_BACKUP_PASSPHRASE;
    expect((await ok(...restored)).records).toHaveLength(1);
    process.env.COHORT_PASSPHRASE = PASSPHRASE;
    delete process.env.COHORT_BACKUP_PASSPHRASE;
  });

  it("an approval that has run out stops everything but leaving", async () => {
    const { ok, no, run, file, wallet } = stage;
    const trial = JSON.parse(readFileSync(file("trial.json"), "utf8"));
    writeFileSync(file("second.json"), JSON.stringify({ ...trial, protocolNumber: "CZ-CLI-2" }));
    await ok("sponsor", "publish", file("second.json"), "--board", "board", "--site", "1=site-1");
    await ok("board", "approve", "CZ-CLI-2", "--days", "2");
    await stage.travel(3);
    const late = await run("patient", "check", "CZ-CLI-2", ...wallet("ann"));
    expect([late.code, late.out]).toEqual([3, ""]);
    expect(late.err).toContain("ApprovalExpired: the board's approval has expired; ask the board");
    expect(await no("patient", "screen", "CZ-CLI-2", ...wallet("ann"))).toBe("ApprovalExpired");
  });
});
