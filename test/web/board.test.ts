// The ethics board's place in a real browser: a version recomputed from its text, its differences, the decision.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { act } from "../../client/actor/actor.ts";
import type { Cast } from "../../client/journey/setting.ts";
import { amendTrial, publishTrial } from "../../client/sponsor/publish.ts";
import { lieTo } from "../support/lying.ts";
import { findBarriersInBoth } from "./axe.ts";
import { startBrowser } from "./browser.ts";
import { CAST, type Exchange, exampleTrial, openExchange, setScene } from "./exchange.ts";
import { signInAt } from "./openPlace.ts";

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

const signIn = (path = "") => signInAt(page, `${exchange.url}/board${path}`, "board");

/** What the chain says of the trial. */
async function stateOf(number: string) {
  return await exchange.api.publicState((await exchange.api.trial(number)).trialId);
}

describe("the board's list", () => {
  test("shows a trial that it approved, its title as text", async () => {
    await signIn();
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
    await signIn();
    const waiting = page.getByRole("region", { name: "Waiting for you" });
    await waiting.getByText("Version 2, an amendment, is waiting for approval").waitFor();
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
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Why you suspend it").fill("Two serious adverse events.");
    await dialog.getByRole("button", { name: "Suspend the trial" }).click();
    await page.getByText("The trial is suspended.").waitFor();
    const said = page.getByRole("region", { name: "What the board said" });
    await said.getByText("Two serious adverse events.").waitFor();
    expect((await stateOf(protocolNumber)).status).toBe("temporarily-closed-to-accrual");
    await button("Resume the trial…").click();
    await page.getByRole("dialog").getByRole("button", { name: "Resume the trial" }).click();
    await page.getByText("The trial continues.").waitFor();
    expect((await stateOf(protocolNumber)).status).toBe("active");
  });
});

describe("a sealed trial", () => {
  test("opens with the sponsor's key only", async () => {
    const sealed = { ...trial, protocolNumber: SEALED, title: "Sealed study" };
    const of = { trial: sealed, siteSigners: siteSigners(), sealWith: SEAL };
    await publishTrial(cast.sponsor, { ...of, board: CAST.board.address });
    await signIn(`/${SEALED}/1`);
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

describe("a protocol in parts", () => {
  const long = { ...exampleTrial("alzheimers-disease"), protocolNumber: "CZ/PARTS.1" };
  const signers = { 1: CAST["site-1"].address, 2: CAST["site-2"].address };

  test("says which criteria one record shows together, and what each part's record must be", async () => {
    const of = { trial: long, siteSigners: signers, board: CAST.board.address };
    await publishTrial(cast.sponsor, of);
    await signIn();
    await page.getByRole("link", { name: long.title }).click();
    await page.getByText(/^Shown in 3 parts/).waitFor();
    const criteria = page.getByRole("region", { name: "Criteria", exact: true });
    expect(await criteria.getByText("Part 3 of 3", { exact: true }).count()).toBeGreaterThan(10);
    const records = page.getByRole("region", { name: "Which records may answer" });
    await records.getByText("Part 3 of 3: the record that answers it").waitFor();
    await page.getByText("National patient number, and no other document").waitFor();
    const fingerprint = page.getByRole("region", { name: "Fingerprint" });
    await fingerprint.getByText("Criteria, part 2 of 3", { exact: true }).waitFor();
    await fingerprint.getByText(/^Criteria of a lost wallet's successor, part 3 of 3$/).waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await button("Approve version 1…").click();
    await button("Sign the approval").click();
    await page.getByText("Version 1 is approved.").waitFor();
  });

  test("is amended: the page names a site that is closed to new participants, and one that is dropped", async () => {
    const [north, south] = long.sites;
    const closed = { ...long, capacity: 50, sites: [north!, { ...south!, capacity: 0 }] };
    await amendTrial(cast.sponsor, { trial: closed, siteSigners: signers });
    await signIn("/CZ%2FPARTS.1/2/changes");
    await page.getByText("takes nobody new, but signs for those it has").first().waitFor();
    const one = { ...long, capacity: 50, sites: [north!] };
    await amendTrial(cast.sponsor, { trial: one, siteSigners: { 1: signers[1] } });
    await signIn("/CZ%2FPARTS.1/3/changes");
    const gone = page.locator('[data-change="removed"]').filter({ hasText: "Site 2" });
    await gone.getByText(/^Site 2 is dropped: it signs nothing from then on/).waitFor();
    await page.getByRole("link", { name: "What version 3 says" }).click();
    await page.getByText("Sites dropped").waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
  });

  test("is shown as held, which only governance lifts", async () => {
    const { trialId } = await exchange.api.trial(long.protocolNumber);
    await act(cast.governance, "TrialRegistry", "hold", [trialId]);
    await signIn("/CZ%2FPARTS.1/1");
    await page.getByText("The trial is stopped").waitFor();
    await page.getByText(/Only governance can lift that/).waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await page.getByRole("link", { name: "All trials" }).click();
    await page.getByText("Held by governance").waitFor();
    await act(cast.governance, "TrialRegistry", "lift", [trialId]);
  });
});

describe("a text that is not what the chain holds", () => {
  test("is not shown, and cannot be approved", async () => {
    const stop = await lieTo(page, (told) =>
      told
        .replaceAll("Sealed study", "Another study")
        .replaceAll("A new risk was found.", "No risk was found."),
    );
    await signIn(`/${protocolNumber}/2`);
    await page.getByText("This text is not what the chain holds").waitFor();
    expect(await button(/^Approve/).count()).toBe(0);
    await stop();
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
    await signIn(`/${protocolNumber}/2`);
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
