// A browser's page at one of the places, as whoever acts there sees it; its requests and complaints are written down.
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import type { CAST } from "./exchange.ts";

/** A development key that some place offers. */
type Key = Exclude<keyof typeof CAST, "governance">;

export type Watched = {
  readonly page: Page;
  /** Address and body of each request. */
  readonly sent: string[];
  /** What the page threw, and what its policy refused. */
  readonly complaints: string[];
};

/** Opens an empty page and begins to watch. */
export async function openWatched(
  browser: Browser,
  options?: BrowserContextOptions,
): Promise<Watched> {
  const page = await browser.newPage({ acceptDownloads: true, ...options });
  const [sent, complaints]: [string[], string[]] = [[], []];
  page.on("request", (request) => sent.push(`${request.url()} ${request.postData() ?? ""}`));
  page.on("pageerror", (problem) => complaints.push(problem.message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  return { page, sent, complaints };
}

/** Opens a page at an address of a place, and signs in there where a key is named. */
export async function openPlace(browser: Browser, address: string, key?: Key): Promise<Watched> {
  const watched = await openWatched(browser);
  if (key === undefined) await watched.page.goto(address);
  else await signInAt(watched.page, address, key);
  return watched;
}

/** Goes to an address of a place and signs in with a development key. */
export async function signInAt(page: Page, address: string, key: Key): Promise<void> {
  await page.goto(address);
  await signIn(page, key);
}

/** Signs in where the page asks who acts: keys live in memory, so a fresh load asks again. */
export async function signIn(page: Page, key: Key): Promise<void> {
  await page.getByRole("button", { name: `Use the development key “${key}”` }).click();
  const role = key === "board" ? "ethics board" : key.replace(/-\d$/, "");
  await page.getByText(`Acting as ${role}`).waitFor();
}
