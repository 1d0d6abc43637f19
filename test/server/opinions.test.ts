// What a board says, through the server: relayed for its own trial once, listed as the chain has it, its words beside.
import { keccak256, toUtf8Bytes, type Wallet } from "ethers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../support/server.ts";
import { STAGE_KEYS, type Stage, startStage, submit } from "../support/stage.ts";
import { DAY } from "../support/world.ts";
import { forwardOf } from "./forward.ts";

const WORDS = "The risk of bleeding is not justified.\nSee page 3.";
const HASH = keccak256(toUtf8Bytes(WORDS));

let stage: Stage;
let server: TestServer;

beforeAll(async () => {
  stage = await startStage();
  server = await startTestServer(stage.chain, {}, { keys: STAGE_KEYS });
  await stage.story.publish({ capacity: 20 });
}, 120_000);
afterAll(async () => {
  await server?.end();
  await stage?.stop();
});

const contract = "TrialRegistry" as const;
const sign = (who: Wallet, name: string, args: unknown[]) =>
  forwardOf(stage, { who, call: { contract, name, args } });

async function relay(who: Wallet, name: string, args: unknown[]) {
  return await submit(server, "relay", await sign(who, name, args), await server.signIn(who));
}

const rejection = () => [stage.story.trialId, 2, stage.story.digestOf(2), HASH];

async function listed() {
  const { data } = await server.ask(`{ trial(protocolNumber: "CZ-2030-001") {
    opinions { edges { node { version opinion textHash by } } } } }`);
  return data.trial.opinions.edges.map(({ node }: { node: object }) => node);
}

describe("an opinion", () => {
  test("of another board, or of no board, is refused", async () => {
    const { otherBoard, sponsor } = stage.actors;
    expect((await relay(otherBoard, "reject", rejection())).code).toBe("NotYourTrial");
    const comment = [stage.story.trialId, 2, HASH];
    expect((await relay(otherBoard, "comment", comment)).code).toBe("NotYourTrial");
    expect((await relay(sponsor, "comment", comment)).code).toBe("NotAccredited");
    expect(await listed()).toEqual([]);
  });

  test("signed by another board's key in the board's name is refused", async () => {
    const { board, otherBoard } = stage.actors;
    const request = await sign(otherBoard, "reject", rejection());
    const forged = { ...request, from: board.address };
    const token = await server.signIn(board);
    expect((await submit(server, "relay", forged, token)).code).toBe("InvalidSignature");
  });

  test("of the trial's board is relayed, and listed with its words' hash", async () => {
    const { board } = stage.actors;
    const token = await server.signIn(board);
    const upload = `mutation ($content: String!) {
      uploadText(content: $content) { ... on Text { hash } } }`;
    const { data } = await server.ask(upload, { content: WORDS }, token);
    expect(data.uploadText.hash).toBe(HASH);
    const request = await sign(board, "reject", rejection());
    const { id } = await submit(server, "relay", request, token);
    expect((await server.settle(id)).state).toBe("FINAL");
    const by = board.address.toLowerCase();
    expect(await listed()).toEqual([{ version: 2, opinion: "REJECTION", textHash: HASH, by }]);
    const response = await fetch(`${server.url}/exchange/texts/${HASH}`);
    expect(await response.text()).toBe(WORDS);

    // The same signature once more is the same act, or none; it is told once.
    const again = await submit(server, "relay", request, token);
    expect(again.id === id || again.code === "InvalidSignature").toBe(true);
    expect((await relay(board, "reject", rejection())).code).toBe("VersionRejected");
    expect(await listed()).toHaveLength(1);
  });

  test("that rejects bars the approval of that version alone", async () => {
    const { board } = stage.actors;
    const { trialId } = stage.story;
    const until = (await stage.world.now()) + DAY;
    const approval = (version: number) => [trialId, version, stage.story.digestOf(version), until];
    expect((await relay(board, "approve", approval(2))).code).toBe("VersionRejected");
    await stage.story.publish({ capacity: 30 });
    const { id } = await relay(board, "approve", approval(3));
    expect((await server.settle(id)).state).toBe("FINAL");
  });
});
