import { request as httpRequest } from "node:http";
import { getIntrospectionQuery } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startChain, type TestChain } from "../support/chain.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let chain: TestChain;
let server: TestServer;

beforeAll(async () => {
  chain = await startChain();
  server = await startTestServer(chain, { VERIFY_QUEUE: "50" });
});
afterAll(async () => {
  await server?.end();
  await chain?.stop();
});

const post = (body: string, headers: Record<string, string> = {}) =>
  fetch(`${server.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });

const points = Array(8).fill("1");
const signals = Array(7).fill("1");
const proof = `{ points: ${JSON.stringify(points)}, signals: ${JSON.stringify(signals)} }`;
const verify = `verifyProof(circuit: ELIGIBILITY_8, proof: ${proof}) { __typename }`;

describe("a query is refused by name", () => {
  test("with too many aliases", async () => {
    const aliases = Array.from({ length: 50 }, (_, i) => `a${i}: deployment { chainId }`);
    const { errors } = await server.ask(`{ ${aliases.join(" ")} }`);
    expect(errors[0]?.message).toContain("Aliases limit of 10 exceeded");
  });

  test("with fifty verifications in one request", async () => {
    const aliases = Array.from({ length: 50 }, (_, i) => `a${i}: ${verify}`);
    const { errors, data } = await server.ask(`mutation { ${aliases.join(" ")} }`);
    expect(errors[0]?.message).toContain("Aliases limit of 10 exceeded");
    expect(data).toBeUndefined();
  });

  test("with even two mutations in one request", async () => {
    const { errors } = await server.ask(`mutation { a: ${verify} b: ${verify} }`);
    expect(errors[0]?.message).toContain("Mutations limit exceeded");
  });

  test("with mutations hidden in a fragment", async () => {
    const text = `mutation { ...all } fragment all on Mutation { a: ${verify} b: ${verify} }`;
    const { errors } = await server.ask(text);
    expect(errors[0]?.message).toContain("Mutations limit exceeded");
  });

  test("that is too deep", async () => {
    const { errors } = await server.ask(`{ trials(first: 1) { edges { node {
      participants(first: 1) { edges { node { consents(first: 1) { edges { node { sequence }
      } } } } } } } } }`);
    expect(errors[0]?.message).toContain("depth limit of 9 exceeded");
  });

  test("whose nested pages multiply", async () => {
    const { errors } = await server.ask(`{ trials(first: 200) { edges { node {
      participants(first: 200) { edges { node { state } } } } } } }`);
    expect(errors[0]?.message).toContain("Cost limit of 250000 exceeded");
    const hidden = await server.ask(
      `query ($n: Int) { trials(first: $n) { edges { node {
        participants(first: $n) { edges { node { state } } } } } } }`,
      { n: 200 },
    );
    expect(hidden.errors[0]?.message).toContain("Rows limit exceeded");
  });

  test("with too many tokens", async () => {
    const { errors } = await server.ask(`{ ${"me { address } ".repeat(1_000)} }`);
    expect(errors[0]?.message).toContain("Token limit of 2000 exceeded");
  });

  test("with a list of proofs longer than a hundred", async () => {
    const { errors } = await server.ask(
      `mutation ($proofs: [EligibilityProofInput!]!) {
        verifyProofs(circuit: ELIGIBILITY_8, proofs: $proofs) { __typename } }`,
      { proofs: Array(101).fill({ points, signals }) },
    );
    expect(errors[0]?.extensions?.code).toBe("BAD_USER_INPUT");
  });
});

describe("a flood of garbage proofs", () => {
  test("is bounded by the queue, and the honest answer comes all the same", async () => {
    const query = `mutation ($proofs: [EligibilityProofInput!]!) {
      verifyProofs(circuit: ELIGIBILITY_8, proofs: $proofs) {
        __typename ... on Verdicts { verdicts } ... on Refusal { code } } }`;
    const flood = (size: number) => ({
      proofs: Array(size).fill({ points: ["1", "2", ...points.slice(2)], signals }),
    });
    // More than the queue holds, whatever else is in it, and what may fit or not.
    const sizes = [...Array<number>(4).fill(30), 60, ...Array<number>(4).fill(30)];
    const answers = await Promise.all(sizes.map((size) => server.ask(query, flood(size))));
    const kinds = answers.map(({ data }) => data.verifyProofs.__typename);
    expect(kinds).toContain("QueueFull");
    expect(kinds).toContain("Verdicts");
    const after = await server.ask(query, { proofs: [{ points, signals }] });
    expect(after.data.verifyProofs.verdicts).toEqual([false]);
  });
});

describe("the transport", () => {
  test("refuses a list of requests in one body", async () => {
    const response = await post(JSON.stringify(Array(50).fill({ query: "{ me { address } }" })));
    expect(response.status).toBe(400);
  });

  test("refuses a body over the limit, announced or not", async () => {
    const large = JSON.stringify({ query: `{ me { address } } #${"x".repeat(2_000_000)}` });
    const announced = await post(large).then(
      ({ status }) => status,
      () => 413,
    );
    expect(announced).toBe(413);
    const streamed = await new Promise<number | undefined>((resolve) => {
      const headers = { "content-type": "application/json", "transfer-encoding": "chunked" };
      const request = httpRequest(`${server.url}/graphql`, { method: "POST", headers });
      request.on("response", ({ statusCode }) => resolve(statusCode));
      request.on("error", () => resolve(413));
      for (let i = 0; i < 40; i++) request.write("x".repeat(50_000));
      request.end();
    });
    expect(streamed).toBe(413);
    expect((await post('{"query":"{ me { address } }"}')).status).toBe(200);
  });

  test.each(["//", "http://[", "*"])(
    "answers that there is nothing at %s, which is no address, and lives on",
    async (path) => {
      const { hostname, port } = new URL(server.url);
      const status = await new Promise<number | undefined>((resolve, reject) => {
        const request = httpRequest({ hostname, port, path });
        request.on("response", (response) => resolve(response.resume().statusCode));
        request.on("error", reject);
        request.end();
      });
      expect(status).toBe(404);
      expect((await fetch(`${server.url}/health`)).status).toBe(200);
    },
  );

  test.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])(
    "refuses %s, which a foreign page could send without asking",
    async (type) => {
      const response = await post('{"query":"{ me { address } }"}', { "content-type": type });
      expect(response.status).toBe(415);
    },
  );

  test("refuses queries in a URL, and foreign origins get no permission", async () => {
    const url = `${server.url}/graphql?query=${encodeURIComponent("{ me { address } }")}`;
    expect((await fetch(url)).status).toBe(405);
    const asked = await fetch(`${server.url}/graphql`, {
      method: "OPTIONS",
      headers: { origin: "https://evil.example", "access-control-request-method": "POST" },
    });
    expect(asked.headers.get("access-control-allow-origin")).toBeNull();
  });

  test("turns away an address that asks too often, with the reason and when to come back", async () => {
    const slow = await startTestServer(chain, { RATE_PER_MINUTE: "5" });
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => slow.ask("{ me { address } }")),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(6);
    expect(refused[0]?.errors[0]?.extensions?.code).toBe("TooManyRequests");
    expect((await fetch(`${slow.url}/health`)).status).toBe(200);
    await slow.end();
  });
});

describe("an error", () => {
  test("suggests no names", async () => {
    const { errors } = await server.ask("{ trialz { edges } }");
    expect(errors[0]?.message).not.toContain("trials");
  });

  test("does not repeat what was sent", async () => {
    const secret = "7777123456789";
    const wrongScalar = await server.ask(`{ batch(root: "${secret}x") { root } }`);
    const wrongVariable = await server.ask(
      "query ($root: Field!) { batch(root: $root) { root } }",
      {
        root: { secret },
      },
    );
    const wrongType = await server.ask(
      `{ trials(first: "${secret}") { pageInfo { hasNextPage } } }`,
    );
    const wrongEnum = await server.ask(
      "query ($s: TrialStatus) { trials(status: $s) { pageInfo { hasNextPage } } }",
      { s: secret },
    );
    for (const { text, errors } of [wrongScalar, wrongVariable, wrongType, wrongEnum]) {
      expect(errors.length).toBeGreaterThan(0);
      expect(text).not.toContain(secret);
    }
    expect(server.logged()).not.toContain(secret);
  });

  test("leaves introspection working: the schema is public", async () => {
    const { data } = await server.ask(getIntrospectionQuery());
    expect(data.__schema.queryType.name).toBe("Query");
  });
});
