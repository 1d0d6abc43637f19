// What clinics and governance change on the chain afterwards, and what patients see of it; no proofs are made here.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { attestAll, attestFor, openStage, PASSPHRASE, PROTOCOL, type Stage } from "./story.ts";

let stage: Stage;
let root = "";
let identities: Record<string, string> = {};

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

beforeAll(async () => {
  stage = await openStage();
  const { ok, file, wallet } = stage;
  identities = await attestAll(stage, ["ann", "ben", "cat"]);
  root = (await ok("clinic", "anchor", file("ann.json"), file("ben.json"))).root;
  await ok("clinic", "anchor", file("cat.json"));
  for (const name of ["ann", "cat"] as const) {
    await ok("patient", "import", file(`${name}.json`), ...wallet(name));
  }
});

afterAll(async () => {
  await stage?.stop();
});

const rootsOf = async () => {
  const { leaves } = await stage.ok("clinic", "list");
  return leaves.map(({ batchRoot }: { batchRoot: string | null }) => batchRoot) as string[];
};

describe("the clinic's roster", () => {
  it("is needed to attest, under its passphrase, and is begun once", async () => {
    const { no, run, file } = stage;
    const attest = (...more: string[]) => [
      ...["clinic", "attest", file("ann.fhir.json"), "--identity", identities.ann!],
      ...["--out", file("again.json"), "--document", "P ann", ...more],
    ];
    expect(await no(...attest("--roster", file("none.age")))).toBe("NoRoster");
    expect(await no("clinic", "roster", "create")).toBe("RosterExists");
    process.env.COHORT_ROSTER_PASSPHRASE = "not the right passphrase";
    expect(await no(...attest())).toBe("WrongPassphrase");
    process.env.COHORT_ROSTER_PASSPHRASE = PASSPHRASE;
    expect(existsSync(file("again.json"))).toBe(false);
    const shown = await run("clinic", "roster", "list");
    expect(shown.out.match(/in use/g)).toHaveLength(3);
  });

  it.each([
    ["a bare number, as of the first protocol", () => "1234567890"],
    ["a mistyped letter", () => identities.ann!.replace(/.$/, (c) => (c === "q" ? "p" : "q"))],
    ["a part of it", () => identities.ann!.slice(0, -8)],
  ])("refuses where it is typed: %s", async (_, typed) => {
    const { no, file } = stage;
    const out = file("typo.json");
    const attest = ["clinic", "attest", file("ann.fhir.json"), "--identity", typed()];
    expect(await no(...attest, "--out", out)).toBe("MalformedInput");
    expect(existsSync(out)).toBe(false);
  });
});

describe("the registry", () => {
  it("replaces a batch, whose patients then find the new path by themselves", async () => {
    const { ok, no, run, file, wallet } = stage;
    const files = [file("ann.json"), file("ben.json")];
    const short = root.slice(0, 10);
    expect(await no("clinic", "replace", "99999999", ...files)).toBe("NotAnchored");
    const replaced = await ok("clinic", "replace", short, ...files);
    expect(replaced).toMatchObject({ size: 2, buckets: [0] });
    expect(replaced.root).not.toBe(root);
    expect((await rootsOf())[0]).toBe(replaced.root);
    expect((await run("patient", "status", ...wallet("ann"))).out).toContain("in the registry");
    // Sent again after a lost answer, it changes nothing.
    const again = await ok("clinic", "replace", short, ...files);
    expect(again).toMatchObject({ anchoredBefore: files, buckets: [0] });
    root = replaced.root;
    // One record has one order only.
    const same = await run("clinic", "replace", (await rootsOf())[1]!, file("cat.json"));
    expect([same.code, same.err]).toEqual([2, expect.stringContaining("Nothing to replace")]);
  });

  it("anchors nothing of who is not in the roster", async () => {
    const { ok, no, file } = stage;
    await ok("clinic", "roster", "create", "--roster", file("other.age"));
    const anchor = ["clinic", "anchor", file("ann.json"), "--roster", file("other.age")];
    expect(await no(...anchor)).toBe("NotInRoster");
  });

  it("gives a clinic its quota of slots, and those it has emptied again", async () => {
    const { ok, no, file, run } = stage;
    await ok("governance", "quota", "clinic-1", "2");
    await attestFor(stage, "ben", identities.ben!, [], "ben-2");
    expect(await no("clinic", "anchor", file("ben-2.json"))).toBe("QuotaReached");
    expect((await run("clinic", "list")).out).toContain("2 of 2 slots in use; 0 free.");
    await ok("clinic", "revoke", file("cat.json"));
    expect((await run("clinic", "list")).out).toContain(
      "1 of 2 slots in use; 1 free, 1 of them after a revocation.",
    );
    await ok("clinic", "anchor", file("ben-2.json"));
    const { leaves, allowance } = await ok("clinic", "list");
    expect(leaves).toHaveLength(2);
    expect(allowance).toMatchObject({ inUse: 2, quota: 2, emptied: 0, revokedToday: 1 });
    await ok("governance", "quota", "clinic-1", "0");
    expect((await ok("clinic", "list")).allowance.quota).toBe(64);
  });

  it("explains the limit of a day's revocations, which governance can raise", async () => {
    const { ok, no, file, run } = stage;
    await ok("governance", "revocation-limit", "clinic-1", "1");
    expect(await no("clinic", "revoke", file("ben-2.json"))).toBe("TooManyRevocations");
    expect((await run("clinic", "list")).out).toMatch(
      /1 of 1 revocations used today \(UTC\).*governance can raise the limit/,
    );
    await ok("governance", "revocation-limit", "clinic-1", "5");
    const { acts } = await ok("clinic", "revoke", file("ben-2.json"));
    expect(acts.map(({ way }: { way: string }) => way)).toEqual(["slot"]);
  });

  it("holds and lifts a trial, and releases a number that nobody approved", async () => {
    const { ok, no, run, file } = stage;
    await ok("sponsor", "publish", file("trial.json"), "--board", "board", "--site", "1=site-1");
    expect(await no("governance", "hold", PROTOCOL, "--as", "sponsor")).toBe("NotGovernance");
    await ok("governance", "hold", PROTOCOL);
    await ok("governance", "lift", PROTOCOL);
    await ok("governance", "release", PROTOCOL);
    const call = await ok("governance", "hold", PROTOCOL, "--timelock");
    expect(call).toMatchObject({ contract: "TrialRegistry", method: "hold" });
    expect(call.data).toMatch(/^0x[0-9a-f]{72}$/);
    expect((await run("governance", "quota", "clinic-1", "many")).code).toBe(2);
  });

  it("voids a clinic that is accredited no more, and goes on once its leaves are cleared", async () => {
    const { ok, no, file, wallet } = stage;
    expect(await no("governance", "void-clinic", "clinic-1")).toBe("AlreadyAccredited");
    await ok("governance", "deaccredit", "clinic", "clinic-1");
    expect((await stage.run("governance", "list")).out).toContain("clinic, no longer");
    await ok("governance", "void-clinic", "clinic-1");
    const left = (await rootsOf()).filter((one) => one !== null);
    expect(left).toHaveLength(1);
    expect(await no("governance", "clear-leaf", "99999999", "--as", "stranger")).toBe(
      "NotAnchored",
    );
    const cleared = await ok("governance", "clear-leaf", "--all", "--as", "stranger");
    expect(cleared).toMatchObject({ left: 0 });
    expect(cleared.cleared).toHaveLength(1);
    const again = ["patient", "import", file("ann.json"), ...wallet("ann")];
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
