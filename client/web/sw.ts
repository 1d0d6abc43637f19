// Keeps the pages for use without a connection. Answers of the exchange are never kept here: what was true of
// a trial an hour ago is no ground to act on. Proving keys are kept by the wallet itself, checked by hash.

type LifeEvent = Event & { waitUntil(work: Promise<unknown>): void };
type FetchEvent = LifeEvent & {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
};
type NoteEvent = LifeEvent & { readonly notification: { close(): void } };
type Tab = { readonly url: string; focus(): Promise<unknown> };
type Scope = {
  addEventListener(name: "install" | "activate", listen: (event: LifeEvent) => void): void;
  addEventListener(name: "fetch", listen: (event: FetchEvent) => void): void;
  addEventListener(name: "notificationclick", listen: (event: NoteEvent) => void): void;
  skipWaiting(): Promise<void>;
  readonly clients: {
    claim(): Promise<void>;
    matchAll(of: { type: "window" }): Promise<readonly Tab[]>;
    openWindow(url: string): Promise<unknown>;
  };
};
const scope = self as unknown as Scope;

const PAGES = "pages";
/** Which build is kept whole; written last. */
const BUILD = "/kept-build";
const DOCUMENTS = ["/", "/wallet"];
/** What an installed wallet is shown with. */
const SIGNS = [
  "/icon.svg",
  "/icon-192.png",
  "/icon-512.png",
  "/icon-maskable-512.png",
  "/icon-apple-180.png",
  "/wallet.webmanifest",
];
const LISTS = ["/files.json", "/worker-files.json"];
const ENTRY = "index.html";
const OTHER_PLACES = /^(?:clinic|site|sponsor|board|auditor)\//;
/** How long a kept page waits for a newer one: a network that hangs must not keep it closed. */
const PATIENCE_MS = 3_000;
/** For what nobody waits for. */
const MOST_MS = 60_000;

type Part = {
  file: string;
  css?: string[];
  assets?: string[];
  imports?: string[];
  dynamicImports?: string[];
};
type Files = Record<string, Part>;
/** An answer that was read to its end; makes as many of it as are needed. */
type Whole = () => Response;

scope.addEventListener("install", (event) =>
  event.waitUntil(keepBuild().then(() => scope.skipWaiting())),
);
scope.addEventListener("activate", (event) => event.waitUntil(scope.clients.claim()));
scope.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  const place = placeOf(pathname);
  if (pathname.startsWith("/assets/") || SIGNS.includes(pathname)) {
    event.respondWith(keptFirst(event));
  } else if (request.mode === "navigate" && place !== undefined) {
    event.respondWith(newestFirst(event, place));
  }
});

// A reminder (wallet/reminders/) says nothing of what waits; the wallet does, once it is open.
scope.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(toWallet());
});

async function toWallet(): Promise<unknown> {
  const tabs = await scope.clients.matchAll({ type: "window" });
  const wallet = tabs.find(({ url }) => placeOf(new URL(url).pathname) === "/wallet");
  return await (wallet?.focus() ?? scope.clients.openWindow("/wallet"));
}

/** The document that serves a path; each place has one of its own, with its own policy. */
function placeOf(pathname: string): string | undefined {
  const place = `/${pathname.split("/")[1] ?? ""}`;
  return DOCUMENTS.includes(place) ? place : undefined;
}

/**
 * Reads an answer to its end before anything of it is handed on. A page that was answered with the stream itself lost
 * it whenever this worker collected garbage, and with one lost module it stayed empty.
 */
async function readWhole(answer: Response): Promise<Whole> {
  const { status, statusText } = answer;
  // A redirect is the browser's to follow; nothing but a plain answer has a body that matters.
  if (status !== 200) return () => answer;
  const body = await answer.arrayBuffer();
  const headers = new Headers(answer.headers);
  // How the bytes travelled: they are unpacked now.
  for (const name of ["content-encoding", "content-length"]) headers.delete(name);
  return () => new Response(body, { status, statusText, headers });
}

/** Files named by their content never change. */
async function keptFirst(event: FetchEvent): Promise<Response> {
  const { request } = event;
  try {
    const known = await (await caches.open(PAGES)).match(request);
    if (known !== undefined) return (await readWhole(known))();
  } catch {
    event.waitUntil(forget(request).catch(() => {}));
  }
  return (await readWhole(await fetch(request)))();
}

/** What cannot be read is fetched again by the next visit, which then looks at everything. */
async function forget(request: Request): Promise<void> {
  const kept = await caches.open(PAGES);
  await kept.delete(BUILD);
  await kept.delete(request);
}

/** The network's answer, or the kept one when that takes too long or the server is in trouble. */
async function newestFirst(event: FetchEvent, place: string): Promise<Response> {
  const newest = fetch(event.request).then(readWhole);
  // A new build has other files but the same worker, so each visit looks whether there is one. Nobody waits for it.
  event.waitUntil(Promise.race([keepVisited(place, newest), pass(MOST_MS)]).catch(() => {}));
  const known = readKept(place);
  const inTime = await Promise.race([newest, pass(PATIENCE_MS)]).catch(() => undefined);
  const answer = inTime?.();
  if (answer !== undefined && answer.status < 500) return answer;
  return (await known)?.() ?? answer ?? (await newest)();
}

async function readKept(place: string): Promise<Whole | undefined> {
  try {
    const known = await (await caches.open(PAGES)).match(place);
    return known && (await readWhole(known));
  } catch {
    return undefined;
  }
}

function pass(milliseconds: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), milliseconds));
}

async function keepVisited(place: string, newest: Promise<Whole>): Promise<void> {
  const isNew = await keepBuild();
  if (!isNew) await keepDocument(await caches.open(PAGES), place, await newest);
}

/** Keeps what the present build is made of; false when that was done before. Two tabs at once do it once. */
function keepBuild(): Promise<boolean> {
  return navigator.locks.request("cohort-zero/keep-pages", async () => {
    const [files = "", workerFiles = ""] = await Promise.all(LISTS.map(readList));
    const build = await digestOf(files + workerFiles);
    const kept = await caches.open(PAGES);
    if ((await (await kept.match(BUILD))?.text()) === build) return false;
    const names = [
      ...filesFrom(JSON.parse(files), ENTRY),
      ...(JSON.parse(workerFiles) as string[]),
    ];
    await keepFiles(kept, new Set(names.map((name) => `/${name}`)));
    await kept.put(BUILD, new Response(build));
    return true;
  });
}

async function keepFiles(kept: Cache, wanted: ReadonlySet<string>): Promise<void> {
  const here = await pathsIn(kept);
  for (const path of wanted) if (!here.has(path)) await kept.add(soon(path));
  for (const path of SIGNS) await kept.add(soon(path));
  // After their files: a document without one of them would stay empty.
  for (const place of DOCUMENTS) {
    const isKept = await keepDocument(kept, place, await readWhole(await fetch(soon(place))));
    if (!isKept) throw new Error("the exchange was renewed meanwhile; the next visit looks again");
  }
  // What an older build was made of.
  for (const path of here) {
    if (path.startsWith("/assets/") && !wanted.has(path)) await kept.delete(path);
  }
}

/** Keeps a document, unless it is of another build than the files that are kept. */
async function keepDocument(kept: Cache, place: string, document: Whole): Promise<boolean> {
  const answer = document();
  if (!answer.ok) return false;
  const needed = (await answer.text()).match(/\/assets\/[^"]+/g) ?? [];
  const here = await pathsIn(kept);
  const isWhole = needed.every((path) => here.has(path));
  if (isWhole) await kept.put(place, document());
  return isWhole;
}

/** One look for all of them: a search for each took longer than the page itself. */
async function pathsIn(kept: Cache): Promise<ReadonlySet<string>> {
  return new Set((await kept.keys()).map(({ url }) => new URL(url).pathname));
}

function soon(path: string, cache: RequestCache = "default"): Request {
  return new Request(path, { cache, signal: AbortSignal.timeout(MOST_MS) });
}

async function readList(path: string): Promise<string> {
  const answer = await fetch(soon(path, "no-store"));
  if (!answer.ok) throw new Error(`${path}: HTTP ${answer.status}`);
  return await answer.text();
}

async function digestOf(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What an entry is made of, also what it loads later, but for the places that need a connection anyway. */
function filesFrom(files: Files, entry: string): ReadonlySet<string> {
  const seen = new Set([entry]);
  const names = new Set<string>();
  for (const key of seen) {
    const part = files[key];
    if (part === undefined || OTHER_PLACES.test(key)) continue;
    const { file, css = [], assets = [], imports = [], dynamicImports = [] } = part;
    for (const name of [file, ...css, ...assets]) names.add(name);
    for (const next of [...imports, ...dynamicImports]) seen.add(next);
  }
  return names;
}
