// One journey with real proofs against a server that logs all it can; then logs, database, chain and every request and
// response are searched for everything that should never have left the device.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import type { Block } from "ethers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packHeader } from "../../circuits/statement/encoding/header.ts";
import { identityCommitmentOf } from "../../circuits/statement/encoding/identity.ts";
import { releaseProver } from "../../circuits/witness/prove.ts";
import { connect } from "../../client/api/api.ts";
import {
  deriveMailboxIdentity,
  deriveParticipantIdentity,
  deriveRecordSecret,
} from "../../client/patient/derive.ts";
import { sealWallet } from "../../client/patient/wallet.ts";
import { enroll } from "../../client/sponsor/enroll.ts";
import { attestBatch, type Exchange, openTestTrial, startExchange } from "../patient/exchange.ts";
import {
  look,
  makeConsent,
  type Patient,
  screen,
  sendConsent,
  withdraw,
} from "../patient/steps.ts";
import { DOCUMENT, ID_TAG_SALT, PASSPHRASE, QUICK, seededWallet } from "../patient/support.ts";
import { CRITERIA } from "../patient/trial.ts";
import { KEYS } from "../support/chain.ts";

const TRIAL = "CZ-SECRETS-1";
const SECRET_FORMS = 3;

let exchange: Exchange;
let patient: Patient;
/** All that went over the wire, both ways. */
const wire: string[] = [];
let secrets: Map<string, string>;
let publicNumber = "";
let places: { name: string; text: string }[] = [];

const logging: typeof fetch = async (input, init) => {
  wire.push(String(input), String(init?.body ?? ""), JSON.stringify(init?.headers ?? {}));
  const response = await fetch(input, init);
  if (!response.headers.get("content-type")?.includes("json")) return response;
  const text = await response.text();
  wire.push(text);
  const { status, headers } = response;
  return new Response(text, { status, headers });
};

beforeAll(async () => {
  exchange = await startExchange();
  await openTestTrial(exchange, TRIAL, CRITERIA);
  const wallets = [seededWallet(41), seededWallet(42)];
  const [wallet] = await attestBatch({ exchange, clinic: 0, wallets });
  patient = { wallet: wallet!, api: connect({ url: exchange.url, fetch: logging }) };
  await screen(patient, TRIAL);
  const granted = await makeConsent(patient, TRIAL);
  await sendConsent(patient, granted.input);
  const pseudonyms = [granted.pseudonym];
  await enroll(exchange.cast.sponsor, { protocolNumber: TRIAL, pseudonyms });
  await withdraw(patient, TRIAL);
  publicNumber = String(granted.pseudonym);
  await sealWallet({ wallet: patient.wallet, passphrase: PASSPHRASE, workFactor: QUICK });
  secrets = await secretsOf(patient, granted.withdrawalCode);
  places = await searchable();
}, 300_000);
afterAll(async () => {
  await exchange?.stop();
  await releaseProver();
});

/** Every secret of the patient, in each form that a program might write, by a name to report. */
async function secretsOf({ wallet }: Patient, printedCode: string): Promise<Map<string, string>> {
  const { trial } = (await look(patient, TRIAL)).downloads;
  const secret = await deriveRecordSecret(wallet.seed);
  const { trialId } = trial;
  const participant = await deriveParticipantIdentity({ seed: wallet.seed, trialId, retry: 0 });
  const numbers: [string, bigint][] = [
    ["record identity", secret],
    ["record identity's commitment", identityCommitmentOf(secret)],
    ["participant identity", participant.secretScalar],
    ["identity tag's salt", BigInt(ID_TAG_SALT)],
    ["seed", BigInt(`0x${Buffer.from(wallet.seed).toString("hex")}`)],
  ];
  for (const { record } of wallet.records) {
    numbers.push(["blinding", record.blinding], ["header", packHeader(record.header)]);
    for (const [i, fact] of record.facts.entries()) numbers.push([`fact ${i}`, fact]);
  }
  for (const [role, { privateKey }] of Object.entries(KEYS)) {
    numbers.push([`key of ${role}`, BigInt(privateKey)]);
  }
  const found = new Map([
    ["passphrase", PASSPHRASE],
    ["identity document", DOCUMENT],
    ["birth date", "1970-05-17"],
    ["mailbox key", await deriveMailboxIdentity(wallet.seed)],
    ["printed code", printedCode],
  ]);
  for (const [name, value] of numbers) {
    const hex = value.toString(16).padStart(2 * Math.ceil(value.toString(16).length / 2), "0");
    found.set(`${name}, decimal`, value.toString());
    found.set(`${name}, hexadecimal`, hex);
    found.set(`${name}, base64`, Buffer.from(hex, "hex").toString("base64").replace(/=+$/, ""));
    found.set(`${name}, bytes`, Buffer.from(hex, "hex").toString("latin1"));
  }
  return found;
}

/** All places where something could have been left, as text. */
async function searchable(): Promise<{ name: string; text: string }[]> {
  const chain = await chainText();
  await exchange.stopServer();
  return [
    { name: "the server's log", text: exchange.logged() },
    { name: "requests and responses", text: wire.join("\n") },
    { name: "the chain", text: chain },
    { name: "the database's files", text: filesText(exchange.folder) },
    { name: "the database's tables", text: await tablesText() },
  ];
}

async function chainText(): Promise<string> {
  const { provider } = exchange.chain;
  const newest = await provider.getBlockNumber();
  const blocks: (Block | null)[] = [];
  for (let at = 0; at <= newest; at++) blocks.push(await provider.getBlock(at, true));
  const calls = blocks.flatMap((block) => block!.prefetchedTransactions.map(({ data }) => data));
  const logs = await provider.getLogs({ fromBlock: 0, toBlock: "latest" });
  return [...calls, ...logs.flatMap(({ data, topics }) => [data, ...topics])].join("\n");
}

function filesText(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = files.filter((f) => f.isFile()).map((f) => join(f.parentPath, f.name));
  return paths.map((path) => readFileSync(path, "latin1")).join("\n");
}

async function tablesText(): Promise<string> {
  const db = await PGlite.create({ dataDir: join(exchange.folder, "database", "pglite") });
  try {
    const tables = await db.query<{ name: string }>(
      "select table_name as name from information_schema.tables where table_schema = 'public'",
    );
    expect(tables.rows.length).toBeGreaterThan(5);
    const texts: string[] = [];
    for (const { name } of tables.rows) {
      const { rows } = await db.query<{ t: string }>(`select t::text from "${name}" t`);
      texts.push(...rows.map(({ t }) => t));
    }
    return texts.join("\n");
  } finally {
    await db.close();
  }
}

describe("after a journey with a server that logs all it can", () => {
  test("the search finds what is public, in every place, so it would find a secret", () => {
    expect(secrets.size).toBeGreaterThan(10 * SECRET_FORMS);
    const hex = BigInt(publicNumber).toString(16);
    for (const { name, text } of places.filter((place) => !place.name.includes("log"))) {
      expect(text.includes(publicNumber) || text.includes(hex), name).toBe(true);
    }
    expect(exchange.logged()).toContain('"level"');
  });

  test("no secret is in the log, a request, a response, the chain or the database", () => {
    const leaks = places.flatMap(({ name, text }) => {
      const lower = text.toLowerCase();
      return [...secrets]
        .filter(([, secret]) => text.includes(secret) || lower.includes(secret.toLowerCase()))
        .map(([what]) => `${what} in ${name}`);
    });
    expect(leaks).toEqual([]);
  });
});
