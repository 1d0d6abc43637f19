// From a clinic's record to withdrawal, over a real chain and a real server, with real proofs.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packAsOf } from "../../circuits/statement/encoding/day.ts";
import { releaseProver } from "../../circuits/witness/prove.ts";
import { proveScreening, submitScreening } from "../../client/patient/screen.ts";
import { findSelf } from "../../client/patient/self.ts";
import { withdrawByCode } from "../../client/patient/status.ts";
import { sealRecovery, sealWallet, unsealWallet } from "../../client/patient/wallet.ts";
import { EMPTY_BOOK, issueChallenge } from "../../client/site/challenge.ts";
import { openDesk } from "../../client/site/desk.node.ts";
import { EMPTY_MEMORY } from "../../client/site/memory.ts";
import { signArrival, submitSiteAct } from "../../client/site/sign.ts";
import { screeningDays, verifyArrival } from "../../client/site/verify.ts";
import { enroll, enrollable } from "../../client/sponsor/enroll.ts";
import { downloadTrial, placeOf } from "../../client/trial/review.ts";
import { refusalOf } from "../../contracts/connect.ts";
import { PERSON } from "../site/world.ts";
import { KEYS } from "../support/chain.ts";
import { PUBLIC_STATE } from "../support/visits.ts";
import { attestBatch, type Exchange, openTestTrial, type Seen, startExchange } from "./exchange.ts";
import { numbersIn, ownNumbers, QUERY_VARIABLES } from "./linkable.ts";
import {
  answer,
  artifacts,
  look,
  makeConsent,
  type Patient,
  screen,
  sendConsent,
  status,
  withdraw,
} from "./steps.ts";
import { PASSPHRASE, QUICK, seededWallet } from "./support.ts";
import { CRITERIA } from "./trial.ts";

const ONE = "CZ-JOURNEY-1";
const TWO = "CZ-JOURNEY-2";
let exchange: Exchange;
let anna: Patient;
let bert: Patient;
let cora: Patient;
const logs = new Map<string, Seen[]>();
/** Everything of Anna's that went out, by trial. */
const sent: Record<string, unknown[]> = { [ONE]: [], [TWO]: [] };
let printedCode = "";
let firstGrant: Parameters<typeof sendConsent>[1];

beforeAll(async () => {
  exchange = await startExchange();
  await openTestTrial(exchange, ONE, CRITERIA);
  await openTestTrial(exchange, TWO, CRITERIA);
  const wallets = [1, 2, 3].map(seededWallet);
  const [a, b] = await attestBatch({ exchange, clinic: 0, wallets: [wallets[0]!, wallets[1]!] });
  const [c] = await attestBatch({
    exchange,
    clinic: 1,
    wallets: [wallets[2]!],
    record: { hba1c: "6.1" },
  });
  [anna, bert, cora] = [
    ["anna", a!],
    ["bert", b!],
    ["cora", c!],
  ].map(([name, wallet]) => {
    const { api, seen } = exchange.client();
    logs.set(name as string, seen);
    return { wallet, api } as Patient;
  }) as [Patient, Patient, Patient];
}, 300_000);

afterAll(async () => {
  await exchange?.stop();
  await releaseProver();
});

describe("a journey", () => {
  it("leaves nothing behind for a patient who does not qualify", async () => {
    const { check } = await look(cora, ONE);
    expect(check.refusals.map(({ code }) => code)).toEqual(["NotEligible"]);
    await expect(screen(cora, ONE)).rejects.toMatchObject({ code: "NotEligible" });
    const bodies = logs.get("cora")!.map(({ body }) => body);
    expect(bodies.some((body) => body.includes("mutation"))).toBe(false);
    expect((await status(cora, ONE)).state).toBe("none");
  });

  it("screens two patients of one batch", async () => {
    sent[ONE]!.push(await screen(anna, ONE));
    await screen(bert, ONE);
    expect((await status(anna, ONE)).state).toBe("screening");
    const { state } = await look(bert, ONE);
    expect(state.screenings.length).toBe(2);
    expect(state.groups[0]!.members.length).toBe(2);
  });

  it("refuses a second screening, in the wallet and by the contract", async () => {
    await expect(screen(anna, ONE)).rejects.toMatchObject({ code: "AlreadyScreened" });
    // The same person with another participant commitment, by a wallet that does not look at what is on the chain.
    const { reviewed, state, check } = await look(anna, ONE);
    const participations = anna.wallet.participations.map((p) => ({ ...p, retry: 1 }));
    const wallet = { ...anna.wallet, participations };
    const unseen = { ...state, screenings: [] };
    const again = await proveScreening({ wallet, reviewed, state: unseen, check, artifacts });
    const sending = submitScreening(anna.api, again.input).then((s) => anna.api.settle(s));
    await expect(sending).rejects.toMatchObject({ code: "AlreadyScreened" });
  });

  it("takes consents under pseudonyms, and prints a withdrawal code", async () => {
    const granted = await makeConsent(anna, ONE, ["participate", "contact"]);
    firstGrant = granted.input;
    sent[ONE]!.push(granted.input);
    await sendConsent(anna, granted.input);
    const other = await makeConsent(bert, ONE);
    printedCode = other.withdrawalCode;
    await sendConsent(bert, other.input);
    expect(await status(anna, ONE)).toMatchObject({ state: "eligible", onHold: false, siteId: 1 });
  });

  it("narrows a consent, with the sequence one higher", async () => {
    // A pseudonym grants once in an hour of the clock.
    await exchange.advance(3_600);
    const narrowed = await makeConsent(anna, ONE, ["participate"]);
    expect(narrowed.input.statement.sequence).toBe(firstGrant.statement.sequence + 1n);
    sent[ONE]!.push(narrowed.input);
    await sendConsent(anna, narrowed.input);
  });

  it("enrolls whom the sponsor knows by pseudonym only", async () => {
    const { sponsor } = exchange.cast;
    const pseudonyms = await enrollable(sponsor, ONE);
    expect(pseudonyms.length).toBe(2);
    await enroll(sponsor, { protocolNumber: ONE, pseudonyms });
    expect((await status(anna, ONE)).state).toBe("pending-on-study");
  });

  it("brings the person to the site, and nobody on study without", async () => {
    const downloads = await downloadTrial(anna.api, ONE);
    const { trialId } = downloads.trial;
    const now = downloads.deployment.chainTime;
    const issued = issueChallenge({ book: EMPTY_BOOK, trialId, siteId: 1, now });
    const shown = await answer(anna, ONE, issued.challenge);
    const days = screeningDays(await anna.api.trialEvents(ONE));
    expect(days.size).toBe(2);
    const desk = { ...(await openDesk(downloads)), screenings: { maxAgeDays: 30, days } };
    const old = { ...desk, screenings: { maxAgeDays: -1, days } };
    const at = { book: issued.book, memory: EMPTY_MEMORY, answer: shown, person: PERSON };
    await expect(verifyArrival({ ...at, desk: old })).rejects.toMatchObject({
      code: "DayOutOfRange",
    });
    const { pseudonym, arriveBy } = await verifyArrival({ ...at, desk });
    const version = downloads.state.versions[0]!;
    const place = placeOf(downloads);
    const arrival = {
      signer: KEYS.site,
      domain: { chainId: place.chainId, enrollment: place.enrollment },
      state: downloads.state,
      siteId: 1,
      pseudonym,
      arriveBy,
      attested: version.terms.attestationsHash,
      now,
    };
    await expect(signArrival({ ...arrival, signer: KEYS.sponsor })).rejects.toMatchObject({
      code: "NotStaff",
    });
    const signed = await signArrival(arrival);
    await anna.api.settle(await submitSiteAct({ api: anna.api, name: "Arrival", signed }));
    expect((await status(anna, ONE)).state).toBe("on-study");
    expect((await status(bert, ONE)).state).toBe("pending-on-study");
  });

  it("goes on from a recovery file as if nothing had happened", async () => {
    const bytes = await sealRecovery({ wallet: anna.wallet, passphrase: PASSPHRASE });
    const wallet = await unsealWallet({ bytes, passphrase: PASSPHRASE });
    const restored = { ...anna, wallet };
    expect((await status(restored, ONE)).state).toBe("on-study");
    // Also from one that is older than the last statements.
    const early = { ...anna, wallet: { ...wallet, participations: [] } };
    const downloads = await downloadTrial(anna.api, ONE);
    const place = placeOf(downloads);
    const self = await findSelf({ wallet: early.wallet, place, state: downloads.state });
    expect(self.nextSequence).toBe(3n);
  });

  it("withdraws by proof, and an old grant sent again changes nothing", async () => {
    await withdraw(anna, ONE);
    expect((await status(anna, ONE)).state).toBe("withdrawn");
    await sendConsent(anna, firstGrant).catch(() => undefined);
    expect((await status(anna, ONE)).state).toBe("withdrawn");
    const { statement, proof } = firstGrant;
    const replay = exchange.chain.contracts.enrollment.consent.staticCall(statement, proof);
    const error = await replay.catch((e: unknown) => e);
    expect(refusalOf(error)).toMatchObject({ code: "StaleSequence" });
  });

  it("withdraws by the printed code alone, and refuses a wrong one", async () => {
    const { trial } = await downloadTrial(bert.api, ONE);
    const by = (printed: string) => withdrawByCode({ api: bert.api, trial, printed });
    await expect(by("nonsense")).rejects.toMatchObject({ code: "WrongCode" });
    await bert.api.settle(await by(printedCode.toLowerCase()));
    expect((await status(bert, ONE)).state).toBe("withdrawn");
  });

  it("shares no number with the same person's journey through another trial", async () => {
    sent[TWO]!.push(await screen(anna, TWO));
    const granted = await makeConsent(anna, TWO);
    sent[TWO]!.push(granted.input);
    await sendConsent(anna, granted.input);
    const [first, second] = [numbersIn(sent[ONE]), numbersIn(sent[TWO])];
    const { registry, check } = await look(anna, TWO);
    const common = [...first].filter((number) => second.has(number));
    // The day of proof, the registry's root, the form (the same text in both) and the day until which a grant of today
    // holds are everybody's.
    const form = firstGrant.statement.formHash;
    const everybodys = [registry.root.toString(), packAsOf(check.asOfDay).toString(), form];
    expect(common.filter((number) => !everybodys.includes(number))).toEqual([]);
    expect(first.size).toBeGreaterThan(30);
  });

  it("refuses a grant that a relayer kept for later", async () => {
    const late = await screen(bert, TWO).then(() => makeConsent(bert, TWO));
    await exchange.advance(2 * 86_400 + 1);
    await expect(sendConsent(bert, late.input)).rejects.toMatchObject({ code: "SubmitByPassed" });
    const fresh = await makeConsent(bert, TWO);
    await sendConsent(bert, fresh.input);
    expect((await status(bert, TWO)).state).toBe("eligible");
  });

  it("names a leaf, index, pseudonym, nullifier or secret in no query and no URL", async () => {
    for (const [name, patient] of [
      ["anna", anna],
      ["bert", bert],
    ] as const) {
      const own = await ownNumbers(patient, [ONE, TWO]);
      const requests = logs.get(name)!;
      expect(requests.length).toBeGreaterThan(20);
      for (const { url, body } of requests) {
        const path = new URL(url).pathname + new URL(url).search;
        if (PUBLIC_STATE.test(path)) {
          for (const number of own.linkable) {
            expect(path).not.toContain(number);
            expect(path).not.toContain(BigInt(number).toString(16).padStart(64, "0"));
          }
          continue;
        }
        expect(path).toBe("/graphql");
        const { query, variables } = JSON.parse(body) as { query: string; variables: unknown };
        const text = JSON.stringify(variables ?? {});
        for (const secret of own.secrets) expect(body).not.toContain(secret);
        if (query.trimStart().startsWith("mutation")) continue;
        for (const number of own.linkable) expect(body).not.toContain(number);
        // A query names a trial, a page of a list, or the random id of a submission; nothing else.
        expect(Object.keys(JSON.parse(text)).every((k) => QUERY_VARIABLES.has(k))).toBe(true);
      }
    }
  });

  it("sends nobody's leaf, record or clinic to server or chain in any submission", async () => {
    for (const [name, patient] of [
      ["anna", anna],
      ["bert", bert],
    ] as const) {
      const bodies = logs
        .get(name)!
        .map(({ body }) => body)
        .join("\n");
      for (const { commitment, record, batch } of patient.wallet.records) {
        const values = [commitment, record.blinding, ...record.facts, ...(batch?.siblings ?? [])];
        for (const value of values) expect(bodies).not.toContain(value.toString());
        expect(bodies.toLowerCase()).not.toContain(record.header.issuer.toLowerCase());
      }
    }
  });

  it("keeps the whole diary in the encrypted wallet", async () => {
    const bytes = await sealWallet({
      wallet: anna.wallet,
      passphrase: PASSPHRASE,
      workFactor: QUICK,
    });
    const { participations, answers } = await unsealWallet({ bytes, passphrase: PASSPHRASE });
    const diary = Object.fromEntries(participations.map((p) => [p.protocolNumber, p]));
    expect(diary[ONE]!.consents.map(({ decision }) => decision)).toEqual([
      "grant",
      "grant",
      "withdraw",
    ]);
    expect(diary[TWO]!.screenings.length).toBe(1);
    expect(answers.length).toBe(2);
  });
});
