// Openings and closings of the wallet's tabs on a busy machine, with progress.
//   node test/web/manyTabs.ts          300 of them; TABS for others
// Ends with 1 when one of them stayed empty, or had to be loaded a second time.
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { startBrowser } from "./browser.ts";
import { openExchange } from "./exchange.ts";
import {
  type Counts,
  collectGarbage,
  GARBAGE_ARGUMENTS,
  openKeptWindow,
  openTabs,
} from "./tabs.ts";

const TABS = Number(process.env.TABS ?? 300);
const PATIENCE_MS = 60_000;
const SAY_EVERY_MS = 10_000;

const sayOf = ({ stood, reloaded, empty }: Counts) =>
  `${stood + reloaded + empty} of ${TABS} tabs: ${stood} stood, ${reloaded} only when loaded again, ${empty} empty`;

async function main(): Promise<void> {
  const [exchange, browser] = [await openExchange(), await startBrowser(GARBAGE_ARGUMENTS)];
  // As many that do nothing but compute as there are cores.
  const busy = Array.from(
    { length: availableParallelism() },
    () => new Worker("for (;;) {}", { eval: true }),
  );
  let said = Date.now();
  try {
    const { url } = exchange;
    const context = await openKeptWindow(browser, url);
    const counts = await openTabs(context, {
      ...{ url, count: TABS, patienceMs: PATIENCE_MS },
      onPair: (now) => {
        if (Date.now() - said < SAY_EVERY_MS) return;
        said = Date.now();
        console.log(sayOf(now));
      },
    });
    console.log(`${sayOf(counts)}; ${await collectGarbage(context)} collections of garbage`);
    process.exitCode = counts.stood === TABS ? 0 : 1;
  } finally {
    for (const one of busy) await one.terminate();
    await browser.close();
    await exchange.stop();
  }
}

await main();
