// An amendment must not move the day up to which identities may have been bound: whoever has a wallet "lost" between
// two versions would be screened a second time.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { approveVersion, reviewVersion } from "../../client/board/approve.ts";
import {
  amendTrial,
  prepareAmendment,
  publishPrepared,
  publishTrial,
} from "../../client/sponsor/publish.ts";
import { draftTrialDocument, termsOf, writeTrialDocument } from "../../client/trial/document.ts";
import { type Exchange, startExchange } from "../patient/exchange.ts";
import { CRITERIA, trialFile } from "../patient/trial.ts";
import { KEYS } from "../support/chain.ts";

const PASSPHRASE = "a passphrase for the sealed trial";
let exchange: Exchange;

beforeAll(async () => {
  exchange = await startExchange();
});
afterAll(() => exchange?.stop());

/** Publishes a first version that the board approves, and lets ten days pass. */
async function published(protocolNumber: string, sealWith?: string) {
  const { sponsor, board } = exchange.cast;
  const options = {
    trial: trialFile(CRITERIA, protocolNumber),
    siteSigners: { 1: KEYS.site.address },
    board: board.address,
    ...(sealWith !== undefined && { sealWith }),
  };
  const first = await publishTrial(sponsor, options);
  const of = { api: board.api, protocolNumber, documentKey: sealWith };
  const expiresAt = board.deployment.chainTime + 100 * 86_400;
  await approveVersion(board, { review: await reviewVersion(of), expiresAt });
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
    // By the command it cannot: what is published is amended, and an amendment keeps the day.
    await expect(publishTrial(sponsor, options)).rejects.toThrow(/published already/);
    const prepared = await prepareAmendment(sponsor, options);
    const { siteSigners } = options;
    const { latestIdentitySince } = draftTrialDocument({
      trial: options.trial,
      today: await exchange.today(),
    });
    const document = { ...prepared.document, latestIdentitySince };
    const text = writeTrialDocument(document);
    const terms = termsOf({ document, published: text, isSealed: false, siteSigners });
    const { version } = await publishPrepared(sponsor, {
      ...prepared,
      ...{ document, terms, published: text },
    });
    expect(version).toBe(2);
    expect(latestIdentitySince > first.document.latestIdentitySince).toBe(true);
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
