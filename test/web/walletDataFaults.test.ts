// The wallet's page of one's own data when things go wrong, and what it tells by being opened: a page that dies between
// sealing and answer, custodians that are away, lie or change keys, and the requests of two wallets.
import { Wallet } from "ethers";
import type { Browser, Page, Route } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  CUSTODIAN_TYPES,
  custodianDomain,
  hashKeys,
} from "../../circuits/statement/exchange/receipt.ts";
import { exchangeOf } from "../../client/api/exchange.ts";
import { startBrowser } from "./browser.ts";
import { giveKey, giveVisit, pseudonymOf } from "./exchangeDeposits.ts";
import { type DataStage, openDataStage } from "./exchangeStage.ts";
import { foundIn, recordRequests, SLOW_MS, sees, textsOf, unlock, visit } from "./wallet.ts";
import { openCut, openDataWallet, toData } from "./walletData.ts";

const PROOF_MS = 120_000;
const LIST = "**/exchange/custodians";

let stage: DataStage;
let browser: Browser;

beforeAll(async () => {
  stage = await openDataStage({ people: [0, 2] });
  browser = await startBrowser();
}, SLOW_MS);
afterAll(async () => {
  await browser?.close();
  await stage?.stop();
});

async function diaryEntries(patient: number): Promise<number> {
  const pseudonym = await pseudonymOf(stage, stage.patients[patient]!);
  const all = await exchangeOf(stage.api).entries(stage.trialId);
  return all.filter(({ entry }) => entry.pseudonym === pseudonym && entry.collection === "diary")
    .length;
}

/** Fills in the weekly questions, up to the last button. */
async function fillIn(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Answer: Weekly questions" }).click();
  await page.getByRole("radio", { name: "No" }).check();
  await page.getByRole("button", { name: "Look it over" }).click();
}

const isDeposit = (route: Route) => /mutation Deposit/.test(route.request().postData() ?? "");

describe("opening the page", () => {
  test("asks the same of everybody, whoever opens it: no request names a person or an entry", async () => {
    // One of the two has something, the other nothing.
    await giveKey(stage, stage.patients[0]!);
    const entry = await giveVisit(stage, stage.patients[0]!, { pulse: 70 });
    await openCut(stage, { permission: "participate", purpose: "Primary analysis" });
    const asked: string[][] = [];
    for (const patient of [0, 1]) {
      const { page, context } = await openDataWallet(browser, stage, { patient });
      await visit(page, "Studies");
      await page.getByRole("link", { name: stage.trial.title }).click();
      const link = page.getByRole("link", { name: "Your data" });
      await link.waitFor();
      await page.waitForLoadState("networkidle");
      const sent = recordRequests(context);
      await link.click();
      await page.getByRole("heading", { name: "What you can do" }).waitFor();
      await page.waitForLoadState("networkidle");
      asked.push(sent.map(({ url, method, body }) => `${method} ${url} ${body}`));
      await context.close();
    }
    const own = await Promise.all(stage.patients.map((one) => pseudonymOf(stage, one)));
    const hash = (await exchangeOf(stage.api).entries(stage.trialId))
      .map(({ entry: one }) => one.ciphertextHash.slice(2))
      .filter((one) => one.length > 0);
    const secrets = textsOf([...own, entry, ...hash]);
    for (const requests of asked) {
      expect(foundIn(requests.join("\n"), secrets)).toEqual([]);
    }
    const kinds = asked.map((requests) => [...new Set(requests)].sort());
    expect(kinds[0]!.length).toBeGreaterThan(5);
    expect(kinds[0]).toEqual(kinds[1]);
  }, 400_000);
});

describe("a page that dies between sealing and answer", () => {
  test("sends the same again and never a second one: what had arrived is seen, what had not is offered", async () => {
    const { page, context, complaints } = await openDataWallet(browser, stage);
    await toData(page, stage);
    await fillIn(page);
    // The exchange takes it, and the answer is lost with the page.
    let isTaken = () => {};
    const taken = new Promise<void>((resolve) => {
      isTaken = resolve;
    });
    await context.route("**/graphql", async (route) => {
      if (!isDeposit(route)) return route.fallback();
      await route.fetch();
      isTaken();
    });
    await page.getByRole("button", { name: "Seal and send" }).click();
    await taken;
    await page.reload();
    await context.unroute("**/graphql");
    await unlock(page);
    await page.getByRole("heading", { name: "What you can do" }).waitFor();
    expect(await page.locator("[data-unsent]").count()).toBe(0);
    expect(await diaryEntries(0)).toBe(1);

    // And the other way: it never leaves the device.
    const { page: other, context: place } = await openDataWallet(browser, stage, { patient: 1 });
    await toData(other, stage);
    await fillIn(other);
    let isTried = () => {};
    const tried = new Promise<void>((resolve) => {
      isTried = resolve;
    });
    await place.route("**/graphql", async (route) => {
      if (!isDeposit(route)) return route.fallback();
      isTried();
      await route.abort();
    });
    await other.getByRole("button", { name: "Seal and send" }).click();
    await tried;
    await other.reload();
    await place.unroute("**/graphql");
    await unlock(other);
    await sees(other, "Sealed on this device, and not sent");
    expect(await diaryEntries(1)).toBe(0);
    await other.getByRole("button", { name: "Send it now" }).click();
    await other.locator("[data-unsent]").waitFor({ state: "detached", timeout: PROOF_MS });
    expect(await diaryEntries(1)).toBe(1);
    expect(complaints.filter((one) => !/Failed to load|ERR_FAILED/.test(one))).toEqual([]);
    await context.close();
    await place.close();
  }, 400_000);
});

describe("a custodian", () => {
  /** What the page says when the answers were given with the list of custodians changed. */
  async function refusedWith(
    title: string,
    change: (page: Page) => Promise<unknown>,
  ): Promise<void> {
    const before = await diaryEntries(0);
    const { page, context } = await openDataWallet(browser, stage);
    await toData(page, stage);
    await page
      .locator('[data-collection="diary"]')
      .getByRole("button", { name: /^Correct number/ })
      .first()
      .click();
    await page.getByRole("button", { name: "Look it over" }).click();
    await change(page);
    await page.getByRole("button", { name: "Seal and send" }).click();
    await page.getByRole("alert").getByText(title).waitFor({ timeout: PROOF_MS });
    expect(await diaryEntries(0)).toBe(before);
    await context.close();
  }

  type Listed = { address: string; path: string }[];
  const listing = (page: Page, change: (listed: Listed) => Listed) =>
    page.context().route(LIST, async (route) => {
      const response = await route.fetch();
      const json = change((await response.json()) as Listed);
      await route.fulfill({ response, json });
    });

  test("that is missing is named, and nothing is sealed without it", async () => {
    await refusedWith("One of those who hold the keys cannot be reached", (page) =>
      listing(page, (listed) => listed.slice(1)),
    );
  }, 300_000);

  test("for whom somebody else answers is named", async () => {
    await refusedWith("Somebody else answers in place of one who holds the keys", (page) =>
      listing(page, (listed) =>
        listed.map((one, i) => (i === 0 ? { ...one, path: listed[1]!.path } : one)),
      ),
    );
  }, 300_000);

  test("whose list of keys was changed on its way is named", async () => {
    await refusedWith("The keys of one who holds them are not signed by it", (page) =>
      page.context().route("**/custodians/*/graphql", async (route) => {
        if (!/query Keys/.test(route.request().postData() ?? "")) return route.fallback();
        const response = await route.fetch();
        const json = (await response.json()) as {
          data: { keys: { keys: { publicKey: string }[] } };
        };
        // A key of the attacker's, so that it reads along.
        for (const one of json.data.keys.keys) one.publicKey = `0x${"09".repeat(32)}`;
        await route.fulfill({ response, json });
      }),
    );
  }, 300_000);

  test("that gives another key than before, signed as it should be, is named", async () => {
    const { page, context } = await openDataWallet(browser, stage);
    await toData(page, stage);
    const correct = async () => {
      await page
        .locator('[data-collection="diary"]')
        .getByRole("button", { name: /^Correct number/ })
        .first()
        .click();
      await page.getByRole("button", { name: "Look it over" }).click();
      await page.getByRole("button", { name: "Seal and send" }).click();
    };
    await correct();
    await page.getByRole("dialog").waitFor({ state: "detached", timeout: PROOF_MS });
    const before = await diaryEntries(0);
    await context.route("**/custodians/*/graphql", async (route) => {
      if (!/query Keys/.test(route.request().postData() ?? "")) return route.fallback();
      const response = await route.fetch();
      const [, address] = /custodians\/([^/]+)/.exec(route.request().url())!;
      const json = await changedKeys((await response.json()) as ToldKeys, address!);
      await route.fulfill({ response, json });
    });
    await correct();
    await page
      .getByRole("alert")
      .getByText("One who holds the keys gives another key for you than before")
      .waitFor({ timeout: PROOF_MS });
    expect(await diaryEntries(0)).toBe(before);
    await context.close();
  }, 300_000);
});

type ToldKeys = {
  data: {
    keys: {
      blockNumber: string;
      signature: string;
      keys: { pseudonym: string; publicKey: string }[];
    };
  };
};

/** Fresh keys for everybody, signed by the custodian itself: it lost them, or lets somebody read along. */
async function changedKeys(told: ToldKeys, address: string): Promise<ToldKeys> {
  const signer = ["c1", "c2", "c3"]
    .map((byte) => new Wallet(`0x${byte.repeat(32)}`))
    .find((one) => one.address.toLowerCase() === address.toLowerCase())!;
  const { keys, blockNumber } = told.data.keys;
  const changed = keys.map(({ pseudonym }) => {
    return { pseudonym, publicKey: `0x${"09".repeat(32)}` };
  });
  const value = {
    ...{ trialId: stage.trialId, count: keys.length, blockNumber: BigInt(blockNumber) },
    keys: hashKeys(changed.map((one) => ({ ...one, pseudonym: BigInt(one.pseudonym) as never }))),
  };
  const { chainId } = await stage.api.deployment();
  const domain = custodianDomain(chainId, stage.chain.deployment.addresses.CustodyLog);
  const signature = await signer.signTypedData(domain, CUSTODIAN_TYPES.KeyList, value);
  return { data: { keys: { blockNumber, signature, keys: changed } } };
}
