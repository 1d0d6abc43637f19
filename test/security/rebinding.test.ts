// An amendment must not move the day up to which identities may have been bound: whoever has a wallet "lost" between
// two versions would be screened a second time.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reviewVersion } from "../../client/board/approve.ts";
import { amendTrial, publishTrial } from "../../client/sponsor/publish.ts";
import { type Exchange, KEYS, startExchange } from "../patient/exchange.ts";
import { CRITERIA, trialFile } from "../patient/trial.ts";

const PASSPHRASE = "a passphrase for the sealed trial";
let exchange: Exchange;

beforeAll(async () => {
  exchange = await startExchange();
});
afterAll(() => exchange?.stop());

/** Publishes a first version, and lets ten days pass. */
async function published(protocolNumber: string, sealWith?: string) {
  const { sponsor, board } = exchange.cast;
  const options = {
    trial: trialFile(CRITERIA, protocolNumber),
    siteSigners: { 1: KEYS.site.address },
    board: board.address,
    ...(sealWith !== undefined && { sealWith }),
  };
  const first = await publishTrial(sponsor, options);
  await exchange.advance(10 * 86_400);
  return { sponsor, board, options, first };
}

describe("an amendment", () => {
  test("keeps the first version's re-binding day, and the board finds it so", async () => {
    const { sponsor, board, options, first } = await published("CZ-OPEN-1");
    const { document } = await amendTrial(sponsor, options);
    expect(document.latestIdentitySince).toBe(first.document.latestIdentitySince);
    const review = await reviewVersion({ api: board.api, protocolNumber: "CZ-OPEN-1" });
    expect(review.version.version).toBe(2);
  });

  test("keeps it when the trial is sealed, and is refused without the trial's passphrase", async () => {
    const { sponsor, options, first } = await published("CZ-SEALED-1", PASSPHRASE);
    const { sealWith, ...open } = options;
    await expect(amendTrial(sponsor, open)).rejects.toMatchObject({ code: "WrongPassphrase" });
    const { document } = await amendTrial(sponsor, { ...open, sealWith: sealWith! });
    expect(document.latestIdentitySince).toBe(first.document.latestIdentitySince);
  });

  test("of a sponsor who moves the day is refused by the board", async () => {
    const { sponsor, board, options, first } = await published("CZ-MOVED-1");
    // Publishing as if anew writes today's day into the document.
    const { document, version } = await publishTrial(sponsor, options);
    expect(version).toBe(2);
    expect(document.latestIdentitySince > first.document.latestIdentitySince).toBe(true);
    const of = { api: board.api, protocolNumber: "CZ-MOVED-1" };
    await expect(reviewVersion(of)).rejects.toMatchObject({
      code: "TrialTampered",
      details: { problem: expect.stringContaining("latestIdentitySince") },
    });
    expect((await reviewVersion({ ...of, version: 1 })).version.version).toBe(1);
  });
});

test("a text that no wallet could read is not published, nor its protocol number taken", async () => {
  const { sponsor, board } = exchange.cast;
  const trial = { ...trialFile(CRITERIA, "CZ-UNREADABLE-1"), sites: [] };
  const options = { trial, siteSigners: {}, board: board.address };
  await expect(publishTrial(sponsor, options)).rejects.toThrow(/sites/);
  const known = (await sponsor.api.trials()).map(({ protocolNumber }) => protocolNumber);
  expect(known).not.toContain("CZ-UNREADABLE-1");
});
