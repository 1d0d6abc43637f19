// What a patient reads before and after they answer: the study's page, the form's questions, the copy, the next step.
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { TrialFile } from "../../circuits/statement/trial/trialFile.ts";
import type { TrialVersion } from "../../client/api/trial.ts";
import { findBarriersInBoth } from "./axe.ts";
import { shoot } from "./sponsorPage.ts";
import {
  answerQuestions,
  atHeading,
  choice,
  foundIn,
  openTrialPage,
  sees,
  visit,
} from "./wallet.ts";

/** On a study's page before any proof: what it asks, its people, the form; what fits is folded away. */
export async function readsFirst(page: Page, trial: TrialFile): Promise<void> {
  const read = await page.locator("main").textContent();
  const order = ["One season, about eight months.", "Registry office", trial.consentForm.text];
  const at = [...order, "Does it fit me?", "What a yes would reveal"].map((one) =>
    read!.indexOf(one),
  );
  expect(at).toEqual(at.toSorted((a, b) => a - b));
  expect(at).not.toContain(-1);
  await shoot(page, "study");
  expect(await page.getByRole("link", { name: "+49 30 23125 420" }).getAttribute("href")).toBe(
    "tel:+493023125420",
  );
  expect(await page.locator("[data-criterion=yes]").first().isVisible()).toBe(false);
  // Neither brackets within a sentence nor the words of somebody who asked for more.
  const told = page.getByRole("region", { name: "What a yes would reveal" });
  expect(await told.textContent()).not.toMatch(/\((?:any|all|at least \d+) of|than you asked for/);
  await told
    .getByText(/^One of these:/)
    .first()
    .waitFor();
  await told.getByText(/^At most \d+ records? of 1 clinic could be behind a yes\./).waitFor();
  await told.getByText("That is a small group: you could be recognised more easily.").waitFor();
  await page.getByText(/^What fits: \d+$/).click();
  const age = page.locator("[data-criterion=yes]").filter({ hasText: "Age " });
  await age
    .first()
    .getByText(/Your record: age \d+ years, born on .*\d{4}/)
    .first()
    .waitFor();
}

/** In the form: a wrong answer is explained, and a statement that is not so keeps the form from being signed. */
export async function answersWrongAndRight(page: Page, trial: TrialFile): Promise<void> {
  const [asked] = trial.information!.questions!;
  const wrong = asked!.answers.find((_, i) => i !== asked!.right)!;
  await choice(page, asked!.question, wrong).check();
  await sees(page, `Not quite. ${asked!.why}`);
  await answerQuestions(page, trial);
  await sees(page, `Right. ${asked!.why}`);
  await choice(page, /short questionnaire/, "No").check();
  await sees(page, "With this answer you cannot take part in this study.");
  await shoot(page, "form");
  const consent = page.getByRole("button", { name: "I have read this, and I consent" });
  expect(await consent.isDisabled()).toBe(true);
  await choice(page, /short questionnaire/, "Yes").check();
}

/** After the consent: its dated copy, for paper too. */
export async function findsCopy(
  page: Page,
  trial: TrialFile,
  version: TrialVersion,
): Promise<void> {
  await page.getByRole("link", { name: /^Your copy of the consent/ }).click();
  await atHeading(page, "Your consent");
  await sees(page, version.digest);
  await sees(page, version.terms.consentFormHash);
  await sees(page, trial.consentForm.text);
  await sees(page, "You did not allow:");
  await shoot(page, "copy");
  expect(await findBarriersInBoth(page)).toEqual([]);
  await page.emulateMedia({ media: "print" });
  expect(await page.getByRole("button", { name: "Print, or save as PDF" }).isVisible()).toBe(false);
  expect(await page.getByText(trial.consentForm.text).isVisible()).toBe(true);
  await page.emulateMedia({ media: "screen" });
  await page.getByRole("link", { name: "Back to the study" }).click();
}

/** On the overview once enrolled: where to go until when, also as a file for a calendar. */
export async function seesNextStep(page: Page, trial: TrialFile): Promise<void> {
  await visit(page, "Overview");
  const next = page.getByRole("region", { name: "What comes next" });
  await next.getByText("Come to your site").waitFor();
  await next.getByText(/^From .* until /).waitFor();
  await next.getByText("1 Town Hall Square, 10178 Berlin").waitFor();
  await shoot(page, "overview");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    next.getByRole("button", { name: "Save to a calendar" }).click(),
  ]);
  const file = readFileSync(await download.path(), "utf8");
  expect(file).toContain("BEGIN:VEVENT");
  expect(
    foundIn(file, [trial.protocolNumber, trial.title, "Health Office", "Cohort", "cohort"]),
  ).toEqual([]);
  expect(await findBarriersInBoth(page)).toEqual([]);
  await next.getByRole("link", { name: "Check in at the site" }).click();
  await page.goBack();
  await openTrialPage(page, trial.title);
}
