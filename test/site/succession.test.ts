// The succession of a lost wallet at the desk: whose pseudonym it was, who succeeds, and by which proofs.
import { Wallet as Key, verifyTypedData } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Field } from "../../circuits/statement/encoding/field.ts";
import { enrollmentDomain, SUCCESSION_TYPES } from "../../circuits/statement/trial/consent.ts";
import { ZERO_BYTES32 } from "../../circuits/statement/trial/trial.ts";
import { releaseProver } from "../../circuits/witness/prove.ts";
import type { ArrivalAnswer } from "../../client/desk/arrival.ts";
import { proveArrival } from "../../client/patient/arrival.ts";
import { findSelf } from "../../client/patient/self.ts";
import type { Wallet } from "../../client/patient/wallet.ts";
import { EMPTY_BOOK, issueChallenge } from "../../client/site/challenge.ts";
import { type DeskMemory, EMPTY_MEMORY, lookUp, remember } from "../../client/site/memory.ts";
import { signSuccession } from "../../client/site/sign.ts";
import { verifySuccession } from "../../client/site/succession.ts";
import { type Desk, verifyArrival } from "../../client/site/verify.ts";
import { OTHER_CLINIC, TODAY } from "../patient/support.ts";
import {
  artifacts,
  deskOf,
  enrolledWorld,
  PERSON,
  participantOf,
  tagsOf,
  type World,
  walletWith,
} from "./world.ts";

/** Younger than the trial: screenings refuse it, successions do not. */
const REBOUND = TODAY - 15;
const CODE = `0x${"00".repeat(16)}${"c0".repeat(16)}`;

let world: World;
let renewed: Wallet;
let desk: Desk;
let issued: ReturnType<typeof issueChallenge>;
let answer: ArrivalAnswer;
/** The desk saw the document when the lost pseudonym arrived. */
let memory: DeskMemory;

/** The same person with a new wallet, to which two clinics have re-bound the record. */
beforeAll(async () => {
  world = await enrolledWorld();
  const bound = { identitySince: REBOUND };
  const { wallet, registry } = await walletWith(77, [bound, { ...bound, issuer: OTHER_CLINIC }]);
  renewed = wallet;
  const participants = [{ ...participantOf(world.pseudonym), state: "on-study" as const }];
  world = { ...world, registry, state: { ...world.state, participants } };
  desk = await deskOf(world);
  const { trialId } = world.reviewed.trial;
  const of = { book: EMPTY_BOOK, trialId, siteId: 1, now: world.now };
  issued = issueChallenge({ ...of, succeeds: world.pseudonym });
  answer = await answerTo(issued.challenge);
  memory = await memoryOf(world.pseudonym);
}, 120_000);
afterAll(releaseProver);

function answerTo(challenge: typeof issued.challenge, state = world.state) {
  const { document } = PERSON;
  return proveArrival({ ...world, wallet: renewed, state, challenge, document, artifacts });
}

async function memoryOf(pseudonym: bigint): Promise<DeskMemory> {
  const { trialId } = world.reviewed.trial;
  const sighting = await lookUp({ memory: EMPTY_MEMORY, trialId, document: PERSON.document });
  return remember(EMPTY_MEMORY, { ...sighting, pseudonym });
}

type Change = {
  state?: Partial<Desk["state"]>;
  memory?: DeskMemory;
  answer?: ArrivalAnswer;
  code?: string;
  succeeds?: string | null;
  sex?: "male";
};

function verify(change: Change = {}) {
  const { succeeds = issued.challenge.succeeds, code } = change;
  return verifySuccession({
    desk: { ...desk, state: { ...desk.state, ...change.state } },
    book: { open: [{ ...issued.challenge, succeeds }] },
    memory: change.memory ?? memory,
    answer: change.answer ?? answer,
    person: change.sex ? { ...PERSON, sex: change.sex } : PERSON,
    code,
  });
}

/** The lost pseudonym, standing elsewhere. */
function lostIs(change: Partial<Desk["state"]["participants"][number]>) {
  return { participants: [{ ...desk.state.participants[0]!, ...change }] };
}

async function refusalOf(change: Change): Promise<string> {
  try {
    await verify(change);
    return "accepted";
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe("the succession of a lost wallet", () => {
  it("admits the same person's new wallet by its own proof, signed by the site", async () => {
    const verified = await verify();
    const { succession, proof, note } = verified;
    const self = await findSelf({ wallet: renewed, place: world.reviewed, state: world.state });
    expect(succession).toMatchObject({
      pseudonym: world.pseudonym,
      successorCommitment: self.identity.commitment,
      successorNullifier: answer.persons[0]!.signals.nullifier,
    });
    expect(succession.successorNullifier).not.toBe(world.state.screenings[0]!.nullifier);
    expect(verified.code).toBe(ZERO_BYTES32);
    expect(verified.book.open).toEqual([]);
    const [{ signals }] = answer.eligibility as [NonNullable<typeof answer.eligibility>[number]];
    const { issuerTag, recordsRoot, asOf } = signals;
    expect(proof).toMatchObject({ version: 1, parts: [{ issuerTag, recordsRoot, asOf }] });
    // The desk knows the document from now on under the new pseudonym.
    expect(note.pseudonym).toBe(self.pseudonym);
    const signer = new Key(`0x${"33".repeat(32)}`);
    const { chainId, enrollment } = world.reviewed;
    const typed = enrollmentDomain(chainId, enrollment);
    const versions = desk.state.versions.map((version) => ({
      ...version,
      terms: {
        ...version.terms,
        sites: [{ siteId: 1, signer: signer.address.toLowerCase(), capacity: 0 }],
      },
    }));
    const signing = { signer, domain: { chainId, enrollment }, succession };
    const { signature } = await signSuccession({ ...signing, state: { ...desk.state, versions } });
    expect(verifyTypedData(typed, SUCCESSION_TYPES, succession, signature)).toBe(signer.address);
    await expect(signSuccession({ ...signing, state: desk.state })).rejects.toMatchObject({
      code: "InvalidSignature",
    });
  });

  it("refuses another person, an unknown or ended pseudonym, and a wallet screened already", async () => {
    expect(await refusalOf({ sex: "male" })).toBe("NotThisPerson");
    expect(await refusalOf({ succeeds: "5" })).toBe("UnknownParticipant");
    expect(await refusalOf({ state: lostIs({ state: "withdrawn" }) })).toBe("WrongState");
    expect(await refusalOf({ state: lostIs({ state: "off-study" }) })).toBe("WrongState");
    expect(await refusalOf({ state: lostIs({ siteId: 2 }) })).toBe("WrongSite");
    const [screening] = world.state.screenings;
    const { nullifier } = answer.persons[0]!.signals;
    const again = { screenings: [{ ...screening!, nullifier }] };
    expect(await refusalOf({ state: again })).toBe("AlreadyScreened");
  });

  it("refuses a stranger: the desk has no note of their document, or one under another pseudonym", async () => {
    expect(await refusalOf({ memory: EMPTY_MEMORY })).toBe("NotTheirPseudonym");
    expect(await refusalOf({ memory: await memoryOf(5n) })).toBe("DocumentKnown");
  });

  it("refuses the site's word alone before arrival, when it has seen nobody: the code has to be there", async () => {
    for (const state of ["eligible", "pending-on-study"] as const) {
      const before = { state: lostIs({ state }), memory: EMPTY_MEMORY };
      expect(await refusalOf(before)).toBe("WrongCode");
      expect((await verify({ ...before, code: CODE })).code).toBe(CODE);
      // Not for somebody who is another participant already.
      const other = { ...before, code: CODE, memory: await memoryOf(5n) };
      expect(await refusalOf(other)).toBe("DocumentKnown");
    }
    // On study the code is not asked for, and not sent.
    expect((await verify({ code: CODE })).code).toBe(ZERO_BYTES32);
  });

  it("refuses a successor without a proof, with one of another kind, or for another pseudonym", async () => {
    expect(await refusalOf({ answer: { ...answer, eligibility: null } })).toBe("NotEligible");
    const asScreening = { ...answer, eligibility: answer.persons };
    expect(await refusalOf({ answer: asScreening })).toBe("InvalidProof");
    const [lost] = desk.state.participants;
    const other = { participants: [lost!, { ...lost!, pseudonym: 6n as Field }] };
    expect(await refusalOf({ state: other, succeeds: "6" })).toBe("InvalidProof");
    const [version] = desk.state.versions;
    const { terms } = version!;
    const screening = { ...terms, successorHashes: terms.criteriaHashes };
    expect(await refusalOf({ state: { versions: [{ ...version!, terms: screening }] } })).toBe(
      "InvalidProof",
    );
    const amended = { currentVersion: 2, versions: [{ ...version!, version: 2 }] };
    expect(await refusalOf({ state: amended })).toBe("InvalidProof");
  });

  it("refuses a proof by one clinic's record and a person check by another's", async () => {
    const { wallet, reviewed } = { ...world, wallet: renewed };
    const [, second] = await tagsOf({ wallet, scope: reviewed.scope });
    const self = await findSelf({ wallet, place: reviewed, state: world.state });
    const [screening] = world.state.screenings;
    const { nullifier } = answer.persons[0]!.signals;
    const commitment = self.identity.commitment as Field;
    // The same challenge, answered by a wallet that believes it was screened with the second record.
    const { persons } = await answerTo(
      { ...issued.challenge, succeeds: null },
      {
        ...world.state,
        screenings: [{ ...screening!, nullifier, commitment, issuerTags: [second!] }],
        participants: [participantOf(self.pseudonym)],
      },
    );
    expect(persons[0]!.signals.issuerTag).toBe(second);
    expect(await refusalOf({ answer: { ...answer, persons } })).toBe("OtherIssuer");
  });

  it("refuses an arrival's challenge for a succession, and the other way round", async () => {
    expect(await refusalOf({ succeeds: null })).toBe("ChallengeUsed");
    const { book } = issued;
    const arriving = verifyArrival({ desk, book, memory, answer, person: PERSON });
    await expect(arriving).rejects.toMatchObject({ code: "ChallengeUsed" });
  });
});
