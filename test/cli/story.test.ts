// A whole trial by the command line alone, on a real chain and a real server, with real proofs. Each step is one test,
// in order: they tell one story.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { REFUSALS } from "../../circuits/statement/refusal.ts";
import { releaseProver } from "../../circuits/witness/prove.ts";
import { approvalStory } from "./approvalStory.ts";
import { auditStory } from "./auditStory.ts";
import { printed } from "./command.ts";
import { handsOverByCode } from "./handoverStory.ts";
import { leavingStory } from "./leavingStory.ts";
import { opinionStory } from "./opinionStory.ts";
import { attestFor, openStage, PASSPHRASE, PROTOCOL, type Stage, secretsOf } from "./story.ts";
import { visitStory } from "./visitStory.ts";

let stage: Stage;
const blindings: string[] = [];
const identities: Record<string, string> = {};
let annsPseudonym = "";
let bensCode = "";
const SITES = ["--site", "1=site-1"];

vi.setConfig({ testTimeout: 300_000 });

beforeAll(async () => {
  stage = await openStage();
}, 120_000);

afterAll(async () => {
  await stage?.stop();
  await releaseProver();
});

describe("setting up", () => {
  it("accredits who may act, once, and only by governance", async () => {
    const { ok, no, run } = stage;
    const accredit = ["governance", "accredit"];
    expect(await no(...accredit, "board", "board", "B", "--as", "stranger")).toBe("NotGovernance");
    for (const [role, key] of [
      ["sponsor", "sponsor"],
      ["board", "board"],
      ["clinic", "clinic-1"],
    ] as const) {
      await ok(...accredit, role, key, `The ${role}`);
    }
    expect(await no(...accredit, "clinic", "clinic-1", "Again")).toBe("AlreadyAccredited");
    const roles = (await ok("governance", "list")).map(({ role }: { role: string }) => role);
    expect(roles.sort()).toEqual(["board", "clinic", "governance", "sponsor"]);
    const nothing = await run("governance", "dictionary", "register");
    expect([nothing.code, nothing.out]).toEqual([2, ""]);
    expect(nothing.err).toContain("Nothing to register");
  });

  it("makes wallets that open with their passphrase only", async () => {
    const { ok, no, run, wallet } = stage;
    for (const name of ["ann", "ben", "cat"] as const) {
      identities[name] = (await ok("patient", "init", ...wallet(name))).identityCode;
    }
    expect(await no("patient", "init", ...wallet("ann"))).toBe("WalletExists");
    expect(await no("patient", "status", "--wallet", stage.file("no.age"))).toBe("NoWallet");
    process.env.COHORT_PASSPHRASE = "short";
    expect(await no("patient", "init", "--wallet", stage.file("x.age"))).toBe("WeakPassphrase");
    process.env.COHORT_PASSPHRASE = "not the right passphrase";
    expect(await no("patient", "status", ...wallet("ann"))).toBe("WrongPassphrase");
    process.env.COHORT_PASSPHRASE = PASSPHRASE;
    const early = await run("patient", "check", PROTOCOL, ...wallet("ann"));
    expect([early.code, early.out]).toEqual([2, ""]);
    expect((await run("patient", "status", ...wallet("ann"))).out).toContain("No record yet");
  });

  it("attests records of the living, for the right wallet only, and keeps a file that is there", async () => {
    const { ok, no, run, file, wallet } = stage;
    await ok("clinic", "roster", "create");
    for (const name of ["ann", "ben", "cat"] as const) {
      const permit = name === "cat" ? ["--sign", file("cat.permit.json")] : [];
      const attested = await attestFor(stage, name, identities[name]!, permit);
      expect(attested.facts).toBeGreaterThan(400);
      const content = JSON.parse(readFileSync(file(`${name}.json`), "utf8"));
      blindings.push(content.record.blinding);
    }
    expect(blindings.every((text) => /^\d{60,}$/.test(text))).toBe(true);
    const typo = identities.ann!.replace(/.$/, (last) => (last === "q" ? "p" : "q"));
    const refused = [file("ann.fhir.json"), "--identity", typo, "--out", file("typo.json")];
    expect(await no("clinic", "attest", ...refused)).toBe("MalformedInput");
    const bare = ["clinic", "attest", file("ann.fhir.json"), "--identity", identities.ann!];
    const nobody = await run(...bare, "--out", file("nobody.json"));
    expect(nobody.code).toBe(2);
    expect(nobody.err).toContain("no study site can admit the patient");
    const dead = ["attest", file("dead.fhir.json"), "--identity", identities.ann!];
    dead.push("--out", file("dead.json"), "--without-document");
    expect((await run("clinic", ...dead)).err).toContain("the patient has died");
    expect((await run("clinic", ...dead, "--deceased")).code).toBe(0);
    const again = ["clinic", "attest", file("ann.fhir.json"), "--identity", identities.ann!];
    expect((await run(...again, "--out", file("ann.json"))).code).toBe(2);
    expect(await no("patient", "import", file("ann.json"), ...wallet("ben"))).toBe("ForeignRecord");
    expect(await no("patient", "import", file("ann.json"), ...wallet("ann"))).toBe(
      "RecordNotAnchored",
    );
  });

  it("anchors a batch, or a single record with the clinic's permit", async () => {
    const { ok, no, run, file, wallet } = stage;
    const files = [file("ann.json"), file("ben.json")];
    // Whoever keeps no roster attests and anchors nobody.
    expect(await no("clinic", "anchor", file("ann.json"), "--as", "stranger")).toBe("NoRoster");
    expect((await run("clinic", "anchor", ...files, files[0]!)).err).toContain("named twice");
    await ok("clinic", "anchor", ...files, "--leaves", file("leaves.json"));
    const again = await ok("clinic", "anchor", ...files, "--leaves", file("again.json"));
    expect(again).toMatchObject({ anchoredBefore: files });
    const anchored = await ok("patient", "anchor", file("cat.permit.json"));
    // Sent again after a lost answer, it is the same transaction.
    expect(await ok("patient", "anchor", file("cat.permit.json"))).toEqual(anchored);
    await handsOverByCode(stage);
    for (const name of ["ann", "ben", "cat"] as const) {
      const imported = await ok("patient", "import", file(`${name}.json`), ...wallet(name));
      expect(imported).toMatchObject({ clinic: "North Clinic", replaced: false });
    }
    const { leaves } = await ok("clinic", "list");
    expect(leaves.map(({ size }: { size: number }) => size)).toEqual([2, 1]);
  });
});

describe("a trial", () => {
  it("is published by its sponsor and approved by its board", async () => {
    const { ok, no, run, file, wallet } = stage;
    const publish = ["sponsor", "publish", file("trial.json"), "--board", "board", ...SITES];
    expect(await no("patient", "check", PROTOCOL, ...wallet("ann"))).toBe("UnknownTrial");
    expect(await no(...publish, "--as", "stranger")).toBe("NotAccredited");
    const { digest } = await ok(...publish);
    const again = await run(...publish);
    expect([again.code, again.err]).toEqual([2, expect.stringContaining("amend it instead")]);
    expect(await no("patient", "check", PROTOCOL, ...wallet("ann"))).toBe("TrialNotApproved");
    expect(await ok("board", "review", PROTOCOL)).toMatchObject({ digest, version: 1 });
    const review = await run("board", "review", PROTOCOL);
    expect(review.out).toMatch(/^Question 1 on what was read: .*Text, terms and chain agree/ms);
    expect(await no("board", "approve", PROTOCOL, "--as", "sponsor")).toBe("NotAccredited");
    await ok("board", "approve", PROTOCOL);
    expect((await run("patient", "trials")).out).toContain(`${PROTOCOL}  active, version 1`);
    const { out: form } = await run("patient", "form", PROTOCOL);
    expect(form).toMatch(/^How long it takes: .*By consenting you state:.*\n {2}1 .*\+49 /ms);
  });

  it("is checked on the device; who does not fit sends nothing", async () => {
    const { ok, no, run, wallet } = stage;
    expect((await ok("patient", "check", PROTOCOL, ...wallet("ann"))).eligible).toBe(true);
    const shown = await run("patient", "check", PROTOCOL, ...wallet("cat"));
    expect(shown.code).toBe(0);
    expect(shown.out).toContain("You are not eligible; nobody will know that you looked.");
    expect(await no("patient", "screen", PROTOCOL, ...wallet("cat"))).toBe("NotEligible");
    expect((await ok("sponsor", "trial", PROTOCOL)).screened).toBe(0);
  });

  it("screens each person once, and nobody while it is on hold", async () => {
    const { ok, no, run, wallet } = stage;
    const shown = await run("patient", "screen", PROTOCOL, ...wallet("ann"));
    expect(shown.code).toBe(0);
    expect(shown.out).toContain(`Next: cohort patient consent ${PROTOCOL}`);
    expect(shown.err).toContain("Proving");
    expect(await no("patient", "screen", PROTOCOL, ...wallet("ann"))).toBe("AlreadyScreened");
    const mute = await run("board", "suspend", PROTOCOL);
    expect([mute.code, mute.err]).toEqual([2, expect.stringContaining("--reason")]);
    expect(await no("board", "suspend", PROTOCOL, "--reason", " ")).toBe("EmptyText");
    await ok("board", "suspend", PROTOCOL, "--reason", "Two serious events.\nWe look into them.");
    const told = await run("sponsor", "trial", PROTOCOL);
    expect(told.out).toMatch(
      /only the board can resume .*What the board said:.*Two serious events/s,
    );
    expect(await no("patient", "screen", PROTOCOL, ...wallet("ben"))).toBe("TrialOnHold");
    expect((await ok("patient", "status", PROTOCOL, ...wallet("ann"))).next).toContain("suspended");
    await ok("board", "resume", PROTOCOL);
    await ok("patient", "screen", PROTOCOL, ...wallet("ben"));
    expect((await ok("patient", "status", PROTOCOL, ...wallet("ben"))).state).toBe("screening");
  });

  it("takes consent from who has read the form, and prints a withdrawal code", async () => {
    const { ok, no, run, wallet } = stage;
    const consent = ["patient", "consent", PROTOCOL, "--site", "1"];
    const unread = await run(...consent, ...wallet("ann"));
    expect([unread.code, unread.out]).toEqual([2, ""]);
    expect(unread.err).toContain("--yes");
    const elsewhere = ["patient", "consent", PROTOCOL, "--site", "7", "--yes"];
    expect(await no(...elsewhere, ...wallet("ann"))).toBe("UnknownSite");
    const unasked = [...consent, "--yes", "--permit", "genetics"];
    expect(await no(...unasked, ...wallet("ann"))).toBe("WrongPermissions");
    expect(await no(...consent, "--yes", ...wallet("cat"))).toBe("NotScreened");
    const give = [...consent, "--yes", "--now", "--permit", "futureResearch"];
    const given = await ok(...give, ...wallet("ann"));
    expect(given.permissions).toContain("futureResearch");
    expect(given.withdrawalCode).toMatch(/^([0-9A-Z]{3,4}-){6}[0-9A-Z]{3,4}$/);
  });

  it("takes a version that no board approved on the server's word, and not on a node's", async () => {
    await stage.ok("sponsor", "amend", stage.file("amended.json"), ...SITES);
    await approvalStory(stage);
  });

  it("is told what its board says of a version, and what to do about it", async () => {
    await opinionStory(stage);
  });

  it("waits for consent again after an amendment", async () => {
    const { ok, run, wallet } = stage;
    expect((await run("sponsor", "trial", PROTOCOL)).out).toContain("Version 3 is waiting");
    await ok("board", "approve", PROTOCOL);
    const status = await ok("patient", "status", PROTOCOL, ...wallet("ann"));
    expect(status).toMatchObject({ state: "eligible", onHold: true, version: 3 });
    expect(status.next).toContain("amended (version 3)");
    expect((await ok("sponsor", "enroll", PROTOCOL)).enrolled).toEqual([]);
    const consent = ["patient", "consent", PROTOCOL, "--site", "1", "--yes"];
    // A pseudonym's grants are an hour apart at least.
    await stage.travel(0.05);
    await ok(...consent, ...wallet("ann"));
    const after = await ok("patient", "status", PROTOCOL, ...wallet("ann"));
    expect(after).toMatchObject({ onHold: false, state: "eligible" });
    expect(after.consents).toHaveLength(2);
  });

  it("enrolls as many as there are places", async () => {
    const { ok, no, wallet } = stage;
    const { enrolled } = await ok("sponsor", "enroll", PROTOCOL);
    annsPseudonym = enrolled[0];
    expect(enrolled).toHaveLength(1);
    const consent = ["patient", "consent", PROTOCOL, "--site", "1", "--yes", "--now"];
    bensCode = (await ok(...consent, ...wallet("ben"))).withdrawalCode;
    const later = await ok("sponsor", "enroll", PROTOCOL);
    expect(later.enrolled).toEqual([]);
    expect(later.skipped).toMatchObject([{ reason: REFUSALS.TrialFull.meaning }]);
    const listed = await ok("site", "participants", PROTOCOL, "--site", "1");
    expect(listed).toHaveLength(2);
    expect(await no("sponsor", "enroll", PROTOCOL, "999999")).toBe("UnknownParticipant");
    expect(await no("sponsor", "no-show", PROTOCOL, annsPseudonym.slice(0, 12))).toBe(
      "ArrivalPending",
    );
  });
});

describe("a visit", () => {
  const answered = () => ["--challenge", stage.file("challenge.json")];

  it("is answered by the person of the record only", async () => {
    const { ok, no, run, file, wallet } = stage;
    const book = ["--book", file("book.json"), "--memory", file("memory.json")];
    // So that the screening is some days old.
    await stage.travel(2);
    const unknown = await run("site", "challenge", PROTOCOL, "9", "--out", file("x"), ...book);
    expect([unknown.code, unknown.err]).toEqual([3, expect.stringContaining("sites 1")]);
    await ok("site", "challenge", PROTOCOL, "1", "--out", file("challenge.json"), ...book);
    const arrive = ["patient", "arrive", PROTOCOL, ...answered(), ...wallet("ann")];
    const out = ["--out", file("answer.json")];
    expect(await no(...arrive, ...out, "--document", "P somebody")).toBe("NotThisPerson");
    await ok(...arrive, ...out, "--document", "p-ann");
  });

  it("is signed by staff who have confirmed the list, and counts once", async () => {
    await visitStory(stage, annsPseudonym);
  });
});

describe("leaving", () => {
  it("is possible with the printed code, and by proof, also with a wallet that guardians brought back", async () => {
    await leavingStory(stage, { bensCode, annsPseudonym });
  });

  it("ends the trial for everybody", async () => {
    const { ok, no, wallet } = stage;
    await ok("sponsor", "close", PROTOCOL);
    expect(await no("patient", "screen", PROTOCOL, ...wallet("cat"))).toBe("TrialClosed");
    expect(await no("sponsor", "close", PROTOCOL)).toBe("WrongStatus");
    await ok("sponsor", "complete", PROTOCOL);
    expect(await no("patient", "check", PROTOCOL, ...wallet("ann"))).toBe("TrialClosed");
  });
});

describe("afterwards", () => {
  it("it is audited: whole and against the server, in part, and by the text that the sponsor saved", async () => {
    await auditStory(stage);
  });

  it("a server that went away is told from a refusal", async () => {
    await stage.stopServer();
    const ran = await stage.run("patient", "status", PROTOCOL, ...stage.wallet("ann"), "--json");
    expect([ran.code, ran.err]).toEqual([4, ""]);
    expect(ran.json().error.kind).toBe("ServerUnavailable");
  });

  it("no secret was printed", async () => {
    const all = printed.join("\n");
    expect(all.length).toBeGreaterThan(10_000);
    const secrets = await secretsOf(stage, blindings);
    expect(secrets.length).toBeGreaterThan(20);
    expect(secrets.filter((secret) => all.includes(secret))).toEqual([]);
    // The printed code is there to be printed: once for each consent, and nowhere else.
    expect(all.split(bensCode).length - 1).toBe(1);
  });
});
