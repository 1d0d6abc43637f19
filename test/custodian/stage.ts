// A trial with participants, deposits and cuts on a chain in this process, an exchange that serves what the test wants,
// and a custodian with a folder of its own.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { getBytes, hexlify, Wallet } from "ethers";
import {
  contextOf,
  DEPOSIT_TYPES,
  depositDomain,
  type Entry,
  hashEntry,
  SOURCES,
} from "../../circuits/statement/exchange/entry.ts";
import { entryTree } from "../../circuits/statement/exchange/entryTree.ts";
import { hpke, sealPackage, sharesOf } from "../../circuits/statement/exchange/package.ts";
import { inOrder, PERMISSIONS, ROLES, ZERO_BYTES32 } from "../../circuits/statement/trial/trial.ts";
import { Receipts } from "../../custodian/answers/receipts.ts";
import { type Package, release } from "../../custodian/answers/release.ts";
import { ChainNode } from "../../custodian/chain/node.ts";
import { Entries, type ServedLog } from "../../custodian/entries/entries.ts";
import type { Row } from "../../custodian/entries/row.ts";
import { createLog } from "../../custodian/log.ts";
import { Erasure } from "../../custodian/service/erase.ts";
import { Keys } from "../../custodian/store/keys.ts";
import { Store } from "../../custodian/store/store.ts";
import { createVault } from "../../custodian/store/vault.ts";
import { TagKeys } from "../../custodian/tags/tagKeys.ts";
import { arriveNew, CHAIN_ID, openTrial, type Person } from "../contracts/story.ts";
import { keyOf } from "../contracts/trapdoor.ts";
import {
  type Actor,
  accreditExchange,
  bytes32,
  createWorld,
  type LocalWorld,
  TRAPDOORS,
} from "../support/world.ts";
import { askOf, senderOf } from "./line.ts";

export { askOf };

export const SHARE = PERMISSIONS.shareRecord;
/** Accounts without a name in the cast. */
export const CUSTODIANS = ["c1", "c2", "c3"].map((byte) => new Wallet(`0x${byte.repeat(32)}`));
const silent = createLog("silent");

type Options = {
  readonly wallet?: Wallet;
  readonly folder?: string;
  readonly finality?: number;
  readonly headSeconds?: number;
  readonly clock?: () => number;
  readonly answer?: (method: string, params: readonly unknown[]) => unknown;
};

export type Deposited = {
  readonly entry: Entry;
  readonly hash: string;
  readonly row: Row;
  readonly package: Uint8Array;
};
type Change = Partial<Entry> & {
  /** Who signs instead of the site. */
  readonly by?: Actor;
  readonly siteId?: number;
  /** Block as of which the exchange says that it took the entry. */
  readonly block?: number;
};

export type Stage = Awaited<ReturnType<typeof openStage>>;

/** A trial that names three custodians of which two are needed, with `names` on study; each site has `places`. */
export async function openStage(names: readonly string[] = ["ada", "ben"], places = 50) {
  const world = await createWorld();
  const custodians = inOrder(CUSTODIANS.map(({ address }) => address));
  await accreditExchange(world);
  const { accreditation } = world.as("governance");
  for (const address of custodians) await accreditation.accredit(ROLES.custodian, address, "C");
  const change = { custodians, custodianThreshold: 2, capacity: 2 * places };
  const sites = [
    { siteId: 1, signer: world.actors.site.address, capacity: places },
    { siteId: 2, signer: world.actors.otherSite.address, capacity: places },
  ];
  const offeredPermissions = 0b111 | PERMISSIONS.emergency;
  const story = await openTrial(world, { change: { ...change, sites, offeredPermissions } });
  const people: Record<string, Person> = {};
  for (const name of names) people[name] = await arriveNew(story, name);
  const served: { rows: Row[]; batches: { root: string; first: number; count: number }[] } = {
    rows: [],
    batches: [],
  };
  return { world, story, people, served, trialId: story.trialId };
}

/** A custodian of the stage, as it starts: with the chain read, the erased destroyed, and keys made. */
export async function openCustodian(stage: Stage, options: Options = {}) {
  const { world, served, trialId } = stage;
  const { wallet = CUSTODIANS[0]!, finality = 1, headSeconds = 1e9, clock = () => 0 } = options;
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), "custodian-"));
  const { deployment } = world;
  const custodian = wallet.address.toLowerCase();
  const ask = askOf(world, options.answer);
  const node = new ChainNode({
    ...{ ask, deployment, custodian, finality, headSeconds, clock },
    log: silent,
  });
  const custodyLog = deployment.addresses.CustodyLog;
  const store = new Store(folder, { address: custodian, chainId: CHAIN_ID, custodyLog });
  const vault = createVault(wallet.privateKey);
  const keys = new Keys({ store, vault, wallet, deployment, log: silent });
  const tagKeys = new TagKeys({ store, vault, wallet, deployment, log: silent });
  const receipts = new Receipts(store, wallet, deployment);
  const exchange = { log: undefined as ServedLog | undefined, downloads: 0 };
  const download = async (asked: string) => {
    exchange.downloads += 1;
    return asked === trialId ? [exchange.log ?? served] : [];
  };
  const semaphoreKey = keyOf(TRAPDOORS.semaphore);
  const entries = new Entries({ node, deployment, download, semaphoreKey });
  const sender = senderOf(world, custodian);
  const erasure = new Erasure({ facts: node.facts, store, keys, sender, log: silent, clock });
  const services = { node, deployment, custodian, entries, keys, receipts, tagKeys, log: silent };
  const catchUp = async () => {
    await node.refresh();
    erasure.destroy();
    if ((await keys.make(node.facts)) > 0) keys.forgetLists();
  };
  await catchUp();
  receipts.startAfter(node.facts.lastReceipt.number);
  return { ...services, store, erasure, sender, folder, wallet, exchange, catchUp };
}
export type Custodian = Awaited<ReturnType<typeof openCustodian>>;

/** A package of a visit form, deposited by the site's signer; it waits until it is anchored. */
export async function deposit(
  stage: Stage,
  custodians: readonly Custodian[],
  person: Person,
  change: Change = {},
): Promise<Deposited> {
  const { world, trialId, served } = stage;
  const { by = "site", siteId = 1, block = await blockOf(world), ...fields } = change;
  const at = { chainId: CHAIN_ID, depositLog: world.deployment.addresses.DepositLog };
  const draft = {
    ...{ trialId, pseudonym: person.pseudonym, collection: "visit", permission: SHARE },
    ...{ formVersion: 1, sequence: 1, day: 47_000, source: SOURCES.site },
    ...{ replaces: ZERO_BYTES32, correction: 0 },
    ...fields,
  };
  const { pseudonym } = draft;
  const sealed = await sealPackage({
    content: new TextEncoder().encode("{}"),
    context: contextOf(at, draft),
    custodians: await Promise.all(
      custodians.map(async ({ custodian, store }) => {
        const key = store.listKeys(trialId).find((one) => one.pseudonym === pseudonym);
        const publicKey = getBytes(key?.publicKey ?? bytes32("no key"));
        return { address: custodian, key: await hpke.kem.deserializePublicKey(publicKey) };
      }),
    ),
    threshold: 2,
    participant: await identityToRecipient(await generateX25519Identity()),
  });
  const ciphertextHash = hexlify(
    new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(sealed.bytes))),
  );
  const entry: Entry = { ...draft, ciphertextHash, sizeStep: sealed.sizeStep };
  const hash = hashEntry(entry);
  const deadline = BigInt((await world.now()) + 3_600);
  const domain = depositDomain(at);
  const signer = world.actors[by];
  const signature = await signer.signTypedData(domain, DEPOSIT_TYPES, {
    ...{ entry: hash, siteId, deadline },
  });
  const key = signer.address.toLowerCase();
  const row: Row = {
    ...{ entry, hash, block },
    authority: { kind: "staff", siteId, key, deadline, signature },
  };
  served.rows.push(row);
  return { entry, hash, row, package: sealed.bytes };
}

export async function blockOf(world: LocalWorld): Promise<number> {
  return Number(await world.request("eth_blockNumber"));
}

/** Puts what waits into a batch, and its root on the chain. */
export async function anchor({ world, served }: Stage): Promise<string> {
  const first = served.batches.reduce((sum, { count }) => sum + count, 0);
  const rows = served.rows.slice(first);
  const { root } = entryTree(rows.map(({ hash }) => hash));
  await world.as("operator").deposits.anchor(root, rows.length);
  served.batches.push({ root, first, count: rows.length });
  return root;
}

/** Seals packages of these people; returns how each is asked for. */
export async function seal(
  { world, trialId }: Stage,
  people: readonly Person[],
  deposits: readonly Deposited[],
  permission = SHARE,
) {
  const tree = entryTree(deposits.map(({ hash }) => hash));
  const pseudonyms = people.map(({ pseudonym }) => pseudonym).sort((a, b) => (a < b ? -1 : 1));
  const { cuts } = world.as("sponsor");
  const cutId = (await cuts.cuts()) as bigint;
  await cuts.seal(trialId, permission, pseudonyms, tree.root, deposits.length);
  return { cutId, pathOf: tree.pathOf };
}

/** A recipient's key, and a request with it. */
export async function request(
  { world }: Stage,
  cutId: bigint,
  { seconds = 3_600, key }: { seconds?: number; key?: string } = {},
) {
  const pair = await hpke.kem.generateKeyPair();
  const own = hexlify(new Uint8Array(await hpke.kem.serializePublicKey(pair.publicKey)));
  const { cuts } = world.as("sponsor");
  const requestId = (await cuts.requests()) as bigint;
  const until = (await world.now()) + seconds;
  await cuts.request(cutId, bytes32("purpose"), key ?? own, until);
  const registry = world.deployment.addresses.CutRegistry.toLowerCase();
  return { asking: { registry, requestId }, pair };
}

/** A package as a custodian is asked for it. */
export async function asked(
  custodian: Custodian,
  of: Deposited,
  path: { readonly index: number; readonly path: readonly string[] } = { index: 0, path: [] },
): Promise<Package> {
  const stanzas = await sharesOf(of.package);
  const own = stanzas.find(({ address }) => address === custodian.custodian)!;
  const stanza = {
    enc: hexlify(own.enc),
    commitment: hexlify(own.commitment),
    body: hexlify(own.body),
  };
  return { entry: of.hash, ...path, stanza };
}

/** The names of a custodian's answers: "Released", or why not. */
export async function outcomes(
  custodian: Custodian,
  asking: { readonly registry: string; readonly requestId: bigint },
  packages: readonly Package[],
): Promise<string[]> {
  const answers = await release(custodian, asking, packages);
  return answers.map((answer) => ("code" in answer ? answer.code : "Released"));
}

/** Ada's visit, anchored, in a cut with both people's, requested: everything that a release needs. */
export async function openScene(options: Options = {}) {
  const stage = await openStage();
  const custodian = await openCustodian(stage, options);
  const others = [
    await openCustodian(stage, { wallet: CUSTODIANS[1]! }),
    await openCustodian(stage, { wallet: CUSTODIANS[2]! }),
  ];
  const all = [custodian, ...others];
  const { ada, ben } = stage.people as { ada: Person; ben: Person };
  const adas = await deposit(stage, all, ada);
  const bens = await deposit(stage, all, ben);
  await anchor(stage);
  const cut = await seal(stage, [ada, ben], [adas, bens]);
  const requested = await request(stage, cut.cutId);
  const packages = [
    await asked(custodian, adas, cut.pathOf(0)),
    await asked(custodian, bens, cut.pathOf(1)),
  ];
  return {
    ...stage,
    stage,
    custodian,
    others,
    all,
    ada,
    ben,
    adas,
    bens,
    cut,
    packages,
    ...requested,
  };
}
export type Scene = Awaited<ReturnType<typeof openScene>>;
