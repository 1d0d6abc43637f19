// axe-core on a page as it stands: WCAG 2.2 AA.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type axe from "axe-core";
import type { Page } from "playwright-core";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What the colour scheme decides; all else was judged in the other one. */
const COLOURS = ["color-contrast", "link-in-text-block"];
type Rules = { readonly type: "tag" | "rule"; readonly values: string[] };

/** What is wrong with the page for people who cannot see, hear or point well: rule, and where. Empty when nothing. */
async function findBarriers(page: Page, rules: Rules): Promise<string[]> {
  // A string handed to the debugger: the page's policy rightly lets no script of ours in. It stays as long as the page.
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(source);
  // Colours are judged as they end up, not half-way through a transition. What turns for ever has no end.
  await page.evaluate(() => {
    const ending = document
      .getAnimations()
      .filter((a) => a.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
    return Promise.all(ending.map((a) => a.finished.catch(() => {})));
  });
  const { violations } = await page.evaluate(
    (runOnly) =>
      (globalThis as unknown as { axe: typeof axe }).axe.run({
        runOnly,
        resultTypes: ["violations"],
      }),
    rules,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(
      (node) => `${id}: ${node.target.join(" ")} (${node.failureSummary?.split("\n")[1]?.trim()})`,
    ),
  );
}

/**
 * Shows the page in a colour scheme. The page learns of it by a script, late on a busy machine: judged at once, its texts
 * may be of one scheme and what lies behind them of the other. A page whose program did not arrive has no such script,
 * its style sheet follows by itself.
 */
async function showIn(page: Page, colorScheme: "light" | "dark"): Promise<void> {
  // A quiet network is no page yet: on a busy machine a script may still be starting. Whatever it shows has a heading.
  await page.locator("h1").first().waitFor({ state: "attached" });
  await page.emulateMedia({ colorScheme });
  const scheme = "data-mantine-color-scheme";
  await page.locator(`html:not([${scheme}]), html[${scheme}="${colorScheme}"]`).waitFor();
  await page.evaluate(
    () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
  );
}

/** Whatever findBarriers finds, in both colour schemes. */
export async function findBarriersInBoth(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await showIn(page, colorScheme);
    const rules: Rules =
      colorScheme === "light" ? { type: "tag", values: TAGS } : { type: "rule", values: COLOURS };
    for (const barrier of await findBarriers(page, rules)) {
      found.push(`${colorScheme}: ${barrier}`);
    }
  }
  await page.emulateMedia({ colorScheme: null });
  return found;
}
