import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { screeningOf } from "../contracts/story.ts";
import { KEYS, mineOnTime, reorganise } from "../support/chain.ts";
import { startNodeProxy } from "../support/control.ts";
import {
  askServer,
  environmentOf,
  seedDatabase,
  startTestServer,
  testFolder,
} from "../support/server.ts";
import { killHard, spawnServer } from "../support/serverProcess.ts";
import {
  asInput,
  personOf,
  RESULT,
  STAGE_KEYS,
  type Stage,
  startStage,
  submit,
} from "../support/stage.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
});
afterAll(async () => {
  await stage?.stop();
});

const person = (name: string) => personOf(stage.story, name);
const commitmentOnChain = async (name: string): Promise<bigint> =>
  stage.chain.contracts.screening.commitmentOf(stage.story.trialId, person(name).nullifier);

const proofOf = async (name: string) => (await screeningOf(stage.story, person(name))).proof;

/** Asks until a submission has a state, for servers that come and go. */
async function waitFor(url: string, id: string, states: readonly string[]): Promise<string> {
  const query = "query ($id: ID!) { submission(id: $id) { state } }";
  for (const start = Date.now(); Date.now() - start < 60_000; ) {
    const answer = await askServer(url, { query, variables: { id } }).catch(() => undefined);
    const state = answer?.data?.submission?.state;
    if (states.includes(state)) return state;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`the submission did not become ${states.join(" or ")}`);
}

describe("after a kill -9 of the server", () => {
  test("every submission that was answered is sent once, whenever the kill came", async () => {
    const folder = testFolder();
    const environment = environmentOf(stage.chain, folder);
    await seedDatabase(environment.DATA_DIR!);
    const query = `mutation ($input: ScreeningInput!) { submitScreening(input: $input) ${RESULT} }`;
    const names = ["killed at once", "killed a little later", "killed later still"];
    const ids: string[] = [];
    let running = await spawnServer(environment);
    for (const [i, name] of names.entries()) {
      const { proof } = await screeningOf(stage.story, person(name));
      const variables = { input: asInput(proof) };
      const { data } = await askServer(running.url, { query, variables });
      ids.push(data.submitScreening.id);
      await new Promise((resolve) => setTimeout(resolve, i * 25));
      await killHard(running.child);
      running = await spawnServer(environment);
    }
    for (const id of ids) expect(await waitFor(running.url, id, ["FINAL"])).toBe("FINAL");
    for (const name of names) {
      expect(await commitmentOnChain(name)).toBe(person(name).commitment);
    }
    // Nothing doubled: the very same content is still the same submission.
    const { proof } = await screeningOf(stage.story, person(names[0]!));
    const again = await askServer(running.url, { query, variables: { input: asInput(proof) } });
    expect(again.data.submitScreening.id).toBe(ids[0]);
    await killHard(running.child);
    rmSync(folder, { recursive: true, force: true });
  });
});

describe("while the node is away", () => {
  test("a submission is kept, and sent when the node is back", async () => {
    const proxy = await startNodeProxy(stage.chain.anvil.url);
    const server = await startTestServer(stage.chain, { RPC_URL: proxy.url }, { keys: STAGE_KEYS });
    const { proof } = await screeningOf(stage.story, person("patient one"));
    proxy.setUp(false);
    const answer = await submit(server, "submitScreening", proof);
    expect(answer).toMatchObject({ __typename: "Submission", state: "QUEUED" });
    expect((await fetch(`${server.url}/ready`)).status).toBe(503);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    proxy.setUp(true);
    expect((await server.settle(answer.id)).state).toBe("FINAL");
    await server.end();
    await proxy.stop();
  });

  test("a transaction that the node lost is handed to it again", async () => {
    const proxy = await startNodeProxy(stage.chain.anvil.url);
    const server = await startTestServer(stage.chain, { RPC_URL: proxy.url }, { keys: STAGE_KEYS });
    proxy.setForgetful(true);
    const { proof } = await screeningOf(stage.story, person("forgotten"));
    const { id } = await submit(server, "submitScreening", proof);
    await waitFor(server.url, id, ["SENT"]);
    proxy.setForgetful(false);
    expect((await server.settle(id)).state).toBe("FINAL");
    await server.end();
    await proxy.stop();
  });
});

describe("a transaction that the contract refuses", () => {
  test("although it was fine when submitted ends as the named refusal, and may be tried again", async () => {
    const server = await startTestServer(stage.chain, {}, { keys: STAGE_KEYS });
    const { provider } = stage.chain;
    const someone = person("twice at once");
    const first = await screeningOf(stage.story, someone);
    const second = await screeningOf(stage.story, {
      ...someone,
      commitment: person("another").commitment,
    });
    // The second is sent with the first, or waits behind it until that is mined: it ends the same.
    await provider.send("evm_setAutomine", [false]);
    const one = await submit(server, "submitScreening", first.proof);
    const two = await submit(server, "submitScreening", second.proof);
    await waitFor(server.url, one.id, ["SENT"]);
    await provider.send("evm_mine", []);
    await provider.send("evm_setAutomine", [true]);
    const states = [await server.settle(one.id), await server.settle(two.id)];
    expect(states[0]).toMatchObject({ state: "FINAL" });
    expect(states[1]).toMatchObject({ state: "REFUSED", refusal: { code: "AlreadyScreened" } });
    await server.end();
  });
});

describe("after a reorganisation of the chain", () => {
  test("a transaction that fell out is sent again and becomes final; tables follow", async () => {
    const server = await startTestServer(stage.chain, { CONFIRMATIONS: "4" }, { keys: STAGE_KEYS });
    const { provider } = stage.chain;
    // Only this transaction falls out, not what it builds on.
    await provider.send("anvil_mine", ["0x3"]);
    const { proof } = await screeningOf(stage.story, person("reorganised"));
    const { id } = await submit(server, "submitScreening", proof);
    await waitFor(server.url, id, ["MINED"]);
    expect(await reorganise(provider, 2)).toBe(1);
    const clock = mineOnTime(provider);

    const end = await server.settle(id).finally(() => clock.stop());
    expect(end).toMatchObject({ state: "FINAL" });
    expect(await commitmentOnChain("reorganised")).toBe(person("reorganised").commitment);
    const { data } = await server.ask(
      "query ($id: Bytes32!) { publicState(trialId: $id) { screenings { nullifier } } }",
      { id: stage.story.trialId },
    );
    const mine = data.publicState.screenings.filter(
      ({ nullifier }: { nullifier: string }) =>
        nullifier === String(person("reorganised").nullifier),
    );
    expect(mine).toHaveLength(1);
    expect(server.logged()).toContain("reorganised: reading again");
    await server.end();
  });
});

describe("a chain that loses what was final", () => {
  test("gets it again: a killed node forgets its last moments", async () => {
    const server = await startTestServer(stage.chain, {}, { keys: STAGE_KEYS });
    const { provider } = stage.chain;
    await provider.send("anvil_mine", ["0x3"]);
    const snapshot = await provider.send("evm_snapshot", []);
    const { proof } = await screeningOf(stage.story, person("forgotten by the chain"));
    const { id } = await submit(server, "submitScreening", proof);
    expect((await server.settle(id)).state).toBe("FINAL");
    await provider.send("evm_revert", [snapshot]);
    await expect
      .poll(() => commitmentOnChain("forgotten by the chain"), { timeout: 30_000 })
      .toBe(person("forgotten by the chain").commitment);
    expect((await server.settle(id)).state).toBe("FINAL");
    expect(server.logged()).toContain("reorganised: reading again");
    await server.end();
  });

  test("loses a nonce that nobody here holds too, and what follows it is not held up", async () => {
    const server = await startTestServer(stage.chain, { STUCK_SECONDS: "1" }, { keys: STAGE_KEYS });
    const { provider } = stage.chain;
    await provider.send("anvil_mine", ["0x3"]);
    const snapshot = await provider.send("evm_snapshot", []);
    const before = await submit(server, "submitScreening", await proofOf("before the gap"));
    expect((await server.settle(before.id)).state).toBe("FINAL");
    // The relayer's key is used by hand, once.
    const byHand = KEYS.relayer.connect(provider);
    await (await byHand.sendTransaction({ to: byHand.address })).wait();
    const after = await submit(server, "submitScreening", await proofOf("after the gap"));
    expect((await server.settle(after.id)).state).toBe("FINAL");
    await provider.send("evm_revert", [snapshot]);
    for (const name of ["before the gap", "after the gap"]) {
      const commitment = () => commitmentOnChain(name);
      await expect.poll(commitment).toBe(person(name).commitment);
    }
    expect(server.logged()).toContain("a nonce belongs to nobody");
    await server.end();
  });
});

describe("a relayer without money", () => {
  test("keeps what it is given until it has some", async () => {
    const server = await startTestServer(stage.chain, {}, { keys: STAGE_KEYS });
    const { provider } = stage.chain;
    const balance = (wei: string) => provider.send("anvil_setBalance", [KEYS.relayer.address, wei]);
    await balance("0x0");
    const { proof } = await screeningOf(stage.story, person("waits for money"));
    const { id } = await submit(server, "submitScreening", proof);
    await expect.poll(() => server.logged()).toContain("the relayer cannot pay for gas: fund it");
    await balance("0x3635c9adc5dea00000");
    expect((await server.settle(id)).state).toBe("FINAL");
    await server.end();
  });
});

describe("a full outbox", () => {
  test("refuses by name what it cannot take", async () => {
    const server = await startTestServer(stage.chain, { OUTBOX_LIMIT: "1" }, { keys: STAGE_KEYS });
    await stage.chain.provider.send("evm_setAutomine", [false]);
    const proxy = await startNodeProxy(stage.chain.anvil.url);
    const away = await startTestServer(
      stage.chain,
      { OUTBOX_LIMIT: "1", RPC_URL: proxy.url },
      { keys: STAGE_KEYS },
    );
    const first = await screeningOf(stage.story, person("first in line"));
    const second = await screeningOf(stage.story, person("second in line"));
    proxy.setUp(false);
    await submit(away, "submitScreening", first.proof);
    expect((await submit(away, "submitScreening", second.proof)).code).toBe("QueueFull");
    await stage.chain.provider.send("evm_setAutomine", [true]);
    await away.end();
    await proxy.stop();
    await server.end();
  });
});
