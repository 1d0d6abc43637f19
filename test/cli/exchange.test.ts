// Research data by the command line alone, on a real chain, a real server and three custodian processes, with real proofs:
// from consent to a dataset and back. Each step is one test, in order: they tell one story.
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Decrypter } from "age-encryption";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { releaseProver } from "../../circuits/witness/prove.ts";
import { bindDataset } from "./anchorStory.ts";
import { printed } from "./command.ts";
import {
  arrive,
  type ExchangeStage,
  giveRecords,
  openExchangeStage,
  TRIAL,
} from "./exchangeStage.ts";
import { opensAgain, takesFhirAlong } from "./followStory.ts";
import { answers, deviceReadings, visitForms } from "./givingStory.ts";
import { secretsOf } from "./story.ts";

let stage: ExchangeStage;
let ann = "";
let ben = "";
const CUSTODIANS = [1, 2, 3].flatMap((i) => ["--custodian", `custodian-${i}`]);

vi.setConfig({ testTimeout: 600_000 });

beforeAll(async () => {
  stage = await openExchangeStage();
}, 240_000);

afterAll(async () => {
  await stage?.stop();
  await releaseProver();
});

describe("a trial that collects", () => {
  it("names custodians who are accredited, and is refused without", async () => {
    const { ok, no, file, run } = stage;
    for (const [role, key] of [
      ["sponsor", "sponsor"],
      ["board", "board"],
      ["clinic", "clinic-1"],
      ["operator", "relayer"],
      ["emergencyClinician", "emergency"],
    ] as const) {
      await ok("governance", "accredit", role, key, `The ${role}`);
    }
    const publish = ["sponsor", "publish", file("collecting.json"), "--board", "board"];
    const sites = ["--site", "1=site-1"];
    expect(await no(...publish, ...sites)).toBe("CustodiansMissing");
    expect(await no(...publish, ...sites, ...CUSTODIANS)).toBe("NotAccredited");
    for (const i of [1, 2, 3]) {
      await ok("governance", "accredit", "custodian", `custodian-${i}`, `Custodian ${i}`);
    }
    await ok(...publish, ...sites, ...CUSTODIANS);
    const review = await run("board", "review", TRIAL);
    expect(review.out).toContain("Weight at home");
    await ok("board", "approve", TRIAL);
  });

  it("has people who arrived", async () => {
    await giveRecords(stage, ["ann", "ben"]);
    ann = await arrive(stage, "ann", ["futureResearch", "emergency"]);
    ben = await arrive(stage, "ben", []);
    expect(new Set([ann, ben]).size).toBe(2);
  });
});

describe("giving", () => {
  it("shows what is due, and what a record would show, before anything is sent", async () => {
    const { run, ok, wallet } = stage;
    const due = await run("patient", "due", TRIAL, ...wallet("ann"));
    expect(due.out).toMatch(/now +Baseline \(baseline\)/);
    expect(due.out).toMatch(/now +Diary, 1 of 20 \(diary\)/);
    const seen = await ok("patient", "show", TRIAL, "--collection", "baseline", ...wallet("ann"));
    expect(seen).toMatchObject({ sent: false });
    expect(seen.shown).toHaveLength(2);
    expect((await run("patient", "data", TRIAL, ...wallet("ann"))).out).toContain("Nothing was");
  });

  it("deposits the record's facts with proofs; in an emergency only of those who said so", async () => {
    const { ok, no, run, wallet } = stage;
    const show = (id: string) => ["patient", "show", TRIAL, "--send", "--collection", id];
    const many = await run("patient", "show", TRIAL, "--send", ...wallet("ann"));
    expect([many.code, many.err]).toEqual([2, expect.stringContaining("baseline, summary")]);
    for (const name of ["ann", "ben"] as const) {
      await stage.until(() => true, "patient", "data", TRIAL, ...wallet(name));
      expect((await ok(...show("baseline"), ...wallet(name))).sent).toBe(true);
    }
    expect((await ok(...show("summary"), ...wallet("ann"))).sent).toBe(true);
    expect(await no(...show("summary"), ...wallet("ben"))).toBe("NotCovered");
  });

  it("takes a visit's form from the site's signer or its staff, and nobody else", async () => {
    await visitForms(stage, { ann, ben });
  });

  it("takes answers, once, on a day that they are asked for", async () => {
    await answers(stage);
  });

  it("takes a device's readings, whole days, each once", async () => {
    await deviceReadings(stage);
  });

  it("is anchored, and each can open what is kept about them", async () => {
    const { until, wallet } = stage;
    // biome-ignore lint/suspicious/noExplicitAny: a test looks wherever it wants to
    const anchored = (all: any[]) => all.every(({ isAnchored }) => isAnchored);
    const data = ["patient", "data", TRIAL, "--content", ...wallet("ann")];
    const listed = await until(anchored, ...data);
    expect(listed.map(({ collection }: { collection: string }) => collection).sort()).toEqual(
      ["baseline", "diary", "diary", "extra", "scale", "scale", "scale", "summary", "visit"].sort(),
    );
    const visit = listed.find((one: { collection: string }) => one.collection === "visit");
    expect(visit.content.resource.item[0].answer[0].valueQuantity.value).toBe(80);
  });
});

describe("opening", () => {
  it("seals, requests and fetches what consent covers; who withdrew meanwhile is left out by name", async () => {
    const { ok, no, run, file, wallet } = stage;
    const cut = ["sponsor", "data", "cut", TRIAL, "participate,shareRecord"];
    expect(await no(...cut, "--out", file("stolen"), "--as", "stranger")).toMatch(
      /NotAccredited|NotStaff/,
    );
    const kept = await run(...cut.slice(0, -1), "emergency", "--out", file("kept"));
    expect([kept.code, kept.err]).toEqual([2, expect.stringContaining("emergency clinicians")]);
    const sealed = await ok(...cut, "--out", file("interim"));
    expect(sealed.pseudonyms).toHaveLength(2);
    expect(sealed.isSmall).toBe(true);
    const early = await run("sponsor", "data", "fetch", file("interim"));
    expect([early.code, early.err]).toEqual([2, expect.stringContaining("data request")]);
    await ok("sponsor", "data", "request", file("interim"), "--purpose", "Interim look");
    await ok("patient", "withdraw", TRIAL, ...wallet("ben"));
    // Two of three are enough.
    await stage.restart([1, 3]);
    const fetched = await ok("sponsor", "data", "fetch", file("interim"));
    const codes = fetched.leftOut.map(({ code }: { code: string }) => code);
    expect(new Set(codes)).toEqual(new Set(["Withdrawn"]));
    expect(codes).toHaveLength(2);
    // Baseline, the visit, the corrected diary, three days.
    expect(fetched.packages).toBe(6);
    const files = readdirSync(file("interim/dataset"), { recursive: true }) as string[];
    for (const one of [
      ...["csv/visit.csv", "dataset-json/visit.json", "parquet/visit.parquet", "manifest.json"],
      ...["csv/baseline.csv", "csv/diary.csv", "csv/scale.csv", "summary.html"],
    ]) {
      expect(files).toContain(one);
    }
    expect(files.some((one) => one.endsWith(".ndjson"))).toBe(true);
    expect(readFileSync(file("interim/dataset/csv/visit.csv"), "utf8")).toContain("80");
  });

  it("can be followed back from a published dataset, and a row that nobody gave is named", async () => {
    const { ok, run, file, rpc, url } = stage;
    const published = file("published");
    cpSync(file("interim/dataset"), published, { recursive: true });
    const node = ["--rpc", rpc, "--deployment", file("deployment.json"), "--server", url];
    const audit = ["audit", "dataset", published, ...node];
    expect(await ok(...audit)).toMatchObject({ verdict: "clean", findings: [] });
    const table = `${published}/csv/visit.csv`;
    writeFileSync(table, readFileSync(table, "utf8").replace(",80,", ",70,"));
    const changed = await run(...audit, "--json");
    expect([changed.code, changed.json().verdict]).toEqual([5, "findings"]);
  });

  it("can be opened again, package by package, by whoever fetched it", () => opensAgain(stage));

  it("is bound by an anchor: what is written anew, with its hashes, passes for it no more", () =>
    bindDataset(stage));

  it("is seen by those whose data it was, in words and as FHIR", async () => {
    const { ok, run, file, wallet } = stage;
    const access = ["patient", "access", TRIAL, "--fhir", file("access.ndjson")];
    const { accesses } = await ok(...access, ...wallet("ann"));
    expect(accesses).toHaveLength(1);
    expect(accesses[0]).toMatchObject({ text: "Interim look", kind: "request" });
    expect(accesses[0].opened).toHaveLength(6);
    const event = JSON.parse(readFileSync(file("access.ndjson"), "utf8").split("\n")[0]!);
    expect(event.resourceType).toBe("AuditEvent");
    const bens = await run("patient", "access", TRIAL, ...wallet("ben"));
    expect(bens.out).toContain("not known to be opened");
  });

  it("can be taken along as FHIR: who asked, what was given, what is permitted", () =>
    takesFhirAlong(stage));

  it("in an emergency needs no consent but the one given for it, and the board looks into it", async () => {
    const { ok, no, run, file } = stage;
    const emergency = ["clinic", "emergency", TRIAL];
    const why = ["--reason", "Unconscious, allergies unknown", "--out", file("summary.json")];
    const none = await run(...emergency, ben, ...why);
    expect([none.code, none.err]).toEqual([2, expect.stringContaining("keeps nothing")]);
    expect(await no(...emergency, ann, ...why, "--as", "stranger")).toBe("NotAccredited");
    expect(existsSync(file("summary.json"))).toBe(false);
    expect((await ok(...emergency, ann, ...why)).packages).toBe(1);
    const [opened] = JSON.parse(readFileSync(file("summary.json"), "utf8"));
    expect(opened.content.facts.length).toBeGreaterThan(0);
    const [found] = await ok("board", "cases", TRIAL);
    expect(found).toMatchObject({ reasonText: "Unconscious, allergies unknown" });
    await ok("board", "close", String(found.caseId), "Justified.");
    const [closed] = await ok("board", "cases", TRIAL);
    expect(closed.outcomeText).toBe("Justified.");
    const told = await ok("patient", "access", TRIAL, ...stage.wallet("ann"));
    expect(told.accesses.map(({ kind }: { kind: string }) => kind)).toContain("emergency");
  });
});

describe("one's own", () => {
  it("is taken along, and opens with a stock age tool", async () => {
    const { ok, run, file, wallet } = stage;
    const out = ["--out", file("mine")];
    const { files } = await ok("patient", "download", TRIAL, ...out, ...wallet("ann"));
    expect((await run("patient", "download", TRIAL, ...out, ...wallet("ann"))).code).toBe(2);
    expect(readFileSync(file("mine/who-opened.ndjson"), "utf8")).toContain("AuditEvent");
    const age = new Decrypter();
    age.addIdentity(readFileSync(file("mine/key.txt"), "utf8").trim());
    const name = files.find((one: string) => one.startsWith("visit-1"));
    const bytes = await age.decrypt(readFileSync(file(`mine/${name}`)));
    expect(new TextDecoder().decode(bytes)).toContain('"value":80');
  });

  it("can be stopped: what is taken back is opened no more, and the rest goes on", async () => {
    const { ok, no, run, file, wallet } = stage;
    const cut = ["sponsor", "data", "cut", TRIAL, "futureResearch", "--out"];
    await ok(...cut, file("extra"));
    await ok("sponsor", "data", "request", file("extra"), "--purpose", "Something else");
    const stop = ["patient", "stop", TRIAL];
    const needed = await run(...stop, "participate", ...wallet("ann"));
    expect([needed.code, needed.err]).toEqual([2, expect.stringContaining("patient withdraw")]);
    await ok(...stop, "futureResearch", ...wallet("ann"));
    const { packages, leftOut } = await ok("sponsor", "data", "fetch", file("extra"));
    expect([packages, leftOut[0].code]).toEqual([0, "PermissionNotGiven"]);
    expect(await no(...cut, file("more"))).toBe("NothingToCut");
    const { accesses } = await ok("patient", "access", TRIAL, ...wallet("ann"));
    const last = accesses.find(({ text }: { text: string }) => text === "Something else");
    expect(last.opened).toEqual([]);
  });

  it("can be erased for good: a custodian's backup brings nothing back", async () => {
    const { ok, until, file, wallet, custodianFolder } = stage;
    await stage.restart([]);
    cpSync(custodianFolder(1), file("backup"), { recursive: true });
    await stage.restart([1, 2, 3]);
    const erase = ["patient", "erase", TRIAL, ...wallet("ann")];
    expect((await ok(...erase)).askedAt).toBeUndefined();
    await ok(...erase, "--for-good");
    // biome-ignore lint/suspicious/noExplicitAny: a test looks wherever it wants to
    const isDone = (status: any) => status.outstanding.length === 0 && status.isUnreadable;
    await until(isDone, ...erase);
    await stage.restart([]);
    rmSync(custodianFolder(1), { recursive: true });
    cpSync(file("backup"), custodianFolder(1), { recursive: true });
    await stage.restart([1, 2, 3]);
    rmSync(file("interim/answers.jsonl"));
    const again = await ok("sponsor", "data", "fetch", file("interim"), "--again");
    expect(again.packages).toBe(0);
    const codes = new Set(again.leftOut.map(({ code }: { code: string }) => code));
    expect(codes).toEqual(new Set(["Withdrawn", "Erased"]));
    // The store has dropped the packages; what was taken along before is still ann's to read.
    const { files } = await ok(
      "patient",
      "download",
      TRIAL,
      "--out",
      file("late"),
      ...wallet("ann"),
    );
    expect(files).not.toContain("visit-1");
  });

  it("a sponsor destroys its copies, and says so in public", async () => {
    const { ok, run, file, wallet } = stage;
    const purge = ["sponsor", "data", "purge", file("interim")];
    expect((await run(...purge)).err).toContain("--everywhere");
    await ok(...purge, "--everywhere");
    expect(existsSync(file("interim/dataset"))).toBe(false);
    const { accesses } = await ok("patient", "access", TRIAL, ...wallet("ann"));
    const one = accesses.find(({ text }: { text: string }) => text === "Interim look");
    expect(one.purgedAt).toBeGreaterThan(0);
  });
});

it("an audit replays all of it, and finds nothing", async () => {
  const { ok, file, rpc, url } = stage;
  const node = ["--rpc", rpc, "--deployment", file("deployment.json"), "--server", url];
  const { verdict, findings } = await ok("audit", ...node);
  expect([verdict, findings]).toEqual(["clean", []]);
});

it("no secret was printed", async () => {
  const all = printed.join("\n");
  const secrets = await secretsOf(stage, []);
  const keys = [1, 2, 3].map((i) => {
    const text = readFileSync(`${stage.custodianFolder(i)}/custodian.key`, "utf8");
    return (JSON.parse(text).privateKey as string).slice(2);
  });
  expect([...secrets, ...keys].filter((secret) => all.includes(secret))).toEqual([]);
});
