// Staff sign at a site's desk in a real browser: the site delegates that on its page, staff sign an arrival, and a key
// whose delegation ended meanwhile signs nothing.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { releaseProver } from "../../circuits/witness/prove.ts";
import { revokeStaff } from "../../client/exchange/staff.ts";
import { openTrial } from "../../client/journey/setting.ts";
import { findBarriersInBoth } from "./axe.ts";
import { CAST, exampleTrial } from "./exchange.ts";
import { pseudonymOf } from "./exchangeDeposits.ts";
import { atSite, checkAtDesk, openSiteStage, type SiteStage, shoot } from "./siteStage.ts";

let stage: SiteStage;
beforeAll(async () => {
  stage = await openSiteStage();
}, 300_000);
afterAll(async () => {
  await stage?.stop();
  await releaseProver();
});

const button = (name: string | RegExp) => stage.page.getByRole("button", { name });
const link = (name: string | RegExp) => stage.page.getByRole("link", { name });
const site = () => `/${stage.trial.protocolNumber}/1`;
const staffKey = CAST["site-2"].address.toLowerCase();
const signers = async () =>
  (await stage.api.events())
    .filter(({ name }) => name === "SiteSigned")
    .map(({ arguments: args }) => args.signer!.toLowerCase());
const stateOf = async (pseudonym: bigint) =>
  (await stage.api.publicState(stage.trialId)).participants.find(
    (one) => one.pseudonym === pseudonym,
  )?.state;

/** The site's own account delegates the desk, and nothing else, on the page that is open. */
async function delegateDesk(): Promise<void> {
  const { page } = stage;
  await page.getByLabel("Account of the person").fill(CAST["site-2"].address);
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Ada Brown");
  await page.getByLabel("Role in the trial").first().fill("Study nurse");
  await page.keyboard.press("Escape");
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Delegate", exact: true }).click();
  await saved;
  const row = page.getByRole("table", { name: "Delegation log" }).getByRole("row").nth(1);
  await row.getByText("In force").waitFor();
  await row.getByText("checks people who arrive, and signs arrivals and screen failures").waitFor();
}

describe("an account that the site did not delegate to", () => {
  test("is told so, and is offered nothing to sign", async () => {
    const { page } = stage;
    await atSite(stage, "site-2", site());
    await page.getByText("This account does not sign for this site").waitFor();
    await page.getByText("nobody delegated anything to it", { exact: false }).waitFor();
    expect(await link("Somebody arrives").count()).toBe(0);
    await atSite(stage, "site-2", `${site()}/arrival`);
    await page.getByText("This account does not sign for this site").waitFor();
    expect(await button(/challenge/).count()).toBe(0);
  }, 120_000);
});

describe("staff with the desk's task", () => {
  test("get it on the site's page, which says that every arrival is signed", async () => {
    const { page } = stage;
    await atSite(stage, "site-1", `${site()}/data`);
    await page.getByText("No arrival counts without a signature", { exact: false }).waitFor();
    await page.getByRole("checkbox", { name: /^fills forms/ }).uncheck();
    await page.getByRole("checkbox", { name: /^checks people who arrive/ }).check();
    await delegateDesk();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await shoot(page, "staff-log");
  }, 120_000);

  test("check a person and sign the arrival, which names their key", async () => {
    const { page, ann } = stage;
    await atSite(stage, "site-2", site());
    await page.getByText("You sign arrivals and screen failures", { exact: false }).waitFor();
    expect(await link("Lost wallet").count()).toBe(0);
    await shoot(page, "staff-site");
    await checkAtDesk(stage, ann, "site-2");
    await button("Sign the arrival").click();
    await page.getByText("The arrival is on the chain", { exact: false }).waitFor();
    expect(await stateOf(await pseudonymOf(stage, ann))).toBe("on-study");
    expect(await signers()).toEqual([staffKey]);
  }, 180_000);

  test("sign nothing once the site has ended it, also where they checked a person before", async () => {
    const { api, page, ben, cast, trialId } = stage;
    await checkAtDesk(stage, ben, "site-2");
    const delegator = { api, signer: cast.sites[0]! };
    await revokeStaff(delegator, { trialId, siteId: 1, key: staffKey });
    const before = stage.watched.sent.length;
    await button("Sign the arrival").click();
    const alert = page.getByRole("alert").filter({ hasText: "signs no arrivals here" });
    await alert.getByText("its delegation was ended on", { exact: false }).waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await shoot(page, "staff-ended");
    // Nothing was signed, nor were the custodians asked for the person's tag.
    const sent = stage.watched.sent.slice(before).join("\n");
    expect(sent).not.toMatch(/mutation|evaluateTag/);
    expect(await stateOf(await pseudonymOf(stage, ben))).toBe("pending-on-study");
    expect(await signers()).toEqual([staffKey]);
    await atSite(stage, "site-2", `${site()}/arrival`);
    await page.getByText("its delegation was ended on", { exact: false }).waitFor();
    expect(await button(/challenge/).count()).toBe(0);
  }, 180_000);
});

describe("a trial that collects nothing", () => {
  test("has a delegation log for its sites, with the desk's task alone", async () => {
    const { page, cast } = stage;
    const trial = { ...exampleTrial("vaccine-registry"), protocolNumber: "CZ-DESK-2" };
    await openTrial(cast, trial);
    await atSite(stage, "site-1", "/CZ-DESK-2/1");
    await link("Staff").click();
    await page.getByRole("heading", { level: 1, name: "Staff" }).waitFor();
    await page.getByText("No task is delegated", { exact: false }).waitFor();
    expect(await page.getByRole("checkbox").count()).toBe(1);
    expect(await findBarriersInBoth(page)).toEqual([]);
    await shoot(page, "staff-no-data");
    await delegateDesk();
  }, 120_000);
});
