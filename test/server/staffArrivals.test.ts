// Staff sign arrivals through the server's relay: who may, until when, and that nobody arrives without a signature. Each
// "no" is asked of the chain as well, past the relay.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { STAFF_TYPES, staffDomain } from "../../circuits/statement/exchange/delegation.ts";
import type { SiteAct, SiteActName } from "../../circuits/statement/trial/consent.ts";
import { told } from "../contracts/events.ts";
import { CHAIN_ID, enrollNew, type Person, signAct, standing } from "../contracts/story.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { asInput, STAGE_KEYS, submit } from "../support/stage.ts";
import { type Actor, bytes32, DAY, expectRefusal } from "../support/world.ts";
import { type ExchangeStage, startExchangeStage, TASKS } from "./exchangeStage.ts";

let stage: ExchangeStage;
let server: TestServer;

beforeAll(async () => {
  stage = await startExchangeStage();
  server = await startTestServer(stage.chain, { ANCHOR_SECONDS: "1" }, { keys: STAGE_KEYS });
}, 180_000);
afterAll(async () => {
  await server?.end();
  await stage?.stop();
});

type Signed = { readonly act: SiteAct; readonly signature: string };
const ACTS = { Arrival: "ARRIVAL", ScreenFailure: "SCREEN_FAILURE", Completion: "COMPLETION" };
const CALLS = { Arrival: "arrive", ScreenFailure: "failScreening", Completion: "finish" } as const;
type Act = keyof typeof ACTS & SiteActName;
const EXPECTED = 2;
const ON_STUDY = 3;

const enrolled = (name: string) => enrollNew(stage.story, name);
const stateOf = async (who: Person) => (await standing(stage.story, who)).state;
const by = (who: Person, signer: Actor = "staff", kind: Act = "Arrival") =>
  signAct(stage.story, kind, { pseudonym: who.pseudonym }, signer);
const relay = ({ act, signature }: Signed, kind: Act = "Arrival") =>
  submit(server, "submitSiteAct", { act: ACTS[kind], signed: { ...act, signature } });
const onChain = ({ act, signature }: Signed, kind: Act = "Arrival") =>
  stage.world.as("anyone").enrollment[CALLS[kind]](act, signature);

/** Refused by the relay and by the chain, by this name; whoever is expected is so still. */
async function refused(who: Person, signed: Signed, code: string): Promise<void> {
  expect(await relay(signed)).toMatchObject({ __typename: code, code });
  await expectRefusal(onChain(signed), code as "NotStaff");
  expect(await stateOf(who)).toBe(EXPECTED);
}

let salts = 0;

type Change = { tasks: number; until?: number; siteId?: number } | "end";

/** The relay's answer to a delegation, or to its end, as the site's signer makes it. */
async function ask(change: Change) {
  const { story, world, actors } = stage;
  const siteId = change === "end" ? 1 : (change.siteId ?? 1);
  const now = await world.now();
  const common = {
    ...{ trialId: story.trialId, siteId, key: actors.staff.address },
    ...{ salt: bytes32(`desk ${++salts}`), deadline: BigInt(now + 3_600) },
  };
  const domain = staffDomain(CHAIN_ID, world.deployment.addresses.StaffRegistry);
  const signer = siteId === 1 ? actors.site : actors.otherSite;
  const sign = (name: keyof typeof STAFF_TYPES, value: object) =>
    signer.signTypedData(domain, STAFF_TYPES[name], value);
  if (change === "end") {
    const revocation = { ...common, signature: await sign("Revocation", common) };
    return await submit(server, "submitStaffAct", { revocation });
  }
  const times = { from: now, until: change.until ?? now + 30 * DAY };
  const said = { ...common, tasks: change.tasks, person: bytes32("Mary"), ...times };
  const delegation = { ...said, signature: await sign("Delegation", said) };
  return await submit(server, "submitStaffAct", { delegation });
}

async function settled(answer: { id: string }): Promise<void> {
  expect(answer).toMatchObject({ __typename: "Submission" });
  expect(await server.settle(answer.id)).toMatchObject({ state: "FINAL" });
}

const log = async (change: Change) => settled(await ask(change));

describe("a key of a site's staff", () => {
  test("signs no arrival before it is delegated, for another task, or for another site", async () => {
    const ann = await enrolled("Ann");
    // A stranger's signature: who signed it nobody knows.
    await refused(ann, await by(ann), "InvalidSignature");
    await log({ tasks: TASKS.arrive, siteId: 2 });
    await refused(ann, await by(ann), "InvalidSignature");
    const elsewhere = { pseudonym: ann.pseudonym, siteId: 2 };
    await refused(ann, await signAct(stage.story, "Arrival", elsewhere, "staff"), "WrongSite");
    await log({ tasks: TASKS.deposit | TASKS.correct | TASKS.erase });
    await refused(ann, await by(ann), "NotStaff");
  });

  test("signs arrivals and screen failures once it is, and the chain says whose key it was", async () => {
    const [ben, cleo] = [await enrolled("Ben"), await enrolled("Cleo")];
    await log({ tasks: TASKS.arrive });
    await settled(await relay(await by(ben)));
    expect(await stateOf(ben)).toBe(ON_STUDY);
    await settled(await relay(await by(cleo, "staff", "ScreenFailure"), "ScreenFailure"));
    const query = `query ($id: String!) { trial(protocolNumber: $id) {
      events(first: 200) { edges { node { name arguments { name value } } } }
    } }`;
    const { data } = await server.ask(query, { id: "CZ-2030-900" });
    type Node = { name: string; arguments: { name: string; value: string }[] };
    const signers = (data.trial.events.edges as { node: Node }[])
      .filter(({ node }) => node.name === "SiteSigned")
      .map(({ node }) => node.arguments.find(({ name }) => name === "signer")?.value.toLowerCase());
    const key = stage.actors.staff.address.toLowerCase();
    expect(signers).toEqual([key, key]);
    const completion = await by(ben, "staff", "Completion");
    expect(await relay(completion, "Completion")).toMatchObject({ code: "NotStaff" });
    await expectRefusal(onChain(completion, "Completion"), "NotStaff");
    expect(await stateOf(ben)).toBe(ON_STUDY);
  });
});

describe("an attack", () => {
  test("by an arrival without a signature, or with none that a key made, lets nobody in", async () => {
    const dora = await enrolled("Dora");
    const { act, signature } = await by(dora, "site");
    const input = asInput({ act: "ARRIVAL", signed: act });
    const query =
      "mutation ($input: SiteActInput!) { submitSiteAct(input: $input) { __typename } }";
    const none = await server.ask(query, { input });
    expect(none.data ?? null).toBeNull();
    expect(none.errors[0]!.message).toContain("signature");
    for (const made of ["0x", `0x${"00".repeat(65)}`, signature.slice(0, -2), `${signature}00`]) {
      await refused(dora, { act, signature: made }, "InvalidSignature");
    }
    await refused(dora, await by(dora, "anyone"), "InvalidSignature");
    await settled(await relay({ act, signature }));
    expect(await stateOf(dora)).toBe(ON_STUDY);
  });

  test("by a staff key after its end lets nobody in, also with what it signed before", async () => {
    const [emil, fritz] = [await enrolled("Emil"), await enrolled("Fritz")];
    const until = (await stage.world.now()) + 600;
    await log({ tasks: TASKS.arrive, until });
    const before = await by(emil);
    await stage.world.at(until);
    await stage.world.mine();
    await refused(emil, before, "NotStaff");
    await refused(fritz, await by(fritz), "NotStaff");
    await log({ tasks: TASKS.arrive });
    await settled(await relay(await by(emil)));
    expect(await stateOf(emil)).toBe(ON_STUDY);
  });

  test("by a staff key that was revoked lets nobody in, also with what it signed before", async () => {
    const gina = await enrolled("Gina");
    await log({ tasks: TASKS.arrive });
    const before = await by(gina);
    await log("end");
    await refused(gina, before, "NotStaff");
    await refused(gina, await by(gina), "NotStaff");
    // Nothing that the site signed in advance brings it back.
    expect(await ask({ tasks: TASKS.arrive })).toMatchObject({ code: "KeyRevoked" });
    const events = await told(onChain(await by(gina, "site")));
    expect(events.map(([name]) => name)).toContain("SiteSigned");
  });
});
