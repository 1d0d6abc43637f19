// Screenings and successions of several parts, through GraphQL.
import { beforeAll, describe, expect, test } from "vitest";
import { enrollmentDomain, SUCCESSION_TYPES } from "../../circuits/statement/trial/consent.ts";
import { successionMessage, ZERO_BYTES32 } from "../../circuits/statement/trial/trial.ts";
import {
  arriveNew,
  CHAIN_ID,
  CODE,
  consent,
  openTrial,
  personOf,
  type Story,
  screen,
  screeningOf,
} from "../contracts/story.ts";
import { KEYS } from "../support/chain.ts";
import { openServed } from "../support/served.ts";
import { submit } from "../support/stage.ts";
import { bytes32, number } from "../support/world.ts";

const { stage, server } = await openServed();

/** A trial of two parts. */
let story: Story;

beforeAll(async () => {
  const change = {
    criteriaHashes: [number("part one"), number("part two")],
    successorHashes: [number("successor's part one"), number("successor's part two")],
  };
  story = await openTrial(stage.world, { protocol: "CZ-2030-PARTS", change });
});

const person = (name: string) => personOf(story, name);
const relayed = () => stage.chain.provider.getTransactionCount(KEYS.relayer.address);

describe("a screening of two parts", () => {
  test("shows the tags of both, from records of two clinics", async () => {
    const anna = person("Anna");
    const each = [{}, { issuerTag: number("tag of the other clinic") }];
    const { proof } = await screeningOf(story, anna, { each });
    const { id } = await submit(server, "submitScreening", proof);
    expect((await server.settle(id)).state).toBe("FINAL");
    const { data } = await server.ask(
      `query ($id: Bytes32!) { publicState(trialId: $id) {
        screenings { nullifier issuerTags } versions { criteriaHashes successorHashes } } }`,
      { id: story.trialId },
    );
    expect(data.publicState.screenings).toEqual([
      {
        nullifier: String(anna.nullifier),
        issuerTags: [String(anna.issuerTag), String(number("tag of the other clinic"))],
      },
    ]);
    expect(data.publicState.versions[0]).toEqual({
      criteriaHashes: [number("part one"), number("part two")].map(String),
      successorHashes: ["one", "two"].map((n) => String(number(`successor's part ${n}`))),
    });
  });

  const made = async (name: string) => (await screeningOf(story, person(name))).proof;
  test.each([
    ["a part's proof under another part's hash", "InvalidProof", "swapped"],
    ["one part of another person", "InvalidProof", "other"],
    ["a part too few", "WrongParts", "few"],
    ["a part too many", "WrongParts", "many"],
    ["a part twice instead of two", "InvalidProof", "twice"],
    ["the successor's hashes", "InvalidProof", "successor"],
    ["parts of days outside the window", "DayOutOfRange", "days"],
  ])("refuses %s, and it costs nothing", async (_, code, kind) => {
    const before = await relayed();
    const proof = await made("Bert");
    const [one, two] = proof.parts;
    const asOf = 20_000_101n;
    const spoil: Record<string, () => Promise<unknown[]>> = {
      swapped: async () => [two, one],
      other: async () => [one, (await made("Cleo")).parts[1]],
      few: async () => [one],
      many: async () => [one, two, two],
      twice: async () => [one, one],
      successor: async () => {
        const hashes = story.published[0]!.successorHashes;
        return (await screeningOf(story, person("Bert"), { hashes })).proof.parts;
      },
      days: async () =>
        (await screeningOf(story, person("Bert"), { each: [{}, { asOf }] })).proof.parts,
    };
    const parts = await spoil[kind]!();
    expect((await submit(server, "submitScreening", { ...proof, parts })).code).toBe(code);
    expect(await relayed()).toBe(before);
  });

  test("refuses more than four parts, or none, as no input at all", async () => {
    const proof = await made("Bert");
    for (const parts of [[], Array(5).fill(proof.parts[0])]) {
      await expect(submit(server, "submitScreening", { ...proof, parts })).rejects.toThrow();
    }
  });
});

/** What a site and a new wallet hand in to replace a lost one. */
async function successionOf(lost: string, heir: string, more: Record<string, unknown> = {}) {
  const { pseudonym } = person(lost);
  const successor = person(heir);
  const succession = {
    trialId: story.trialId,
    pseudonym,
    siteId: 1,
    successorNullifier: successor.nullifier,
    successorCommitment: successor.commitment,
    deadline: BigInt((await stage.world.now()) + 3_600),
  };
  const message = successionMessage({
    ...{ trialId: story.trialId, version: 1, pseudonym },
    successorCommitment: successor.commitment,
  });
  const hashes = story.published[0]!.successorHashes;
  const { proof } = await screeningOf(story, successor, { hashes, message });
  const domain = enrollmentDomain(CHAIN_ID, stage.chain.deployment.addresses.Enrollment);
  const signature = await stage.actors.site.signTypedData(domain, SUCCESSION_TYPES, succession);
  const shown = { version: 1, parts: proof.parts };
  return { ...succession, signature, code: ZERO_BYTES32, proof: shown, ...more };
}

describe("a succession", () => {
  test("on study goes by the site's word and the successor's own proofs", async () => {
    await arriveNew(story, "Dora");
    const { id } = await submit(
      server,
      "submitSuccession",
      await successionOf("Dora", "Dora anew"),
    );
    expect((await server.settle(id)).state).toBe("FINAL");
    const { data } = await server.ask(
      `query ($id: Bytes32!) { publicState(trialId: $id) {
        screenings { nullifier issuerTags } participants { pseudonym state } } }`,
      { id: story.trialId },
    );
    const heir = person("Dora anew");
    expect(data.publicState.screenings).toContainEqual({
      nullifier: String(heir.nullifier),
      issuerTags: [String(heir.issuerTag), String(heir.issuerTag)],
    });
    const retired = { pseudonym: String(person("Dora").pseudonym), state: "OFF_STUDY" };
    expect(data.publicState.participants).toContainEqual(retired);
  });

  test("refuses a stranger for somebody who has not arrived, who lacks the printed code", async () => {
    const emil = person("Emil");
    await screen(story, emil);
    await consent(story, emil);
    const before = await relayed();
    for (const code of [ZERO_BYTES32, bytes32("guessed")]) {
      const attempt = await successionOf("Emil", "stranger", { code });
      expect((await submit(server, "submitSuccession", attempt)).code).toBe("WrongCode");
    }
    expect(await relayed()).toBe(before);
    const { id } = await submit(
      server,
      "submitSuccession",
      await successionOf("Emil", "Emil anew", { code: CODE }),
    );
    expect((await server.settle(id)).state).toBe("FINAL");
  });

  test("refuses a successor without proofs of the successor's own, before any gas", async () => {
    await arriveNew(story, "Fritz");
    const before = await relayed();
    const right = await successionOf("Fritz", "Fritz anew");
    const screened = (await screeningOf(story, person("Fritz anew"))).proof;
    const elsewhere = await successionOf("Fritz", "somebody else");
    const attempts = [
      // What makes one screened makes nobody a successor.
      { ...right, proof: { version: 1, parts: screened.parts } },
      { ...right, proof: elsewhere.proof },
      { ...right, proof: { ...right.proof, parts: right.proof.parts.toReversed() } },
      { ...right, pseudonym: person("Dora").pseudonym },
    ];
    for (const attempt of attempts) {
      expect((await submit(server, "submitSuccession", attempt)).code).toBe("InvalidProof");
    }
    const few = { ...right, proof: { version: 1, parts: right.proof.parts.slice(1) } };
    expect((await submit(server, "submitSuccession", few)).code).toBe("WrongParts");
    const old = { ...right, proof: { ...right.proof, version: 2 } };
    expect((await submit(server, "submitSuccession", old)).code).toBe("VersionSuperseded");
    expect(await relayed()).toBe(before);
  });
});
