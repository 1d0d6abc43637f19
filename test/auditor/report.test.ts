import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Wallet } from "ethers";
import type { AuditEvent, Consent, ResearchStudy, ResearchSubject } from "fhir/r4";
import { afterAll, describe, expect, test } from "vitest";
import { audit } from "../../client/auditor/audit/audit.ts";
import { RULES, sortFindings } from "../../client/auditor/finding/finding.ts";
import { countAct, noSteps, type Trial } from "../../client/auditor/replay/state.ts";
import { createExports } from "../../client/auditor/report/exports.node.ts";
import { drawTimeline } from "../../client/auditor/report/figures.ts";
import { renderHtml } from "../../client/auditor/report/html.ts";
import {
  type AuditReport,
  makeReport,
  reportHash,
  reportText,
} from "../../client/auditor/report/report.ts";
import { isSigned, signReport } from "../../client/auditor/report/sign.ts";
import { renderSummary } from "../../client/auditor/report/summary.ts";
import { KEYS, openHistory, openPlayed } from "./history.ts";

const folder = mkdtempSync(join(tmpdir(), "cohort-audit-"));
const source = await openHistory(await openPlayed());
const exporter = createExports(folder, source.deployment);
const result = await audit({ source, keys: KEYS, onEvent: exporter.onEvent });
const files = exporter.finish(result);
const report = makeReport(result);
afterAll(() => rmSync(folder, { recursive: true }));

const place = { block: 7, transaction: `0x${"ab".repeat(32)}`, logIndex: 2 };
const bad = (): AuditReport =>
  makeReport({ ...result, findings: [{ rule: "screening/proof", reason: "it fails", place }] });

describe("the report", () => {
  test("counts participants by FHIR code and names what it cannot say", () => {
    const [trial] = report.trials;
    expect(trial).toMatchObject({
      protocolNumber: "CZ-2030-001",
      status: "active",
      currentVersion: 2,
      screened: 5,
      participants: { "on-study": 1, withdrawn: 2, ineligible: 1, eligible: 1 },
    });
    expect(trial!.versions.map((v) => v.firstScreeningAt! >= v.approvedAt!)).toEqual([true, true]);
    expect(report.verdict).toBe("clean");
    expect(report.limitsSaid.join()).toMatch(/development keys.*1 batch.*rests on the node/s);
  });

  test("counts who is on hold among those who still take part", () => {
    expect(report.trials[0]).toMatchObject({ onHold: 0 });
    expect(renderSummary(report, "0x00")).not.toContain("on hold");
    // Consents last a year in this history.
    const { source } = result;
    const head = { ...source.head, timestamp: source.head.timestamp + 400 * 86_400 };
    const later = makeReport({ ...result, source: { ...source, head } });
    expect(later.trials[0]).toMatchObject({ onHold: 2 });
    expect(renderSummary(later, "0x00")).toContain("2 of them on hold");
    expect(renderHtml(later, "0x00")).toContain("of those still taking part: on hold");
  });

  test("is one text for one content, whatever the order of its keys", () => {
    const { format, ...rest } = report;
    const turned = { ...rest, format };
    expect(reportText(turned)).toBe(reportText(report));
    expect(JSON.parse(reportText(report))).toEqual(JSON.parse(JSON.stringify(report)));
    expect(reportHash({ ...report, verdict: "findings" })).not.toBe(reportHash(report));
  });

  test("lists findings in the chain's order, those without a place last", () => {
    const rule = "state/differs" as const;
    const at = (block: number) => ({ ...place, block });
    const findings = [
      { rule, reason: "no place" },
      { rule, reason: "late", place: at(9) },
      { rule, reason: "early", place: at(3) },
    ];
    expect(sortFindings(findings).map(({ reason }) => reason)).toEqual([
      "early",
      "late",
      "no place",
    ]);
  });

  test("as text shows verdict, rule, reason, block and transaction", () => {
    expect(renderSummary(report, reportHash(report))).toMatch(/^CLEAN: every check held\./);
    const part = { ...report, limits: { trial: "CZ-1", from: 7 } };
    const scope = "every check held (trial CZ-1, blocks from 7 on only)";
    expect(renderSummary(part, "0x00")).toContain(`CLEAN: ${scope}.`);
    expect(renderHtml(part, "0x00")).toContain(`E${scope.slice(1)}: the history`);
    const text = renderSummary(bad(), "0x00");
    expect(text).toMatch(/^1 FINDING/);
    expect(text).toContain(`screening/proof: it fails [block 7, transaction ${place.transaction}]`);
  });
});

describe("the report's signature", () => {
  const auditor = new Wallet(`0x${"17".repeat(32)}`);
  test("holds for exactly the report and auditor it names", async () => {
    const signed = await signReport(report, auditor);
    expect(signed.auditor).toBe(auditor.address);
    expect(isSigned(report, signed)).toBe(true);
    expect(isSigned({ ...report, verdict: "findings" }, signed)).toBe(false);
    expect(isSigned(report, { ...signed, auditor: Wallet.createRandom().address })).toBe(false);
    expect(isSigned(report, { ...signed, signature: "0x" })).toBe(false);
  });
});

describe("the page", () => {
  test("needs nothing from anywhere and runs nothing", () => {
    const html = renderHtml(report, reportHash(report));
    expect(html).not.toMatch(/<(?:script|link|img|iframe|object|embed)\b/i);
    expect(html).not.toMatch(/\b(?:src|href)\s*=|url\(|@import/i);
    expect(html).toContain("default-src 'none'");
    expect(html).toContain(reportHash(report));
  });

  test("has a language, one main heading, headed tables and described figures", () => {
    const html = renderHtml(bad(), "0x00");
    expect(html).toContain('<html lang="en">');
    expect(html.match(/<h1/g)).toHaveLength(1);
    const count = (tag: RegExp) => html.match(tag)?.length ?? 0;
    expect(count(/<table>/g)).toBe(count(/<caption>/g));
    // Each figure for a desk and for a phone.
    expect(count(/<svg role="img"/g)).toBe(4);
    expect(count(/<svg[^>]*>\s*<title>[^<]+<\/title>\s*<desc>[^<]+<\/desc>/g)).toBe(4);
    expect(html).toContain("prefers-color-scheme: dark");
  });

  test("shows what came from the chain as text, not as markup", () => {
    const [trial] = report.trials;
    const hostile = { ...trial!, protocolNumber: '"><script>alert(1)</script>' };
    const html = renderHtml({ ...report, trials: [hostile] }, "0x00");
    expect(html).not.toContain("<script");
    expect(html).toContain("&lt;script&gt;");
  });

  test("keeps every name of a line within the figure, also when all end at the top", () => {
    const [trial] = report.trials;
    const all = { screened: 9, consented: 9, enrolled: 9, arrived: 9, withdrawn: 9 };
    const from = report.chain.head.timestamp - 60;
    const svg = drawTimeline({ ...trial!, steps: [{ from, ...all }] }, from + 60);
    const labels = [...svg.matchAll(/class="line-label[^>]* y="([\d.]+)"/g)].map(([, y]) =>
      Number(y),
    );
    expect(labels).toHaveLength(5);
    expect(Math.min(...labels)).toBeGreaterThan(10);
    const sorted = labels.toSorted((a, b) => a - b);
    for (let i = 1; i < 5; i++) expect(sorted[i]! - sorted[i - 1]!).toBeGreaterThanOrEqual(13);
  });

  test("draws a line for each count, and marks every milestone, those close together as one", () => {
    const [trial] = report.trials;
    const svg = drawTimeline(trial!, report.chain.head.timestamp);
    expect(svg.match(/class="line /g)).toHaveLength(5);
    const labels = [...svg.matchAll(/class="mark-label"[^>]*>([\d-]+)</g)].map(
      (match) => match[1]!,
    );
    const marked = labels.flatMap((label) => {
      const [first, last = first] = label.split("-").map(Number);
      return Array.from({ length: last! - first! + 1 }, (_, i) => first! + i);
    });
    expect(marked).toEqual(trial!.milestones.map((_, i) => i + 1));
    expect(labels.length).toBeLessThan(marked.length);
    expect(svg).not.toContain("NaN");
  });
});

describe("the FHIR export", () => {
  const read = <T>(type: string): T[] =>
    readFileSync(join(folder, `${type}.ndjson`), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as T);
  const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
  const ID = /^[A-Za-z0-9\-.]{1,64}$/;

  test("holds a study per trial, and a subject and a consent per participant, that refer to each other", () => {
    const [studies, subjects] = [
      read<ResearchStudy>("ResearchStudy"),
      read<ResearchSubject>("ResearchSubject"),
    ];
    const consents = read<Consent>("Consent");
    expect(studies.map(({ status }) => status)).toEqual(["active"]);
    expect(subjects.map(({ status }) => status).sort()).toEqual([
      "eligible",
      "ineligible",
      "on-study",
      "withdrawn",
      "withdrawn",
    ]);
    const known = new Set([
      ...studies.map(({ id }) => `ResearchStudy/${id}`),
      ...consents.map(({ id }) => `Consent/${id}`),
    ]);
    for (const { study, consent } of subjects) {
      expect(known).toContain(study.reference);
      expect(known).toContain(consent!.reference);
    }
    for (const { id } of [...studies, ...subjects, ...consents]) expect(id).toMatch(ID);
    expect(new Set(consents.map(({ id }) => id)).size).toBe(5);
  });

  test("says which consents are active, until when and under which form (invariant ppc-1)", () => {
    const consents = read<Consent>("Consent");
    expect(consents.map(({ status }) => status).sort()).toEqual([
      "active",
      "active",
      "active",
      "inactive",
      "inactive",
    ]);
    for (const { policy, scope, category, dateTime, provision } of consents) {
      expect(policy![0]!.uri).toMatch(/^urn:cohort-zero:consent-form:0x[0-9a-f]{64}$/);
      expect(scope.coding![0]!.code).toBe("research");
      expect(category).toHaveLength(1);
      expect(dateTime).toMatch(INSTANT);
      expect(provision!.period!.end).toMatch(INSTANT);
    }
  });

  test("holds an audit event for each event of the contracts, with what FHIR requires", () => {
    const events = read<AuditEvent>("AuditEvent");
    expect(events.length).toBeGreaterThan(50);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    for (const { type, recorded, agent, source, id } of events) {
      expect(type.system).toBe("http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle");
      expect(recorded).toMatch(INSTANT);
      expect(agent[0]!.requestor).toBe(false);
      expect(source.observer.identifier!.value).toMatch(/^0x[0-9a-f]{40}$/);
      expect(id).toMatch(ID);
    }
  });

  test("never points to a patient but by pseudonym", () => {
    const text = files
      .filter((f) => f.endsWith(".ndjson"))
      .map((f) => readFileSync(join(folder, f), "utf8"));
    expect(text.join("")).not.toMatch(/"Patient\//);
    expect(text.join("")).not.toContain('"resourceType":"Patient"');
  });

  test("as CSV has a row per event and the same number of cells in each (RFC 4180)", () => {
    const rows = readFileSync(join(folder, "events.csv"), "utf8").trim().split("\r\n");
    const cells = (row: string) =>
      row
        .match(/("(?:[^"]|"")*"|[^,]*)(,|$)/g)!
        .filter((_, i, all) => i < all.length - 1 || all[i] !== "");
    expect(rows).toHaveLength(read("AuditEvent").length + 1);
    for (const row of rows) expect(cells(row)).toHaveLength(9);
  });
});

test("the timeline's steps become longer when there are many, and no act is lost", () => {
  const trial = { steps: noSteps() } as Trial;
  for (let i = 0; i < 3_000; i++) countAct(trial, i * 600, "screened");
  expect(trial.steps.seconds).toBe(3_600);
  expect(trial.steps.counts.size).toBeLessThanOrEqual(512);
  const sum = [...trial.steps.counts.values()].reduce((all, { screened }) => all + screened, 0);
  expect(sum).toBe(3_000);
});

test("every rule says what an honest history is like", () => {
  for (const [rule, says] of Object.entries(RULES)) {
    expect(rule).toMatch(/^[a-z]+\/[a-z-]+$/);
    expect(says.length).toBeGreaterThan(20);
  }
});
