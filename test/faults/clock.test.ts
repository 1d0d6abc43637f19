// The server's clock and the chain's, hours apart: what is timely is the chain's word, sessions are the server's own.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { act, signInActor } from "../../client/actor/actor.ts";
import { connect } from "../../client/api/api.ts";
import { midnightAfter, screeningOf } from "../contracts/story.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import {
  consentOf,
  personOf,
  STAGE_KEYS,
  type Stage,
  screenThrough,
  startStage,
  submit,
} from "../support/stage.ts";
import { number } from "../support/world.ts";
import { join } from "./join.ts";
import { expectCleanAudit } from "./verdict.ts";

const HOUR = 3_600;
const HOURS = [-30, -6, 6, 30];

describe.each(HOURS)("a chain that is %i hours ahead of the server", (hours) => {
  let stage: Stage;
  let server: TestServer;
  beforeAll(async () => {
    stage = await startStage({ chainTime: Math.floor(Date.now() / 1000) + hours * HOUR });
    server = await startTestServer(stage.chain, {}, { keys: STAGE_KEYS });
  });
  afterAll(async () => {
    await server?.end();
    await stage?.stop();
  });

  test("takes what is timely on the chain, and refuses a grant that is late there", async () => {
    const { story, world } = stage;
    expect(await join({ story, url: server.url }, personOf(story, "Anna"))).toHaveLength(2);
    const bert = personOf(story, "Bert");
    await screenThrough(server, story, bert);
    const now = await world.now();
    const late = await consentOf(story, bert, { submitBy: midnightAfter(now, 0) });
    expect((await submit(server, "submitConsent", late)).code).toBe("SubmitByPassed");
    const timely = await consentOf(story, bert, { submitBy: midnightAfter(now, 1) });
    expect(await server.settle((await submit(server, "submitConsent", timely)).id)).toMatchObject({
      state: "FINAL",
    });
  });

  test("judges the window of a superseded root by the chain's time", async () => {
    const { story, world } = stage;
    const { proof: old } = await screeningOf(story, personOf(story, "old root"));
    const { proof: older } = await screeningOf(story, personOf(story, "too old a root"));
    await world.as("clinic").records.anchor(number(`another record, ${hours}`));
    await world.travel(HOUR - 60);
    await world.mine();
    const taken = await submit(server, "submitScreening", old);
    expect((await server.settle(taken.id)).state).toBe("FINAL");
    await world.travel(120);
    await world.mine();
    expect((await submit(server, "submitScreening", older)).code).toBe("UnknownRoot");
  });

  test("lets organisations sign in by the server's clock and act by the chain's", async () => {
    const { sponsor, board } = stage.actors;
    const actor = await signInActor({ api: connect({ url: server.url }), signer: sponsor });
    const register = await act(actor, "TrialRegistry", "register", ["CZ-CLOCK-1", board.address]);
    expect(register.state).toBe("final");
    await expectCleanAudit(connect({ url: server.url }), stage.chain);
  });
});
