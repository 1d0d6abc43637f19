// What the board says in words, in a real browser: to the sponsor, to the auditor, and what a swapped or lost text shows.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Cast } from "../../client/journey/setting.ts";
import { amendTrial } from "../../client/sponsor/publish.ts";
import { findBarriersInBoth } from "./axe.ts";
import { startBrowser } from "./browser.ts";
import { CAST, type Exchange, exampleTrial, openExchange, setScene } from "./exchange.ts";
import { signInAt } from "./openPlace.ts";

const trial = exampleTrial("vaccine-registry");
const { protocolNumber } = trial;
const CHANGES = 'Say who pays for travel. <img src=x onerror="document.title=1">';
const WHY = "Travel costs are still missing.";

let exchange: Exchange;
let browser: Browser;
let cast: Cast;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  [exchange, browser] = [await openExchange(), await startBrowser()];
  cast = await setScene(exchange, trial);
  await amend(90);
  page = await browser.newPage();
  page.on("pageerror", (problem) => complaints.push(problem.message));
}, 300_000);
afterAll(async () => {
  await browser?.close();
  await exchange?.stop();
});

async function amend(capacity: number): Promise<void> {
  const sites = trial.sites.map((site) => ({ ...site, capacity }));
  const siteSigners = Object.fromEntries(sites.map(({ id }) => [id, CAST["site-1"].address]));
  await amendTrial(cast.sponsor, { trial: { ...trial, sites, capacity }, siteSigners });
}

const button = (name: string | RegExp) => page.getByRole("button", { name });
const said = () => page.getByRole("region", { name: "What the board said" });
const open = (place: "board" | "sponsor", path: string) =>
  signInAt(page, `${exchange.url}/${place}${path}`, place);

async function say(verb: string, label: string, words: string): Promise<void> {
  await button(`${verb}…`).click();
  const dialog = page.getByRole("dialog");
  const act = dialog.getByRole("button", { name: verb });
  expect(await act.isDisabled()).toBe(true);
  await dialog.getByLabel(label).fill(words);
  expect(await findBarriersInBoth(page)).toEqual([]);
  await act.click();
  await dialog.waitFor({ state: "hidden" });
}

describe("the board", () => {
  test("asks for changes, which then stand beside the version", async () => {
    await open("board", `/${protocolNumber}/2`);
    await say("Request changes", "What to change", CHANGES);
    await said().getByText("Changes requested to version 2").waitFor();
    await said().getByText(CHANGES).waitFor();
    await page.getByRole("link", { name: "All trials" }).click();
    const done = page.getByRole("region", { name: "Nothing to do" });
    await done.getByText("Changes requested to version 2").waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
  });

  test("rejects the version, and can no longer approve it", async () => {
    await open("board", `/${protocolNumber}/2`);
    await button("Approve version 2…").waitFor();
    await say("Reject version 2", "Why you reject it", WHY);
    await page.getByText("Your board rejected this version").waitFor();
    expect(await button(/^(Approve|Reject|Request)/).count()).toBe(0);
    expect(await button("Comment…").count()).toBe(1);
    expect(await findBarriersInBoth(page)).toEqual([]);
  });
});

describe("the sponsor", () => {
  test("reads what the board said, and what to do next", async () => {
    await open("sponsor", `/trial/${protocolNumber}`);
    await page.getByText(/The board rejected version 2.* Publish a new version/).waitFor();
    await said().getByText(WHY).waitFor();
    await said().getByText(CHANGES).waitFor();
    await page.getByText("Version 2 was rejected by the board").first().waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await page.getByRole("link", { name: "Versions" }).click();
    const card = page.getByRole("region", { name: "Version 2" });
    await card.getByText("Rejected").waitFor();
  });

  test("has nothing more to do once a new version waits", async () => {
    await amend(95);
    await page.getByText("Version 3 is waiting for the board").first().waitFor();
    expect(await page.getByText("What to do next").count()).toBe(0);
  });
});

describe("the auditor's timeline", () => {
  const row = () => page.locator('[data-event="OpinionGiven"]', { hasText: "Rejected: version 2" });

  test("shows the words, checked against their hash", async () => {
    await page.goto(`${exchange.url}/auditor/trial/${protocolNumber}`);
    await row().getByText(WHY).waitFor();
    await row().getByText("Checked: these words have the hash on the chain.").waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
  });

  test("never shows words that the server swapped, and says when there are none", async () => {
    const answers = [
      { body: "Fine with us.", status: 200, shown: /gave other words than the board said/ },
      { body: "{}", status: 404, shown: /never handed in here, or are lost/ },
    ];
    for (const { body, status, shown } of answers) {
      await page.route("**/exchange/texts/**", (route) => route.fulfill({ status, body }));
      await page.reload();
      await row().getByText(shown).waitFor();
      expect(await page.getByText("Fine with us.").count()).toBe(0);
      await page.unroute("**/exchange/texts/**");
    }
  });
});

test("no words ran as markup", () => {
  expect(complaints).toEqual([]);
});
