// Keeps the pages for use without a connection. Answers of the exchange are never kept here: what was true of
// a trial an hour ago is no ground to act on. Proving keys are kept by the wallet itself, checked by hash.

type FetchEvent = Event & {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
  waitUntil(work: Promise<unknown>): void;
};
type LifeEvent = Event & { waitUntil(work: Promise<unknown>): void };
type Scope = {
  addEventListener(name: "install" | "activate", listen: (event: LifeEvent) => void): void;
  addEventListener(name: "fetch", listen: (event: FetchEvent) => void): void;
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
};
const scope = self as unknown as Scope;

const PAGES = "pages";
const DOCUMENTS = ["/", "/wallet"];
const ENTRY = "index.html";
const OTHER_PLACES = /^(?:clinic|site|sponsor|board|auditor)\//;
type Part = {
  file: string;
  css?: string[];
  assets?: string[];
  imports?: string[];
  dynamicImports?: string[];
};
type Files = Record<string, Part>;

scope.addEventListener("install", (event) =>
  event.waitUntil(keepAll().then(() => scope.skipWaiting())),
);
scope.addEventListener("activate", (event) => event.waitUntil(scope.clients.claim()));
scope.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (pathname.startsWith("/assets/") || pathname === "/icon.svg") {
    event.respondWith(keptFirst(request));
  } else if (request.mode === "navigate" && placeOf(pathname) !== undefined) {
    event.respondWith(newestFirst(placeOf(pathname)!, request));
    // A new build has other files but the same worker: so what to keep is looked up at each visit.
    event.waitUntil(keepAll().catch(() => {}));
  }
});

/** The document that serves a path; each place has one of its own, with its own policy. */
function placeOf(pathname: string): string | undefined {
  const place = `/${pathname.split("/")[1] ?? ""}`;
  return DOCUMENTS.includes(place) ? place : undefined;
}

async function keepAll(): Promise<void> {
  const [files, worker] = await Promise.all([
    readList<Files>("/files.json"),
    readList<readonly string[]>("/worker-files.json"),
  ]);
  const wanted = new Set([...filesFrom(files, ENTRY), ...worker].map((name) => `/${name}`));
  const kept = await caches.open(PAGES);
  await kept.addAll([...DOCUMENTS, "/icon.svg"]);
  for (const path of wanted) if (!(await kept.match(path))) await kept.add(path);
  // What an older version of the pages was made of.
  for (const { url } of await kept.keys()) {
    const { pathname } = new URL(url);
    if (pathname.startsWith("/assets/") && !wanted.has(pathname)) await kept.delete(pathname);
  }
}

async function readList<T>(path: string): Promise<T> {
  return (await (await fetch(path, { cache: "no-store" })).json()) as T;
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

/** Files named by their content never change. */
async function keptFirst(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? (await fetch(request));
}

async function newestFirst(place: string, request: Request): Promise<Response> {
  const kept = await caches.open(PAGES);
  try {
    const answer = await fetch(request);
    if (answer.ok) await kept.put(place, answer.clone());
    return answer;
  } catch (problem) {
    const known = await kept.match(place);
    if (known) return known;
    throw problem;
  }
}
