// A page of an organisation's desk whose every request and every complaint is written down.
import type { Browser, Page } from "playwright-core";

export type Watched = {
  readonly page: Page;
  /** Address and body of each request. */
  readonly sent: string[];
  /** What the page threw, and what its policy refused. */
  readonly complaints: string[];
};

/** Opens an empty page and begins to watch. */
export async function openWatched(browser: Browser): Promise<Watched> {
  const page = await browser.newPage({ acceptDownloads: true });
  const [sent, complaints]: [string[], string[]] = [[], []];
  page.on("request", (request) => sent.push(`${request.url()} ${request.postData() ?? ""}`));
  page.on("pageerror", (problem) => complaints.push(problem.message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  return { page, sent, complaints };
}

/** Opens an address of a place and signs in with a development key. */
export async function signInAt(page: Page, address: string, role: string): Promise<void> {
  await page.goto(address);
  await page.getByRole("button", { name: `Use the development key “${role}”` }).click();
  await page.getByText(/^Acting as/).waitFor();
}
