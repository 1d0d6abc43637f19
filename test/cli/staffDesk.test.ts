// Staff of a site sign arrivals by the command line, in a trial with custodians, who evaluate the person's tag for them:
// with no delegation, another site's, another task's, one that is over, the right one, and one that was ended.
import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { releaseProver } from "../../circuits/witness/prove.ts";
import { connect } from "../../client/api/api.ts";
import { printed } from "./command.ts";
import { type ExchangeStage, giveRecords, openExchangeStage, TRIAL } from "./exchangeStage.ts";
import { type Name, secretsOf } from "./story.ts";

let stage: ExchangeStage;
const pseudonyms: Partial<Record<Name, string>> = {};
const SITE = ["site", "staff"];
const ADA = ["--name", "Ada Brown", "--role", "study nurse"];

vi.setConfig({ testTimeout: 600_000 });

/** Two sites, the second signed for by a key of its own; Ann and Ben are expected at the first. */
beforeAll(async () => {
  stage = await openExchangeStage();
  const { ok, file, wallet } = stage;
  for (const [role, key] of [
    ...[["sponsor", "sponsor"] as const, ["board", "board"] as const],
    ...[["clinic", "clinic-1"] as const, ["operator", "relayer"] as const],
    ...[1, 2, 3].map((i) => ["custodian", `custodian-${i}`] as const),
  ]) {
    await ok("governance", "accredit", role, key, `The ${key}`);
  }
  const custodians = [1, 2, 3].flatMap((i) => ["--custodian", `custodian-${i}`]);
  const sites = ["--site", "1=site-1", "--site", "2=stranger"];
  const trial = JSON.parse(readFileSync(file("collecting.json"), "utf8"));
  trial.sites.push({ id: 2, name: "Other Office", capacity: 2 });
  writeFileSync(file("two-sites.json"), JSON.stringify(trial));
  const publish = ["sponsor", "publish", file("two-sites.json"), "--board", "board"];
  await ok(...publish, ...sites, ...custodians);
  await ok("board", "approve", TRIAL);
  await giveRecords(stage, ["ann", "ben"]);
  for (const name of ["ann", "ben"] as const) {
    await ok("patient", "screen", TRIAL, ...wallet(name));
    await ok("patient", "consent", TRIAL, "--site", "1", "--yes", "--now", ...wallet(name));
    pseudonyms[name] = (await ok("sponsor", "enroll", TRIAL)).enrolled[0];
  }
}, 600_000);

afterAll(async () => {
  await stage?.stop();
  await releaseProver();
});

const deskFiles = () => ["--book", stage.file("book"), "--memory", stage.file("memory.json")];

/** The wallet answers a fresh challenge of the desk. */
async function atDesk(name: Name): Promise<void> {
  const { ok, file, wallet } = stage;
  const challenge = file(`${name}.challenge`);
  await ok("site", "challenge", TRIAL, "1", "--out", challenge, ...deskFiles());
  const to = ["--challenge", challenge, "--out", file(`${name}.answer`), "--document", `P ${name}`];
  await ok("patient", "arrive", TRIAL, ...to, ...wallet(name));
}

/** The command that signs a person's arrival, as whom. */
function arrival(name: Name, as: string): string[] {
  const bundle = JSON.parse(readFileSync(stage.file(`${name}.fhir.json`), "utf8"));
  const { birthDate, gender } = bundle.entry
    .map(({ resource }: { resource: { resourceType: string } }) => resource)
    .find(({ resourceType }: { resourceType: string }) => resourceType === "Patient");
  const person = ["--birth-date", birthDate, "--sex", gender, "--document", `P ${name}`];
  const answer = ["--answer", stage.file(`${name}.answer`), "--attest", "--as", as];
  return ["site", "arrive", TRIAL, ...person, ...answer, ...deskFiles()];
}

/** What a refused command says to a person, on one line. */
async function says(...args: string[]): Promise<string> {
  const { code, err } = await stage.run(...args, "--quiet");
  expect(code).toBe(3);
  return err.trim();
}

const standing = async (name: Name) => {
  const listed = await stage.ok("site", "participants", TRIAL, "--site", "1");
  return listed.find((one: { pseudonym: string }) => one.pseudonym === pseudonyms[name])?.state;
};

describe("an arrival at the desk", () => {
  it("is signed by nobody whom the site did not delegate to, and each is told why", async () => {
    const { ok, run } = stage;
    await atDesk("ann");
    const nobody = await run(...arrival("ann", "caretaker"));
    expect([nobody.code, nobody.err]).toEqual([2, expect.stringContaining("No key for caretaker")]);
    expect(await says(...arrival("ann", "nurse"))).toContain("nobody delegated anything to it");
    // The key of another site, and another site's staff.
    expect(await says(...arrival("ann", "stranger"))).toContain("nobody delegated anything to it");
    const desk = ["--tasks", "arrive", ...ADA];
    await ok(...SITE, "add", TRIAL, "2", "nurse", ...desk, "--as", "stranger");
    expect(await says(...arrival("ann", "nurse"))).toContain("log of site 2, not of site 1");
    await ok(...SITE, "add", TRIAL, "1", "nurse", "--tasks", "deposit,correct", ...ADA);
    const other = await says(...arrival("ann", "nurse"));
    expect(other).toMatch(/NotStaff: .*delegated deposit, correct, and not arrive/);
    expect(await standing("ann")).toBe("pending-on-study");
  });

  it("is signed by nobody after the end of their delegation", async () => {
    const { ok, travel } = stage;
    await ok(...SITE, "add", TRIAL, "1", "nurse", "--tasks", "arrive", ...ADA, "--days", "1");
    await travel(2);
    await atDesk("ann");
    expect(await says(...arrival("ann", "nurse"))).toMatch(/its delegation was over on \d{4}-/);
    expect(await standing("ann")).toBe("pending-on-study");
  });

  it("is signed by staff with that task: the tag is theirs, too, and the chain names their key", async () => {
    const { ok, run } = stage;
    await ok(...SITE, "add", TRIAL, "1", "nurse", "--tasks", "arrive", ...ADA);
    const log = await ok(...SITE, "list", TRIAL, "1");
    const { key } = log.at(-1);
    const done = await ok(...arrival("ann", "nurse"));
    expect(done).toMatchObject({ arrived: pseudonyms.ann, tag: expect.any(String), wrong: [] });
    expect(await standing("ann")).toBe("on-study");
    const events = await connect({ url: stage.url }).trialEvents(TRIAL);
    const signed = events.filter((one) => one.name === "SiteSigned");
    expect(signed.map((one) => one.arguments.signer!.toLowerCase())).toEqual([key]);
    // What ends a participation is the site's own to sign.
    const complete = ["site", "complete", TRIAL, "1", pseudonyms.ann!, "--as", "nurse"];
    expect(await says(...complete)).toContain("the site's own account alone signs this");
    expect((await run(...SITE, "list", TRIAL, "1")).out).toContain("arrive");
  });

  it("is signed by no staff whose delegation the site has ended, nor is a screen failure", async () => {
    const { ok, no } = stage;
    await atDesk("ben");
    await ok(...SITE, "remove", TRIAL, "1", "nurse");
    expect(await says(...arrival("ben", "nurse"))).toMatch(/its delegation was ended on \d{4}-/);
    expect(await says(...arrival("ben", "nurse"), "--without-tag")).toContain("was ended on");
    const failure = ["site", "screen-failure", TRIAL, "1", pseudonyms.ben!];
    expect(await no(...failure, "--as", "nurse")).toBe("NotStaff");
    const again = ["--tasks", "arrive", ...ADA];
    expect(await no(...SITE, "add", TRIAL, "1", "nurse", ...again)).toBe("KeyRevoked");
    expect(await standing("ben")).toBe("pending-on-study");
    // The answer was not used up: the site's own key signs it.
    expect((await ok(...arrival("ben", "site-1"))).arrived).toBe(pseudonyms.ben);
  });
});

it("an audit replays who signed for whom, and finds nothing", async () => {
  const { ok, file, rpc, url } = stage;
  const node = ["--rpc", rpc, "--deployment", file("deployment.json"), "--server", url];
  const { verdict, findings } = await ok("audit", ...node);
  expect([verdict, findings]).toEqual(["clean", []]);
});

it("no secret was printed", async () => {
  const all = printed.join("\n");
  const secrets = await secretsOf(stage, []);
  expect(secrets.filter((secret) => all.includes(secret))).toEqual([]);
});
