// The pages: one document for every place, with a nonce of its own, and files that never change under
// their names. Serving only: what they do lies in client/web, built by scripts/web.ts.
import { createHash, randomBytes } from "node:crypto";
import { createReadStream, readdirSync, readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join } from "node:path";
import { pipeline } from "node:stream";

/** A place for each role; anything below one is the page's own business. */
export const PLACES = ["", "wallet", "clinic", "site", "sponsor", "board", "auditor"] as const;

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".wasm": "application/wasm",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
};
const NONCE_MARK = 'name="csp-nonce" content=""';

/** Answers a request for a page or one of its files; false when it is for neither. */
export type Pages = (request: IncomingMessage, response: ServerResponse, path: string) => boolean;

/**
 * Reads the built pages from a folder, once: whatever becomes of the folder, they go on as they are. Throws an Error
 * that says what to do when they were not built.
 */
export function createPages(folder: string): Pages {
  const files = readFiles(folder);
  const document = files.get("/index.html")?.toString();
  if (document === undefined) {
    throw new Error(
      `there are no pages in ${folder}: build them (npm run build), or unset WEB_DIR`,
    );
  }
  const scripts = inlineScripts(document);
  return (request, response, path) => {
    const place = path.split("/")[1] ?? "";
    if (files.has(path) && path !== "/index.html") {
      sendFile(request, response, { path, files });
    } else if ((PLACES as readonly string[]).includes(place)) {
      sendDocument(request, response, { document, scripts, place });
    } else if (isForPeople(request)) {
      // The page itself says that there is none, and leads on.
      sendDocument(request, response, { document, scripts, place: "", status: 404 });
    } else return false;
    return true;
  };
}

/** Whether a browser asks for a page to show, and no program or page for a file. */
function isForPeople({ headers }: IncomingMessage): boolean {
  return /\btext\/html\b/.test(headers.accept ?? "");
}

/** A file's content; its path, for one that lies beside its packed form (.br). */
type File = Buffer | string;

/** Everything in the folder by its path on the server. */
function readFiles(folder: string): ReadonlyMap<string, File> {
  let names: string[] = [];
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    names = entries
      .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    // Reported as "no pages": there is nothing more to say about a folder that isn't there.
  }
  const all = new Set(names);
  return new Map(
    names.map((name) => [
      `/${name.slice(folder.length).replaceAll("\\", "/").replace(/^\/+/, "")}`,
      // Every browser takes the packed one. 19 MB that hardly anybody asks for stay on the disk.
      all.has(`${name}.br`) && extname(name) !== ".html" ? name : readFileSync(name),
    ]),
  );
}

/** The build's own scripts that stand in the document, as a policy names them: by hash, so no other may run there. */
function inlineScripts(document: string): readonly string[] {
  return [...document.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(
    ([, code]) => `'sha256-${createHash("sha256").update(code!).digest("base64")}'`,
  );
}

/** The page's own policy. Nothing from anywhere else, no inline code but the build's, styles by nonce only. */
function policyOf(place: string, nonce: string, scripts: readonly string[]): string {
  // An auditor asks a node of their own choosing, and has no secrets on the page.
  const connect =
    place === "auditor" ? "'self' https: http://localhost:* http://127.0.0.1:*" : "'self'";
  return [
    "default-src 'none'",
    ["script-src 'self' 'wasm-unsafe-eval'", ...scripts].join(" "),
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' blob: data:",
    `connect-src ${connect}`,
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types default",
  ].join("; ");
}

/**
 * A worker obeys the policy on its own script. snarkjs starts its threads from blob: URLs; nothing
 * else in here may.
 */
const WORKER_POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self' blob:";
/** The auditor's worker reads a node of the auditor's choosing. */
const AUDIT_WORKER_POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' https: http://localhost:* http://127.0.0.1:*";

function sendDocument(
  request: IncomingMessage,
  response: ServerResponse,
  of: { document: string; scripts: readonly string[]; place: string; status?: number },
): void {
  const { document, scripts, place, status = 200 } = of;
  const nonce = randomBytes(18).toString("base64");
  const camera = place === "wallet" || place === "site" || place === "clinic" ? "(self)" : "()";
  response.writeHead(status, {
    "content-type": TYPES[".html"]!,
    "content-security-policy": policyOf(place, nonce, scripts),
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": `camera=${camera}, geolocation=(), microphone=(), payment=(), usb=()`,
    "cache-control": "no-cache",
  });
  const body = document.replace(NONCE_MARK, `name="csp-nonce" content="${nonce}"`);
  response.end(request.method === "HEAD" ? undefined : body);
}

function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  { path, files }: { path: string; files: ReadonlyMap<string, File> },
): void {
  const packed = files.get(`${path}.br`);
  const takesPacked = /\bbr\b/.test(String(request.headers["accept-encoding"] ?? ""));
  const isPacked = packed !== undefined && takesPacked;
  const worker = /\/(prover|data|dataset|audit)Worker-[^/]*\.js$/.exec(path)?.[1];
  const isNamedByContent = path.startsWith("/assets/");
  response.writeHead(200, {
    "content-type": TYPES[extname(path)] ?? "application/octet-stream",
    "cache-control": isNamedByContent ? "public, max-age=31536000, immutable" : "no-cache",
    ...(worker && {
      "content-security-policy": worker === "audit" ? AUDIT_WORKER_POLICY : WORKER_POLICY,
    }),
    // The service worker speaks for every place, so it must be allowed to fetch for them.
    ...(path === "/sw.js" && {
      "content-security-policy": "default-src 'none'; connect-src 'self'",
    }),
    ...(isPacked && { "content-encoding": "br" }),
  });
  if (request.method === "HEAD") return void response.end();
  const file = isPacked ? packed : files.get(path)!;
  if (typeof file !== "string") return void response.end(file);
  pipeline(createReadStream(file), response, () => {});
}
