// A running exchange with its pages, for tests in a real browser: a chain, a server, the cast's keys offered as
// development keys. Nobody is accredited yet unless the scene is set.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Wallet } from "ethers";
import { dayOfTimestamp } from "../../circuits/statement/encoding/day.ts";
import { parseTrialFile, type TrialFile } from "../../circuits/statement/trial/trialFile.ts";
import { type Api, connect } from "../../client/api/api.ts";
import { type Cast, gatherCast, openTrial } from "../../client/journey/setting.ts";
import { buildWeb, WEB_DIR } from "../../scripts/web.ts";
import { openGuard } from "../../server/embedded/guard.ts";
import { KEYS, startChain, type TestChain } from "../support/chain.ts";
import { samplePatient } from "../support/samplePatient.ts";
import { CALM, startTestServer, type TestServer, testFolder } from "../support/server.ts";

/** The development keys' names are those of `npm start`. */
export const CAST = {
  governance: KEYS.governance,
  sponsor: KEYS.sponsor,
  board: KEYS.board,
  "clinic-1": KEYS.clinic,
  "clinic-2": new Wallet(`0x${"b1".repeat(32)}`),
  "site-1": KEYS.site,
  "site-2": new Wallet(`0x${"b2".repeat(32)}`),
  emergency: new Wallet(`0x${"b3".repeat(32)}`),
} as const;

export type Exchange = {
  readonly url: string;
  readonly api: Api;
  readonly chain: TestChain;
  /** The chain's address for pages, as `npm start` has one. */
  readonly node: string;
  readonly server: TestServer;
  /** The chain's day, since 1900-01-01. */
  readonly today: number;
  /** A made-up patient's FHIR bundle by number; 0 and 2 fit the vaccine registry's trial. */
  readonly bundle: (index: number) => object;
  readonly stop: () => Promise<void>;
};

export async function openExchange(environment: Record<string, string> = {}): Promise<Exchange> {
  buildWeb(() => {});
  const chain = await startChain();
  const folder = testFolder();
  const keys = Object.entries(CAST).map(([role, { privateKey }]) => [role, privateKey]);
  writeFileSync(join(folder, "keys.json"), JSON.stringify({ keys: Object.fromEntries(keys) }));
  const pages = { WEB_DIR, DEVELOPMENT_KEYS: join(folder, "keys.json"), ...CALM, ...environment };
  const server = await startTestServer(chain, pages, { folder });
  const pagesPort = Number(new URL(server.url).port);
  const guard = await openGuard({ target: chain.anvil.url, port: 0, pagesPort });
  const latest = await chain.provider.getBlock("latest");
  const today = dayOfTimestamp(latest!.timestamp);
  return {
    url: server.url,
    api: connect({ url: server.url }),
    chain,
    node: guard.url,
    server,
    today,
    bundle: (index) => samplePatient({ index, today }),
    stop: async () => {
      await guard.stop();
      await server.end();
      await chain.stop();
    },
  };
}

/** A trial file of the examples: `vaccine-registry` is small and fits most. */
export function exampleTrial(name: string): TrialFile {
  const url = new URL(`../../client/sponsor/examples/${name}.json`, import.meta.url);
  return parseTrialFile(JSON.parse(readFileSync(url, "utf8")));
}

/** Everybody accredited, and the trial published and approved: what happens before the first patient. */
export async function setScene({ api }: Exchange, trial: TrialFile): Promise<Cast> {
  const cast = await gatherCast(api, {
    governance: CAST.governance,
    sponsor: CAST.sponsor,
    board: CAST.board,
    clinics: [
      { name: "North Clinic", signer: CAST["clinic-1"] },
      { name: "South Clinic", signer: CAST["clinic-2"] },
    ],
    sites: [CAST["site-1"], CAST["site-2"]],
  });
  await openTrial(cast, trial);
  return cast;
}
