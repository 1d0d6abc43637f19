// `npm start`: an embedded exchange on this machine. Chain, contracts, database and server come up (again), and on the
// first run a sample cohort is recruited before your eyes.
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import {
  dayOfTimestamp,
  EPOCH_DAY,
  formatDay,
  parseDay,
} from "../circuits/statement/encoding/day.ts";
import { readConfig } from "../server/config.ts";
import { startAnvil } from "../server/embedded/anvil.ts";
import { openGuard } from "../server/embedded/guard.ts";
import { startServer } from "../server/main.ts";
import { keepToOwner, PRIVATE_FILE } from "../server/store/modes.ts";
import { createLog } from "../server/work/log.ts";
import { buildContracts } from "./contracts.ts";
import { type Place, seatCustodians, startCustodians } from "./custodians.ts";
import { deploymentFile, isDeployed } from "./deployment.ts";
import { type Home, homeFile, openHome, StartError } from "./home.ts";
import { requireFreePort } from "./ports.ts";
import { runStep } from "./step.ts";
import { buildWeb, WEB_DIR } from "./web.ts";

/** Blocks whose accounts the chain keeps in memory: enough to ask why a transaction was refused. */
const KEPT_STATES = 64;

const USAGE = `npm start -- [options]
  --empty                  start without the sample cohort
  --port <n>               the server's port (default 4000)
  --chain-port <n>         the embedded chain's port (default 8545)
  --data <folder>          where everything is kept (default data)
  --chain-time <date>      start a new chain on that day, for records that end then (YYYY-MM-DD)`;

type Options = {
  empty: boolean;
  port: number;
  chainPort: number;
  data: string;
  chainTime: number | undefined;
};

function readOptions(args: string[]): Options {
  try {
    const { values } = parseArgs({
      args,
      options: {
        empty: { type: "boolean", default: false },
        port: { type: "string", default: process.env.PORT ?? "4000" },
        "chain-port": { type: "string", default: "8545" },
        data: { type: "string", default: process.env.COHORT_DATA ?? "data" },
        "chain-time": { type: "string" },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) throw new StartError(USAGE);
    const time = values["chain-time"];
    return {
      empty: values.empty,
      port: portOf(values.port, "--port"),
      chainPort: portOf(values["chain-port"], "--chain-port"),
      data: resolve(values.data),
      // Noon, so that a day stays the same in every time zone a person may think in.
      chainTime: time === undefined ? undefined : (parseDay(time) + EPOCH_DAY) * 86_400 + 43_200,
    };
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError(`${(error as Error).message}\n\n${USAGE}`);
  }
}

function portOf(text: string, name: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new RangeError(`${name} ${text}: a port is a number from 1 to 65535`);
  }
  return port;
}

function say(text: string): void {
  console.log(text);
}

/** What is to be ended again, in reverse order. */
const undo: (() => Promise<void> | void)[] = [];
let stopping: Promise<void> | undefined;

/** Ends everything, once, and this process. */
function stop(code: number): Promise<void> {
  stopping ??= (async () => {
    for (const end of undo.splice(0).reverse()) await end();
    process.exit(code);
  })();
  return stopping;
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const home = openHome(options.data, options.chainTime);
  await requireFreePort(options.port, "--port");
  say("Cohort Zero: development keys, embedded chain. Nothing here is for real patients.");
  buildContracts(say);
  buildWeb(say);
  // Not before: what is built is public, and may be run by somebody else.
  keepToOwner();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (stopping === undefined) say("\nStopping...");
      void stop(0);
    });
  }
  const url = await startExchange(options, home);
  if (!options.empty && home.sample !== "done") await runOnce("sample.ts", home, url);
  if (stopping === undefined) say(nextSteps(url, options.data));
}

/** Chain, contracts and server; answers the server's address. */
async function startExchange(options: Options, home: Home): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const level = process.env.LOG_LEVEL ?? "warn";
  const chain = await startAnvil({
    folder: `${home.folder}/chain`,
    keptStates: KEPT_STATES,
    log: createLog(level),
    ...(home.clockOffset !== 0 && { chainTime: now + home.clockOffset }),
  });
  undo.push(chain.stop);
  chain.process.once("exit", () => {
    if (stopping !== undefined) return;
    console.error("The embedded chain ended unexpectedly. Run npm start again: nothing is lost.");
    process.exit(1);
  });
  const guard = await openGuard({
    target: chain.url,
    port: options.chainPort,
    pagesPort: options.port,
  });
  undo.push(guard.stop);
  say(`Chain: ${guard.url}, ${formatDay(dayOfTimestamp(now + home.clockOffset))}`);
  if (!(await isDeployed(home.folder, chain.url))) {
    await runOnce("deployEmbedded.ts", home, chain.url);
  }
  const seats = await seatCustodians(home.folder);
  const config = readConfig({
    ...process.env,
    PORT: String(options.port),
    DATA_DIR: `${home.folder}/database`,
    RPC_URL: process.env.RPC_URL ?? chain.url,
    DEPLOYMENT: deploymentFile(home.folder),
    RELAYER_KEY: home.keys.relayer,
    WEB_DIR,
    DEVELOPMENT_KEYS: homeFile(home.folder),
    DEVELOPMENT_NODE: guard.url,
    POLL_MS: process.env.POLL_MS ?? "100",
    // Nobody here waits for strangers.
    SCREEN_MANY_SECONDS: process.env.SCREEN_MANY_SECONDS ?? "2",
    ANCHOR_SECONDS: process.env.ANCHOR_SECONDS ?? "3",
    CUSTODIANS: seats.map(({ account, url }) => `${account}=${url}`).join(","),
    LOG_LEVEL: level,
  });
  // Beside the server's own start: custodians read the chain first, and ask the exchange only when they are asked.
  const host = config.HOST.includes(":") ? `[${config.HOST}]` : config.HOST;
  const exchange = `http://${host}:${options.port}`;
  const custody = startCustody(home, seats, { chain: chain.url, exchange, level });
  // Its trouble is told below, unless the server has some first.
  custody.catch(() => {});
  const server = await startServer(config);
  undo.push(server.stop);
  say(`Server: ${server.url}/graphql`);
  await custody;
  sayCustody(seats);
  writeEndpoint(home, server.url, seats);
  return server.url;
}

async function startCustody(
  home: Home,
  seats: Awaited<ReturnType<typeof seatCustodians>>,
  { chain, exchange, level }: { chain: string; exchange: string; level: string },
): Promise<void> {
  const custodians = await startCustodians(seats, {
    rpcUrl: chain,
    deployment: deploymentFile(home.folder),
    exchangeUrl: exchange,
    clockOffset: home.clockOffset,
    logLevel: level,
    onTrouble,
  });
  undo.push(custodians.stop);
}

function sayCustody(seats: readonly Place[]): void {
  say(`Custodians: ${seats.map(({ url }) => url).join(", ")}`);
  say("  One operator runs all three here: together they can open everything, without a trace.");
  say("  That protects nobody from this operator. For real, each is run by another organisation.");
}

function onTrouble(words: string, problem?: StartError): void {
  if (stopping !== undefined) return;
  console.error(problem?.message ?? words);
  if (problem !== undefined) void stop(1);
}

/** Where commands find server and custodians, and the accounts that have a name here. */
function writeEndpoint(home: Home, url: string, places: readonly Place[]): void {
  const custodians = places.map((place) => place.url);
  const accounts = Object.fromEntries(places.map(({ name, account }) => [name, account]));
  const file = `${home.folder}/endpoint.json`;
  writeFileSync(file, `${JSON.stringify({ url, custodians, accounts })}\n`, { mode: PRIVATE_FILE });
}

/** A step that ends first of all when everything is to end. */
async function runOnce(script: string, home: Home, url: string): Promise<void> {
  const ending = new AbortController();
  undo.push(() => ending.abort());
  await runStep(script, [home.folder, url], ending.signal).catch((problem: unknown) => {
    if (stopping === undefined) throw problem;
  });
}

function nextSteps(url: string, data: string): string {
  const flag = data === resolve("data") ? "" : ` --data ${data}`;
  const wallet = `${data}/sample/patient-001.age`;
  const lines = [
    "",
    `Running. Ctrl-C stops it; npm start continues where it left off. Everything is kept in ${data}.`,
    `  ${url}     the pages: wallet, clinic, site, sponsor, board, auditor`,
    `  npx cohort${flag} sponsor trial CZ-T2D-001     the funnel as the sponsor sees it`,
    `  npx cohort${flag} board review CZ-T2D-001      the criteria in plain English`,
  ];
  if (existsSync(wallet)) {
    lines.push(
      `  COHORT_PASSPHRASE='sample passphrase' npx cohort${flag} patient check CZ-T2D-001 --wallet ${wallet}`,
    );
  }
  if (!existsSync(`${data}/sample`)) {
    lines.push(
      `  npx cohort${flag} governance accredit operator relayer 'This exchange'     nobody is accredited yet; accounts here by name:`,
      "      sponsor, board, clinic-1, clinic-2, custodian-1 to custodian-3, emergency (as emergencyClinician)",
    );
  }
  lines.push(...dataSteps({ flag, data }));
  lines.push(
    `  curl -s ${url}/graphql -H 'content-type: application/json' -d '{"query":"{ trials(first: 5) { edges { node { protocolNumber status } } } }"}'`,
  );
  return lines.join("\n");
}

/** What goes on from the sample's research data. */
function dataSteps({ flag, data }: { flag: string; data: string }): string[] {
  const dataset = `${data}/sample/interim/dataset`;
  const [form] = existsSync(dataset) ? readdirSync(`${data}/sample/forms`).sort() : [];
  const name = /^patient-\d+/.exec(form ?? "")?.[0];
  if (name === undefined) return [];
  const patient = `COHORT_PASSPHRASE='sample passphrase' npx cohort${flag} patient`;
  const wallet = `--wallet ${data}/sample/${name}.age`;
  return [
    `  ${patient} access CZ-T2D-001 ${wallet}   who opened their data, and why`,
    `  ${patient} due CZ-T2D-001 ${wallet}      what the trial waits for; then answer, device, stop, erase, download`,
    `  npx cohort${flag} sponsor data --help     cut, request, fetch, notices, purge; opened in the sample: ${dataset}/summary.html`,
  ];
}

main().catch(async (error: unknown) => {
  const expected =
    error instanceof StartError ||
    (error instanceof Error && /already in use|data folder|locked/i.test(error.message));
  console.error(expected ? (error as Error).message : error);
  await stop(1);
});
