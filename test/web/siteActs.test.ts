// The site's short acts in a real browser: a screen failure and a no-show, asked before they are signed, left alone when
// cancelled, and afterwards what the server says.
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ParticipantState, trialIdOf } from "../../circuits/statement/trial/trial.ts";
import { releaseProver } from "../../circuits/witness/prove.ts";
import type { Cast } from "../../client/journey/setting.ts";
import { plainAct, signSiteAct, submitSiteWithdrawal } from "../../client/site/sign.ts";
import { enroll } from "../../client/sponsor/enroll.ts";
import { placeOf } from "../../client/trial/review.ts";
import { findBarriersInBoth } from "./axe.ts";
import { startBrowser } from "./browser.ts";
import { type Exchange, exampleTrial, openExchange, setScene } from "./exchange.ts";
import { openWatched, signInAt, type Watched } from "./openPlace.ts";
import { enrolledPatient } from "./participants.ts";

const trial = exampleTrial("vaccine-registry");
const { protocolNumber } = trial;
const trialId = trialIdOf(protocolNumber);
const AFTER_DEADLINE = (trial.arrivalDeadlineDays + 1) * 86_400;

let exchange: Exchange;
let browser: Browser;
let cast: Cast;
let page: Page;
let watched: Watched;
/** Pseudonyms: the first fails the screening at the site, the second does not come. */
let failing: bigint;
let absent: bigint;

beforeAll(async () => {
  [exchange, browser] = [await openExchange(), await startBrowser()];
  cast = await setScene(exchange, trial);
  for (const index of [0, 2]) await enrolledPatient(exchange, { cast, trial, index });
  const { participants } = await exchange.api.publicState(trialId);
  [failing, absent] = [participants[0]!.pseudonym, participants[1]!.pseudonym];
  watched = await openWatched(browser);
  page = watched.page;
}, 300_000);
afterAll(async () => {
  await browser?.close();
  await exchange?.stop();
  await releaseProver();
});

/** What the server says of a participant. */
async function stateOf(pseudonym: bigint): Promise<ParticipantState | undefined> {
  const { participants } = await exchange.api.publicState(trialId);
  return participants.find((one) => one.pseudonym === pseudonym)?.state;
}

const openSite = () => signInAt(page, `${exchange.url}/site/${protocolNumber}/1`, "site-1");
const dialog = (name: string) => page.getByRole("dialog", { name });
const inside = (of: Locator, name: string) => of.getByRole("button", { name, exact: true });
/** A figure of the site, by its name. */
const figure = (name: string) =>
  page.locator("dl > div").filter({ hasText: name }).getByRole("definition");

/** The card of a pseudonym. */
const card = (pseudonym: bigint) =>
  page
    .getByRole("list", { name: "Pseudonyms" })
    .getByRole("listitem")
    .filter({
      has: page.getByTitle(String(pseudonym), { exact: true }),
    });
const menuOf = (pseudonym: bigint) =>
  card(pseudonym).getByRole("button", { name: /^Record about/ });

/** What may be recorded about somebody, as the menu has it. Leaves it closed. */
async function offered(pseudonym: bigint): Promise<string[]> {
  await menuOf(pseudonym).click();
  await page.getByRole("menu").waitFor();
  const names = await page.getByRole("menuitem").allTextContents();
  await page.keyboard.press("Escape");
  await page.getByRole("menu").waitFor({ state: "hidden" });
  return names;
}

/** Opens the dialog of an act. */
async function ask(pseudonym: bigint, name: string): Promise<Locator> {
  await menuOf(pseudonym).click();
  await page.getByRole("menuitem", { name }).click();
  await page.getByRole("menu").waitFor({ state: "hidden" });
  const asked = dialog(name);
  await asked.getByText(String(pseudonym).slice(0, 10)).waitFor();
  return asked;
}

const acts = () => watched.sent.filter((request) => request.includes("mutation")).length;

/** Nothing was sent, the dialog is gone, and whoever works by keyboard is where they were. */
async function expectUntouched(pseudonym: bigint, before: number, name: string): Promise<void> {
  await dialog(name).waitFor({ state: "detached" });
  expect(acts()).toBe(before);
  expect(await stateOf(pseudonym)).toBe("pending-on-study");
  await expect.poll(() => menuOf(pseudonym).evaluate((one) => one.matches(":focus"))).toBe(true);
}

/** Holds what the page sends to sign something, until let go. */
async function holdActs(): Promise<() => void> {
  const gate = Promise.withResolvers<void>();
  await page.route("**/graphql", async (route) => {
    if (route.request().postData()?.includes("mutation")) await gate.promise;
    await route.continue();
  });
  return gate.resolve;
}

/** The person declares a withdrawal at another desk of the same site. */
async function withdrawElsewhere(pseudonym: bigint): Promise<void> {
  const { api } = exchange;
  const [deployment, of] = [await api.deployment(), await api.trial(protocolNumber)];
  const { chainId, enrollment } = placeOf({ deployment, trial: of });
  const state = await api.publicState(trialId);
  const act = plainAct({ state, pseudonym, siteId: 1, now: deployment.chainTime });
  const [signer, domain] = [cast.sites[0]!, { chainId, enrollment }];
  const signed = await signSiteAct({ signer, domain, name: "Withdrawal", act });
  await api.settle(await submitSiteWithdrawal(api, signed));
}

describe("a screen failure", () => {
  test("is asked about in words, and is not recorded when cancelled", async () => {
    await openSite();
    await menuOf(failing).waitFor();
    expect(await figure("Places taken").textContent()).toBe("2 of 500");
    const before = acts();
    let asked = await ask(failing, "Screen failure");
    await asked.getByText("does not qualify after all").waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await inside(asked, "Cancel").click();
    await expectUntouched(failing, before, "Screen failure");
    asked = await ask(failing, "Screen failure");
    await page.keyboard.press("Escape");
    await expectUntouched(failing, before, "Screen failure");
  });

  test("stays in sight while it is signed", async () => {
    const letGo = await holdActs();
    const asked = await ask(failing, "Screen failure");
    await inside(asked, "Sign").click();
    await asked.getByText("Signing and sending", { exact: false }).waitFor();
    await page.keyboard.press("Escape");
    expect(await inside(asked, "Cancel").isDisabled()).toBe(true);
    expect(await inside(asked, "Sign").isDisabled()).toBe(true);
    expect(await stateOf(failing)).toBe("pending-on-study");
    expect(await asked.isVisible()).toBe(true);
    letGo();
    await asked.waitFor({ state: "detached" });
  });

  test("is then what the server says, frees the place, and cannot be undone", async () => {
    expect(await stateOf(failing)).toBe("ineligible");
    expect(await stateOf(absent)).toBe("pending-on-study");
    await card(failing).waitFor({ state: "detached" });
    expect(await figure("Places taken").textContent()).toBe("1 of 500");
    await page.getByText("All 2").click();
    await card(failing).getByText("Screen failure", { exact: true }).waitFor();
    expect(await offered(failing)).toEqual(["Withdrawal declared here"]);
    const signed = page.getByRole("region", { name: "Signed since you opened this page" });
    await signed.getByText("Screen failure").waitFor();
    const anew = await enroll(cast.sponsor, { protocolNumber, pseudonyms: [failing] });
    expect(anew).toMatchObject({ enrolled: [], skipped: [{ pseudonym: failing }] });
    expect(await stateOf(failing)).toBe("ineligible");
    expect(await findBarriersInBoth(page)).toEqual([]);
  });
});

describe("a no-show", () => {
  test("cannot be recorded while there is time to arrive", async () => {
    expect(await offered(absent)).toEqual(["Screen failure", "Withdrawal declared here"]);
    await card(absent)
      .getByText(/^To arrive by/)
      .waitFor();
  });

  test("is offered after the deadline, and is not recorded when cancelled", async () => {
    await exchange.chain.provider.send("evm_increaseTime", [AFTER_DEADLINE]);
    await exchange.chain.provider.send("evm_mine", []);
    await openSite();
    await card(absent)
      .getByText(/^Was to arrive by/)
      .waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    const before = acts();
    const asked = await ask(absent, "Did not arrive");
    await asked.getByText("The time to arrive has passed", { exact: false }).waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await inside(asked, "Cancel").click();
    await expectUntouched(absent, before, "Did not arrive");
  });

  test("frees the place, and the sponsor may enroll the person again", async () => {
    const asked = await ask(absent, "Did not arrive");
    await inside(asked, "Sign").press("Enter");
    await page.getByText("No-show recorded.").waitFor();
    await page.getByText("Nobody is expected").waitFor();
    expect(await stateOf(absent)).toBe("eligible");
    expect(await figure("Places taken").textContent()).toBe("0 of 500");
    expect(await figure("Consented, not enrolled").textContent()).toBe("1");
    await enroll(cast.sponsor, { protocolNumber, pseudonyms: [absent] });
    expect(await stateOf(absent)).toBe("pending-on-study");
  });
});

describe("an act that has become impossible", () => {
  test("is refused in the dialog, and changes nothing", async () => {
    await openSite();
    const asked = await ask(absent, "Screen failure");
    await withdrawElsewhere(absent);
    await inside(asked, "Sign").click();
    await asked.getByRole("alert").getByText("Not possible").waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await inside(asked, "Cancel").click();
    await asked.waitFor({ state: "detached" });
    expect(await stateOf(absent)).toBe("withdrawn");
    expect(await page.getByText("Signed since you opened this page").count()).toBe(0);
  });

  test("nothing that was done here broke the page's policy", () => {
    expect(watched.complaints).toEqual([]);
  });
});
