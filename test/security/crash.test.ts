// The patient's device dies at every step: after the wallet was saved and before anything was sent, and after it was
// sent and before the answer came. Whoever goes on from the wallet on disk loses nothing and does nothing twice.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { releaseProver } from "../../circuits/witness/prove.ts";
import { submitConsent } from "../../client/patient/consent.ts";
import { proveScreening, submitScreening } from "../../client/patient/screen.ts";
import { sealWallet, unsealWallet } from "../../client/patient/wallet.ts";
import { attestBatch, type Exchange, openTestTrial, startExchange } from "../patient/exchange.ts";
import {
  artifacts,
  look,
  makeConsent,
  type Patient,
  screen,
  sendConsent,
  status,
  withdraw,
} from "../patient/steps.ts";
import { PASSPHRASE, QUICK, seededWallet } from "../patient/support.ts";
import { CRITERIA } from "../patient/trial.ts";

const TRIAL = "CZ-CRASH-1";
let exchange: Exchange;
let patient: Patient;

beforeAll(async () => {
  exchange = await startExchange();
  await openTestTrial(exchange, TRIAL, CRITERIA);
  const [wallet] = await attestBatch({ exchange, clinic: 0, wallets: [seededWallet(51)] });
  patient = { wallet: wallet!, api: exchange.client().api };
}, 300_000);
afterAll(async () => {
  await exchange?.stop();
  await releaseProver();
});

/** What a new process knows: the wallet as it was last saved, and nothing else. */
async function killed(): Promise<void> {
  const of = { passphrase: PASSPHRASE, workFactor: QUICK };
  const bytes = await sealWallet({ wallet: patient.wallet, ...of });
  patient = { wallet: await unsealWallet({ bytes, ...of }), api: exchange.client().api };
}

async function counts() {
  const { state } = await look(patient, TRIAL);
  const { screenings, groups, participants } = state;
  return [screenings.length, groups[0]!.members.length, participants.length];
}

describe("a device that dies", () => {
  test("around a screening is screened once, also when it proves again", async () => {
    const { reviewed, state, check, downloads } = await look(patient, TRIAL);
    const { wallet } = patient;
    const lost = await proveScreening({ wallet, reviewed, state, check, artifacts });
    patient.wallet = lost.wallet;
    await killed();
    expect((await status(patient, TRIAL)).state).toBe("none");

    const of = { wallet: patient.wallet, reviewed, state: downloads.state, check, artifacts };
    const again = await proveScreening(of);
    expect(again.input.participantCommitment).toBe(lost.input.participantCommitment);
    patient.wallet = again.wallet;
    const { id } = await submitScreening(patient.api, again.input);
    await killed();
    await patient.api.settle({ id } as Awaited<ReturnType<typeof submitScreening>>);
    await expect(screen(patient, TRIAL)).rejects.toMatchObject({ code: "AlreadyScreened" });
    // The proof that was never sent is the same answer: a stranger who finds it gains nothing.
    const found = await submitScreening(patient.api, lost.input);
    expect(found.id).toBe(id);
    expect(await counts()).toEqual([1, 1, 0]);
  });

  test("around a consent keeps its code, and the grant that was never sent is worth nothing", async () => {
    const first = await makeConsent(patient, TRIAL);
    await killed();
    const second = await makeConsent(patient, TRIAL);
    expect(second.input.statement.sequence).toBe(first.input.statement.sequence + 1n);
    expect(second.withdrawalCode).toBe(first.withdrawalCode);
    const sent = await submitConsent(patient.api, second.input);
    await killed();
    await patient.api.settle(sent);
    expect((await status(patient, TRIAL)).state).toBe("eligible");
    await expect(sendConsent(patient, first.input)).rejects.toMatchObject({
      code: "StaleSequence",
    });
    expect(await counts()).toEqual([1, 1, 1]);
  });

  test("around a withdrawal has withdrawn, and stays so", async () => {
    await withdraw(patient, TRIAL);
    await killed();
    expect((await status(patient, TRIAL)).state).toBe("withdrawn");
    await expect(withdraw(patient, TRIAL)).rejects.toMatchObject({ code: "WrongState" });
    expect(await counts()).toEqual([1, 1, 1]);
  });
});
