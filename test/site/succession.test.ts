import { Wallet as Key, verifyTypedData } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { enrollmentDomain, SUCCESSION_TYPES } from "../../circuits/statement/consent.ts";
import { releaseProver } from "../../circuits/witness/prove.ts";
import type { ArrivalAnswer } from "../../client/arrival.ts";
import { proveArrival, proveIdentity } from "../../client/patient/arrival.ts";
import { importRecord } from "../../client/patient/import.ts";
import { EMPTY_BOOK, issueChallenge } from "../../client/site/challenge.ts";
import { signSuccession } from "../../client/site/sign.ts";
import { verifySuccession } from "../../client/site/succession.ts";
import type { Desk } from "../../client/site/verify.ts";
import { attestedFor, seededWallet } from "../patient/support.ts";
import { artifacts, deskOf, enrolledWorld, PERSON, type World } from "./world.ts";

let world: World;
let desk: Desk;
let issued: ReturnType<typeof issueChallenge>;
let answer: ArrivalAnswer;

/** The same person with a new wallet, to which the clinic has re-bound the record. */
beforeAll(async () => {
  world = await enrolledWorld();
  const blank = seededWallet(77);
  const { attested, registry } = await attestedFor(blank);
  const { wallet } = await importRecord({ wallet: blank, attested, registry });
  desk = { ...(await deskOf(world)), registry };
  const { trialId } = world.reviewed.trial;
  issued = issueChallenge({ book: EMPTY_BOOK, trialId, siteId: 1, now: world.now });
  const shown = { ...world, wallet, registry, challenge: issued.challenge, artifacts };
  const { document } = PERSON;
  await expect(proveArrival({ ...shown, document })).rejects.toMatchObject({
    code: "NotParticipating",
  });
  answer = await proveIdentity({ ...shown, document });
});
afterAll(releaseProver);

function verify(change: { pseudonym?: bigint; state?: Partial<Desk["state"]>; sex?: "male" } = {}) {
  return verifySuccession({
    desk: { ...desk, state: { ...desk.state, ...change.state } },
    book: issued.book,
    answer,
    person: change.sex ? { ...PERSON, sex: change.sex } : PERSON,
    pseudonym: change.pseudonym ?? world.pseudonym,
  });
}

describe("the succession of a lost wallet", () => {
  it("admits the same person's new commitment and nullifier, signed by the site", async () => {
    const { succession, book } = await verify();
    expect(succession.successorCommitment).toBe(answer.participantCommitment);
    expect(succession.successorNullifier).toBe(answer.person.signals.nullifier);
    expect(succession.successorNullifier).not.toBe(world.state.screenings[0]!.nullifier);
    expect(book.open).toEqual([]);
    const signer = new Key(`0x${"33".repeat(32)}`);
    const { chainId, enrollment } = world.reviewed;
    const domain = { chainId, enrollment };
    const { signature } = await signSuccession({ signer, domain, succession });
    const typed = enrollmentDomain(chainId, enrollment);
    expect(verifyTypedData(typed, SUCCESSION_TYPES, succession, signature)).toBe(signer.address);
  });

  it("refuses another person, an unknown or ended pseudonym, and a wallet screened already", async () => {
    await expect(verify({ sex: "male" })).rejects.toMatchObject({ code: "NotThisPerson" });
    await expect(verify({ pseudonym: 5n })).rejects.toMatchObject({ code: "UnknownParticipant" });
    const [participant] = world.state.participants;
    const withdrawn = { participants: [{ ...participant!, state: "withdrawn" as const }] };
    await expect(verify({ state: withdrawn })).rejects.toMatchObject({ code: "WrongState" });
    const elsewhere = { participants: [{ ...participant!, siteId: 2 }] };
    await expect(verify({ state: elsewhere })).rejects.toMatchObject({ code: "WrongSite" });
    const [screening] = world.state.screenings;
    const { nullifier } = answer.person.signals;
    const again = { screenings: [{ ...screening!, nullifier }] };
    await expect(verify({ state: again })).rejects.toMatchObject({ code: "AlreadyScreened" });
  });
});
