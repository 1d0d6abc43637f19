// Whoever sees a participant commitment on its way can screen it as their own. The wallet goes on with the next one.
import { describe, expect, it } from "vitest";
import type { Field } from "../../circuits/statement/encoding/field.ts";
import { deriveParticipantIdentity, screeningNullifier } from "../../client/patient/derive.ts";
import { findSelf, participationIn } from "../../client/patient/self.ts";
import { withParticipation } from "../../client/patient/wallet.ts";
import { type Downloads, placeOf } from "../../client/trial/review.ts";
import { seededWallet } from "./support.ts";
import { publish } from "./trial.ts";

const wallet = seededWallet(5);
const downloads: Downloads = publish();
const place = placeOf(downloads);
const { trialId, scope } = downloads.trial;

const commitmentAt = async (retry: number) =>
  (await deriveParticipantIdentity({ seed: wallet.seed, trialId, retry })).commitment as Field;

/** The trial's state with these screenings: by a stranger, or under the wallet's own nullifier. */
async function stateWith(screened: readonly { by: "me" | "stranger"; commitment: Field }[]) {
  const own = await screeningNullifier({ seed: wallet.seed, scope });
  const screenings = screened.map(({ by, commitment }, i) => ({
    nullifier: by === "me" ? own : ((900n + BigInt(i)) as Field),
    version: 1,
    commitment,
    issuerTags: [],
  }));
  return { ...downloads.state, screenings };
}

describe("the participant in use", () => {
  it("is the first, until somebody else has screened it", async () => {
    const fresh = await findSelf({ wallet, place, state: await stateWith([]) });
    expect(fresh.participation.retry).toBe(0);
    const taken = await stateWith([{ by: "stranger", commitment: await commitmentAt(0) }]);
    const next = await findSelf({ wallet, place, state: taken });
    expect(next.participation.retry).toBe(1);
    expect(next.identity.commitment).toBe(await commitmentAt(1));
    expect(next.withdrawal.word).not.toBe(fresh.withdrawal.word);
    const both = await stateWith([
      { by: "stranger", commitment: await commitmentAt(0) },
      { by: "stranger", commitment: await commitmentAt(1) },
    ]);
    expect((await findSelf({ wallet, place, state: both })).participation.retry).toBe(2);
  });

  it("is the one that was screened under this person's nullifier, also for a wallet whose diary is lost", async () => {
    const state = await stateWith([
      { by: "stranger", commitment: await commitmentAt(0) },
      { by: "me", commitment: await commitmentAt(1) },
    ]);
    const self = await findSelf({ wallet, place, state });
    expect(self.participation.retry).toBe(1);
    expect(self.isScreenedElsewhere).toBe(false);
    // A raise that turned out not to be needed is taken back.
    const ahead = withParticipation(wallet, { ...participationIn(wallet, place), retry: 3 });
    expect((await findSelf({ wallet: ahead, place, state })).participation.retry).toBe(1);
  });

  it("stays, and is told apart, when the person was screened by a wallet that is not this one", async () => {
    const state = await stateWith([{ by: "me", commitment: 12345n as Field }]);
    const self = await findSelf({ wallet, place, state });
    expect(self).toMatchObject({ isScreenedElsewhere: true, participation: { retry: 0 } });
  });
});
