// A real headless Chromium from npm. Each test file unpacks nothing twice: the browser lies in a private folder
// of this user, made once.
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium } from "playwright-core";

const FOLDER = join(tmpdir(), `cohort-browser-${process.getuid?.() ?? "user"}`);
/** For what a page is to show: a machine may be busy with proofs of another test, and stall. */
const PATIENCE_MS = 90_000;

/** The browser of all test files that share this process; it ends with it. */
let shared: Promise<Browser> | undefined;

/**
 * A browser, with more arguments where asked. Close it at the end. Test files of one process have one browser between
 * them, each with contexts of its own, which are all that it closes.
 */
export async function startBrowser(more: readonly string[] = []): Promise<Browser> {
  // Outside the tests' runner, a browser that nobody ends would keep the process.
  if (more.length > 0 || process.env.VITEST === undefined) return await launch(more);
  if (shared !== undefined && !(await shared).isConnected()) shared = undefined;
  shared ??= launch([]);
  return lend(await shared);
}

/** The same browser to one borrower: knows and closes only the contexts that were opened here. */
function lend(browser: Browser): Browser {
  const own = new Set<BrowserContext>();
  const newContext: Browser["newContext"] = async (options) => {
    const context = await browser.newContext(options);
    own.add(context);
    context.once("close", () => own.delete(context));
    return context;
  };
  const lent: Pick<Browser, "newContext" | "newPage" | "contexts" | "close"> = {
    newContext,
    newPage: async (options) => {
      const context = await newContext(options);
      const page = await context.newPage();
      // As the browser's own: whoever closes the page has no other hold of its context.
      page.once("close", () => void context.close().catch(() => {}));
      return page;
    },
    contexts: () => [...own],
    close: async () => {
      await Promise.all([...own].map((context) => context.close()));
    },
  };
  return Object.assign(Object.create(browser), lent);
}

async function launch(more: readonly string[]): Promise<Browser> {
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
