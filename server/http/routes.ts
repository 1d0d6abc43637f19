// Plain GET routes: health, metrics, artifacts and public state as cacheable bytes.
import type { Config } from "../config.ts";
import type { Services } from "../schema/context.ts";
import { sendArtifact } from "../verify/artifacts.ts";
import { sendDevelopmentKeys, sendDevelopmentNode } from "./developmentKeys.ts";
import { sendGraphiql } from "./graphiql.ts";
import { type Route, sendJson } from "./route.ts";

/** For operators, who may want them on an address of their own; never limited. By path. */
export const OPERATOR_ROUTES: Readonly<Record<string, Route>> = {
  "/health": async ({ response }) => sendJson(response, 200, { status: "up" }),
  "/ready": async ({ services, config, response }) => {
    const parts = await readiness(services, config);
    const isReady = Object.values(parts).every(Boolean);
    sendJson(response, isReady ? 200 : 503, { status: isReady ? "ready" : "not ready", ...parts });
  },
  "/metrics": async ({ services, metrics, bodies, response }) => {
    response.writeHead(200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
    response.end(await metrics.text(services, bodies));
  },
};

/** For everybody, by their first path segments; the rest of the path is the parameter. */
export const PUBLIC_ROUTES: Readonly<Record<string, Route>> = {
  // An auditor may start from the operator's word about where the contracts are, and check it elsewhere.
  "/deployment.json": async ({ services, response }) =>
    sendJson(response, 200, services.deployment),
  "/development/keys": async ({ config, request, response }) => {
    if (!sendDevelopmentKeys(config, request, response)) {
      sendJson(response, 404, { error: "NotFound" });
    }
  },
  "/development/node": async ({ config, request, response }) => {
    sendDevelopmentNode(config, request, response);
  },
  "/graphiql": async ({ request, response, ...at }) => {
    if (!(await sendGraphiql(at, request, response)))
      sendJson(response, 404, { error: "NotFound" });
  },
  "/artifacts/": async ({ request, response, parameter: name, charge }) => {
    if (!(await sendArtifact(request, response, { name, charge }))) {
      sendJson(response, 404, { error: "NotFound" });
    }
  },
};

/** Whether the database and the node answer, and the chain was read to its end a short while ago. */
async function readiness(
  { chain, indexer }: Services,
  { READY_SECONDS }: Config,
): Promise<Record<string, boolean>> {
  const succeeds = (act: Promise<unknown>) =>
    act.then(
      () => true,
      () => false,
    );
  const [database, node] = await Promise.all([
    succeeds(indexer.block()),
    succeeds(chain.provider.getBlockNumber()),
  ]);
  return { database, chain: node, level: indexer.secondsBehind() <= READY_SECONDS };
}
