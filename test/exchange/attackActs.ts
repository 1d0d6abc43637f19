// What is done on a stand: deposits, cuts, requests, answers, the sponsor's fetch, and the auditor's look at it all.
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { hexlify, type Wallet } from "ethers";
import { expect } from "vitest";
import { dayOfTimestamp } from "../../circuits/statement/encoding/day.ts";
import { type At, hashEntry } from "../../circuits/statement/exchange/entry.ts";
import { entryTree } from "../../circuits/statement/exchange/entryTree.ts";
import { hpke, sharesOf } from "../../circuits/statement/exchange/package.ts";
import { PERMISSIONS } from "../../circuits/statement/trial/trial.ts";
import type { Api } from "../../client/api/api.ts";
import { exchangeOf, type PublicEntry } from "../../client/api/exchange.ts";
import { audit } from "../../client/auditor/audit/audit.ts";
import { openChain } from "../../client/auditor/node/chain.ts";
import { connectNode } from "../../client/auditor/node/rpc.ts";
import { standingOf } from "../../client/auditor/replay/exchangeStanding.ts";
import { checkExchange } from "../../client/auditor/server/compareExchange.ts";
import { readAllReceipts, readEntries } from "../../client/auditor/server/readExchange.ts";
import { authorityCheck } from "../../client/exchange/authority.ts";
import { type Asked, type Custodian, reachCustodian } from "../../client/exchange/custodian.ts";
import {
  draftEntry,
  sealDeposit,
  sendDeposit,
  signDeposit,
} from "../../client/exchange/deposit.ts";
import { type FetchStore, fetchCut } from "../../client/exchange/fetch.ts";
import { downloadKeys } from "../../client/exchange/keys.ts";
import type { Person, Story } from "../contracts/story.ts";
import type { TestChain } from "../support/chain.ts";
import { STAGE_KEYS } from "../support/stage.ts";
import { bytes32 } from "../support/world.ts";

export const SHARE = PERMISSIONS.shareRecord;
export const GENES = PERMISSIONS.genetics;

/** What depositing, cutting and fetching need of a stand. */
export type Ground = {
  readonly chain: TestChain;
  readonly story: Story;
  readonly api: Api;
  readonly parties: readonly { readonly url: string }[];
};

const placeOf = ({ chain: { deployment } }: Pick<Ground, "chain">) => ({
  chainId: deployment.chainId,
  custodyLog: deployment.addresses.CustodyLog,
  depositLog: deployment.addresses.DepositLog,
});

export const reach = ({ parties }: Pick<Ground, "parties">): Promise<Custodian[]> =>
  Promise.all(parties.map(({ url }) => reachCustodian({ url, retries: 0 })));

/** Tries until it is true or given; whatever fails meanwhile is waited out. */
export async function until<T>(
  look: () => Promise<T | undefined | false>,
  ms = 30_000,
): Promise<T> {
  let last: unknown = "nothing came";
  for (const start = Date.now(); Date.now() - start < ms; ) {
    try {
      const found = await look();
      if (found !== undefined && found !== false) return found;
    } catch (problem) {
      last = problem;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("it did not come about", { cause: last });
}

export type Made = {
  readonly entry: PublicEntry["entry"];
  readonly hash: string;
  readonly bytes: Uint8Array;
};

type Change = {
  readonly collection?: string;
  readonly permission?: number;
  readonly corrects?: string;
  readonly by?: Wallet;
  readonly siteId?: number;
  /** What the form says. */
  readonly text?: string;
};

/** Seals a visit form of a person's to the custodians' keys, as the site's desk does; nothing is sent. */
export async function sealVisit(
  ground: Ground,
  person: Person,
  change: Change = {},
): Promise<Made> {
  const { story, api } = ground;
  const { trialId, published } = story;
  const { custodians, custodianThreshold } = published.at(-1)!;
  const place = placeOf(ground);
  const keys = await until(async () => {
    const reached = await reach(ground);
    const terms = { custodians, custodianThreshold };
    const ring = await downloadKeys({ trialId, terms, custodians: reached, place });
    return ring.lists.every((list) => list.keys.has(person.pseudonym)) && ring;
  });
  const now = await story.world.now();
  const draft = draftEntry({
    ...{ trialId, pseudonym: person.pseudonym, formVersion: 1, source: "site" },
    collection: change.collection ?? "visits",
    permission: change.permission ?? SHARE,
    day: dayOfTimestamp(now),
    entries: await exchangeOf(api).entries(trialId),
    ...(change.corrects !== undefined && {
      corrects: { entry: change.corrects, reason: "enteredWrongly" as const },
    }),
  });
  const resource = { resourceType: "QuestionnaireResponse", status: "completed" } as const;
  const item = [{ linkId: "said", answer: [{ valueString: change.text ?? "well" }] }];
  const filling = {
    content: { resource: { ...resource, item } },
    provenance: { agent: "staff", software: "test", origin: "desk", madeAt: now },
  } as const;
  const recipient = await identityToRecipient(await generateX25519Identity());
  const sealed = await sealDeposit({ draft, at: place, filling, keys, recipient });
  return { ...sealed, hash: hashEntry(sealed.entry) };
}

/** Signs and sends what was sealed. Refuses as the server does. */
export async function sendVisit(ground: Ground, made: Made, change: Change = {}): Promise<void> {
  const { story, api } = ground;
  const { by = story.world.actors.site as Wallet, siteId = 1 } = change;
  const now = await story.world.now();
  const at: At = placeOf(ground);
  const authority = await signDeposit({ signer: by, siteId, at, entry: made.entry, now });
  await sendDeposit(exchangeOf(api), { entry: made.entry, authority, bytes: made.bytes });
}

/** Waits until an entry's batch is on the chain. */
export async function anchored({ api, story }: Ground, { hash }: Made): Promise<void> {
  await until(async () => {
    const entries = await exchangeOf(api).entries(story.trialId);
    return entries.some(({ entry, batch }) => batch !== undefined && hashEntry(entry) === hash);
  });
}

/** A visit form, deposited, and on the chain. */
export async function deposit(ground: Ground, person: Person, change: Change = {}): Promise<Made> {
  const made = await sealVisit(ground, person, change);
  await sendVisit(ground, made, change);
  await anchored(ground, made);
  return made;
}

export type Cut = { readonly cutId: bigint; readonly hashes: readonly string[] };

/** Seals packages of these people on the chain. */
export async function seal(
  { story }: Ground,
  people: readonly Person[],
  deposits: readonly Made[],
  permission = SHARE,
): Promise<Cut> {
  const hashes = deposits.map(({ hash }) => hash);
  const pseudonyms = people.map(({ pseudonym }) => pseudonym).sort((a, b) => (a < b ? -1 : 1));
  const { cuts } = story.world.as("sponsor");
  const cutId = (await cuts.cuts()) as bigint;
  await cuts.seal(story.trialId, permission, pseudonyms, entryTree(hashes).root, hashes.length);
  return { cutId, hashes };
}

export type Requested = {
  readonly registry: string;
  readonly requestId: bigint;
  readonly until: number;
  readonly privateKey: Uint8Array;
};

/** Asks for a cut to be opened, on the chain. */
export async function request(
  { chain, story }: Ground,
  { cutId }: Cut,
  seconds = 3_600,
): Promise<Requested> {
  const { publicKey, privateKey } = await hpke.kem.generateKeyPair();
  const recipientKey = hexlify(new Uint8Array(await hpke.kem.serializePublicKey(publicKey)));
  const { cuts } = story.world.as("sponsor");
  const requestId = (await cuts.requests()) as bigint;
  const end = (await story.world.now()) + seconds;
  await cuts.request(cutId, bytes32("purpose"), recipientKey, end);
  return {
    registry: chain.deployment.addresses.CutRegistry.toLowerCase(),
    ...{ requestId, until: end },
    privateKey: new Uint8Array(await hpke.kem.serializePrivateKey(privateKey)),
  };
}

/** Packages as a custodian is asked for them. */
export function askedOf(
  { address }: { readonly address: string },
  cut: Pick<Cut, "hashes">,
  deposits: readonly Made[],
): Promise<Asked[]> {
  const tree = entryTree(cut.hashes);
  return Promise.all(
    deposits.map(async ({ hash, bytes }) => {
      const stanza = (await sharesOf(bytes)).find((one) => one.address === address)!;
      return { entry: hash, path: tree.pathOf(cut.hashes.indexOf(hash)), stanza };
    }),
  );
}

/** What a custodian answers, by name: "Released", or why not. */
export async function outcomes(
  custodian: Custodian,
  { registry, requestId }: Pick<Requested, "registry" | "requestId">,
  packages: readonly Asked[],
): Promise<string[]> {
  const answers = await custodian.release({ registry, requestId, packages });
  return answers.map((answer) => ("code" in answer ? answer.code : "Released"));
}

/** Asks all custodians the same; each has to answer alike. */
export async function allAnswer(
  ground: Pick<Ground, "parties">,
  asked: Parameters<typeof outcomes>[1],
  packagesFor: (custodian: { readonly address: string }) => Promise<readonly Asked[]>,
): Promise<string[]> {
  const answers = await Promise.all(
    (await reach(ground)).map(async (one) => outcomes(one, asked, await packagesFor(one))),
  );
  for (const answer of answers) expect(answer).toEqual(answers[0]);
  return answers[0]!;
}

/** Fetches a cut as the sponsor does, with every check; the pseudonyms opened and what was left out. */
export async function fetchAll(ground: Ground, cut: Cut, asked: Requested, store?: FetchStore) {
  const { api, story } = ground;
  const place = placeOf(ground);
  const [state, events] = [await api.publicState(story.trialId), await api.events()];
  const fetched = await fetchCut({
    exchange: exchangeOf(api),
    entries: await exchangeOf(api).entries(story.trialId),
    custodians: await reach(ground),
    ...{ threshold: 2, cut: cut.hashes, request: asked, place },
    verifying: {
      check: authorityCheck({ at: place, scope: story.scope, state, events }),
      disclosure: undefined as never,
    },
    ...(store && { store }),
  });
  const opened: string[] = [];
  for await (const { deposited } of fetched.opened()) opened.push(hashEntry(deposited.entry));
  const omissions = fetched.omissions.map(({ entry, code }) => [entry, code]);
  return { opened, omissions, faults: fetched.faults };
}

/** What the auditor finds, of the chain, the public entries and all receipts. */
export async function auditAll(ground: Ground) {
  const { chain, api } = ground;
  const [{ entries, leftOut }, receipts] = [
    await readEntries(api),
    await readAllReceipts(await reach(ground)),
  ];
  const source = await openChain({
    request: connectNode(chain.anvil.url),
    ...{ deployment: chain.deployment, isProven: false },
  });
  const result = await audit({ source, keys: STAGE_KEYS });
  const checked = await checkExchange(result, { entries, receipts, leftOut }, { keys: STAGE_KEYS });
  // Tags are made up here, and no custodian evaluated them: test/custodian/tags.test.ts has those that were.
  const findings = [...result.findings, ...checked.findings].filter(
    ({ rule }) => rule !== "tag/evaluated",
  );
  return {
    ...checked,
    findings,
    erasures: standingOf(result.world, source.head.timestamp).erasures,
  };
}

export async function expectClean(ground: Ground): Promise<void> {
  expect((await auditAll(ground)).findings).toEqual([]);
}
