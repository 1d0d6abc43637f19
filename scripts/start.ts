// `npm start`: an embedded exchange on this machine. Chain, contracts, database and server come up (again), and on the
// first run a sample cohort is recruited before your eyes.
import { existsSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { dayOfTimestamp, EPOCH_DAY, formatDay, parseDay } from "../circuits/statement/day.ts";
import { readConfig } from "../server/config.ts";
import { startAnvil } from "../server/embedded/anvil.ts";
import { startServer } from "../server/main.ts";
import { buildContracts } from "./contracts.ts";
import { ensureDeployment } from "./deployment.ts";
import { homeFile, openHome, StartError } from "./home.ts";
import { requireFreePort } from "./ports.ts";
import { recruitSample } from "./sample.ts";
import { buildWeb, WEB_DIR } from "./web.ts";

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

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const home = openHome(options.data, options.chainTime);
  await requireFreePort(options.port, "--port");
  say("Cohort Zero: development keys, embedded chain. Nothing here is for real patients.");
  buildContracts(say);
  buildWeb(say);

  const now = Math.floor(Date.now() / 1000);
  const chain = await startAnvil({
    folder: `${home.folder}/chain`,
    port: options.chainPort,
    ...(home.clockOffset !== 0 && { chainTime: now + home.clockOffset }),
  });
  say(`Chain: ${chain.url}, ${formatDay(dayOfTimestamp(now + home.clockOffset))}`);
  const deploymentFile = await ensureDeployment({ home, url: chain.url, say });

  const server = await startServer(
    readConfig({
      ...process.env,
      PORT: String(options.port),
      DATA_DIR: `${home.folder}/database`,
      RPC_URL: process.env.RPC_URL ?? chain.url,
      DEPLOYMENT: deploymentFile,
      RELAYER_KEY: home.keys.relayer,
      WEB_DIR,
      DEVELOPMENT_KEYS: homeFile(home.folder),
      POLL_MS: process.env.POLL_MS ?? "100",
      // Nobody here waits for strangers.
      SCREEN_MANY_SECONDS: process.env.SCREEN_MANY_SECONDS ?? "2",
      LOG_LEVEL: process.env.LOG_LEVEL ?? "warn",
    }),
  );
  writeFileSync(`${home.folder}/endpoint.json`, `${JSON.stringify({ url: server.url })}\n`);
  say(`Server: ${server.url}/graphql`);

  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= (async () => {
      say("\nStopping...");
      await server.stop();
      await chain.stop();
      process.exit(0);
    })();
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  chain.process.once("exit", () => {
    if (stopping !== undefined) return;
    console.error("The embedded chain ended unexpectedly. Run npm start again: nothing is lost.");
    process.exit(1);
  });

  if (!options.empty && home.sample !== "done") await recruitSample({ home, url: server.url, say });
  say(nextSteps(server.url, options.data));
}

function nextSteps(url: string, data: string): string {
  const flag = data === resolve("data") ? "" : ` --data ${data}`;
  const wallet = `${data}/sample/patient-001.age`;
  const lines = [
    "",
    `Running. Ctrl-C stops it; npm start goes on where it was. All of it lies in ${data}.`,
    `  ${url}     the pages: wallet, clinic, site, sponsor, board, auditor`,
    `  npx cohort${flag} sponsor trial CZ-T2D-001     the funnel as the sponsor sees it`,
    `  npx cohort${flag} board review CZ-T2D-001      the criteria in plain English`,
  ];
  if (existsSync(wallet)) {
    lines.push(
      `  COHORT_PASSPHRASE='sample passphrase' npx cohort${flag} patient check CZ-T2D-001 --wallet ${wallet}`,
    );
  }
  lines.push(
    `  curl -s ${url}/graphql -H 'content-type: application/json' -d '{"query":"{ trials(first: 5) { edges { node { protocolNumber status } } } }"}'`,
  );
  return lines.join("\n");
}

main().catch((error: unknown) => {
  const expected =
    error instanceof StartError ||
    (error instanceof Error && /already in use|data folder|locked/i.test(error.message));
  console.error(expected ? (error as Error).message : error);
  process.exit(1);
});
