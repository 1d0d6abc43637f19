// What staff of a site deposit and correct, and what an erasure leaves of it.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  CORRECTIONS,
  type Entry,
  hashEntry,
  SOURCES,
} from "../../circuits/statement/exchange/entry.ts";
import { ERASURE_TYPES } from "../../circuits/statement/exchange/erasure.ts";
import { custodianDomain } from "../../circuits/statement/exchange/receipt.ts";
import { arriveNew, type Person } from "../contracts/story.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { asInput, STAGE_KEYS } from "../support/stage.ts";
import {
  delegate,
  depositAt,
  type ExchangeStage,
  prepared,
  provenBy,
  publish,
  putAt,
  signatureOf,
  startExchangeStage,
  stateAt,
  TASKS,
} from "./exchangeStage.ts";

let stage: ExchangeStage;
let server: TestServer;
let ann: Person;

beforeAll(async () => {
  stage = await startExchangeStage();
  server = await startTestServer(stage.chain, { ANCHOR_SECONDS: "1" }, { keys: STAGE_KEYS });
  await publish(server, stage);
  ann = await arriveNew(stage.story, "Ann");
  const { entry } = await prepared(server, stage, { person: ann });
  await depositAt(server, await byProof(entry));
}, 180_000);
afterAll(async () => {
  await server?.end();
  await stage?.stop();
});

const byProof = (entry: Entry) => provenBy(stage.story, entry);
const readState = () => stateAt(server, stage.story.trialId);

describe("staff", () => {
  const visit = { collection: "visits", source: SOURCES.site } as const;
  let gina: Person;
  let sequence = 0;

  beforeAll(async () => {
    gina = await arriveNew(stage.story, "Gina");
  });

  const next = async () =>
    (await prepared(server, stage, { person: gina, change: { ...visit, sequence: sequence + 1 } }))
      .entry;
  const send = async (entry: Entry, by: Parameters<typeof signatureOf>[2], change = {}) => {
    const staff = { ...(await signatureOf(stage.story, entry, by)), ...change };
    const told = await depositAt(server, { entry, staff });
    if (told.__typename === "Deposit") sequence = entry.sequence;
    return told;
  };

  test("of the participant's site deposit what the site collects", async () => {
    const { site, staff } = stage.actors;
    expect(await send(await next(), { signer: site })).toMatchObject({ __typename: "Deposit" });
    expect(await send(await next(), { signer: staff })).toMatchObject({ code: "NotStaff" });
    await delegate(stage, TASKS.deposit);
    expect(await send(await next(), { signer: staff })).toMatchObject({ __typename: "Deposit" });
  });

  test("of another site, with another's name, late, or in another spelling do not", async () => {
    const { site, otherSite } = stage.actors;
    const entry = await next();
    const other = { signer: otherSite, siteId: 2 };
    expect(await send(entry, other)).toMatchObject({ code: "WrongSite", expected: "1" });
    expect(await send(entry, { signer: otherSite })).toMatchObject({ code: "NotStaff" });
    const key = site.address;
    expect(await send(entry, { signer: otherSite }, { key })).toMatchObject({
      code: "InvalidSignature",
    });
    const late = { signer: site, deadline: BigInt((await stage.world.now()) - 10) };
    expect(await send(entry, late)).toMatchObject({ code: "DeadlinePassed" });
    const { signature } = await signatureOf(stage.story, entry, { signer: site });
    const long = { signature: `${signature}00` };
    expect(await send(entry, { signer: site }, long)).toMatchObject({ code: "InvalidSignature" });
  });

  test("correct with the task alone, an entry once, and the same participant's", async () => {
    const { staff } = stage.actors;
    const trial = await readState();
    const own = trial.entries.filter((row) => row.entry.pseudonym === gina.pseudonym);
    const replaces = hashEntry(own[0]!.entry);
    const reason = { replaces, correction: CORRECTIONS.enteredWrongly };
    const correcting = async () => ({ ...(await next()), ...reason });
    expect(await send(await correcting(), { signer: staff })).toMatchObject({ code: "NotStaff" });
    await delegate(stage, TASKS.deposit | TASKS.correct);
    const first = await correcting();
    expect(await send(first, { signer: staff })).toMatchObject({ __typename: "Deposit" });
    expect(await send(await correcting(), { signer: staff })).toMatchObject({
      code: "NotReplaceable",
    });
    const anns = trial.entries.find((row) => row.entry.pseudonym === ann.pseudonym)!;
    const foreign = { ...(await next()), ...reason, replaces: hashEntry(anns.entry) };
    expect(await send(foreign, { signer: staff })).toMatchObject({ code: "NotReplaceable" });
    // The old one stays as it was.
    expect((await readState()).entries.map((row) => hashEntry(row.entry))).toContain(replaces);
  });

  test("may request for no sponsor, whatever a site lets it do: its texts are not taken", async () => {
    await delegate(stage, TASKS.deposit | TASKS.request);
    const token = await server.signIn(stage.actors.staff);
    const query = `mutation { uploadText(content: "hello") { ... on Refusal { code } } }`;
    const { data } = await server.ask(query, {}, token);
    expect(data.uploadText).toEqual({ code: "NotAccredited" });
  });

  test("may not once it is revoked, nor speak for the participant", async () => {
    const { site, staff } = stage.actors;
    const { entry } = await prepared(server, stage, { person: gina });
    expect(await send(entry, { signer: site })).toMatchObject({ field: "participant" });
    const form = await next();
    expect(await depositAt(server, await byProof(form))).toMatchObject({ field: "staff" });
    await delegate(stage, 0);
    expect(await send(form, { signer: staff })).toMatchObject({ code: "NotStaff" });
  });
});

test("an erasure drops the packages, for good, and ends deposits", async () => {
  const { story, world } = stage;
  const hugo = await arriveNew(story, "Hugo");
  const { bytes, entry } = await prepared(server, stage, { person: hugo });
  const at = `${server.url}/packages/${entry.ciphertextHash.slice(2)}`;
  await depositAt(server, await byProof(entry));
  expect((await fetch(at)).status).toBe(200);
  const { chainId, addresses } = world.deployment;
  const { site } = stage.actors;
  const deadline = BigInt((await world.now()) + 3_600);
  const { trialId } = story;
  const said = { trialId, pseudonym: hugo.pseudonym, siteId: 1, key: site.address, deadline };
  const domain = custodianDomain(chainId, addresses.CustodyLog);
  const signature = await site.signTypedData(domain, ERASURE_TYPES, said);
  const { siteId: _, ...named } = said;
  const query = `mutation ($input: ErasureInput!) {
    submitErasure(input: $input) { __typename ... on Submission { id } ... on Refusal { code } }
  }`;
  const input = asInput({ bySite: { ...named, signature } });
  const { data } = await server.ask(query, { input });
  expect((await server.settle(data.submitErasure.id)).state).toBe("FINAL");
  await expect.poll(async () => (await fetch(at)).status, { timeout: 30_000 }).toBe(410);
  expect(await putAt(server.url, bytes)).toEqual({ status: 410, code: "Erased" });
  const more = await prepared(server, stage, { person: hugo, change: { sequence: 2 } });
  expect(await depositAt(server, await byProof(more.entry))).toMatchObject({ code: "Erased" });
  const list = `query ($trialId: Bytes32!) {
    erasures(trialId: $trialId) { edges { node { pseudonym by destroyedBy } } }
  }`;
  const { data: told } = await server.ask(list, { trialId });
  expect(told.erasures.edges.map(({ node }: { node: object }) => node)).toEqual([
    { pseudonym: `${hugo.pseudonym}`, by: "site", destroyedBy: [] },
  ]);
}, 90_000);
