// GraphiQL for whoever develops against an embedded exchange: of this machine's own pages alone, signed in with a
// development key where one is chosen, and without anything from elsewhere.
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Wallet } from "ethers";
import { SiweMessage } from "siwe";
import type { Config } from "../config.ts";
import type { Services } from "../schema/context.ts";
import { isOwnDocument } from "./developmentKeys.ts";

const QUERY = `# Everything here is made up: it is an embedded exchange. Press the button, or Ctrl-Enter.
query Trials {
  trials(first: 10) {
    edges { node { protocolNumber status funnel { screened consented enrolled onStudy } } }
  }
  me { address roles }
}
`;
/** Of the row of links above it, whose height the editor has to leave. */
const STYLES = [
  "#acting{display:flex;flex-wrap:wrap;gap:.75rem;padding:.5rem 1rem;font:14px system-ui}",
  "#acting{background:#fff;color:#222}#acting a{color:#0b5394}",
  "#acting a[aria-current]{font-weight:700;color:#222}",
  "#root,#root .graphiql-container{height:calc(100vh - 2.5rem)!important}",
].join("");
/** What stands before the page's only script; its own text may hold the same words. */
const ROOT = '<div id="root"></div>';

/** Sends the page; false unless development keys are configured and one of this server's own pages leads there. */
export async function sendGraphiql(
  { config: { DEVELOPMENT_KEYS: file }, services }: { config: Config; services: Services },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  if (file === undefined || !isOwnDocument(request)) return false;
  const { keys } = JSON.parse(readFileSync(file, "utf8")) as { keys: Record<string, string> };
  const roles = Object.keys(keys).filter((role) => role !== "relayer");
  const asked = new URL(request.url ?? "", "http://localhost").searchParams.get("as");
  const role = roles.find((one) => one === asked);
  const token = role === undefined ? undefined : await tokenOf(services, keys[role]!);
  // 9 MB, which nobody else needs.
  const { renderGraphiQL } = await import("@graphql-yoga/render-graphiql");
  const nonce = randomBytes(18).toString("base64");
  const html = renderGraphiQL({
    title: "GraphiQL · Cohort Zero",
    endpoint: "/graphql",
    defaultQuery: QUERY,
  } as Parameters<typeof renderGraphiQL>[0]);
  response.writeHead(200, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": policyOf(nonce),
  });
  const [head, ...rest] = html.split(ROOT);
  const script = rest.join(ROOT).replace("<script>", () => `<script nonce="${nonce}">`);
  const code = `${PRELUDE}${token === undefined ? "" : signing(token)}`;
  const before = `<script nonce="${nonce}">${code}</script>`;
  response.end(`${head}${choiceOf(roles, role)}${before}${ROOT}${script}`);
  return true;
}

/** Each visit begins with the example: tabs of another visit come back empty. */
const PRELUDE = `try {
  for (const name of ["query", "tabState"]) localStorage.removeItem("graphiql:" + name);
} catch {}
`;

/** Every request is signed in, whatever an older tab has as its headers. The token is random text without quotes. */
function signing(token: string): string {
  return `{
  const send = globalThis.fetch;
  globalThis.fetch = (to, how = {}) => {
    const headers = new Headers(how.headers);
    headers.set("authorization", "Bearer ${token}");
    return send(to, { ...how, headers });
  };
}
`;
}

/** Its editor writes styles into the page, and its workers are made of its own text. */
function policyOf(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' blob:`,
    "worker-src blob:",
    "style-src 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** Who one may be: a link each. Roles are names of this program's own. */
function choiceOf(roles: readonly string[], current: string | undefined): string {
  const link = (href: string, name: string, isHere: boolean) =>
    `<a href="${href}"${isHere ? ' aria-current="page"' : ""}>${name}</a>`;
  const links = [
    link("/graphiql", "nobody", current === undefined),
    ...roles.map((role) => link(`/graphiql?as=${role}`, role, role === current)),
  ];
  const name = 'id="acting" aria-label="Who is signed in"';
  const start = '<a href="/">Start page</a><span>Signed in as:</span>';
  return `<style>${STYLES}</style><nav ${name}>${start}${links.join("")}</nav>`;
}

/** Signs in as anybody does, with a key that this exchange made itself. */
async function tokenOf({ sessions, deployment }: Services, key: string): Promise<string> {
  const wallet = new Wallet(key);
  const { domain } = sessions;
  const message = new SiweMessage({
    ...{ domain, address: wallet.address, uri: `http://${domain}`, version: "1" },
    statement: "Sign in to Cohort Zero.",
    chainId: Number(deployment.chainId),
    nonce: await sessions.createNonce(),
    issuedAt: new Date().toISOString(),
  }).prepareMessage();
  const session = await sessions.signIn({ message, signature: await wallet.signMessage(message) });
  if (!("token" in session)) throw new Error("a development key could not sign in");
  return session.token;
}
