// Screenings that the relayer sends together, with a real chain and a server that is killed.
import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { interfaceOf } from "../../contracts/connect.ts";
import { screen, screeningOf } from "../contracts/story.ts";
import {
  type Answer,
  askServer,
  environmentOf,
  seedDatabase,
  startTestServer,
  type TestServer,
  testFolder,
} from "../support/server.ts";
import { killHard, prepareServer } from "../support/serverProcess.ts";
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
const proofOf = async (name: string) => (await screeningOf(stage.story, person(name))).proof;
const start = (seconds: number, most = 20) =>
  startTestServer(
    stage.chain,
    { SCREEN_MANY_SECONDS: String(seconds), SCREEN_MANY_MOST: String(most) },
    { keys: STAGE_KEYS },
  );

async function submitAll(server: TestServer, names: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  // Made before the first is handed in: it waits for the others for a set time.
  const proofs = await Promise.all(names.map(proofOf));
  for (const proof of proofs) {
    const answer = await submit(server, "submitScreening", proof);
    expect(answer).toMatchObject({ __typename: "Submission", state: "QUEUED" });
    ids.push(answer.id);
  }
  return ids;
}

/** The function that a transaction called, and whom it screened, in the order of its events. */
async function calledBy(hash: string) {
  const { provider, deployment } = stage.chain;
  const screening = interfaceOf("Screening");
  const { data } = (await provider.getTransaction(hash))!;
  const { logs } = (await provider.getTransactionReceipt(hash))!;
  const own = logs.filter(({ address }) => address === deployment.addresses.Screening);
  const screened = own.flatMap((log) => {
    const event = screening.parseLog(log);
    return event?.name === "Screened" ? [event.args.nullifier as bigint] : [];
  });
  return { name: screening.getFunction(data.slice(0, 10))!.name, screened };
}

const ascending = (numbers: readonly bigint[]) => numbers.toSorted((a, b) => (a < b ? -1 : 1));

describe("the relayer", () => {
  test("sends what comes within its time together, sorted by nullifier", async () => {
    const names = ["Zoe", "Adam", "Mona", "Bert"];
    const server = await start(4);
    const ids = await submitAll(server, names);
    const settled = [];
    for (const id of ids) settled.push(await server.settle(id));
    expect(settled.map(({ state }) => state)).toEqual(names.map(() => "FINAL"));
    const hashes = new Set(settled.map(({ transactionHash }) => transactionHash));
    expect(hashes.size).toBe(1);
    const { name, screened } = await calledBy([...hashes][0]!);
    expect(name).toBe("screenMany");
    expect(screened).toEqual(ascending(names.map((one) => person(one).nullifier)));
    await server.end();
  });

  test("sends as many as it may at once, and one alone as `screen`", async () => {
    const server = await start(2, 2);
    const ids = await submitAll(server, ["Cleo", "Dora", "Emil"]);
    const settled = [];
    for (const id of ids) settled.push(await server.settle(id));
    const [first, second, third] = settled.map(({ transactionHash }) => transactionHash);
    expect(second).toBe(first);
    expect((await calledBy(first)).name).toBe("screenMany");
    expect((await calledBy(third)).name).toBe("screen");
    await server.end();
  });

  test("takes out one that the contract would refuse, and sends the others", async () => {
    const server = await start(3_600, 3);
    const ids = await submitAll(server, ["Fritz", "Gina"]);
    // Screened by another relayer meanwhile.
    await screen(stage.story, person("Gina"));
    ids.push(...(await submitAll(server, ["Hans"])));
    const settled = [];
    for (const id of ids) settled.push(await server.settle(id));
    expect(settled[0]).toMatchObject({ state: "FINAL" });
    expect(settled[1]).toMatchObject({ state: "REFUSED", refusal: { code: "AlreadyScreened" } });
    expect(settled[2]).toMatchObject({ state: "FINAL" });
    expect(settled[2].transactionHash).toBe(settled[0].transactionHash);
    await server.end();
  });

  test("keeps two apart that name one participant", async () => {
    const server = await start(5, 3);
    const { commitment } = person("Ida");
    const thief = { ...person("thief"), commitment };
    const { proof } = await screeningOf(stage.story, thief);
    const ids = await submitAll(server, ["Ida"]);
    ids.push((await submit(server, "submitScreening", proof)).id);
    ids.push(...(await submitAll(server, ["Jan"])));
    const settled = [];
    for (const id of ids) settled.push(await server.settle(id));
    expect(settled.map(({ state }) => state)).toEqual(["FINAL", "REFUSED", "FINAL"]);
    expect(settled[2].transactionHash).toBe(settled[0].transactionHash);
    await server.end();
  });
});

describe("a screening in flight", () => {
  test("is told to nobody: not its nullifier, not its commitment, not that it is there", async () => {
    const server = await start(3_600);
    await submitAll(server, ["Kim", "Lea"]);
    const { trialId } = stage.story;
    const everything = [
      await server.ask(
        `query ($id: Bytes32!) { publicState(trialId: $id) {
          screenings { nullifier commitment issuerTags } groups { members } participants { pseudonym }
        } }`,
        { id: trialId },
      ),
      await server.ask(`{ events(first: 200) { edges { node { name arguments { value } } } } }`),
      await server.ask(`{ trial(protocolNumber: "CZ-2030-001") { funnel { screened } } }`),
      await server.ask("{ recordsState { root } accreditations { edges { node { name } } } }"),
      ...(await Promise.all(
        ["/metrics", `/state/trials/${trialId}`, "/state/records", "/ready"].map(async (path) => ({
          text: await (await fetch(server.url + path)).text(),
        })),
      )),
    ];
    const said = everything.map(({ text }) => text).join("\n") + server.logged();
    const pool = JSON.stringify(await stage.chain.provider.send("txpool_content", []));
    for (const name of ["Kim", "Lea"]) {
      const { nullifier, commitment, issuerTag } = person(name);
      for (const secret of [nullifier, commitment, issuerTag]) {
        expect(said).not.toContain(String(secret));
        expect(pool).not.toContain(secret.toString(16));
      }
    }
    await server.end();
  });

  test("shows to its sender's random number how far it is, and nothing of what it says", async () => {
    const server = await start(3_600);
    const [id] = await submitAll(server, ["Mia"]);
    const fields = '{ __type(name: "Submission") { fields { name } } }';
    const { data } = await server.ask(fields);
    const names = data.__type.fields.map(({ name }: { name: string }) => name).sort();
    // One more needs a thought: whoever learns the number of a submission reads it.
    expect(names).toEqual(
      [
        "id",
        "kind",
        "state",
        "transactionHash",
        "blockNumber",
        "refusal",
        "gasUsed",
        "createdAt",
      ].sort(),
    );
    const answer = await server.ask(
      `query ($id: ID!) { submission(id: $id) { ${names.filter((n: string) => n !== "refusal").join(" ")} } }`,
      { id },
    );
    const { nullifier, commitment } = person("Mia");
    for (const secret of [nullifier, commitment]) expect(answer.text).not.toContain(String(secret));
    // A guess at its content finds nothing either: another nullifier with her commitment is another submission.
    const { proof } = await screeningOf(stage.story, { ...person("guesser"), commitment });
    expect((await submit(server, "submitScreening", proof)).id).not.toBe(id);
    await server.end();
  });
});

describe("after a kill -9 while screenings wait for each other", () => {
  const query = `mutation ($input: ScreeningInput!) { submitScreening(input: $input) ${RESULT} }`;
  const stateOf = async (url: string, id: string): Promise<Answer["data"]> => {
    const text = "query ($id: ID!) { submission(id: $id) { state transactionHash } }";
    const answer = await askServer(url, { query: text, variables: { id } }).catch(() => undefined);
    return answer?.data?.submission;
  };

  test("nothing is lost and nothing doubled, whenever the kill came", async () => {
    const folder = testFolder();
    const usual = environmentOf(stage.chain, folder);
    const environment: Record<string, string> = { ...usual, SCREEN_MANY_SECONDS: "1" };
    await seedDatabase(environment.DATA_DIR!);
    const ids: string[] = [];
    const names: string[] = [];
    let running = prepareServer(environment);
    let url = await running.go();
    // Before they are gathered, about when, and once they are sent.
    for (const [round, wait] of [0, 950, 1_300].entries()) {
      const next = prepareServer(environment);
      for (const name of ["first", "second", "third"].map((n) => `${n} of round ${round}`)) {
        const variables = { input: asInput(await proofOf(name)) };
        const { data } = await askServer(url, { query, variables });
        ids.push(data.submitScreening.id);
        names.push(name);
      }
      await new Promise((resolve) => setTimeout(resolve, wait));
      await killHard(running.child);
      running = next;
      url = await running.go();
    }
    for (const id of ids) {
      const isFinal = async () => (await stateOf(url, id))?.state;
      await expect.poll(isFinal, { timeout: 60_000, interval: 50 }).toBe("FINAL");
    }
    const { screening } = stage.chain.contracts;
    const events = await screening.queryFilter(screening.filters.Screened());
    for (const name of names) {
      const { nullifier, commitment } = person(name);
      expect(await screening.commitmentOf(stage.story.trialId, nullifier)).toBe(commitment);
      const told = events.filter((event) => "args" in event && event.args.nullifier === nullifier);
      expect(told, name).toHaveLength(1);
    }
    // Handed in again it is the same submission still.
    const variables = { input: asInput(await proofOf(names[0]!)) };
    const again = await askServer(url, { query, variables });
    expect(again.data.submitScreening.id).toBe(ids[0]);
    await killHard(running.child);
    rmSync(folder, { recursive: true, force: true });
  }, 300_000);
});
