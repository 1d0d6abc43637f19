// The custodians that this exchange knows, and the way to them for pages, whose policy lets them reach their own server
// only. It passes on what is sent, to the addresses that the operator set and to no others, without cookies or sessions
// and without telling who asks.
//
// What a server that lies can do here: not answer, answer late, answer with what a custodian said earlier, or send to
// somebody else. It cannot answer in a custodian's name: lists of keys and receipts are signed by accounts that the
// trial's version names, lists name their block, and a released share is sealed to the request's own key. What it reads
// on the way (entries asked for, receipts) is public. Whoever trusts it less asks custodians themselves: `url` says where.
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { and, eq } from "drizzle-orm";
import { accreditations } from "../accreditation/tables.ts";
import { type Route, sendJson } from "../http/route.ts";
import { isClientGone } from "../limits/body.ts";
import { COSTS } from "../limits/costs.ts";

/** As custodians take at most: a hundred packages with their paths. */
const MAX_BODY_BYTES = 1_000_000;
/** The keys of 200,000 participants. */
const MAX_ANSWER_BYTES = 2 ** 25;
/** A custodian looks at the chain and opens a hundred shares before it answers. */
const TIMEOUT_MS = 60_000;
const PATH = "/custodians/";
const JSON_TYPE = /^application\/(?:graphql-response\+)?json\b/;

/** Who they are: account, own address, the way through this server, and the name that governance accredited. */
export const listCustodians: Route = async ({ config, services: { db }, response }) => {
  const holders = await db
    .select({ account: accreditations.account, name: accreditations.name })
    .from(accreditations)
    .where(and(eq(accreditations.role, "custodian"), eq(accreditations.active, true)));
  const names = new Map(holders.map(({ account, name }) => [account.toLowerCase(), name]));
  const listed = config.CUSTODIANS.map(({ address, url }) => {
    const name = names.get(address);
    return { address, url, path: `${PATH}${address}`, ...(name !== undefined && { name }) };
  });
  sendJson(response, 200, listed);
};

/** POST /custodians/<address>/graphql: the body as it came, and the answer as it comes. */
export const askCustodian: Route = async (at) => {
  const { config, request, response, parameter } = at;
  const [address, below] = parameter.split("/");
  const known = config.CUSTODIANS.find((one) => one.address === address?.toLowerCase());
  if (known === undefined || below !== "graphql" || parameter.split("/").length > 2) {
    return sendProblem(at, { status: 404, code: "NotFound", message: "no such custodian here" });
  }
  if (!/^application\/json\b/.test(request.headers["content-type"] ?? "")) {
    const message = "GraphQL takes application/json only";
    return sendProblem(at, { status: 415, code: "BAD_REQUEST", message });
  }
  const body = await at.bodies.read({ ...at, limit: MAX_BODY_BYTES });
  if (body === undefined) {
    response.setHeader("connection", "close");
    const message = `a request may have ${MAX_BODY_BYTES} bytes`;
    return sendProblem(at, { status: 413, code: "TooLarge", message });
  }
  at.charge(COSTS.graphql + (body.length / MAX_BODY_BYTES) * COSTS.body);
  await passOn(at, `${known.url}/graphql`, body);
};

async function passOn(at: Parameters<Route>[0], url: string, body: Buffer): Promise<void> {
  const { request, response, services } = at;
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const headers = { "content-type": "application/json", accept: "application/json" };
  const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(TIMEOUT_MS)]);
  // Where it leads is the operator's word, not the custodian's: a redirect is no answer.
  const init = { method: "POST", headers, body: new Uint8Array(body), signal } as const;
  const answer = await fetch(url, { ...init, redirect: "error" }).catch(() => undefined);
  const isJson = JSON_TYPE.test(answer?.headers.get("content-type") ?? "");
  if (answer?.body == null || !isJson) {
    void answer?.body?.cancel().catch(() => {});
    const message = "the custodian does not answer";
    return sendProblem(at, { status: 502, code: "CustodianUnavailable", message });
  }
  response.writeHead(answer.status, {
    "content-type": "application/json",
    "cache-control": "no-store",
  });
  try {
    await pipeline(answer.body, upTo(MAX_ANSWER_BYTES), response);
  } catch (problem) {
    // What has begun cannot become a refusal: the client sees that it broke off.
    response.destroy();
    if (!isClientGone(request, response, problem))
      services.log.warn({ url }, "a custodian's answer broke");
  }
}

/** Passes so many bytes on, and fails at the next one. */
function upTo(limit: number): Transform {
  let size = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      size += chunk.length;
      if (size > limit) done(new Error("the answer is larger than the limit"));
      else done(null, chunk);
    },
  });
}

type Problem = { readonly status: number; readonly code: string; readonly message: string };

function sendProblem({ response }: Parameters<Route>[0], problem: Problem): void {
  const { status, code, message } = problem;
  sendJson(response, status, { errors: [{ message, extensions: { code } }] });
}
