// Whose records were screened: the desk wants a person check by each of these clinics, and by no other. A secret that
// was sold makes proofs with the buyer's record too, but under another clinic's tag.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Field } from "../../circuits/statement/encoding/field.ts";
import { releaseProver } from "../../circuits/witness/prove.ts";
import type { ArrivalAnswer } from "../../client/desk/arrival.ts";
import { proveArrival } from "../../client/patient/arrival.ts";
import { EMPTY_BOOK, issueChallenge } from "../../client/site/challenge.ts";
import { EMPTY_MEMORY } from "../../client/site/memory.ts";
import { type Desk, verifyArrival } from "../../client/site/verify.ts";
import { DOCUMENT, OTHER_CLINIC } from "../patient/support.ts";
import { artifacts, deskOf, enrolledWorld, PERSON, tagsOf, type World } from "./world.ts";

const BUYER = { ...PERSON, birthDate: "1981-02-03" };

/** The seller's record by one clinic, and the buyer's by another, under one identity. */
let sold: World;
let desk: Desk;
let issued: ReturnType<typeof issueChallenge>;
let seller: Field;
let buyer: Field;
/** What the wallet answers that shows the seller's record, and what one that shows the buyer's. */
let bySeller: ArrivalAnswer;
let byBuyer: ArrivalAnswer;
let honest: Awaited<ReturnType<typeof twoClinics>>;

beforeAll(async () => {
  sold = await enrolledWorld(1, [{}, { issuer: OTHER_CLINIC, birthDate: BUYER.birthDate }]);
  desk = await deskOf(sold);
  [seller, buyer] = (await tagsOf({ wallet: sold.wallet, scope: sold.reviewed.scope })) as [
    Field,
    Field,
  ];
  const { trialId } = sold.reviewed.trial;
  issued = issueChallenge({ book: EMPTY_BOOK, trialId, siteId: 1, now: sold.now });
  [bySeller, byBuyer] = [await answerAs(seller), await answerAs(buyer)];
  honest = await twoClinics();
}, 300_000);
afterAll(releaseProver);

/** The trial's public state, with a screening by these clinics' records. */
function stateWith(...issuerTags: Field[]) {
  const [screening] = sold.state.screenings;
  return { ...sold.state, screenings: [{ ...screening!, issuerTags }] };
}

/** What a wallet answers that believes it was screened with these clinics' records. */
function answerAs(...issuerTags: Field[]): Promise<ArrivalAnswer> {
  return proveArrival({
    ...{ ...sold, state: stateWith(...issuerTags), artifacts },
    challenge: issued.challenge,
    document: PERSON.document,
  });
}

function admit(answer: ArrivalAnswer, person: typeof PERSON, ...issuerTags: Field[]) {
  return verifyArrival({
    desk: { ...desk, state: stateWith(...issuerTags) },
    book: issued.book,
    memory: EMPTY_MEMORY,
    answer,
    person,
  });
}

describe("a sold secret", () => {
  it("refuses the buyer, whom another clinic attested under the seller's identity", async () => {
    const [person] = byBuyer.persons;
    // The nullifier is one, so that screening and person check fit but for the tag.
    expect(person!.signals.nullifier).toBe(sold.state.screenings[0]!.nullifier);
    await expect(admit(byBuyer, BUYER, seller)).rejects.toMatchObject({
      code: "OtherIssuer",
      details: { unchecked: 1, foreign: 1 },
    });
  });

  it("refuses the buyer when one part alone of the screening is by their own record", async () => {
    await expect(admit(byBuyer, BUYER, seller, buyer)).rejects.toMatchObject({
      code: "OtherIssuer",
      details: { unchecked: 1, foreign: 0 },
    });
  });

  it("refuses the seller's part too: a check of it is about the seller", async () => {
    const both = { ...byBuyer, persons: [...byBuyer.persons, ...bySeller.persons] };
    await expect(admit(both, BUYER, seller, buyer)).rejects.toMatchObject({
      code: "NotThisPerson",
    });
  });

  it("refuses a screening that names no clinic", async () => {
    await expect(admit(bySeller, PERSON)).rejects.toMatchObject({
      code: "OtherIssuer",
    });
  });

  it("refuses a check by a clinic whose record was not screened, beside the right one", async () => {
    // Both records name the person on the document here, so that only the clinics differ.
    await expect(honest.admit([honest.tags[0]!])).rejects.toMatchObject({
      code: "OtherIssuer",
      details: { unchecked: 0, foreign: 1 },
    });
    await expect(honest.admit(honest.tags)).resolves.toMatchObject({});
  });
});

/** One patient with records of two clinics, both about the same person, and both shown. */
async function twoClinics() {
  const world = await enrolledWorld(5, [{}, { issuer: OTHER_CLINIC }]);
  const tags = await tagsOf({ wallet: world.wallet, scope: world.reviewed.scope });
  const { trialId } = world.reviewed.trial;
  const given = issueChallenge({ book: EMPTY_BOOK, trialId, siteId: 1, now: world.now });
  const { challenge, book } = given;
  const answer = await proveArrival({
    ...{ ...world, challenge, artifacts, document: PERSON.document },
  });
  const here = await deskOf(world);
  const [screening] = world.state.screenings;
  return {
    tags,
    answer,
    admit: (issuerTags: Field[]) => {
      const state = { ...world.state, screenings: [{ ...screening!, issuerTags }] };
      const visit = { book, memory: EMPTY_MEMORY, answer, person: PERSON };
      return verifyArrival({ ...visit, desk: { ...here, state } });
    },
  };
}

describe("a screening of several parts", () => {
  it("is admitted with a check by each clinic, once each, in any order", async () => {
    const { answer, tags, admit: admitWith } = honest;
    expect(answer.persons.map(({ signals }) => signals.issuerTag).sort()).toEqual([...tags].sort());
    const [one, two] = tags as [Field, Field];
    await expect(admitWith([one, two, one])).resolves.toMatchObject({});
    await expect(admitWith([two, one])).resolves.toMatchObject({});
  });

  it("refuses checks of two identities", async () => {
    const other = await enrolledWorld(5, [{}]);
    const { challenge } = issued;
    const theirs = await proveArrival({ ...other, challenge, artifacts, document: DOCUMENT });
    const mixed = { ...bySeller, persons: [...bySeller.persons, ...theirs.persons] };
    await expect(admit(mixed, PERSON, seller)).rejects.toMatchObject({
      code: "InvalidProof",
      details: { part: "person" },
    });
  });
});
