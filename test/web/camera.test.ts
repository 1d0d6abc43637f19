// What a camera sees, read by the pages: a film of codes is the browser's camera, and a record comes in by it.
import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import encodeQR from "qr";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Cast } from "../../client/journey/setting.ts";
import { toFrames } from "../../client/web/shared/frames.ts";
import { testFolder } from "../support/server.ts";
import { findBarriersInBoth } from "./axe.ts";
import { startBrowser } from "./browser.ts";
import { type Exchange, exampleTrial, openExchange, setScene } from "./exchange.ts";
import { issueRecord, makeWallet, readCode, SLOW_MS, sees, visit } from "./wallet.ts";

/** As of a laptop's camera. */
const [WIDTH, HEIGHT] = [1280, 720];
/** Pixels a module: a code at arm's length. */
const MODULE = 5;
const film = join(testFolder(), "film.y4m");

let exchange: Exchange;
let cast: Cast;
let browser: Browser;
let page: Page;
let record: string;

beforeAll(async () => {
  writeFilm([" "]);
  exchange = await openExchange();
  browser = await startBrowser([
    // Nobody is there to allow it: it is allowed, and another browser has none.
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    `--use-file-for-fake-video-capture=${film}`,
  ]);
  cast = await setScene(exchange, exampleTrial("vaccine-registry"));
  page = await (await browser.newContext()).newPage();
  await makeWallet(page, exchange.url);
  record = await issueRecord({ exchange, cast, code: await readCode(page), index: 0 });
}, SLOW_MS);
afterAll(async () => {
  await browser?.close();
  await exchange?.stop();
});

/** Writes codes in turn as what the camera sees (YUV4MPEG2), over and over. */
function writeFilm(texts: readonly string[]): void {
  const file = openSync(film, "w");
  writeSync(file, `YUV4MPEG2 W${WIDTH} H${HEIGHT} F3:1 Ip A1:1 C420jpeg\n`);
  const colours = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
  for (const text of texts) {
    writeSync(file, "FRAME\n");
    writeSync(file, drawCode(text));
    writeSync(file, colours);
  }
  closeSync(file);
}

/** A code in the middle of a grey room, as brightness by pixel. */
function drawCode(text: string): Buffer {
  const picture = Buffer.alloc(WIDTH * HEIGHT, 150);
  const rows = encodeQR(text, "raw", { ecc: "low", border: 4 });
  const [left, top] = [WIDTH, HEIGHT].map((size) => (size - rows.length * MODULE) >> 1);
  for (const [y, row] of rows.entries()) {
    for (const [x, isDark] of row.entries()) {
      for (let line = 0; line < MODULE; line++) {
        const at = (top! + y * MODULE + line) * WIDTH + left! + x * MODULE;
        picture.fill(isDark ? 40 : 220, at, at + MODULE);
      }
    }
  }
  return picture;
}

/** Opens the page that takes records in, and the camera there. */
async function scan(page: Page): Promise<void> {
  await visit(page, "Overview");
  await page.getByRole("link", { name: "Add a record" }).click();
  await page.getByRole("button", { name: "Scan" }).click();
}

describe("the camera", () => {
  test("says when it cannot be used, and what to do instead", async () => {
    const without = await startBrowser();
    try {
      const other = await (await without.newContext()).newPage();
      await makeWallet(other, exchange.url);
      await scan(other);
      await other.getByText(/camera cannot be used.*paste the text or open the file/).waitFor();
      expect(await findBarriersInBoth(other)).toEqual([]);
    } finally {
      await without.close();
    }
  });

  test("reads a record of many codes, shown in turn", async () => {
    const frames = await toFrames(record);
    expect(frames.length).toBeGreaterThan(5);
    // It comes in at the middle of a turn.
    writeFilm([...frames.slice(3), ...frames.slice(0, 3)]);
    await scan(page);
    await page.getByText(new RegExp(`[1-9] of ${frames.length} codes read`)).waitFor();
    expect(await findBarriersInBoth(page)).toEqual([]);
    await sees(page, "The record is in your wallet");
  });
});
