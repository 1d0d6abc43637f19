// A stage with a trial that collects data: custodians in its terms, a document with collections, a relayer that is an
// operator. Packages are age files whose shares nobody can open: the server never looks.
import { createHash, randomBytes } from "node:crypto";
import { Encrypter, generateIdentity, identityToRecipient, Stanza } from "age-encryption";
import type { Wallet } from "ethers";
import { dayOfTimestamp } from "../../circuits/statement/encoding/day.ts";
import { hashEncoded } from "../../circuits/statement/encoding/keccak.ts";
import { STAFF_TYPES, staffDomain, TASKS } from "../../circuits/statement/exchange/delegation.ts";
import {
  CORRECTIONS,
  DEPOSIT_TYPES,
  depositDomain,
  depositMessage,
  type Entry,
  hashEntry,
  KEY_COLLECTION,
  SOURCES,
} from "../../circuits/statement/exchange/entry.ts";
import { readBatchLine, readEntryLine } from "../../circuits/statement/exchange/entryLog.ts";
import {
  hashDocument,
  inOrder,
  PERMISSIONS,
  ZERO_BYTES32,
} from "../../circuits/statement/trial/trial.ts";
import { CHAIN_ID, openTrial, type Person, type Story } from "../contracts/story.ts";
import { simulate } from "../contracts/trapdoor.ts";
import { KEYS } from "../support/chain.ts";
import type { Answer, TestServer } from "../support/server.ts";
import { asInput, type Stage, startStage } from "../support/stage.ts";
import { accreditExchange, bytes32, DAY, ROLE, TRAPDOORS } from "../support/world.ts";

const collection = (id: string, source: string, permission = "shareRecord") => ({
  ...{ id, source, permission, title: id, why: "a test" },
});

/** As much of a trial's document as the server reads. */
export const DOCUMENT = JSON.stringify({
  trial: {
    collections: [
      collection("baseline", "record"),
      collection("visits", "site"),
      collection("diary", "participant"),
      collection("steps", "device"),
      collection("gene-panel", "record", "genetics"),
    ],
  },
});

export type ExchangeStage = Stage & { readonly custodians: readonly string[] };

/** Everybody accredited; the document is to be uploaded to each server (`publish`). */
export async function startExchangeStage(
  change: { isSealed?: boolean; custodians?: readonly string[] } = {},
): Promise<ExchangeStage> {
  const stage = await startStage();
  const { world } = stage;
  await accreditExchange(world);
  const { accreditation } = world.as("governance");
  await accreditation.accredit(ROLE.operator, KEYS.relayer.address, "the server");
  const { site, otherSite, custodian, otherCustodian } = world.actors;
  const custodians = inOrder([custodian.address, otherCustodian.address]);
  const story = await openTrial(world, {
    protocol: "CZ-2030-900",
    change: {
      capacity: 50,
      offeredPermissions: 0b11111,
      sites: [
        { siteId: 1, signer: site.address, capacity: 40 },
        { siteId: 2, signer: otherSite.address, capacity: 10 },
      ],
      ...{ custodians, custodianThreshold: 2, documentHash: hashDocument(DOCUMENT) },
      ...change,
    },
  });
  return { ...stage, story, custodians: change.custodians ?? custodians };
}

/** Uploads the trial's document. */
export async function publish(server: TestServer, { actors }: Stage): Promise<void> {
  const token = await server.signIn(actors.sponsor);
  const query = `mutation ($content: String!) {
    uploadDocument(mediaType: "application/json", content: $content) { __typename }
  }`;
  const { data } = await server.ask(query, { content: DOCUMENT }, token);
  if (data.uploadDocument.__typename !== "Document") throw new Error("not published");
}

/** An age file with a share for each custodian, its content padded to a step. */
export async function packageFor(custodians: readonly string[], step = 0): Promise<Buffer> {
  const encrypter = new Encrypter();
  const text = (length: number) => randomBytes(length).toString("base64").replace(/=+$/, "");
  encrypter.addRecipient({
    wrapFileKey: async () =>
      custodians.map(
        (address) => new Stanza(["cohort-custodian", address, text(32), text(32)], randomBytes(33)),
      ),
  });
  encrypter.addRecipient(await identityToRecipient(await generateIdentity()));
  return Buffer.from(await encrypter.encrypt(randomBytes(4_096 * 2 ** step)));
}

export const sha256 = (bytes: Uint8Array | string) =>
  `0x${createHash("sha256").update(bytes).digest("hex")}`;

/** An entry for a package: a diary's first, unless it says otherwise. */
export async function entryFor(
  story: Story,
  person: Person,
  change: Partial<Entry> = {},
): Promise<Entry> {
  return {
    trialId: story.trialId,
    pseudonym: person.pseudonym,
    collection: "diary",
    permission: PERMISSIONS.shareRecord,
    formVersion: 1,
    sequence: 1,
    ciphertextHash: bytes32(`package of ${person.pseudonym}`),
    sizeStep: 0,
    day: dayOfTimestamp(await story.world.now()),
    source: SOURCES.participant,
    replaces: ZERO_BYTES32,
    correction: CORRECTIONS.none,
    ...change,
  };
}

/** A wallet's recipient and the entry that publishes it. */
export async function keyEntryFor(story: Story, person: Person, change: Partial<Entry> = {}) {
  const recipient = await identityToRecipient(await generateIdentity());
  const entry = await entryFor(story, person, {
    collection: KEY_COLLECTION,
    permission: PERMISSIONS.participate,
    source: SOURCES.key,
    ciphertextHash: sha256(recipient),
    ...change,
  });
  return { entry, recipient };
}

/** The participant's proof of an entry, or of another one. */
export async function proofOf(story: Story, entry: Entry, change: { root?: bigint } = {}) {
  const { screening, semaphore } = story.world.as("anyone");
  const group = await screening.groupOf(story.trialId, 1);
  const groupRoot = change.root ?? ((await semaphore.getMerkleTreeRoot(group)) as bigint);
  const hashed = (value: bigint) => hashEncoded(["uint256"], [value]);
  const message = hashed(depositMessage(entry));
  const signals = [groupRoot, entry.pseudonym, message, hashed(story.scope)];
  return { version: 1, groupRoot, points: simulate(TRAPDOORS.semaphore, signals) };
}

/** A site's signature for an entry. */
export async function signatureOf(
  story: Story,
  entry: Entry,
  by: { readonly signer: Wallet; readonly siteId?: number; readonly deadline?: bigint },
) {
  const { signer, siteId = 1 } = by;
  const deadline = by.deadline ?? BigInt((await story.world.now()) + 3_600);
  const depositLog = story.world.deployment.addresses.DepositLog;
  const signed = { entry: hashEntry(entry), siteId, deadline };
  const domain = depositDomain({ chainId: CHAIN_ID, depositLog });
  const signature = await signer.signTypedData(domain, DEPOSIT_TYPES, signed);
  return { siteId, key: signer.address, deadline, signature };
}

let salts = 0;

/** Site 1's signer delegates tasks to `staff`, or ends that. */
export async function delegate({ story, actors }: ExchangeStage, tasks: number): Promise<void> {
  const { world, trialId } = story;
  const now = await world.now();
  const domain = staffDomain(CHAIN_ID, world.deployment.addresses.StaffRegistry);
  const common = { trialId, siteId: 1, key: actors.staff.address };
  const once = { salt: bytes32(`salt ${++salts}`), deadline: BigInt(now + 3_600) };
  const { staff } = world.as("anyone");
  if (tasks === 0) {
    const revocation = { ...common, ...once };
    const signature = await actors.site.signTypedData(domain, STAFF_TYPES.Revocation, revocation);
    await staff.revoke(revocation, signature);
    return;
  }
  const times = { from: now, until: now + 30 * DAY };
  const delegation = { ...common, tasks, person: bytes32("Mary"), ...times, ...once };
  const signature = await actors.site.signTypedData(domain, STAFF_TYPES.Delegation, delegation);
  await staff.delegate(delegation, signature);
}

export { TASKS };

const DEPOSIT = `mutation ($input: DepositInput!) {
  deposit(input: $input) {
    __typename
    ... on Deposit { hash position collectionChecked }
    ... on Refusal { code details { name value } }
  }
}`;

/** Deposits; the union member, with a refusal's details by name. */
export async function depositAt(
  server: Pick<TestServer, "ask">,
  input: object,
): Promise<Answer["data"]> {
  const { data, errors } = await server.ask(DEPOSIT, { input: asInput(input) });
  if (errors.length > 0) throw new Error(errors[0]!.message);
  const { details = [], ...told } = data.deposit;
  const named = details.map(({ name, value }: { name: string; value: string }) => [name, value]);
  return { ...told, ...Object.fromEntries(named) };
}

/** Sends a package; the answer's status, and the refusal's code. */
export async function putAt(url: string, bytes: Buffer, name = sha256(bytes).slice(2)) {
  const body = new Uint8Array(bytes);
  const response = await fetch(`${url}/packages/${name}`, { method: "PUT", body });
  const { status } = response;
  const { code } = status === 204 ? {} : ((await response.json()) as { code?: string });
  return { status, code };
}

/** A package that is sent, and the entry for it. */
export async function prepared(
  server: TestServer,
  { story, custodians }: ExchangeStage,
  of: { readonly person: Person; readonly change?: Partial<Entry>; readonly step?: number },
) {
  const { person, change = {}, step = 0 } = of;
  const bytes = await packageFor(custodians, step);
  await putAt(server.url, bytes);
  const given = { ciphertextHash: sha256(bytes), sizeStep: step, ...change };
  return { bytes, entry: await entryFor(story, person, given) };
}

/** An entry as its participant deposits it, or with the proof of another one. */
export const provenBy = async (story: Story, entry: Entry, of = entry) => ({
  entry,
  participant: await proofOf(story, of),
});

/** A trial's head with the rows of its logs, which are short enough to be in it. */
export async function stateAt({ url }: Pick<TestServer, "url">, trialId: string) {
  const response = await fetch(`${url}/state/exchange/${trialId}`);
  const head = (await response.json()) as {
    anchored: number;
    log: { rows: number; tail: string };
    batches: { rows: number; tail: string };
  };
  const entries = head.log.tail === "" ? [] : readEntryLine(head.log.tail);
  const batches = head.batches.tail === "" ? [] : readBatchLine(head.batches.tail);
  return { ...head, entries, batches };
}
