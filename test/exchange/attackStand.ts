// An exchange as it runs, for those who attack it: a chain, a server with a relayer that anchors, three custodians with
// folders of their own, and people on study. Everything goes over HTTP or to the chain.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Wallet } from "ethers";
import { hashDocument, inOrder } from "../../circuits/statement/trial/trial.ts";
import { connect } from "../../client/api/api.ts";
import { createLog } from "../../custodian/log.ts";
import { readSettings } from "../../custodian/settings.ts";
import { type RunningCustodian, startCustodian } from "../../custodian/start.ts";
import { freePort } from "../../server/embedded/anvil.ts";
import { openTrial, type Person, type Story } from "../contracts/story.ts";
import { arriveTagged } from "../custodian/tagged.ts";
import { KEYS, startChain, type TestChain } from "../support/chain.ts";
import { startTestServer, testFolder } from "../support/server.ts";
import { gatherOn, STAGE_KEYS, trapdoorDeployment } from "../support/stage.ts";
import { accreditAll, accreditExchange, ROLE, type World } from "../support/world.ts";

const ALL_PERMISSIONS = 0b11111;

const visit = (id: string, permission: string) => ({
  ...{ id, permission, source: "site", title: id, why: "a test" },
});
export const DOCUMENT = JSON.stringify({
  trial: { collections: [visit("visits", "shareRecord"), visit("genes", "genetics")] },
});

/** A custodian that can be stopped, started again and asked. */
export type Party = {
  readonly folder: string;
  readonly address: string;
  /** The same in every life of it. */
  readonly url: string;
  /** Everything that it logged. */
  readonly logged: () => string;
  readonly stop: () => Promise<void>;
  /** Starts again, with other settings or at another time if told. */
  readonly start: (change?: Record<string, string>, clock?: () => number) => Promise<void>;
};

type Gathered = {
  readonly chain: TestChain;
  readonly folder: string;
  readonly deploymentFile: string;
};

/** Chain, cast and files: nobody is accredited yet. */
export async function openGround(
  undo: (() => unknown)[],
): Promise<Gathered & { world: World<Wallet> }> {
  const folder = testFolder();
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  const chain = await startChain(trapdoorDeployment());
  undo.push(chain.stop);
  const deploymentFile = join(folder, "deployment.json");
  writeFileSync(deploymentFile, JSON.stringify(chain.deployment));
  return { chain, folder, deploymentFile, world: await gatherOn(chain) };
}

/** A custodian's environment on this ground. */
export async function environmentOfParty(
  { chain, folder, deploymentFile }: Gathered,
  of: { readonly name: string; readonly exchange: string },
): Promise<Record<string, string>> {
  return {
    PORT: String(await freePort()),
    DATA_DIR: join(folder, of.name),
    RPC_URL: chain.anvil.url,
    DEPLOYMENT: deploymentFile,
    EXCHANGE_URLS: of.exchange,
    FINALITY: "1",
    HEAD_SECONDS: "2000000000",
    POLL_MS: "100",
    LOG_LEVEL: "trace",
  };
}

/** A custodian in this process. */
async function startParty(environment: Record<string, string>): Promise<Party> {
  let said = "";
  const log = createLog("trace", {
    write: (line) => {
      said += line;
    },
  });
  let running: RunningCustodian | undefined;
  const start: Party["start"] = async (change = {}, clock) => {
    const settings = readSettings({ ...environment, ...change });
    running = await startCustodian(settings, { log, ...(clock && { clock }) });
  };
  await start();
  const { address, url } = running!;
  const stop = async () => {
    const before = running;
    running = undefined;
    await before?.stop();
  };
  return { folder: environment.DATA_DIR!, address, url, logged: () => said, stop, start };
}

/** Makes accounts custodians, and opens a trial that names them: two of them are needed. */
export async function openTrialWith(
  world: World<Wallet>,
  addresses: readonly string[],
): Promise<Story> {
  await accreditAll(world);
  await accreditExchange(world);
  const { accreditation } = world.as("governance");
  await accreditation.accredit(ROLE.operator, KEYS.relayer.address, "the server");
  for (const address of addresses) {
    await accreditation.accredit(ROLE.custodian, address, "C");
    await world.request("anvil_setBalance", address, "0x3635c9adc5dea00000");
  }
  return await openTrial(world, {
    protocol: "CZ-ATTACK-1",
    change: {
      ...{ capacity: 50, offeredPermissions: ALL_PERMISSIONS },
      sites: [
        { siteId: 1, signer: world.actors.site.address, capacity: 40 },
        { siteId: 2, signer: world.actors.otherSite.address, capacity: 10 },
      ],
      ...{ custodians: inOrder(addresses), custodianThreshold: 2 },
      documentHash: hashDocument(DOCUMENT),
    },
  });
}

export type Stand = Awaited<ReturnType<typeof openStand<Party>>>;

type Options<P extends Party> = {
  /** People on study by name; they permit everything that the trial collects. */
  readonly people: readonly string[];
  /** How custodians and the server are started, if not in this process. */
  readonly party?: (environment: Record<string, string>) => Promise<P>;
  readonly server?: (chain: TestChain, settings: Record<string, string>) => Promise<Server>;
};
/** As much of a server as a stand needs. */
type Server = {
  readonly url: string;
  readonly end: () => Promise<void>;
  /** Everything that it logged. */
  readonly logged: () => string;
};

const startServer = (chain: TestChain, settings: Record<string, string>) =>
  startTestServer(chain, settings, { keys: STAGE_KEYS });

/** Opens it; `end` closes everything. */
export async function openStand<P extends Party = Party>(of: Options<P>) {
  const undo: (() => unknown)[] = [];
  const end = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const ground = await openGround(undo);
    const { chain, world } = ground;
    const settings = { ANCHOR_SECONDS: "1", RATE_PER_MINUTE: "1000000" };
    const server = await (of.server ?? startServer)(chain, settings);
    undo.push(server.end);
    const start = of.party ?? (startParty as (environment: Record<string, string>) => Promise<P>);
    const parties: P[] = [];
    for (const name of ["one", "two", "three"]) {
      const party = await start(await environmentOfParty(ground, { name, exchange: server.url }));
      undo.push(party.stop);
      parties.push(party);
    }
    parties.sort((a, b) => (a.address < b.address ? -1 : 1));
    const addresses = parties.map(({ address }) => address);
    const story = await openTrialWith(world, addresses);
    const api = connect({ url: server.url });
    const sponsor = await api.signIn({ signer: world.actors.sponsor });
    await sponsor.uploadDocument({ content: DOCUMENT, mediaType: "application/json" });
    const people: Record<string, Person> = {};
    for (const name of of.people) people[name] = await arriveTagged(story, name);
    return { ...ground, server, logged: server.logged, story, parties, people, api, end };
  } catch (problem) {
    await end();
    throw problem;
  }
}
