// The site's desk in a real browser: who is expected, the check of the person who stands there, and what is signed.
import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { trialIdOf } from "../../circuits/statement/trial/trial.ts";
import { releaseProver } from "../../circuits/witness/prove.ts";
import type { Person } from "../../client/desk/person.ts";
import type { Patient } from "../../client/journey/patient.ts";
import type { Cast } from "../../client/journey/setting.ts";
import { findBarriersInBoth } from "./axe.ts";
import { startBrowser } from "./browser.ts";
import { type Exchange, exampleTrial, openExchange, setScene } from "./exchange.ts";
import { openPlace, openWatched, signInAt, type Watched } from "./openPlace.ts";
import { answerTo, codeOf, enrolledPatient, personOf, reboundPatient } from "./participants.ts";
import { checkPerson, giveAnswer, openChallenges } from "./siteDesk.ts";
import { choice } from "./wallet.ts";

const TITLE = "<img src=x onerror=alert(1)> Registry <script>alert(2)</script>";
const trial = { ...exampleTrial("vaccine-registry"), title: TITLE };
const { protocolNumber } = trial;

let exchange: Exchange;
let browser: Browser;
let cast: Cast;
let ann: Patient;
let ben: Patient;
let page: Page;
let watched: Watched;
let annsAnswer: string;

beforeAll(async () => {
  [exchange, browser] = [await openExchange(), await startBrowser()];
  cast = await setScene(exchange, trial);
  ann = await enrolledPatient(exchange, { cast, trial, index: 0 });
  ben = await enrolledPatient(exchange, { cast, trial, index: 2 });
  watched = await openWatched(browser);
  page = watched.page;
}, 300_000);
afterAll(async () => {
  await browser?.close();
  await exchange?.stop();
  await releaseProver();
});

const signIn = (on: Page, key: "site-1" | "site-2", path = "") =>
  signInAt(on, `${exchange.url}/site${path}`, key);

const button = (name: string | RegExp) => page.getByRole("button", { name });
const ownSite = `/${protocolNumber}/1`;

/** The challenge that the page shows, as it keeps it for a reload. */
async function shownChallenge(): Promise<string> {
  await page.getByRole("img", { name: "Challenge for the patient's wallet" }).waitFor();
  return JSON.stringify((await openChallenges(page)).at(-1));
}

const give = (text: string) => giveAnswer(page, text);

async function read(person: Person): Promise<void> {
  await page.getByText(`This trial checks: ${trial.identityDocument}.`, { exact: false }).waitFor();
  await checkPerson(page, person);
}

const marks = (word: string) => page.getByRole("img", { name: word, exact: true });
const advice = () => page.getByRole("alert").filter({ hasText: "What to do" });

describe("a site's desk", () => {
  test("offers no site to a key that no site names, and lets it sign nothing", async () => {
    const { page: other } = await openPlace(browser, `${exchange.url}/site`, "site-2");
    await other.getByText("No site signs with this account").waitFor();
    await signIn(other, "site-2", `${ownSite}/arrival`);
    await other.getByText("This account does not sign for this site").waitFor();
    expect(await other.getByRole("button", { name: "Make a challenge" }).count()).toBe(0);
    await signIn(other, "site-2", ownSite);
    await other.getByText("This account does not sign for this site").waitFor();
    expect(await other.getByRole("button", { name: /^Record about/ }).count()).toBe(0);
    await other.close();
  });

  test("shows titles as text, who is expected and the places, reached by keyboard", async () => {
    await signIn(page, "site-1");
    const link = page.getByRole("link", { name: TITLE });
    await link.waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await link.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: TITLE }).waitFor();
    await page.getByText("2 of 500").waitFor();
    expect(await page.getByText(/^To arrive by/).count()).toBe(2);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");
    expect(await findBarriersInBoth(page)).toEqual([]);
  });

  test("keeps an open challenge after a reload, and shows how long it is valid", async () => {
    await page.getByRole("link", { name: "Somebody arrives" }).press("Enter");
    await button("Make a challenge").press("Enter");
    const challenge = await shownChallenge();
    await signIn(page, "site-1", `${ownSite}/arrival`);
    expect(await shownChallenge()).toBe(challenge);
    await page
      .getByRole("timer")
      .getByText(/^Valid for 1[45]:/)
      .waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    annsAnswer = await answerTo(challenge, ann, { exchange, protocolNumber });
  });

  test("refuses an invalid answer", async () => {
    await give("hello");
    await page
      .getByRole("alert")
      .getByText(/MalformedInput/)
      .waitFor();
  });

  test("refuses a person whose birth date is not the record's", async () => {
    await give(annsAnswer);
    await read({ ...personOf(ann), birthDate: "1980-01-01" });
    await advice()
      .getByText(/do not admit this person/)
      .waitFor();
    expect(await marks("Passed").count()).toBe(2);
    expect(await marks("Failed").count()).toBe(1);
    expect(await marks("Not checked").count()).toBe(6);
    expect(await button(/^Sign the/).count()).toBe(0);
    expect(await findBarriersInBoth(page)).toEqual([]);
  });

  test("admits the right person once every attestation is confirmed", async () => {
    await read(personOf(ann));
    await page.getByRole("heading", { name: "Everything holds" }).waitFor();
    expect(await marks("Passed").count()).toBe(9);
    expect(await button("Sign the arrival").isDisabled()).toBe(true);
    await choice(page, /Temperature/, "Yes").check();
    await page.getByText("Then do not sign: record a screen failure instead.").waitFor();
    expect(await button("Sign the arrival").isDisabled()).toBe(true);
    await choice(page, /Temperature/, "No").check();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await button("Sign the arrival").click();
    await page.getByText("The arrival is on the chain", { exact: false }).waitFor();
    const { participants } = await exchange.api.publicState(trialIdOf(protocolNumber));
    const [onStudy] = participants.filter(({ state }) => state === "on-study");
    await page.getByText(String(onStudy!.pseudonym), { exact: true }).waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
  });

  test("refuses the same answer a second time", async () => {
    await button("Next person").click();
    await button("Make a challenge").click();
    await shownChallenge();
    await give(annsAnswer);
    await read(personOf(ann));
    await advice()
      .getByText(/answered before/)
      .waitFor();
    expect(await marks("Failed").count()).toBe(1);
  });

  test("says when a challenge has run out, and refuses its answer", async () => {
    await exchange.chain.provider.send("evm_increaseTime", [16 * 60]);
    await exchange.chain.provider.send("evm_mine", []);
    const late = annsAnswer.replace(
      (JSON.parse(annsAnswer) as { challenge: string }).challenge,
      (JSON.parse(await shownChallenge()) as { challenge: string }).challenge,
    );
    await button("Take another").click();
    await give(late);
    await read(personOf(ann));
    await advice()
      .getByText(/older than 15 minutes/)
      .waitFor();
    await page.reload();
    await signIn(page, "site-1", `${ownSite}/arrival`);
    await button("Make a challenge").waitFor();
  });

  test("replaces a lost wallet for the same person, before arrival with the printed code only", async () => {
    const renewed = await reboundPatient(exchange, cast, 2);
    await signIn(page, "site-1", `${ownSite}/new-wallet`);
    expect(await button("Make a challenge").isDisabled()).toBe(true);
    await page.getByRole("combobox", { name: "The lost pseudonym" }).click();
    await page.getByRole("option", { name: /\(expected\)$/ }).click();
    await button("Make a challenge").click();
    const challenge = await shownChallenge();
    await give(await answerTo(challenge, renewed, { exchange, protocolNumber }));
    await read(personOf(renewed));
    await advice()
      .getByText(/only the printed withdrawal code/)
      .waitFor();
    expect(await button(/^Sign the/).count()).toBe(0);
    const code = page.getByLabel("The printed withdrawal code of the lost wallet");
    await code.fill(await codeOf(ben, { exchange, protocolNumber }));
    await button("Check").click();
    await page.getByRole("heading", { name: "Everything holds" }).waitFor();
    expect(await marks("Passed").count()).toBe(9);
    expect(await findBarriersInBoth(page)).toEqual([]);
    await button("Sign the replacement").click();
    await page.getByText("The new wallet is admitted").waitFor();
  });

  test("records a completion and a withdrawal, and lists what was signed", async () => {
    await page.getByRole("link", { name: "To the participants" }).click();
    await page.getByText("Nobody is expected").waitFor();
    await page.getByText("On study", { exact: true }).last().click();
    await button(/^Record about/).click();
    await page.getByRole("menuitem", { name: "Completion" }).click();
    await page.getByRole("dialog").waitFor();
    await page.getByRole("menu").waitFor({ state: "hidden" });
    expect(await findBarriersInBoth(page)).toEqual([]);
    await page.getByRole("dialog").getByRole("button", { name: "Sign" }).click();
    await page.getByText("Nobody is on study").waitFor();
    await page.getByText(/^All 2/).click();
    await button(/^Record about/)
      .first()
      .press("Enter");
    await page.getByRole("menuitem", { name: "Withdrawal declared here" }).press("Enter");
    await page.getByRole("dialog").getByRole("button", { name: "Sign" }).press("Enter");
    await page.getByRole("list", { name: "Pseudonyms" }).getByText("Withdrawn").waitFor();
    const signed = page.getByRole("region", { name: "Signed since you opened this page" });
    await signed.getByText("Completion").waitFor();
    await signed.getByText("Lost wallet replaced").waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
  });

  test("refuses one document under a second pseudonym, even after a restart", async () => {
    const clinic = cast.clinics[1]!;
    const twin = await enrolledPatient(exchange, { cast, trial, index: 0, clinic });
    await signIn(page, "site-1", `${ownSite}/arrival`);
    await button("Make a challenge").click();
    await give(await answerTo(await shownChallenge(), twin, { exchange, protocolNumber }));
    await read(personOf(twin));
    await advice()
      .getByText(/came here before, under another pseudonym/)
      .waitFor();
    expect(await marks("Passed").count()).toBe(7);
    expect(await button(/^Sign the/).count()).toBe(0);
    expect(await findBarriersInBoth(page)).toEqual([]);
  });

  test("says when it knows nothing of those on study, and opens another desk's file", async () => {
    await signIn(page, "site-1", ownSite);
    const memory = page.getByRole("region", { name: "Documents seen here" });
    await memory.getByText("This desk knows everybody who is on study here.").waitFor();
    const [saved] = await Promise.all([
      page.waitForEvent("download"),
      memory.getByRole("button", { name: "Save for another desk" }).click(),
    ]);
    const text = readFileSync(await saved.path(), "utf8");
    expect(text).not.toContain(personOf(ann).document);
    await memory.locator("input[type=file]").setInputFiles({
      ...{ name: "x.json", mimeType: "application/json", buffer: Buffer.from("{}") },
    });
    await memory
      .getByRole("alert")
      .getByText(/MalformedInput/)
      .waitFor();
    const here = () => page.evaluate(() => localStorage.getItem("cohort-zero/site-memory"));
    expect(await here()).toBe(text);
    await page.evaluate(() => localStorage.removeItem("cohort-zero/site-memory"));
    await memory.locator("input[type=file]").setInputFiles({
      ...{ name: "site-memory.json", mimeType: "application/json", buffer: Buffer.from(text) },
    });
    await expect.poll(here).toBe(text);
    expect(await findBarriersInBoth(page)).toEqual([]);
  });

  test("sends and keeps nothing about the person, and breaks no policy", async () => {
    const kept = await page.evaluate(() =>
      JSON.stringify([{ ...sessionStorage }, { ...localStorage }]),
    );
    const { sent, complaints } = watched;
    const everything = `${sent.join("\n")}${kept}`;
    expect(sent.length).toBeGreaterThan(20);
    for (const patient of [ann, ben]) {
      const { birthDate, document } = personOf(patient);
      expect(everything).not.toContain(birthDate);
      expect(everything).not.toContain(document);
    }
    expect(everything).not.toContain("1980-01-01");
    expect(complaints).toEqual([]);
  });
});
