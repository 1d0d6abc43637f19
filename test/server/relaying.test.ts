import { describe, expect, test } from "vitest";
import { CODE, consentProofOf, screeningOf, signAct, withdrawalOf } from "../contracts/story.ts";
import { KEYS } from "../support/chain.ts";
import { openServed } from "../support/served.ts";
import { consentOf, personOf, screenThrough, submit } from "../support/stage.ts";
import { bytes32, number, REASON } from "../support/world.ts";

const { stage, server } = await openServed();

const person = (name: string) => personOf(stage.story, name);

type Spoilt = { readonly part?: object; readonly [name: string]: unknown };

describe("a screening", () => {
  test("is relayed until it is final, and can be queried then", async () => {
    const anna = person("Anna");
    const settled = await screenThrough(server, stage.story, anna);
    expect(settled).toMatchObject({ state: "FINAL", refusal: null });
    const { data } = await server.ask(
      `query ($id: Bytes32!) { publicState(trialId: $id) {
        status currentVersion groups { version members } screenings { nullifier commitment version }
      } }`,
      { id: stage.story.trialId },
    );
    expect(data.publicState).toMatchObject({
      status: "ACTIVE",
      currentVersion: 1,
      groups: [{ version: 1, members: [String(anna.commitment)] }],
      screenings: [
        { nullifier: String(anna.nullifier), commitment: String(anna.commitment), version: 1 },
      ],
    });
  });

  test("submitted twice is one submission, also when both come at once", async () => {
    const { proof } = await screeningOf(stage.story, person("Bert"));
    const [first, second] = await Promise.all([
      submit(server, "submitScreening", proof),
      submit(server, "submitScreening", proof),
    ]);
    expect(second.id).toBe(first.id);
    await server.settle(first.id);
    expect((await submit(server, "submitScreening", proof)).id).toBe(first.id);
  });

  test("in another form of the same proof is the same submission", async () => {
    const { proof, malleated } = await screeningOf(stage.story, person("Cleo"));
    const first = await submit(server, "submitScreening", proof);
    expect(malleated.parts).not.toEqual(proof.parts);
    expect((await submit(server, "submitScreening", malleated)).id).toBe(first.id);
    await server.settle(first.id);
  });

  test("of a person already screened, with another commitment, is refused", async () => {
    const dora = person("Dora");
    await screenThrough(server, stage.story, dora);
    const other = { ...dora, commitment: number("another commitment") };
    const { proof } = await screeningOf(stage.story, other);
    expect(await submit(server, "submitScreening", proof)).toMatchObject({
      __typename: "AlreadyScreened",
    });
  });

  test.each([
    ["a tampered proof", "InvalidProof", { nullifier: "12345" }],
    ["an unknown root", "UnknownRoot", { part: { recordsRoot: "12345" } }],
    ["another clinic's tag", "InvalidProof", { part: { issuerTag: "12345" } }],
    ["an unknown trial", "UnknownTrial", { trialId: bytes32("no trial") }],
    ["another version", "VersionSuperseded", { version: 2 }],
    ["a day that is none", "DayOutOfRange", { part: { asOf: "1" } }],
    ["points off the curve", "InvalidProof", { part: { points: Array(8).fill("1") } }],
    [
      "points that are no coordinates",
      "InvalidProof",
      { part: { points: Array(8).fill(`${2n ** 255n}`) } },
    ],
  ])("with %s is refused as %s and costs nothing", async (_, code, { part, ...change }: Spoilt) => {
    const before = await stage.chain.provider.getTransactionCount(KEYS.relayer.address);
    const { proof } = await screeningOf(stage.story, person("Emil"));
    const parts = [{ ...proof.parts[0], ...part }];
    const answer = await submit(server, "submitScreening", { ...proof, parts, ...change });
    expect(answer).toMatchObject({ __typename: code, code });
    expect(answer.message).toContain(";");
    expect(await stage.chain.provider.getTransactionCount(KEYS.relayer.address)).toBe(before);
  });

  test("while the trial is suspended is refused by the contract's own word", async () => {
    const { trials } = stage.world.as("board");
    const { proof } = await screeningOf(stage.story, person("Fritz"));
    await trials.suspend(stage.story.trialId, REASON);
    expect((await submit(server, "submitScreening", proof)).code).toBe("TrialOnHold");
    await trials.resume(stage.story.trialId);
    expect((await submit(server, "submitScreening", proof)).__typename).toBe("Submission");
  });
});

describe("a consent", () => {
  test("is relayed, and shows with its history under the pseudonym", async () => {
    const gina = person("Gina");
    await screenThrough(server, stage.story, gina);
    const first = await submit(server, "submitConsent", await consentOf(stage.story, gina));
    await server.settle(first.id);
    // Taking a permission back never waits.
    const narrowed = await consentOf(stage.story, gina, { sequence: 7n, permissions: 1 });
    const second = await submit(server, "submitConsent", narrowed);
    expect((await server.settle(second.id)).state).toBe("FINAL");
    const again = await consentOf(stage.story, gina, { sequence: 8n, permissions: 3 });
    expect((await submit(server, "submitConsent", again)).code).toBe("TooManyGrants");
    const { data } = await server.ask(`{ trial(protocolNumber: "CZ-2030-001") {
      participants(state: ELIGIBLE) { edges { node { pseudonym state siteId
        consents { edges { node { sequence state decision permissions givenBy } } } } } }
    } }`);
    const found = data.trial.participants.edges.find(
      ({ node }: { node: { pseudonym: string } }) => node.pseudonym === String(gina.pseudonym),
    );
    expect(found.node.consents.edges.map(({ node }: { node: object }) => node)).toEqual([
      { sequence: "1", state: "INACTIVE", decision: "GRANT", permissions: 3, givenBy: "SELF" },
      { sequence: "7", state: "ACTIVE", decision: "GRANT", permissions: 1, givenBy: "SELF" },
    ]);
  });

  test("with an old sequence number is refused with the last one", async () => {
    // Other words than any she said before: the same words again are the same submission.
    const older = await consentOf(stage.story, person("Gina"), { sequence: 6n, permissions: 2 });
    const answer = await submit(server, "submitConsent", older);
    expect(answer).toMatchObject({ code: "StaleSequence", details: [{ value: "7" }] });
  });

  test("whose statement was changed after the proof is refused", async () => {
    const { statement, proof } = await consentOf(stage.story, person("Hans"));
    const changed = { statement: { ...statement, permissions: 1 }, proof };
    expect((await submit(server, "submitConsent", changed)).code).toBe("InvalidProof");
  });

  test("of somebody outside the group is refused", async () => {
    const outsider = person("outsider");
    const statement = (await consentOf(stage.story, outsider)).statement;
    const proof = await consentProofOf(stage.story, outsider, statement, { groupRoot: 5n });
    expect((await submit(server, "submitConsent", { statement, proof })).code).toBe("NotScreened");
  });

  test("with a number too wide for the contract is refused by name", async () => {
    const { statement, proof } = await consentOf(stage.story, person("Hans"));
    const changed = { statement: { ...statement, validUntil: 2n ** 40n }, proof };
    const answer = await submit(server, "submitConsent", changed);
    expect(answer).toMatchObject({ code: "MalformedInput", details: [{ value: "validUntil" }] });
  });
});

describe("a grant", () => {
  const relayed = () => stage.chain.provider.getTransactionCount(KEYS.relayer.address);

  test("that changes nothing, or comes too soon, is refused before any gas", async () => {
    const otto = person("Otto");
    await screenThrough(server, stage.story, otto);
    const first = await submit(server, "submitConsent", await consentOf(stage.story, otto));
    await server.settle(first.id);
    const before = await relayed();
    const same = await consentOf(stage.story, otto, { sequence: 2n });
    expect((await submit(server, "submitConsent", same)).code).toBe("NothingChanged");
    const soon = await consentOf(stage.story, otto, { sequence: 3n, permissions: 7 });
    const answer = await submit(server, "submitConsent", soon);
    expect(answer).toMatchObject({ code: "TooManyGrants", details: [{ name: "until" }] });
    const until = Number(answer.details[0].value);
    expect(until - (await stage.world.now())).toBeLessThanOrEqual(3_600);
    expect(await relayed()).toBe(before);
  });

  test.each(["validUntil", "submitBy"] as const)(
    "whose %s is no whole day is refused before its proof is looked at",
    async (field) => {
      const paula = person("Paula");
      await screenThrough(server, stage.story, paula);
      const { statement, proof } = await consentOf(stage.story, paula);
      const odd = { ...statement, [field]: statement[field] + 1n };
      const verified = async () => (await fetch(`${server.url}/metrics`)).text();
      const count = /cohort_proofs_verified_total (\d+)/;
      const before = count.exec(await verified())![1];
      expect(await submit(server, "submitConsent", { statement: odd, proof })).toMatchObject({
        code: "NotWholeDay",
        details: [{ value: field }],
      });
      expect(count.exec(await verified())![1]).toBe(before);
    },
  );
});

describe("a withdrawal", () => {
  async function consented(name: string) {
    const someone = person(name);
    await screenThrough(server, stage.story, someone);
    const { id } = await submit(server, "submitConsent", await consentOf(stage.story, someone));
    await server.settle(id);
    return someone;
  }
  test("by proof ends participation", async () => {
    const ida = await consented("Ida");
    const statement = withdrawalOf(stage.story, { sequence: 9n });
    const proof = await consentProofOf(stage.story, ida, statement);
    const { id } = await submit(server, "submitWithdrawal", { byProof: { statement, proof } });
    expect((await server.settle(id)).state).toBe("FINAL");
    expect(await stateOf(ida.pseudonym)).toBe("WITHDRAWN");
  });

  test("by the printed code ends participation, by a wrong one is refused", async () => {
    const { pseudonym } = await consented("Jan");
    const { trialId } = stage.story;
    const wrong = { byCode: { trialId, pseudonym, code: bytes32("wrong") } };
    expect((await submit(server, "submitWithdrawal", wrong)).code).toBe("WrongCode");
    const right = { byCode: { trialId, pseudonym, code: CODE } };
    await server.settle((await submit(server, "submitWithdrawal", right)).id);
    expect(await stateOf(pseudonym)).toBe("WITHDRAWN");
  });

  test("by the site's signature ends participation, by a stranger's is refused", async () => {
    const { pseudonym } = await consented("Kim");
    const forged = await signAct(stage.story, "Withdrawal", { pseudonym }, "anyone");
    const flat = ({ act, signature }: typeof forged) => ({ bySite: { ...act, signature } });
    expect((await submit(server, "submitWithdrawal", flat(forged))).code).toBe("InvalidSignature");
    const signed = await signAct(stage.story, "Withdrawal", { pseudonym });
    await server.settle((await submit(server, "submitWithdrawal", flat(signed))).id);
    expect(await stateOf(pseudonym)).toBe("WITHDRAWN");
  });

  test("hidden in a grant is refused", async () => {
    const lea = person("Lea");
    const { statement, proof } = await consentOf(stage.story, lea);
    const answer = await submit(server, "submitWithdrawal", { byProof: { statement, proof } });
    expect(answer.code).toBe("InvalidStatement");
  });
});

describe("an arrival", () => {
  test("signed by the site puts an enrolled participant on study, and the funnel counts it", async () => {
    const mia = person("Mia");
    await screenThrough(server, stage.story, mia);
    const consent = await submit(server, "submitConsent", await consentOf(stage.story, mia));
    await server.settle(consent.id);
    const { act, signature } = await signAct(stage.story, "Arrival", { pseudonym: mia.pseudonym });
    const arrival = { act: "ARRIVAL", signed: { ...act, signature } };
    expect((await submit(server, "submitSiteAct", arrival)).code).toBe("WrongState");
    await stage.world.as("sponsor").enrollment.enroll(stage.story.trialId, [mia.pseudonym]);
    // Signed before she was enrolled: the signature names no enrollment.
    expect((await submit(server, "submitSiteAct", arrival)).code).toBe("WrongEnrollment");
    const signed = await signAct(stage.story, "Arrival", { pseudonym: mia.pseudonym });
    const state = await server.ask(
      "query ($id: Bytes32!) { publicState(trialId: $id) { participants { pseudonym arriveBy } } }",
      { id: stage.story.trialId },
    );
    const shown = state.data.publicState.participants.find(
      (one: { pseudonym: string }) => one.pseudonym === String(mia.pseudonym),
    );
    expect(BigInt(Date.parse(shown.arriveBy) / 1000)).toBe(signed.act.arriveBy);
    const { id } = await submit(server, "submitSiteAct", {
      act: "ARRIVAL",
      signed: { ...signed.act, signature: signed.signature },
    });
    expect((await server.settle(id)).state).toBe("FINAL");
    const { data } = await server.ask(`{ trial(protocolNumber: "CZ-2030-001") { funnel {
      screened consented enrolled arrived onStudy onHold withdrawn } } }`);
    expect(data.trial.funnel).toMatchObject({ enrolled: 1, arrived: 1, onStudy: 1, onHold: 0 });
    expect(data.trial.funnel.withdrawn).toBe(3);
    expect(await placesTaken()).toEqual([1, 1n]);
    // A place that was used stays used.
    const left = await signAct(stage.story, "Withdrawal", { pseudonym: mia.pseudonym });
    const bySite = { ...left.act, signature: left.signature };
    await server.settle((await submit(server, "submitWithdrawal", { bySite })).id);
    expect(await stateOf(mia.pseudonym)).toBe("WITHDRAWN");
    expect(await placesTaken()).toEqual([1, 1n]);
  });
});

/** Places as the server counts them, and as the contract does. */
async function placesTaken(): Promise<readonly [number, bigint]> {
  const { data } = await server.ask(
    `{ trial(protocolNumber: "CZ-2030-001") { funnel { placesTaken } } }`,
  );
  const { enrollment } = stage.world.as("sponsor");
  return [data.trial.funnel.placesTaken, await enrollment.placesTaken(stage.story.trialId)];
}

async function stateOf(pseudonym: bigint): Promise<string | undefined> {
  const { data } = await server.ask(
    `query ($id: Bytes32!) { publicState(trialId: $id) { participants { pseudonym state } } }`,
    { id: stage.story.trialId },
  );
  return data.publicState.participants.find(
    (one: { pseudonym: string }) => one.pseudonym === String(pseudonym),
  )?.state;
}
