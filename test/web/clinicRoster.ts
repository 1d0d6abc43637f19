// The clinic's roster on its page, for tests of a browser.
import type { Page } from "playwright-core";

export const ROSTER_PASSPHRASE = "a roster of six plain words";

/** Begins a roster where the page asks for one. */
export async function beginRoster(page: Page): Promise<void> {
  await page.getByLabel("Passphrase of a new roster", { exact: true }).fill(ROSTER_PASSPHRASE);
  await page.getByLabel("Passphrase of a new roster again").fill(ROSTER_PASSPHRASE);
  await page.getByRole("button", { name: "Start a new roster" }).click();
}

/** Opens the roster that the browser keeps. */
export async function openRoster(page: Page, passphrase = ROSTER_PASSPHRASE): Promise<void> {
  await page.getByLabel("Passphrase of the roster").fill(passphrase);
  await page.getByRole("button", { name: "Open the roster" }).click();
}

/** Everything in this page's IndexedDB, bytes as Latin-1. */
export async function findStored(page: Page): Promise<string> {
  return await page.evaluate(async () => {
    const promised = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const found: string[] = [];
    for (const { name } of await indexedDB.databases()) {
      const database = await promised(indexedDB.open(name!));
      for (const store of database.objectStoreNames) {
        const values = await promised(database.transaction(store).objectStore(store).getAll());
        const text = (_: string, value: unknown) =>
          value instanceof Uint8Array ? new TextDecoder("latin1").decode(value) : value;
        found.push(JSON.stringify(values, text));
      }
      database.close();
    }
    return found.join("\n");
  });
}
