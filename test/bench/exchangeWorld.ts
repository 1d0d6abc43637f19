// A trial with five hundred people on study and three custodians that answer over HTTP, all in this process: what the
// custodians and the sponsor take for it is therefore measured together with the chain's and the network's part.
import type { AddressInfo } from "node:net";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import type { Collection } from "../../circuits/statement/exchange/collection.ts";
import { hashEntry } from "../../circuits/statement/exchange/entry.ts";
import { hpke } from "../../circuits/statement/exchange/package.ts";
import type { AuditEvent } from "../../client/api/event.ts";
import type { PublicEntry } from "../../client/api/exchange.ts";
import { authorityCheck } from "../../client/exchange/authority.ts";
import { reachCustodian } from "../../client/exchange/custodian.ts";
import { draftEntry, sealDeposit, signDeposit } from "../../client/exchange/deposit.ts";
import { downloadKeys, type KeyRing } from "../../client/exchange/keys.ts";
import { listen, serve } from "../../custodian/service/http.ts";
import { arriveNew, CHAIN_ID, type Person } from "../contracts/story.ts";
import {
  anchor,
  blockOf,
  CUSTODIANS,
  openCustodian,
  openStage,
  request,
  SHARE,
  type Stage,
  seal,
} from "../custodian/stage.ts";
import { FORM, filledForm, PROVENANCE } from "./exchangeVisits.ts";

const PEOPLE = 500;
/** Of each person. */
const VISITS = 2;
const DAY = 47_000;
const THRESHOLD = 2;

/** The visits' collection, as the trial's document has it. */
export const COLLECTION: Collection = {
  ...{ id: "visit", source: "site", permission: "shareRecord", title: "Visit", why: "a benchmark" },
  ...{ questionnaire: FORM, visits: [] },
};

export type Visit = {
  readonly hash: string;
  readonly deposited: PublicEntry;
  readonly bytes: Uint8Array;
  /** The participant's own age identity. */
  readonly identity: string;
};
export type OpeningWorld = Awaited<ReturnType<typeof openWorld>>;

/** Everything up to a request for a cut of all visits. */
export async function openWorld(say: (progress: string) => void) {
  const stage = await openStage([], PEOPLE);
  const people: Person[] = [];
  for (let i = 0; i < PEOPLE; i++) {
    people.push(await arriveNew(stage.story, `participant ${i}`));
    if (people.length % 100 === 0) say(`${people.length} of ${PEOPLE} people on study`);
  }
  const custodians = await Promise.all(
    CUSTODIANS.map((wallet) => openCustodian(stage, { wallet })),
  );
  const servers = await Promise.all(
    custodians.map(async (services) => {
      const server = await listen(0, "127.0.0.1");
      serve(server, { services, perMinute: 10_000_000, trustedProxies: 0 });
      return server;
    }),
  );
  const clients = await Promise.all(
    servers.map((server) =>
      reachCustodian({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }),
    ),
  );
  const { addresses } = stage.world.deployment;
  const place = {
    ...{ chainId: CHAIN_ID, custodyLog: addresses.CustodyLog },
    depositLog: addresses.DepositLog,
  };
  const terms = {
    custodians: clients.map(({ address }) => address),
    custodianThreshold: THRESHOLD,
  };
  const keys = await downloadKeys({ trialId: stage.trialId, terms, custodians: clients, place });
  say(`depositing ${PEOPLE * VISITS} visits`);
  const visits = await depositAll({ stage, people, keys, place });
  const cut = await seal(stage, people, visits.map(asDeposited));
  const { asking, pair } = await request(stage, cut.cutId);
  const privateKey = new Uint8Array(await hpke.kem.serializePrivateKey(pair.privateKey));
  const close = async () => {
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
    for (const { store } of custodians) store.close();
    await stage.world.close();
  };
  return {
    ...{ stage, people, custodians, clients, place, visits, close },
    threshold: THRESHOLD,
    request: { ...asking, until: 2_000_000_000, privateKey },
    check: await checkOf(stage, visits),
  };
}

type Depositing = {
  readonly stage: Stage;
  readonly people: readonly Person[];
  readonly keys: KeyRing;
  readonly place: { readonly chainId: number; readonly depositLog: string };
};

/** Everybody's first visit, then everybody's second: a hundred packages in a row are of a hundred people. */
async function depositAll(of: Depositing): Promise<Visit[]> {
  const { stage, people } = of;
  const made: Omit<Visit, "deposited">[] = [];
  for (let sequence = 1; sequence <= VISITS; sequence++) {
    for (const [i, person] of people.entries())
      made.push(await depositOne(of, { person, sequence, i }));
  }
  const batch = await anchor(stage);
  return made.map((one, position) => {
    const { entry, authority, block } = stage.served.rows[position]!;
    return { ...one, deposited: { entry, authority, block, position, batch } };
  });
}

async function depositOne(
  { stage, keys, place: at }: Depositing,
  { person, sequence, i }: { person: Person; sequence: number; i: number },
): Promise<Omit<Visit, "deposited">> {
  const { world, trialId, served } = stage;
  const { pseudonym } = person;
  const identity = await generateX25519Identity();
  const draft = {
    ...draftEntry({
      ...{ trialId, pseudonym, collection: "visit", permission: SHARE, formVersion: 1 },
      ...{ source: "site", day: DAY, entries: [] },
    }),
    sequence,
  };
  const { entry, bytes } = await sealDeposit({
    ...{ draft, at, keys, recipient: await identityToRecipient(identity) },
    filling: { content: filledForm(i + sequence), provenance: { ...PROVENANCE, agent: "staff" } },
  });
  const signer = world.actors.site;
  const now = await world.now();
  const authority = await signDeposit({ signer, siteId: 1, at, entry, now });
  const hash = hashEntry(entry);
  served.rows.push({ entry, hash, authority, block: await blockOf(world) });
  return { hash, bytes, identity };
}

const asDeposited = ({ hash, deposited, bytes }: Visit) => ({
  ...{ hash, entry: deposited.entry, package: bytes },
  row: { ...deposited, hash },
});

/** The client's check of who made an entry, on what a server would tell of this trial. */
async function checkOf({ world, story, trialId }: Stage, visits: readonly Visit[]) {
  const now = await world.now();
  const [terms] = story.published;
  const event = (name: string, args: Record<string, string>): AuditEvent => ({
    ...{ id: name, contract: "any", name, arguments: args, blockNumber: 1, blockTime: now },
    transactionHash: `0x${"00".repeat(32)}`,
  });
  const statement = JSON.stringify({ siteId: 1 });
  const consents = visits.map(({ deposited: { entry } }) =>
    event("Consented", { trialId, pseudonym: entry.pseudonym.toString(), statement }),
  );
  const root = visits[0]!.deposited.batch!;
  const signers = terms!.sites.map(({ siteId, signer }) => ({
    siteId: Number(siteId),
    signer: signer.toLowerCase(),
  }));
  const versions = [{ version: 1, approvedAt: 1, terms: { ...terms, sites: signers } }];
  return authorityCheck({
    at: { chainId: CHAIN_ID, depositLog: world.deployment.addresses.DepositLog },
    scope: story.scope,
    state: { trialId, groups: [], versions } as never,
    events: [...consents, event("DepositsAnchored", { root })],
  });
}
