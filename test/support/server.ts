// The server for tests, on a free port in a fresh folder, with a client of a few lines.
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Wallet } from "ethers";
import { SiweMessage } from "siwe";
import { readConfig } from "../../server/config.ts";
import { type RunningServer, startServer } from "../../server/main.ts";
import type { Module } from "../../server/module.ts";
import { modules as ours } from "../../server/modules.ts";
import { openDatabase } from "../../server/store/database.ts";
import type { Keys } from "../../server/verify/verifier.ts";
import { createLog } from "../../server/work/log.ts";
import { KEYS, type TestChain } from "./chain.ts";

export type Answer = {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks wherever it wants to
  readonly data: any;
  readonly errors: readonly { message: string; extensions?: { code?: string } }[];
  readonly text: string;
};

export type TestServer = RunningServer & {
  readonly folder: string;
  /** Everything logged so far. */
  readonly logged: () => string;
  readonly ask: (query: string, variables?: object, token?: string) => Promise<Answer>;
  /** Signs in with Ethereum; the session's token. */
  readonly signIn: (who: Wallet) => Promise<string>;
  /** Asks until a submission is final or refused. */
  readonly settle: (id: string) => Promise<Answer["data"]>;
  /** Stops and removes the folder. */
  readonly end: () => Promise<void>;
};

/**
 * Copies a migrated PGlite folder: making one takes seconds, and every test needs one. The template
 * is made once a machine and set of migrations.
 */
export async function seedDatabase(folder: string): Promise<void> {
  if (existsSync(folder)) return;
  const migrations = readFileSync(
    new URL("../../server/migrations/meta/_journal.json", import.meta.url),
  );
  const version = createHash("sha256").update(migrations).digest("hex").slice(0, 12);
  const template = join(tmpdir(), `cohort-database-${version}`);
  if (!existsSync(template)) {
    const draft = testFolder();
    await (await openDatabase({ url: undefined, folder: draft })).close();
    try {
      renameSync(draft, template);
    } catch {
      rmSync(draft, { recursive: true, force: true });
    }
  }
  cpSync(template, folder, { recursive: true });
}

type Environment = Record<string, string>;

/** For long stories that wait for proofs and pages: at 30 ms an idle server takes 39 % of a core, at this 15 %. */
export const CALM = { POLL_MS: "100" };

export function testFolder(): string {
  return mkdtempSync(join(tmpdir(), "cohort-server-"));
}

/** The environment of a server on this chain. */
export function environmentOf(chain: TestChain, folder: string): Environment {
  const file = join(folder, "deployment.json");
  writeFileSync(file, JSON.stringify(chain.deployment));
  return {
    PORT: "0",
    DATA_DIR: join(folder, "database"),
    RPC_URL: chain.anvil.url,
    DEPLOYMENT: file,
    RELAYER_KEY: KEYS.relayer.privateKey,
    POLL_MS: "30",
    // Each screening goes out at once; tests of gathering set it themselves.
    SCREEN_MANY_SECONDS: "0",
    LOG_LEVEL: "debug",
  };
}

type Given = { folder?: string; keys?: Keys; modules?: readonly Module[] };

/** Starts a server; `environment` adds to or overrides the usual settings. */
export async function startTestServer(
  chain: TestChain,
  environment: Environment = {},
  { folder: given, keys = {}, modules = ours }: Given = {},
): Promise<TestServer> {
  const folder = given ?? testFolder();
  await seedDatabase(join(folder, "database"));
  const lines: string[] = [];
  const log = createLog("debug", { write: (line) => lines.push(line) });
  const start = async () =>
    startServer(readConfig({ ...environmentOf(chain, folder), ...environment }), {
      log,
      keys,
      modules,
    });
  const server = await start().catch((problem: unknown) => {
    if (given === undefined) rmSync(folder, { recursive: true, force: true });
    throw problem;
  });
  const ask = (query: string, variables?: object, token?: string) =>
    askServer(server.url, { query, variables, token });
  return {
    ...server,
    folder,
    logged: () => lines.join(""),
    ask,
    signIn: (who) => signIn(server.url, chain.deployment.chainId, who),
    settle: (id) => settle(ask, id),
    end: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** One GraphQL request. */
export async function askServer(
  url: string,
  request: {
    readonly query: string;
    readonly variables?: object | undefined;
    readonly token?: string | undefined;
  },
): Promise<Answer> {
  const { query, variables, token } = request;
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  const { data, errors = [] } = JSON.parse(text);
  return { status: response.status, data, errors, text };
}

/** A SIWE message for a server, as a wallet would write it. */
export async function siweMessage(
  url: string,
  who: Wallet,
  change: Partial<SiweMessage> = {},
): Promise<string> {
  const { data } = await askServer(url, { query: "mutation { createSignInNonce }" });
  const message = new SiweMessage({
    domain: new URL(url).host,
    address: who.address,
    uri: url,
    version: "1",
    chainId: 31_337,
    nonce: data.createSignInNonce,
    issuedAt: new Date().toISOString(),
    ...change,
  });
  return message.prepareMessage();
}

export const SIGN_IN = `mutation ($message: String!, $signature: Bytes!) {
  signIn(message: $message, signature: $signature) {
    __typename ... on Session { token address } ... on Refusal { code details { name value } }
  }
}`;

async function signIn(url: string, chainId: number, who: Wallet): Promise<string> {
  const message = await siweMessage(url, who, { chainId });
  const variables = { message, signature: await who.signMessage(message) };
  const { data } = await askServer(url, { query: SIGN_IN, variables });
  return data.signIn.token;
}

/** A busy machine may take its time. */
const SETTLED_MS = 60_000;

async function settle(ask: TestServer["ask"], id: string): Promise<Answer["data"]> {
  for (const start = Date.now(); Date.now() - start < SETTLED_MS; ) {
    const { data } = await ask(
      `query ($id: ID!) { submission(id: $id) {
        id kind state transactionHash blockNumber refusal { code details { name value } }
      } }`,
      { id },
    );
    if (["FINAL", "REFUSED"].includes(data.submission?.state)) return data.submission;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("the submission did not settle");
}
