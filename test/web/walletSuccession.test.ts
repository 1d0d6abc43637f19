// A participant who lost their wallet comes to the site with a new one. Both sides in a real browser: the new wallet
// answers, the site replaces the lost pseudonym, and the person consents anew and arrives with a fresh proof.
import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { trialIdOf } from "../../circuits/statement/trial/trial.ts";
import { releaseProver } from "../../circuits/witness/prove.ts";
import type { Person } from "../../client/desk/person.ts";
import type { Cast } from "../../client/journey/setting.ts";
import { enroll, enrollable } from "../../client/sponsor/enroll.ts";
import { findBarriersInBoth } from "./axe.ts";
import { startBrowser } from "./browser.ts";
import { type Exchange, exampleTrial, openExchange, setScene } from "./exchange.ts";
import { openWatched, signInAt, type Watched } from "./openPlace.ts";
import { codeOf, enrolledPatient, personOf } from "./participants.ts";
import { checkPerson, confirmAll, giveAnswer, openChallenges } from "./siteDesk.ts";
import {
  atHeading,
  consentNow,
  DOCUMENT,
  openTrialPage,
  preparePatient,
  SLOW_MS,
  sees,
} from "./wallet.ts";

const TRIAL = exampleTrial("vaccine-registry");
const { protocolNumber, title } = TRIAL;
const trialId = trialIdOf(protocolNumber);

let exchange: Exchange;
let browser: Browser;
let cast: Cast;
let watched: Watched;
/** The site's page, and the new wallet's. */
let desk: Page;
let wallet: Page;
let ann: Person;
/** The pseudonym that Ann lost, and that of somebody else. */
let lost: bigint;
let other: bigint;
let answers: string[];
/** Printed with the consents of Ann's lost wallet and of the other. */
let codes: { lost: string; other: string };

beforeAll(async () => {
  [exchange, browser] = [await openExchange(), await startBrowser()];
  cast = await setScene(exchange, TRIAL);
  const before = await enrolledPatient(exchange, { cast, trial: TRIAL, index: 0 });
  ann = personOf({ ...before, document: DOCUMENT });
  lost = (await participants())[0]!.pseudonym;
  const stranger = await enrolledPatient(exchange, { cast, trial: TRIAL, index: 2 });
  other = (await participants()).find(({ pseudonym }) => pseudonym !== lost)!.pseudonym;
  const at = { exchange, protocolNumber };
  codes = { lost: await codeOf(before, at), other: await codeOf(stranger, at) };
  wallet = await (await browser.newContext()).newPage();
  await preparePatient(wallet, { exchange, cast, index: 0 });
  watched = await openWatched(browser);
  desk = watched.page;
}, SLOW_MS);
afterAll(async () => {
  await browser?.close();
  await exchange?.stop();
  await releaseProver();
});

const participants = async () => (await exchange.api.publicState(trialId)).participants;
/** Where the server says somebody stands. */
const stateOf = async (pseudonym: bigint) =>
  (await participants()).find((one) => one.pseudonym === pseudonym)?.state;

const button = (name: string | RegExp) => desk.getByRole("button", { name });
const marks = (word: string) => desk.getByRole("img", { name: word, exact: true });
const advice = (text: RegExp) =>
  desk.getByRole("alert").filter({ hasText: "What to do" }).getByText(text);
const visitAt = (path: string) =>
  signInAt(desk, `${exchange.url}/site/${protocolNumber}/1/${path}`, "site-1");

/** A new challenge, as the desk keeps it for a reload. */
async function newChallenge(count: number): Promise<string> {
  await button(/^Make a (new )?challenge$/).click();
  await expect.poll(async () => (await openChallenges(desk)).length).toBe(count);
  return JSON.stringify((await openChallenges(desk)).at(-1));
}

const give = (text: string) => giveAnswer(desk, text);
const check = (person: Person) => checkPerson(desk, person);

/** Types a pseudonym's first digits and takes what is then offered. */
async function choose(pseudonym: bigint): Promise<void> {
  const field = desk.getByRole("combobox", { name: "The lost pseudonym" });
  await field.fill(String(pseudonym).slice(0, 12));
  await desk.getByRole("option").first().waitFor();
  expect(await desk.getByRole("option").allTextContents()).toEqual([`${pseudonym} (expected)`]);
  await desk.getByRole("option").click();
}

/** Shows the wallet the site's challenge and types the document; the answer is not made yet. */
async function takeChallenge(challenge: string): Promise<void> {
  await wallet.getByLabel("The site's code").fill(challenge);
  await wallet.getByRole("button", { name: "Use this" }).click();
  await wallet.getByLabel("Your identity document").fill(DOCUMENT);
}

/** The wallet's answer, as it saves it. */
async function makeAnswer(): Promise<string> {
  await wallet.getByRole("button", { name: "Make my answer" }).click();
  await sees(wallet, "Show this to the site");
  const [download] = await Promise.all([
    wallet.waitForEvent("download"),
    wallet.getByRole("button", { name: "Save as a file" }).click(),
  ]);
  const answer = readFileSync(await download.path(), "utf8");
  await wallet.getByRole("link", { name: /back to the study/ }).click();
  await atHeading(wallet, title);
  return answer;
}

const typeCode = (code: string) =>
  desk.getByLabel("The printed withdrawal code of the lost wallet").fill(code);

async function openReplacing(): Promise<void> {
  await wallet.getByRole("link", { name: "let your site replace it" }).click();
  await atHeading(wallet, "Check in at the site");
}

describe("a lost wallet's successor", () => {
  test("is told on the study's page to go to the site, and not to prove again", async () => {
    await openTrialPage(wallet, title);
    await sees(wallet, /Then do not prove again/);
    expect(await findBarriersInBoth(wallet)).toEqual([]);
    await openReplacing();
  });

  test(
    "is checked by the site once it is said whose wallet was lost",
    async () => {
      await visitAt("new-wallet");
      const field = desk.getByRole("combobox", { name: "The lost pseudonym" });
      await field.fill("999999999999");
      await desk.getByText("No such pseudonym at this site").waitFor();
      await field.fill("");
      expect(await button("Make a challenge").isDisabled()).toBe(true);
      await choose(lost);
      const challenge = await newChallenge(1);
      expect(JSON.parse(challenge)).toMatchObject({ succeeds: String(lost) });
      expect(await findBarriersInBoth(desk)).toEqual([]);
      // To a challenge that names no lost pseudonym, a wallet that has not joined has nothing to say.
      await takeChallenge(JSON.stringify({ ...JSON.parse(challenge), succeeds: null }));
      await wallet.getByRole("button", { name: "Make my answer" }).click();
      await sees(wallet, "You have not joined this study");
      await wallet.getByRole("button", { name: "Take another code" }).click();
      await takeChallenge(challenge);
      await sees(wallet, "In place of a lost wallet");
      expect(await findBarriersInBoth(wallet)).toEqual([]);
      answers = [await makeAnswer()];
      await choose(other);
      await openReplacing();
      await takeChallenge(await newChallenge(2));
      answers.push(await makeAnswer());
      await choose(lost);
      await give(answers[0]!);
    },
    SLOW_MS,
  );

  test("is refused when somebody else comes", async () => {
    await check({ ...ann, birthDate: "1980-01-01" });
    await advice(/do not admit this person/).waitFor();
    expect(await marks("Passed").count()).toBe(2);
    expect(await marks("Not checked").count()).toBe(6);
    expect(await button(/^Sign the/).count()).toBe(0);
    expect(await findBarriersInBoth(desk)).toEqual([]);
    expect(await stateOf(lost)).toBe("pending-on-study");
  });

  test("takes the place of the lost pseudonym, and of no other", async () => {
    await check(ann);
    await advice(/only the printed withdrawal code/).waitFor();
    await typeCode(codes.lost);
    await button("Check").click();
    await desk.getByRole("heading", { name: "Everything holds" }).waitFor();
    expect(await marks("Passed").count()).toBe(9);
    expect(await findBarriersInBoth(desk)).toEqual([]);
    // What was checked is about one pseudonym: with another one chosen there is nothing to sign.
    await choose(other);
    await button(/^Sign the/).waitFor({ state: "detached" });
    await choose(lost);
    await give(answers[0]!);
    await typeCode(codes.lost);
    await check(ann);
    await button("Sign the replacement").click();
    await desk.getByText("The new wallet is admitted").waitFor();
    await desk.getByText(String(lost), { exact: true }).waitFor();
    expect(await findBarriersInBoth(desk)).toEqual([]);
    expect(await stateOf(lost)).toBe("off-study");
    expect(await stateOf(other)).toBe("pending-on-study");
    expect((await exchange.api.publicState(trialId)).screenings).toHaveLength(3);
  });

  test("cannot take over a second participation", async () => {
    await button("Next person").click();
    await choose(other);
    await give(answers[1]!);
    await typeCode(codes.other);
    await check(ann);
    await advice(/has been screened for this trial on its own/).waitFor();
    expect(await marks("Passed").count()).toBe(5);
    expect(await button(/^Sign the/).count()).toBe(0);
    expect(await stateOf(other)).toBe("pending-on-study");
    const field = desk.getByRole("combobox", { name: "The lost pseudonym" });
    await field.fill(String(lost).slice(0, 12));
    await desk.getByText("No such pseudonym at this site").waitFor();
  });

  test("consents again under a pseudonym of its own, and is enrolled", async () => {
    await wallet.getByRole("button", { name: "I have read this, and I consent" }).waitFor();
    expect(await wallet.getByRole("link", { name: "let your site replace it" }).count()).toBe(0);
    await consentNow(wallet, TRIAL);
    await sees(wallet, "You have consented. The sponsor enrolls you next");
    const pseudonyms = await enrollable(cast.sponsor, protocolNumber);
    expect(pseudonyms).toHaveLength(1);
    expect([lost, other]).not.toContain(pseudonyms[0]);
    await enroll(cast.sponsor, { protocolNumber, pseudonyms });
    await sees(wallet, "You were enrolled");
    await sees(wallet, "Your new wallet took the place of the lost one");
  });
});

describe("a site that asks for a fresh proof", () => {
  let answer: string;
  /** The pseudonym of the one who is still to arrive, besides the other. */
  const expected = async () => {
    const [one] = (await participants()).filter(
      ({ pseudonym, state }) => state === "pending-on-study" && pseudonym !== other,
    );
    return String(one!.pseudonym);
  };

  test("says so, and the wallet's answer includes one", async () => {
    await visitAt("arrival");
    await desk.getByRole("switch", { name: /the criteria hold today/ }).check();
    const challenge = await newChallenge(2);
    expect(JSON.parse(challenge)).toMatchObject({ freshEligibility: true });
    const asks = desk.getByText("Asks for a proof that the criteria hold today.");
    await asks.waitFor();
    expect(await findBarriersInBoth(desk)).toEqual([]);
    // A new wallet has nothing to prove afresh: it is shown another.
    await visitAt("new-wallet");
    await button("Make a challenge").waitFor();
    expect(await asks.count()).toBe(0);
    await visitAt("arrival");
    await asks.waitFor();
    await wallet.getByRole("link", { name: "Check in at the site" }).click();
    await takeChallenge(challenge);
    answer = await makeAnswer();
    expect(JSON.parse(answer).eligibility).not.toBeNull();
  });

  test("refuses an answer that leaves it out", async () => {
    await give(JSON.stringify({ ...JSON.parse(answer), eligibility: null }));
    await check(ann);
    await advice(/no proof that the criteria hold today/).waitFor();
    expect(await marks("Passed").count()).toBe(6);
    expect(await marks("Failed").count()).toBe(1);
    expect(await button(/^Sign the/).count()).toBe(0);
    // About whom a screen failure would be recorded.
    const result = desk.getByRole("region", { name: "Do not sign" });
    await result.getByText((await expected()).slice(0, 10)).waitFor();
    expect(await findBarriersInBoth(desk)).toEqual([]);
  });

  test("admits whoever still meets the criteria, by the pseudonym it shows", async () => {
    await button("Take another").click();
    await give(answer);
    await check(ann);
    await desk.getByRole("heading", { name: "Everything holds" }).waitFor();
    expect(await marks("Passed").count()).toBe(10);
    const pseudonym = await expected();
    const sign = desk.getByRole("region", { name: "Confirm, and sign" });
    await sign.getByText(pseudonym.slice(0, 10)).waitFor();
    await confirmAll(desk);
    expect(await findBarriersInBoth(desk)).toEqual([]);
    await button("Sign the arrival").click();
    await desk.getByText("The arrival is on the chain", { exact: false }).waitFor();
    expect(await stateOf(BigInt(pseudonym))).toBe("on-study");
    await sees(wallet, "You take part in this study.");
  });

  test("nothing about the person was sent or kept by the desk", async () => {
    const kept = await desk.evaluate(() =>
      JSON.stringify([{ ...sessionStorage }, { ...localStorage }]),
    );
    const everything = `${watched.sent.join("\n")}${kept}`;
    for (const words of [ann.birthDate, ann.document, "1980-01-01"]) {
      expect(everything).not.toContain(words);
    }
    expect(watched.complaints).toEqual([]);
  });
});
