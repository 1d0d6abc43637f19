import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "../../server/store/database.ts";
import * as tables from "../../server/store/tables.ts";
import { arriveNew, consent, personOf, screen, signAct } from "../contracts/story.ts";
import { number } from "../contracts/world.ts";
import { startTestServer, type TestServer, testFolder } from "../support/server.ts";
import { STAGE_KEYS, type Stage, startStage } from "../support/stage.ts";

let stage: Stage;
let server: TestServer;

/** A chain on which most kinds of events have happened. */
beforeAll(async () => {
  stage = await startStage();
  const { world, story } = stage;
  await arriveNew(story, "Anna");
  const bert = personOf(story, "Bert");
  await screen(story, bert);
  await consent(story, bert);
  await story.publish({ requiresRescreening: true });
  await story.approve(2);
  await screen(story, bert);
  await consent(story, bert, { sequence: 5n });
  const cleo = personOf(story, "Cleo");
  await screen(story, cleo);
  await consent(story, cleo);
  const failed = await signAct(story, "ScreenFailure", { pseudonym: cleo.pseudonym });
  await world.as("anyone").enrollment.failScreening(failed.act, failed.signature);
  const { records } = world.as("clinic");
  await records.anchor(number("second record"));
  await records.revoke(number("early record"), []);
  await records.replace(
    number("record for CZ-2030-001"),
    number("reissued"),
    1,
    `0x${"00".repeat(32)}`,
    "",
    [number("second record")],
  );
  await world.as("governance").accreditation.deaccredit(2, stage.actors.otherSponsor.address);
  server = await startTestServer(stage.chain, {}, { keys: STAGE_KEYS });
});
afterAll(async () => {
  await server?.end();
  await stage?.stop();
});

/** All derived tables of a server that has stopped, in a fixed order. */
async function dump(folder: string): Promise<Record<string, unknown[]>> {
  const database = await openDatabase({ url: undefined, folder: `${folder}/database` });
  const rows: Record<string, unknown[]> = {};
  for (const [name, table] of Object.entries(tables)) {
    const found = await database.db.select().from(table as typeof tables.trials);
    rows[name] = found.map((row) => JSON.stringify(row)).sort();
  }
  await database.close();
  return rows;
}

describe("the indexer", () => {
  test("tells what the chain tells", async () => {
    const { data } = await server.ask(`{
      trial(protocolNumber: "CZ-2030-001") {
        currentVersion status
        versions { version screeningVersion consentVersion members groupId }
        funnel { screened consented enrolled arrived onStudy onHold ineligible }
        events(first: 200) { edges { node { name } } }
      }
      recordsState { root leaves { value kind } roots { voided supersededAt } }
      accreditations(role: SPONSOR) { edges { node { active } } }
    }`);
    expect(data.trial).toMatchObject({
      currentVersion: 2,
      status: "ACTIVE",
      versions: [
        { version: 1, screeningVersion: 1, members: 2 },
        { version: 2, screeningVersion: 2, consentVersion: 2, members: 2 },
      ],
      funnel: { screened: 3, consented: 3, enrolled: 1, arrived: 1, onStudy: 1, ineligible: 1 },
    });
    // Anna has not been screened again: nothing of hers may be released.
    expect(data.trial.funnel.onHold).toBe(1);
    const { records } = stage.chain.contracts;
    expect(data.recordsState.root).toBe(String(await records.root()));
    expect(data.recordsState.leaves.map(({ value }: { value: string }) => value)).toEqual(
      ["reissued", "second record"].map((name) => String(number(name))),
    );
    for (const { voided, supersededAt } of data.recordsState.roots.slice(0, 1)) {
      expect({ voided, isOld: supersededAt !== null }).toEqual({ voided: true, isOld: true });
    }
    const active = data.accreditations.edges.map(({ node }: { node: { active: boolean } }) => node);
    expect(active).toEqual([{ active: true }, { active: false }]);
  });

  test("agrees with the contract on who is on hold", async () => {
    const { data } = await server.ask(
      `query ($id: Bytes32!) { publicState(trialId: $id) { participants { pseudonym onHold state } } }`,
      { id: stage.story.trialId },
    );
    const { enrollment } = stage.chain.contracts;
    for (const { pseudonym, onHold } of data.publicState.participants) {
      const [, held] = await enrollment.participantOf(stage.story.trialId, pseudonym);
      expect(onHold).toBe(held);
    }
    expect(data.publicState.participants).toHaveLength(3);
  });

  test("builds the same tables again from the chain alone", async () => {
    const one = await startTestServer(stage.chain, {}, { keys: STAGE_KEYS });
    await one.stop();
    const before = await dump(one.folder);
    const again = await startTestServer(stage.chain, {}, { keys: STAGE_KEYS, folder: one.folder });
    await again.rebuild();
    await again.stop();
    const after = await dump(one.folder);
    expect(after).toEqual(before);
    expect(before.events!.length).toBeGreaterThan(25);
    expect(before.consents).toHaveLength(4);
    await again.end();
  });

  test("reads the same in small steps as in one go, and forgets what a reorganisation took away", async () => {
    const early = await startTestServer(
      stage.chain,
      {},
      { keys: STAGE_KEYS, folder: testFolder() },
    );
    const { provider } = stage.chain;
    await provider.send("anvil_mine", ["0x2"]);
    const snapshot = await provider.send("evm_snapshot", []);
    const dora = personOf(stage.story, "Dora");
    await screen(stage.story, dora);
    await consent(stage.story, dora);
    const state = async () => {
      const { data } = await early.ask(
        "query ($id: Bytes32!) { publicState(trialId: $id) { blockNumber screenings { nullifier } } }",
        { id: stage.story.trialId },
      );
      return data.publicState;
    };
    const until = async (count: number) => {
      for (let i = 0; i < 500 && (await state()).screenings.length !== count; i++) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      expect((await state()).screenings).toHaveLength(count);
    };
    await until(4);
    await provider.send("evm_revert", [snapshot]);
    await provider.send("anvil_mine", ["0x5"]);
    await until(3);
    const fresh = await startTestServer(stage.chain, {}, { keys: STAGE_KEYS });
    await Promise.all([early.stop(), fresh.stop()]);
    const [stepwise, atOnce] = [await dump(early.folder), await dump(fresh.folder)];
    // Which blocks are remembered depends on when they were read.
    expect({ ...stepwise, blocks: [] }).toEqual({ ...atOnce, blocks: [] });
    await early.end();
    await fresh.end();
  });
});
