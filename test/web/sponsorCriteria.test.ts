// Writing a trial on the sponsor console: form, file and meaning as one, up to its publication.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reviewVersion } from "../../client/board/approve.ts";
import { findBarriersInBoth } from "./axe.ts";
import { startBrowser } from "./browser.ts";
import { CAST, type Exchange, openExchange } from "./exchange.ts";
import { signIn } from "./openPlace.ts";
import {
  add,
  choose,
  gatherPeople,
  menuHasFocus,
  menusClosed,
  openConsole,
  pickConcept,
  readFile,
  textOf,
  writeFile,
} from "./sponsorPage.ts";

let exchange: Exchange;
let browser: Browser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  [exchange, browser] = [await openExchange(), await startBrowser()];
  await gatherPeople(exchange);
  ({ page, complaints } = await openConsole(browser, exchange.url));
});
afterAll(async () => {
  await browser?.close();
  await exchange?.stop();
});

const tab = (name: RegExp | string) => page.getByRole("tab", { name });
const listed = (name: string) => page.getByRole("list", { name, exact: true });

describe("a trial written from nothing", () => {
  test("begins with an empty list that leads to a blank form", async () => {
    await page.getByRole("heading", { name: "No trial yet" }).waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await page.getByRole("link", { name: "Write the first trial" }).click();
    await page.getByRole("button", { name: "Start blank" }).waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await page.getByRole("button", { name: "Start blank" }).click();
    await page.getByRole("heading", { level: 1, name: "Write a trial" }).waitFor();
    // Nothing is called wrong before its author has written it, or wants to publish.
    expect(await page.getByText("Is missing. Fill it in.").count()).toBe(0);
    expect(await page.getByLabel(/^\d+ problems?$/).count()).toBe(0);
    const review = page.getByRole("button", { name: "Review and publish" });
    await review.click();
    await page.getByText("Is missing. Fill it in.").first().waitFor();
    await expect.poll(() => review.isDisabled()).toBe(true);
  });

  test("writes the file while the form is filled in", async () => {
    // Another spelling would be another trial: refused where it is typed, with the right one.
    await page.getByLabel("Protocol number").fill("cz\u2013new 001");
    await page.getByText("Write CZ-NEW-001.").first().waitFor();
    await page.getByLabel("Protocol number").fill("CZ-NEW-001");
    await page.getByLabel("Title", { exact: true }).fill("<img src=x onerror=alert(1)> A trial");
    await page.getByLabel("Sponsor's name").fill("Example");
    await page.getByLabel("Summary").fill("In short.");
    await page.getByLabel("Document that the sites check").fill("National patient number");
    expect(await readFile(page)).toMatchObject({
      protocolNumber: "CZ-NEW-001",
      title: "<img src=x onerror=alert(1)> A trial",
    });
    expect(await page.locator("img[src=x]").count()).toBe(0);
  });

  test("nests any and all by the form, in plain English and with its size", async () => {
    await tab(/^Inclusion/).click();
    await add(page, page, "Add a criterion", "Any of");
    const any = listed("Inclusion criteria");
    await add(page, any, "Add a part", "Age");
    const parts = listed("Parts of any of");
    await parts.getByLabel("At least (years)").fill("65");
    await add(page, any, "Add a part", "All of");
    const inner = parts.getByRole("listitem").nth(1);
    await add(page, inner, "Add a part", "Age");
    await add(page, inner, "Add a part", "Condition");
    await pickConcept(page, inner, "type 2 diab", /^Type 2 diabetes/);
    const { criteria } = await readFile(page);
    expect(criteria).toMatchObject({
      inclusion: [
        { any: [{ age: { min: 65 } }, { all: [{ age: { min: 18 } }, { condition: {} }] }] },
      ],
    });
    await page.getByText("3 of 8 leaves").waitFor();
    await tab("In plain English").click();
    await page
      .getByText(/^Any of: age at least 65 years; \(age at least 18 years and type 2 diabetes/)
      .first()
      .waitFor();
    await tab(/^File/).click();
  });

  test("shows a compile error at the criterion, and drops it once corrected", async () => {
    const parts = listed("Parts of any of");
    const first = parts.getByRole("listitem").first();
    await first.getByLabel("At most (years)").fill("20");
    const problem = first.getByRole("alert");
    await problem.waitFor();
    expect(await problem.textContent()).toMatch(/age|years|inverted/i);
    await page
      .getByRole("list", { name: "Problems by line" })
      .getByText(/any\[0\]/)
      .waitFor();
    await expect.poll(() => page.getByText("3 of 8 leaves").count()).toBe(0);
    expect(await findBarriersInBoth(page)).toEqual([]);
    await first.getByLabel("At most (years)").fill("");
    await page.getByText("3 of 8 leaves").waitFor();
    expect(await problem.count()).toBe(0);
  });

  test("names the line of invalid JSON, and disables the form meanwhile", async () => {
    const area = page.getByLabel("Trial file (JSON)");
    const before = await area.inputValue();
    await area.fill(before.replace('"phase": "n-a",', '"phase": "n-a"'));
    await page.getByText("Line 5 is not JSON").waitFor();
    await tab(/^General/).click();
    expect(await page.getByLabel("Protocol number").isDisabled()).toBe(true);
    await area.fill(before.replace("CZ-NEW-001", "CZ-NEW-002"));
    expect(await page.getByLabel("Protocol number").inputValue()).toBe("CZ-NEW-002");
    expect(await page.getByLabel("Protocol number").isEnabled()).toBe(true);
  });

  test("names path and line of what the schema refuses", async () => {
    await writeFile(page, (file) => ({ ...file, colour: "<script>alert(2)</script>" }));
    await page
      .getByRole("list", { name: "Problems by line" })
      .getByText(/colour/i)
      .waitFor();
    await writeFile(page, ({ colour: _, ...file }) => ({ ...file, phase: "phase-9" }));
    const line = page.getByRole("button", { name: "Line 4", exact: true });
    await line.click();
    const selected = await page
      .getByLabel("Trial file (JSON)")
      .evaluate((area: HTMLTextAreaElement) =>
        area.value.slice(area.selectionStart, area.selectionEnd),
      );
    expect(selected).toContain('"phase": "phase-9"');
    await writeFile(page, (file) => ({ ...file, phase: "phase-2" }));
    await choose(page, "Phase", "Phase 3");
    expect(await readFile(page)).toMatchObject({ phase: "phase-3" });
  });

  test("adds, moves, copies and deletes criteria by the keyboard alone", async () => {
    await tab(/^Exclusion/).focus();
    await page.keyboard.press("Enter");
    const button = page.getByRole("button", { name: "Add a criterion" });
    for (const downs of [0, 1]) {
      await menusClosed(page);
      await button.focus();
      await page.keyboard.press("Enter");
      await page.getByRole("menuitem", { name: "Age", exact: true }).waitFor();
      await menuHasFocus(page);
      for (let i = 0; i <= downs; i++) await page.keyboard.press("ArrowDown");
      await expect
        .poll(() => page.evaluate(() => document.activeElement?.textContent))
        .toBe(["Age", "Sex"][downs]);
      await page.keyboard.press("Enter");
      // The new criterion is open, and the focus is on it.
      await expect
        .poll(() => page.evaluate(() => document.activeElement?.getAttribute("aria-expanded")))
        .toBe("true");
    }
    await page.keyboard.press("Alt+ArrowUp");
    const exclusion = async () =>
      ((await readFile(page)).criteria as { exclusion: object[] }).exclusion.map((one) =>
        Object.keys(one).join(),
      );
    await expect.poll(exclusion).toEqual(["sex", "age"]);
    await page.getByRole("status").getByText("Moved to place 1 of 2.").waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    expect(await focused()).toContain("Sex");
    await page.getByRole("button", { name: "More for: Age" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Duplicate" }).waitFor();
    await menuHasFocus(page);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await expect.poll(exclusion).toEqual(["sex", "age", "age"]);
    for (const left of [2, 1, 0]) {
      await menusClosed(page);
      await page
        .getByRole("button", { name: /^More for: / })
        .last()
        .click();
      await page.getByRole("menuitem", { name: "Delete" }).click();
      await expect.poll(async () => (await exclusion()).length).toBe(left);
    }
  });

  test("offers units that convert, and answers that fit", async () => {
    await add(page, page, "Add a criterion", "Measurement or finding");
    const card = listed("Exclusion criteria").getByRole("listitem").first();
    await pickConcept(page, card, "hba1c", /A1c/i);
    await choose(page, "The result", "lies in a range");
    await card.getByLabel("More than").fill("10");
    await card.getByRole("combobox", { name: "Unit", exact: true }).click();
    await page.getByRole("option", { name: "mmol/mol" }).click();
    await card.getByLabel("More than").fill("86");
    await card.getByLabel("Within the last", { exact: true }).fill("6");
    await page.getByText("4 of 8 leaves").waitFor();
    const { criteria } = await readFile(page);
    expect(criteria).toMatchObject({
      exclusion: [{ value: { unit: "mmol/mol", above: "86" }, within: "6 months" }],
    });
  });

  test("fills in consent, sites and board without a barrier", async () => {
    await tab(/^Consent/).click();
    await page.getByLabel("Title of the consent form").fill("Taking part");
    await page.getByLabel("Text of the consent form").fill("Please read.");
    await page.getByRole("checkbox", { name: "Be contacted", exact: true }).check();
    await page.getByRole("checkbox", { name: "Be contacted: required" }).check();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await tab(/^Sites/).click();
    await page.getByLabel("Name of the site").fill("Health Office");
    await page
      .getByRole("combobox", { name: "Signing address of site 1" })
      .fill(CAST["site-1"].address);
    await choose(page, "Ethics board that reviews the trial", /Sample Ethics Board/);
    expect(await findBarriersInBoth(page)).toEqual([]);
  });

  test("warns before a reload drops it, and opens again from a saved file", async () => {
    page.once("dialog", (dialog) => void dialog.dismiss());
    const warned = page.waitForEvent("dialog");
    await page.evaluate(() => setTimeout(() => location.reload()));
    expect((await warned).type()).toBe("beforeunload");
    expect(await readFile(page)).toMatchObject({ protocolNumber: "CZ-NEW-002" });

    const [saved] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save as a file" }).click(),
    ]);
    expect(saved.suggestedFilename()).toBe("CZ-NEW-002.json");
    const text = await textOf(saved);
    await page.reload();
    await signIn(page, "sponsor");
    await page.getByRole("button", { name: "Start blank" }).waitFor();
    const [chooser] = await Promise.all([
      page.waitForEvent("filechooser"),
      page.getByRole("button", { name: "Open a trial file" }).click(),
    ]);
    await chooser.setFiles(await saved.path());
    await page.getByRole("heading", { level: 1, name: "Write a trial" }).waitFor();
    expect(await readFile(page)).toEqual(JSON.parse(text));
    expect(await page.evaluate(() => Object.keys(localStorage).join())).not.toMatch(/CZ-NEW/);
  });

  test("is published sealed, with the digest shown before it is signed", async () => {
    await page.getByRole("button", { name: "Review and publish" }).click();
    await page.getByText("No ethics board is chosen.").waitFor();
    await page.getByRole("link", { name: "Back to writing" }).click();
    await tab(/^Sites/).click();
    await page
      .getByRole("combobox", { name: "Signing address of site 1" })
      .fill(CAST["site-1"].address);
    await choose(page, "Ethics board that reviews the trial", /Sample Ethics Board/);
    await page.getByRole("button", { name: "Review and publish" }).click();
    await page.getByRole("radio", { name: "Only those who have the passphrase" }).check();
    await page.getByLabel("Passphrase", { exact: true }).fill("five random words here");
    await page.getByLabel("Passphrase again").fill("five random words here");
    expect(await findBarriersInBoth(page)).toEqual([]);
    await page.getByRole("button", { name: "Compute terms and digest" }).click();
    const digest = await page
      .getByRole("region", { name: "Digest" })
      .getByText(/^0x[0-9a-f]{64}$/)
      .textContent();
    await page.getByRole("button", { name: "Sign and publish" }).click();
    await page.getByRole("heading", { level: 1, name: /CZ-NEW-002 is published/ }).waitFor();
    const review = await reviewVersion({
      api: exchange.api,
      protocolNumber: "CZ-NEW-002",
      documentKey: "five random words here",
    });
    expect(review.digest).toBe(digest);
    expect(review.document.trial.title).toBe("<img src=x onerror=alert(1)> A trial");
    await page.getByRole("link", { name: "Go to the trial" }).click();
    await page.getByText("Version 1 is waiting for the board").waitFor();
    await page.getByText("Sealed protocol").waitFor();
    expect(complaints).toEqual([]);
  });
});
