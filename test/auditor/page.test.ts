// The report as a reader sees it: in a browser, light and dark, on a desk and on a phone.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { audit } from "../../client/auditor/audit/audit.ts";
import { renderHtml } from "../../client/auditor/report/html.ts";
import { type AuditReport, makeReport, reportHash } from "../../client/auditor/report/report.ts";
import { startBrowser } from "../web/browser.ts";
import { KEYS, openHistory, playHistory } from "./history.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
let browser: Browser;
let clean: AuditReport;
let findings: AuditReport;
beforeAll(async () => {
  const history = await playHistory();
  const result = await audit({ source: await openHistory(history), keys: KEYS });
  await history.world.close();
  const criteria = {
    ...{ protocolNumber: "CZ-2030-001", version: 1, title: "A trial", documentChecked: true },
    english: "Inclusion: Age 20 to 70 years\nExclusion: No cancer",
    collections: [{ title: "Weight", words: ["Measured by <scales>"] }],
    coverage: { criteria: 2, proven: 2, attested: 0 },
  };
  clean = makeReport(result, { criteria: [criteria] });
  const place = { block: 7, transaction: `0x${"ab".repeat(32)}`, logIndex: 2 };
  const finding = { rule: "screening/proof", reason: "it fails", place } as const;
  const second = { rule: "state/differs", reason: "places taken" } as const;
  findings = makeReport({ ...result, findings: [finding, second] });
  browser = await startBrowser();
}, 120_000);
afterAll(() => browser?.close());

const SCREENS = {
  desk: { viewport: { width: 1200, height: 900 }, colorScheme: "light" },
  "dark desk": { viewport: { width: 1200, height: 900 }, colorScheme: "dark" },
  phone: { viewport: { width: 320, height: 640 }, colorScheme: "light" },
} as const;
type Checked = { violations: { id: string; nodes: { html: string }[] }[] };

describe.each(Object.keys(SCREENS) as (keyof typeof SCREENS)[])("the report on a %s", (name) => {
  test.each([
    ["clean", () => clean],
    ["with findings", () => findings],
  ])("%s is accessible (WCAG 2.2 AA by axe) and never wider than the screen", async (_, report) => {
    // The page's own policy runs no script, so the checker goes around it.
    const context = await browser.newContext({ ...SCREENS[name], bypassCSP: true });
    const page = await context.newPage();
    await page.setContent(renderHtml(report(), reportHash(report())));
    await page.addScriptTag({ content: axe });
    const tags = JSON.stringify(WCAG);
    const checked = (await page.evaluate(
      `axe.run({ runOnly: { type: "tag", values: ${tags} } })`,
    )) as Checked;
    const wrong = checked.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
    expect(wrong).toEqual([]);
    const width = await page.evaluate("document.documentElement.scrollWidth");
    expect(width).toBeLessThanOrEqual(SCREENS[name].viewport.width);
    // Each figure is shown once, in the size that fits.
    const shown = await page.locator("svg:visible").count();
    expect(shown).toBe(2 * report().trials.length);
    await context.close();
  });
});
