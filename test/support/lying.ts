// A server that lies consistently: what its heads name by digest is changed like all that it answers, and named anew.
import { createHash } from "node:crypto";
import type { Page } from "playwright-core";
import { vi } from "vitest";

type Lie = (told: string) => string;
type Read = (url: string) => Promise<string>;

/** What such a server answers at a URL, of which the honest one's answers are read. */
function createLiar(lie: Lie): (url: string, read: Read) => Promise<string> {
  const lies = new Map<string, string>();
  return async (url, read) => {
    const { origin, pathname } = new URL(url);
    const changed = lies.get(pathname.split("/").at(-1)!);
    if (changed !== undefined) return changed;
    const told = lie(await read(url));
    const [, subject] = /^\/state\/trials\/(.*)/.exec(pathname) ?? [];
    const [, named] = /"terms":"([0-9a-f]{64})"/.exec(told) ?? [];
    if (subject === undefined || named === undefined) return told;
    const terms = lie(await read(`${origin}/state/segments/${subject}/${named}`));
    const digest = createHash("sha256").update(terms).digest("hex");
    lies.set(digest, terms);
    return told.replace(named, digest);
  };
}

/** Acts while this process is lied to. */
export async function whileTold<T>(lie: Lie, act: () => Promise<T>): Promise<T> {
  const { fetch } = globalThis;
  const liar = createLiar(lie);
  const lying = vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    let honest: Response | undefined;
    const told = await liar(String(input), async (url) => {
      if (url !== String(input)) return await (await fetch(url)).text();
      honest = await fetch(input, init);
      return await honest.text();
    });
    // "Not modified" has no body.
    return honest?.status === 304 ? honest : new Response(told, honest);
  });
  try {
    return await act();
  } finally {
    lying.mockRestore();
  }
}

/** Lies to a page about public state, until it is told to stop. */
export async function lieTo(page: Page, lie: Lie): Promise<() => Promise<void>> {
  const liar = createLiar(lie);
  await page.route("**/state/**", async (route) => {
    let headers: Record<string, string> = {};
    const asked = route.request().url();
    const body = await liar(asked, async (url) => {
      const answer = await page.request.get(url);
      if (url === asked) headers = answer.headers();
      return await answer.text();
    });
    // It is sent as it is read: unpacked, and of another length.
    const { "content-encoding": _, "content-length": __, ...others } = headers;
    await route.fulfill({ headers: { ...others, "content-type": "application/json" }, body });
  });
  return () => page.unroute("**/state/**");
}
