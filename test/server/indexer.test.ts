import type { EventLog } from "ethers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toField } from "../../circuits/statement/encoding/field.ts";
import { buildTree, pathOf, registryLeafOf } from "../../circuits/statement/encoding/tree.ts";
import { openDatabase } from "../../server/store/database.ts";
import { arriveNew, consent, personOf, screen, signAct } from "../contracts/story.ts";
import { startTestServer, type TestServer, testFolder } from "../support/server.ts";
import { STAGE_KEYS, type Stage, startStage } from "../support/stage.ts";
import { derived as tables } from "../support/tables.ts";
import { number } from "../support/world.ts";

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
  await changeRegistry(stage);
  await world.as("governance").accreditation.deaccredit(2, stage.actors.otherSponsor.address);
  server = await startTestServer(stage.chain, {}, { keys: STAGE_KEYS });
});
afterAll(async () => {
  await server?.end();
  await stage?.stop();
});

const NOTHING = `0x${"00".repeat(32)}`;
const leafOf = (stage: Stage, name: string, clinic: "clinic" | "otherClinic" = "clinic") =>
  registryLeafOf(toField(number(name)), stage.actors[clinic].address);

/** The tree's leaves as the events leave them, and what leads to one of them. */
function siblingsIn(leaves: readonly bigint[], index: number): readonly bigint[] {
  return pathOf(buildTree(leaves.map(toField)), index).siblings;
}

/** A second record, one of another clinic; one replaced, one revoked, its place used again. */
async function changeRegistry(stage: Stage): Promise<void> {
  const { world, actors } = stage;
  const { records } = world.as("clinic");
  await records.anchor(number("second record"));
  await world.as("otherClinic").records.anchor(number("foreign record"));
  await records.revokeEarly(number("early record"));
  const first = leafOf(stage, "record for CZ-2030-001");
  const second = leafOf(stage, "second record");
  const foreign = leafOf(stage, "foreign record", "otherClinic");
  const old = number("record for CZ-2030-001");
  const reissued = [number("reissued"), 1, NOTHING, "https://mirror.example"];
  await records.replace(old, ...reissued, siblingsIn([first, second, foreign], 0));
  const now = leafOf(stage, "reissued");
  await records.revoke(number("second record"), siblingsIn([now, second, foreign], 1));
  const [revoked] = await records.queryFilter(records.filters.Revoked());
  const { tombstone } = (revoked as EventLog).args;
  const again = [number("in its place"), 1, NOTHING, ""];
  await records.anchorInto(tombstone, ...again, siblingsIn([now, tombstone, foreign], 1));
  const { records: governed } = world.as("governance");
  await governed.setQuota(actors.clinic.address, 5);
  await governed.setRevocationLimit(actors.otherClinic.address, 2);
}

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

type Roots = {
  readonly blocked: boolean;
  readonly roots: readonly { root: string; voided: boolean; supersededAt: string | null }[];
};

/** What the server says of each root is what the contract says; no window has ended here. */
async function expectSameRoots({ blocked, roots }: Roots): Promise<void> {
  const { records } = stage.chain.contracts;
  const good = (one: Roots["roots"][number]) =>
    !blocked && (one.supersededAt === null || !one.voided);
  for (const one of roots) expect(good(one), one.root).toBe(await records.isKnownRoot(one.root));
  expect(roots.length).toBeGreaterThan(3);
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
      recordsState {
        root blocked clinics { address slots quota revocationLimit voided }
        leaves { value batchRoot kind uri } roots { root voided supersededAt }
      }
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
    const places = [
      ["reissued", "clinic", "https://mirror.example"],
      ["in its place", "clinic", ""],
      ["foreign record", "otherClinic", ""],
    ] as const;
    expect(data.recordsState.leaves).toEqual(
      places.map(([name, clinic, uri]) => ({
        value: String(leafOf(stage, name, clinic)),
        batchRoot: String(number(name)),
        kind: "record",
        uri,
      })),
    );
    await expectSameRoots(data.recordsState);
    const of = (clinic: "clinic" | "otherClinic") => stage.actors[clinic].address.toLowerCase();
    expect(data.recordsState).toMatchObject({
      blocked: false,
    });
    const clinics = [
      { address: of("clinic"), slots: 2, quota: 5, revocationLimit: 24, voided: false },
      { address: of("otherClinic"), slots: 1, quota: 64, revocationLimit: 2, voided: false },
    ];
    const byAddress = (a: { address: string }, b: { address: string }) =>
      a.address < b.address ? -1 : 1;
    expect(data.recordsState.clinics).toEqual(clinics.sort(byAddress));
    const active = data.accreditations.edges.map(({ node }: { node: { active: boolean } }) => node);
    expect(active).toEqual([{ active: true }, { active: false }]);
  });

  test("agrees with the contract on what each clinic may take", async () => {
    const { data } = await server.ask(
      "{ recordsState { clinics { address slots quota revocationLimit } } }",
    );
    const { records } = stage.chain.contracts;
    for (const { address, slots, quota, revocationLimit } of data.recordsState.clinics) {
      expect([slots, quota, revocationLimit].map(BigInt)).toEqual([
        await records.slotsOf(address),
        await records.quotaOf(address),
        await records.revocationLimitOf(address),
      ]);
    }
  });

  test("agrees with the contract on who is on hold, whoever stopped the trial", async () => {
    const { trialId } = stage.story;
    const { enrollment } = stage.chain.contracts;
    const onHold = async (): Promise<[bigint, boolean][]> => {
      const query =
        "query ($id: Bytes32!) { publicState(trialId: $id) { participants { pseudonym onHold } } }";
      const { data } = await server.ask(query, { id: trialId });
      return data.publicState.participants.map((one: { pseudonym: string; onHold: boolean }) => [
        BigInt(one.pseudonym),
        one.onHold,
      ]);
    };
    const byContract = async () => {
      const all = (await onHold()).map(([pseudonym]) => pseudonym);
      const asked = all.map((pseudonym) => enrollment.participantOf(trialId, pseudonym));
      return (await Promise.all(asked)).map(([, held], i) => [all[i], held]);
    };
    const { accreditation, trials } = stage.world.as("governance");
    const { board, sponsor } = stage.actors;
    const acts: (() => Promise<unknown>)[] = [
      async () => {},
      () => trials.hold(trialId),
      () => trials.lift(trialId),
      () => accreditation.deaccredit(3, board.address),
      () => accreditation.accredit(3, board.address, "board"),
      () => accreditation.deaccredit(2, sponsor.address),
      () => accreditation.accredit(2, sponsor.address, "sponsor"),
    ];
    const stopped: boolean[] = [];
    for (const act of acts) {
      await act();
      await expect.poll(onHold).toEqual(await byContract());
      stopped.push((await onHold()).every(([, held]) => held));
    }
    expect(stopped).toEqual([false, true, false, true, false, true, false]);
    expect(await onHold()).toHaveLength(3);
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
    const count = async () => (await state()).screenings.length;
    const until = (wanted: number) => expect.poll(count, { timeout: 60_000 }).toBe(wanted);
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
