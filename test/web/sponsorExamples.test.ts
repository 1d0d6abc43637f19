// The example trials on the sponsor console: each starts a draft without a problem, also one in several parts.
import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findBarriersInBoth } from "./axe.ts";
import { startBrowser } from "./browser.ts";
import { type Exchange, openExchange } from "./exchange.ts";
import { gatherPeople, openConsole, readFile } from "./sponsorPage.ts";

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

test("every example trial starts without a problem", async () => {
  const metabolic = ["Type 2 diabetes", "Diabetic kidney disease"];
  const others = ["Heart failure", "Preserved heart failure", "Colorectal cancer", "Lung cancer"];
  for (const name of [...metabolic, ...others, "Vaccine registry"]) {
    await page.getByRole("link", { name: "New trial" }).click();
    await page.getByRole("button", { name: `Use “${name}”` }).click();
    await page.getByText("Compiles").waitFor();
    await page.getByRole("link", { name: "All trials" }).click();
  }
  await page.getByRole("link", { name: "New trial" }).click();
  await page.getByRole("button", { name: "Use “Alzheimer's disease”" }).click();
  await page.getByText("Shown in 3 parts").first().waitFor();
  for (const part of ["Part 1 of 3", "Part 2 of 3", "Part 3 of 3"]) {
    await page.getByText(part, { exact: true }).first().waitFor();
  }
  await page.getByRole("tab", { name: "In plain English" }).click();
  await page.getByText("(part 3)").first().waitFor();
  await page.getByText("(asked of a person)").first().waitFor();
  expect(await findBarriersInBoth(page)).toEqual([]);
  await page.getByRole("tab", { name: "Record", exact: true }).click();
  await page.getByText("Part 3 of 3: the record that answers it").first().waitFor();
  await page.getByRole("link", { name: "All trials" }).click();
  await page.getByRole("link", { name: "New trial" }).click();
  await page.getByRole("button", { name: "Use “Vaccine registry”" }).click();
  await page.getByRole("link", { name: "All trials" }).click();
  const example = new URL("../../client/sponsor/examples/vaccine-registry.json", import.meta.url);
  await page.getByRole("link", { name: "Continue writing" }).click();
  expect(await readFile(page)).toEqual(JSON.parse(readFileSync(example, "utf8")));
  expect(complaints).toEqual([]);
});

test("writes for patients: what it asks, whom to call, a question; all of it lands in the file", async () => {
  await page.getByRole("tab", { name: "For patients" }).click();
  const form = page.getByRole("group", { name: "Form" });
  await form.getByLabel("Payments and costs").fill("20 euros for each answer.");
  await form.getByRole("button", { name: "Add a person" }).click();
  await form.getByLabel("Name").last().fill("Dr. Ada Keller");
  await form.getByLabel("Phone").last().fill("ask at the desk");
  await form.getByText(/A phone number is/).waitFor();
  await form.getByLabel("Phone").last().fill("+49 30 23125 421");
  await form.getByRole("button", { name: "Add a question" }).click();
  await form.getByLabel("Question", { exact: true }).last().fill("What does it cost?");
  await form.getByLabel("Answer 1").last().fill("Much");
  await form.getByLabel("Answer 2").last().fill("Nothing");
  await form.getByRole("combobox", { name: "Right answer" }).last().click();
  await page.getByRole("option", { name: "Answer 2" }).filter({ visible: true }).click();
  await form.getByLabel("Explanation").last().fill("It costs nothing.");
  expect(await findBarriersInBoth(page)).toEqual([]);
  await page.getByRole("tab", { name: "Sites" }).click();
  await form.getByLabel("Address, for patients").fill("2 Town Hall Square, 10178 Berlin");
  await expect
    .poll(() => readFile(page))
    .toMatchObject({
      information: {
        payments: "20 euros for each answer.",
        contacts: [{}, { name: "Dr. Ada Keller", phone: "+49 30 23125 421" }],
        questions: [{}, { answers: ["Much", "Nothing"], right: 1, why: "It costs nothing." }],
      },
      sites: [{ address: "2 Town Hall Square, 10178 Berlin" }],
    });
  await page.getByText("Compiles").waitFor();
  expect(complaints).toEqual([]);
});
