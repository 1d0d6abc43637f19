// A real headless Chromium from npm. Each test file unpacks nothing twice: the browser lies in a private folder
// of this user, made once.
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const FOLDER = join(tmpdir(), `cohort-browser-${process.getuid?.() ?? "user"}`);
/** For what a page is to show: a machine may be busy with proofs of another test, and stall. */
const PATIENCE_MS = 90_000;

/** Starts a browser, with more arguments where asked. Close it at the end. */
export async function startBrowser(more: readonly string[] = []): Promise<Browser> {
  mkdirSync(FOLDER, { recursive: true, mode: 0o700 });
  // The package reuses whatever `chromium` lies in the temporary folder, however old: so one of our own. It reads
  // the variable when it is loaded.
  const before = process.env.TMPDIR;
  process.env.TMPDIR = FOLDER;
  try {
    const { default: packed } = await import("@sparticuz/chromium");
    const executablePath = await packed.executablePath();
    const browser = await chromium.launch({
      executablePath,
      headless: true,
      // Not the package's own arguments: they switch off what is tested here.
      args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", ...more],
    });
    browser.on("context", (context) => context.setDefaultTimeout(PATIENCE_MS));
    return browser;
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
}
