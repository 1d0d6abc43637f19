// A parent consents for a child by the command line: on a real chain, with real proofs, until the child is of age.
import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { releaseProver } from "../../circuits/witness/prove.ts";
import { connect } from "../../client/api/api.ts";
import { attestAll, openStage, PROTOCOL, type Stage } from "./story.ts";

let stage: Stage;
let pseudonym = "";
/** The child turns 18 in half a year; a consent ends in the quarter before. */
let born = "";
let ofAge = 0;
let endsAt = 0;
const DAY = 86_400;

vi.setConfig({ testTimeout: 300_000 });

beforeAll(async () => {
  stage = await openStage();
  writeStory(stage);
  const { ok, file, wallet } = stage;
  await attestAll(stage, ["ann"]);
  // The parent has a wallet, and no record.
  await ok("patient", "init", ...wallet("cat"));
  await ok("clinic", "anchor", file("ann.json"));
  await ok("patient", "import", file("ann.json"), ...wallet("ann"));
  await ok("sponsor", "publish", file("young.json"), "--board", "board", "--site", "1=site-1");
  await ok("board", "approve", PROTOCOL, "--days", "360");
  await ok("patient", "screen", PROTOCOL, ...wallet("ann"));
}, 300_000);

afterAll(async () => {
  await stage?.stop();
  await releaseProver();
});

/** Ann is a child, and the registry takes children whose parents consent. */
function writeStory({ file }: Stage): void {
  const now = new Date();
  const birthday = new Date(Date.UTC(now.getUTCFullYear() - 18, now.getUTCMonth() + 6, 15));
  born = birthday.toISOString().slice(0, 10);
  ofAge = Date.UTC(birthday.getUTCFullYear() + 18, birthday.getUTCMonth(), 15) / 1000;
  // Nothing in a chart is before birth.
  const bundle = JSON.parse(readFileSync(file("ann.fhir.json"), "utf8"));
  bundle.entry = bundle.entry.filter(isPatient);
  bundle.entry[0].resource.birthDate = born;
  writeFileSync(file("ann.fhir.json"), JSON.stringify(bundle));
  const trial = JSON.parse(readFileSync(file("trial.json"), "utf8"));
  trial.criteria = { inclusion: [{ id: "I1", age: { min: 12 } }], exclusion: [] };
  trial.consentForm.representation = { minors: { ageOfMajority: 18 } };
  writeFileSync(file("young.json"), JSON.stringify(trial));
}

const consent = (...more: string[]) => [
  ...["patient", "consent", PROTOCOL, "--site", "1", "--yes", ...stage.wallet("ann"), ...more],
];
const byParent = (...more: string[]) => consent("--given-by", "representative", ...more);

describe("a parent consents for a child", () => {
  it("where the terms say so, to board and patient", async () => {
    const { run } = stage;
    const said = /Who consents: .*A parent or guardian for someone under 18/s;
    expect((await run("board", "review", PROTOCOL)).out).toMatch(said);
    expect((await run("patient", "form", PROTOCOL)).out).toMatch(said);
  });

  it("in two wallets, and neither the child nor anybody else alone", async () => {
    const { ok, no, run, file, wallet } = stage;
    const ask = (relation: string) => byParent("--relation", relation, "--ask", file("ask.json"));
    const sign = (name: "ann" | "cat", out: string) => [
      ...["patient", "represent", file("ask.json"), "--out", file(out), "--yes", ...wallet(name)],
    ];
    expect(await no(...consent("--now"))).toBe("NoRepresentative");
    expect(await no(...byParent("--now"))).toBe("NoRepresentative");
    expect(await no(...ask("healthProxy"))).toBe("NotRepresentable");
    expect((await run(...ask("aunt"))).code).toBe(2);
    await ok(...ask("parent"));
    expect(readFileSync(file("ask.json"), "utf8")).not.toContain(born);
    await ok(...sign("ann", "own.json"));
    expect(await no(...byParent("--signed", file("own.json"), "--now"))).toBe("NoRepresentative");
    const signed = await ok(...sign("cat", "signed.json"));
    expect(signed).toMatchObject({ represented: PROTOCOL, relation: "parent" });
    const wider = ["--permit", "futureResearch", "--signed", file("signed.json"), "--now"];
    expect(["NoRepresentative", "WrongPermissions"]).toContain(await no(...byParent(...wider)));
    await ok(...byParent("--signed", file("signed.json"), "--now"));
  });

  it("until the first day of the quarter in which the child comes of age", async () => {
    const { statement, pseudonym: own } = await lastConsent();
    pseudonym = own;
    endsAt = Number(statement.validUntil);
    expect(Number(statement.givenBy)).toBe(2);
    const end = new Date(endsAt * 1000);
    expect([end.getUTCDate(), end.getUTCMonth() % 3]).toEqual([1, 0]);
    expect(endsAt).toBeLessThanOrEqual(ofAge);
    expect(ofAge - endsAt).toBeLessThan(92 * DAY);
  });

  it("and the desk sees who it was, and confirms their authority", async () => {
    const { ok, run, file, wallet } = stage;
    await ok("sponsor", "enroll", PROTOCOL, pseudonym);
    const listed = (await ok("site", "attest", PROTOCOL)).items.map(({ id }: { id: string }) => id);
    expect(listed).toContain("representatives-authority");
    await ok("site", "challenge", PROTOCOL, "1", "--out", file("challenge.json"), ...book());
    const answering = [
      ...["patient", "arrive", PROTOCOL, "--challenge", file("challenge.json")],
      ...["--document", "P ann"],
    ];
    await ok(...answering, "--out", file("answer.json"), ...wallet("ann"));
    const arrive = [
      ...["site", "arrive", PROTOCOL, "--answer", file("answer.json"), "--birth-date", born],
      ...["--sex", sexOf(), "--document", "P ann", ...book()],
    ];
    expect((await run(...arrive)).err).toContain("papers that give them the authority");
    const without = JSON.parse(readFileSync(file("answer.json"), "utf8"));
    delete without.representation;
    writeFileSync(file("bare.json"), JSON.stringify(without));
    const bare = arrive.map((one) => (one === file("answer.json") ? file("bare.json") : one));
    expect(await stage.no(...bare, "--attest")).toBe("NoRepresentative");
    const { arrived, representative } = await ok(...arrive, "--attest");
    expect(arrived).toBe(pseudonym);
    expect(representative).toMatchObject({ relation: "parent" });
  });
});

describe("the child comes of age", () => {
  it("and is on hold from the public end on; nobody else consents any more", async () => {
    const { no, ok, travel, file, wallet } = stage;
    expect((await ok("patient", "status", PROTOCOL, ...wallet("ann"))).onHold).toBe(false);
    await travel(Math.ceil((ofAge - Date.now() / 1000) / DAY) + 1);
    expect((await ok("patient", "status", PROTOCOL, ...wallet("ann"))).onHold).toBe(true);
    expect(await no(...byParent("--signed", file("signed.json"), "--now"))).toBe(
      "OwnConsentNeeded",
    );
    const again = byParent("--relation", "parent", "--ask", file("late.json"));
    expect(await no(...again)).toBe("OwnConsentNeeded");
  });

  it("and goes on by their own consent, which replaces the parent's", async () => {
    const { ok, run, file, rpc, url, wallet } = stage;
    await ok(...consent("--now"));
    expect((await ok("patient", "status", PROTOCOL, ...wallet("ann"))).onHold).toBe(false);
    const { statement } = await lastConsent();
    expect(Number(statement.givenBy)).toBe(1);
    const audit = ["audit", "--rpc", rpc, "--deployment", file("deployment.json"), "--server", url];
    const { out } = await run(...audit, "--json");
    expect(JSON.parse(out).findings).toEqual([]);
  });
});

const book = () => ["--book", stage.file("book.json"), "--memory", stage.file("memory.json")];

const isPatient = ({ resource }: { resource: { resourceType: string } }) =>
  resource.resourceType === "Patient";

function sexOf(): string {
  const { entry } = JSON.parse(readFileSync(stage.file("ann.fhir.json"), "utf8"));
  return entry.find(isPatient).resource.gender;
}

/** The newest consent as everybody sees it. */
async function lastConsent() {
  const events = await connect({ url: stage.url }).trialEvents(PROTOCOL);
  const { pseudonym: own, statement } = events.findLast(
    ({ name }) => name === "Consented",
  )!.arguments;
  return { pseudonym: own!, statement: JSON.parse(statement!) as Record<string, string | number> };
}
