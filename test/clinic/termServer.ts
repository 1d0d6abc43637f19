// A stand-in for a FHIR terminology server on this machine: it knows a small hierarchy, and can be made to fail.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

type Include = { system?: string; filter?: { value: string }[] };
type Asked = {
  request: { method: string; url: string };
  resource: {
    parameter: [
      { resource: { compose: { include: Include[]; exclude?: Include[] } } },
      { valueCoding: { system: string; code: string } },
    ];
  };
};
/** What the server does in place of answering well. */
export type Fault = "status" | "html" | "outcome" | "short" | "entry" | "slow" | "later";

export type Stand = {
  readonly url: string;
  /** Bodies of the requests it got. */
  readonly bodies: string[];
  /** Their authorization headers. */
  readonly secrets: string[];
  fault: Fault | undefined;
  readonly close: () => Promise<void>;
};

type Told = Pick<Stand, "bodies" | "secrets" | "fault">;

/** `parents`: each code with all that it is a kind of, itself too. Codes that are not in it are unknown. */
export async function standTermServer(
  parents: Readonly<Record<string, readonly string[]>>,
): Promise<Stand> {
  const stand: Told = { bodies: [], secrets: [], fault: undefined };
  const server = createServer((request, response) => {
    void answer(request, response, stand, parents);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(stand, {
    url: `http://127.0.0.1:${port}/fhir`,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  stand: Told,
  parents: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  let body = "";
  for await (const chunk of request) body += chunk;
  if (body !== "") stand.bodies.push(body);
  if (request.headers.authorization) stand.secrets.push(request.headers.authorization);
  const send = (status: number, value: unknown) => {
    response.writeHead(status, { "content-type": "application/fhir+json" });
    response.end(typeof value === "string" ? value : JSON.stringify(value));
  };
  if (request.url === "/fhir/metadata") {
    const software = { name: "Stand", version: "1.2" };
    return send(200, { resourceType: "CapabilityStatement", software });
  }
  if (request.method !== "POST" || request.url !== "/fhir") return send(404, "{}");
  const { fault } = stand;
  if (fault === "slow") return;
  if (fault === "status" || (fault === "later" && stand.bodies.length > 1)) return send(503, "{}");
  if (fault === "html") return send(200, "<html>");
  if (fault === "outcome") return send(200, { resourceType: "OperationOutcome", issue: [] });
  const { entry } = JSON.parse(body) as { entry: Asked[] };
  const answers = entry.map((asked) => answerOne(asked, parents));
  if (fault === "short") answers.pop();
  if (fault === "entry") {
    answers[3] = { response: { status: "500" }, resource: { resourceType: "OperationOutcome" } };
  }
  send(200, { resourceType: "Bundle", type: "batch-response", entry: answers });
}

function answerOne(
  { resource }: Asked,
  parents: Readonly<Record<string, readonly string[]>>,
): object {
  const [{ resource: valueSet }, { valueCoding }] = resource.parameter;
  const above = parents[valueCoding.code];
  const holds = (includes: readonly Include[] = []) =>
    above !== undefined &&
    includes.some(({ filter }) => filter === undefined || above.includes(filter[0]!.value));
  const { include, exclude } = valueSet.compose;
  const result = holds(include) && !holds(exclude);
  return {
    response: { status: "200 OK" },
    resource: { resourceType: "Parameters", parameter: [{ name: "result", valueBoolean: result }] },
  };
}
