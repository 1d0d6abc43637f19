// The ethics board's place in a real browser: a version recomputed from its text, its differences, the decision.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Cast } from "../../client/journey/setting.ts";
import { amendTrial, publishTrial } from "../../client/sponsor/publish.ts";
import { findBarriersInBoth } from "./axe.ts";
import { startBrowser } from "./browser.ts";
import { CAST, type Exchange, exampleTrial, openExchange, setScene } from "./exchange.ts";

const TITLE = "<img src=x onerror=alert(1)> Registry <script>alert(2)</script>";
const trial = { ...exampleTrial("vaccine-registry"), title: TITLE };
const { protocolNumber } = trial;
const SEALED = "CZ-SEALED-1";
const SEAL = "six words that nobody would guess";

let exchange: Exchange;
let browser: Browser;
let cast: Cast;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  [exchange, browser] = [await openExchange(), await startBrowser()];
  cast = await setScene(exchange, trial);
  page = await browser.newPage();
  page.on("pageerror", (problem) => complaints.push(problem.message));
  page.on("dialog", (dialog) => complaints.push(`a dialog of the text: ${dialog.message()}`));
}, 300_000);
afterAll(async () => {
  await browser?.close();
  await exchange?.stop();
});

const button = (name: string | RegExp) => page.getByRole("button", { name });

async function signIn(role: string, path = ""): Promise<void> {
  await page.goto(`${exchange.url}/board${path}`);
  await button(`Use the development key “${role}”`).click();
  await page.getByText("Acting as ethics board").waitFor();
}

/** What the chain says of the trial. */
async function stateOf(number: string) {
  return await exchange.api.publicState((await exchange.api.trial(number)).trialId);
}

describe("the board's list", () => {
  test("shows a trial that it approved, its title as text", async () => {
    await signIn("board");
    const done = page.getByRole("region", { name: "Nothing to do" });
    await done.getByRole("link", { name: TITLE }).waitFor();
    await done.getByText(/Version 1 approved until/).waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
  });

  test("puts an amendment first", async () => {
    const form = { ...trial.consentForm, text: `${trial.consentForm.text}\nA new risk was found.` };
    const amended = {
      ...trial,
      consentForm: form,
      requires: { reconsent: true, rescreening: false },
    };
    await amendTrial(cast.sponsor, { trial: amended, siteSigners: siteSigners() });
    await signIn("board");
    const waiting = page.getByRole("region", { name: "Waiting for you" });
    await waiting.getByText("Version 2, an amendment, waits for approval").waitFor();
    await waiting.getByRole("link", { name: TITLE }).click();
  });
});

describe("a version's review", () => {
  test("says every criterion in plain English, recomputed from the text", async () => {
    await page.getByRole("heading", { level: 1, name: TITLE }).waitFor();
    for (const { label } of [...trial.criteria.inclusion, ...(trial.criteria.exclusion ?? [])]) {
      await page.getByText(label!).first().waitFor();
    }
    expect(await findBarriersInBoth(page)).toEqual([]);
  });

  test("names each difference from the version in force", async () => {
    await page.getByRole("link", { name: "What changed" }).click();
    await page.getByText(/differences? from version 1\./).waitFor();
    await page.getByText("A new risk was found.").first().waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
  });

  test("ends with a signed approval of exactly this digest", async () => {
    await button("Approve version 2…").click();
    await page
      .getByRole("dialog")
      .getByText("The digest")
      .or(page.getByText("Digest"))
      .first()
      .waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await button("Sign the approval").click();
    await page.getByText("Version 2 is approved.").waitFor();
    expect((await stateOf(protocolNumber)).currentVersion).toBe(2);
  });
});

describe("a running trial", () => {
  test("is suspended, and resumed", async () => {
    await button("Suspend the trial…").click();
    await page.getByRole("dialog").getByRole("button", { name: "Suspend the trial" }).click();
    await page.getByText("The trial is suspended.").waitFor();
    expect((await stateOf(protocolNumber)).status).toBe("temporarily-closed-to-accrual");
    await button("Resume the trial…").click();
    await page.getByRole("dialog").getByRole("button", { name: "Resume the trial" }).click();
    await page.getByText("The trial goes on.").waitFor();
    expect((await stateOf(protocolNumber)).status).toBe("active");
  });
});

describe("a sealed trial", () => {
  test("opens with the sponsor's key only", async () => {
    const sealed = { ...trial, protocolNumber: SEALED, title: "Sealed study" };
    const of = { trial: sealed, siteSigners: siteSigners(), sealWith: SEAL };
    await publishTrial(cast.sponsor, { ...of, board: CAST.board.address });
    await signIn("board", `/${SEALED}/1`);
    const key = page.getByLabel("Key of the text");
    await key.fill("six words that everybody would guess");
    await page.getByRole("button", { name: "Open it" }).click();
    await page.getByRole("alert").waitFor();
    expect(await page.getByText("Sealed study").count()).toBe(0);
    await key.fill(SEAL);
    await page.getByRole("button", { name: "Open it" }).click();
    await page.getByRole("heading", { level: 1, name: "Sealed study" }).waitFor();
  });
});

describe("a text that is not what the chain holds", () => {
  test("is not shown, and cannot be approved", async () => {
    await page.route("**/graphql", async (route) => {
      const answer = await route.fetch();
      const told = (await answer.text()).replaceAll("Sealed study", "Another study");
      const changed = told.replaceAll("A new risk was found.", "No risk was found.");
      await route.fulfill({ response: answer, body: changed });
    });
    await signIn("board", `/${protocolNumber}/2`);
    await page.getByText("This text is not what the chain holds").waitFor();
    expect(await button(/^Approve/).count()).toBe(0);
    await page.unroute("**/graphql");
  });
});

describe("another account", () => {
  test("reads a trial and decides nothing", async () => {
    await page.addInitScript(() => {
      // The keys that this page is offered name another account as the board's.
      const original = fetch;
      globalThis.fetch = async (...call) => {
        const answer = await original(...call);
        if (!String(call[0]).endsWith("/development/keys")) return answer;
        const keys = (await answer.json()) as Record<string, string>;
        return Response.json({ board: keys.sponsor });
      };
    });
    await signIn("board", `/${protocolNumber}/2`);
    await page.getByText("Not your trial").waitFor();
    expect(await button(/^(Approve|Suspend)/).count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});

/** The signers of the trial's sites, in order. */
function siteSigners(): Record<number, string> {
  const signers = [CAST["site-1"].address, CAST["site-2"].address];
  return Object.fromEntries(trial.sites.map(({ id }, i) => [id, signers[i % 2]!]));
}
