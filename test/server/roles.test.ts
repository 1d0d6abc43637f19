import { AbiCoder, keccak256, type Wallet } from "ethers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toField } from "../../circuits/statement/encoding/field.ts";
import { buildTree, registryLeafOf } from "../../circuits/statement/encoding/tree.ts";
import { RECORD_ATTESTATION_TYPES, recordDomain } from "../../circuits/statement/trial/consent.ts";
import { hashDocument } from "../../circuits/statement/trial/trial.ts";
import { interfaceOf } from "../../contracts/connect.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { asInput, STAGE_KEYS, type Stage, startStage, submit } from "../support/stage.ts";
import { number, REASON } from "../support/world.ts";
import { type ForwardedCall, forwardOf } from "./forward.ts";

let stage: Stage;
let server: TestServer;
let tokens: { clinic: string; sponsor: string; anyone: string };

beforeAll(async () => {
  stage = await startStage();
  server = await startTestServer(stage.chain, {}, { keys: STAGE_KEYS });
  tokens = {
    clinic: await server.signIn(stage.actors.clinic),
    sponsor: await server.signIn(stage.actors.sponsor),
    anyone: await server.signIn(stage.actors.anyone),
  };
});
afterAll(async () => {
  await server?.end();
  await stage?.stop();
});

const forward = (who: Wallet, call: ForwardedCall, change: Record<string, unknown> = {}) =>
  forwardOf(stage, { who, call }, change);

describe("a forwarded request", () => {
  const anchor = (name: string) => ({
    contract: "RecordRegistry" as const,
    name: "anchor",
    args: [number(name)],
  });

  test("of a role is relayed in its name", async () => {
    const { clinic } = stage.actors;
    const request = await forward(clinic, anchor("forwarded record"));
    const { id } = await submit(server, "relay", request, tokens.clinic);
    expect((await server.settle(id)).state).toBe("FINAL");
    const { data } = await server.ask(
      "{ recordsState { leaves { value batchRoot issuer kind size } } }",
    );
    const commitment = toField(number("forwarded record"));
    expect(data.recordsState.leaves.at(-1)).toEqual({
      value: String(registryLeafOf(commitment, clinic.address)),
      batchRoot: String(commitment),
      issuer: clinic.address.toLowerCase(),
      kind: "record",
      size: 1,
    });
  });

  test("that the contract would refuse is refused with the contract's word", async () => {
    const { clinic } = stage.actors;
    const again = await forward(clinic, anchor("forwarded record"));
    expect((await submit(server, "relay", again, tokens.clinic)).code).toBe("AlreadyAnchored");
    const foreign = { contract: "RecordRegistry" as const, name: "revoke" };
    const absent = await forward(clinic, { ...foreign, args: [number("never anchored"), []] });
    expect((await submit(server, "relay", absent, tokens.clinic)).code).toBe("NotAnchored");
  });

  test("with a tampered call or a spent nonce is refused", async () => {
    const { clinic } = stage.actors;
    const data = interfaceOf("RecordRegistry").encodeFunctionData("anchor", [number("x")]);
    const tampered = await forward(clinic, anchor("y"), { data });
    expect((await submit(server, "relay", tampered, tokens.clinic)).code).toBe("InvalidSignature");
  });

  test.each([
    ["of another account", "from", (): string => stage.actors.sponsor.address],
    ["to a contract that is not the exchange's", "to", (): string => stage.actors.site.address],
    ["that carries money", "value", (): string => "1"],
  ])("%s is refused", async (_, field, value) => {
    const request = await forward(stage.actors.clinic, anchor("z"), { [field]: value() });
    const answer = await submit(server, "relay", request, tokens.clinic);
    expect(answer).toMatchObject({ code: "NotAllowed", details: [{ value: field }] });
  });

  test("is relayed for the right roles only, whatever the contract would say", async () => {
    const { clinic, sponsor, governance } = stage.actors;
    const { trialId } = stage.story;
    const asked = async (who: Wallet, token: string, call: ForwardedCall) =>
      (await submit(server, "relay", await forward(who, call), token)).code;
    const records = { contract: "RecordRegistry" } as const;
    const trials = { contract: "TrialRegistry" } as const;
    const voiding = { ...records, name: "voidClinic", args: [clinic.address] };
    expect(await asked(clinic, tokens.clinic, voiding)).toBe("NotGovernance");
    for (const name of ["setQuota", "setRevocationLimit"]) {
      const call = { ...records, name, args: [clinic.address, 1_000] };
      expect(await asked(clinic, tokens.clinic, call)).toBe("NotGovernance");
    }
    for (const name of ["hold", "lift", "release"]) {
      const call = { ...trials, name, args: [trialId] };
      expect(await asked(sponsor, tokens.sponsor, call)).toBe("NotGovernance");
    }
    const digest = stage.story.digestOf(1);
    const ofBoard = {
      ...{ suspend: [trialId, REASON], resume: [trialId], comment: [trialId, 1, REASON] },
      ...{ requestChanges: [trialId, 1, digest, REASON], reject: [trialId, 1, digest, REASON] },
    };
    for (const [name, args] of Object.entries(ofBoard)) {
      const call = { ...trials, name, args };
      expect(await asked(sponsor, tokens.sponsor, call)).toBe("NotAccredited");
      // Governance has a hold of its own.
      const token = await server.signIn(governance);
      expect(await asked(governance, token, call)).toBe("NotAccredited");
    }
    const early = { ...records, name: "revokeEarly", args: [number("any record")] };
    expect(await asked(sponsor, tokens.sponsor, early)).toBe("NotAccredited");
    // Anybody may clear what governance voided; the contract says what is.
    const clearing = { ...records, name: "clearLeaf", args: [number("nothing"), []] };
    expect(await asked(stage.actors.anyone, tokens.anyone, clearing)).toBe("NotAnchored");
  });

  test.each([
    ["a patient's act", "Screening", "screen"],
    ["a site's act", "Enrollment", "arrive"],
    ["a view", "RecordRegistry", "root"],
  ] as const)("of %s is not relayed", async (_, contract, name) => {
    const { selector } = interfaceOf(contract).getFunction(name)!;
    const { addresses } = stage.chain.deployment;
    const change = { to: addresses[contract], data: selector };
    const request = await forward(stage.actors.clinic, anchor("z"), change);
    expect(await submit(server, "relay", request, tokens.clinic)).toMatchObject({
      code: "NotAllowed",
      details: [{ value: "data" }],
    });
  });

  test("of governance is relayed: it holds a trial, and the server says so", async () => {
    const { governance } = stage.actors;
    const token = await server.signIn(governance);
    const held = async (name: string) => {
      const call = { contract: "TrialRegistry" as const, name, args: [stage.story.trialId] };
      const request = await forward(governance, call);
      const { id } = await submit(server, "relay", request, token);
      expect((await server.settle(id)).state).toBe("FINAL");
      const { data } = await server.ask('{ trial(protocolNumber: "CZ-2030-001") { held status } }');
      return data.trial;
    };
    expect(await held("hold")).toEqual({ held: true, status: "ACTIVE" });
    expect(await held("lift")).toEqual({ held: false, status: "ACTIVE" });
  });

  test("of an account without a role is refused, and without a session not even looked at", async () => {
    const request = await forward(stage.actors.anyone, anchor("z"));
    expect((await submit(server, "relay", request, tokens.anyone)).code).toBe("NotAccredited");
    const query = "mutation ($input: ForwardRequestInput!) { relay(input: $input) { __typename } }";
    const { errors } = await server.ask(query, { input: asInput(request) });
    expect(errors[0]?.extensions?.code).toBe("NotSignedIn");
  });

  test("of a site's key is looked at when it reports a no-show of its trial, and then only", async () => {
    const { site, anyone } = stage.actors;
    const asked = async (who: Wallet, name: string, args: unknown[], token: string) => {
      const request = await forward(who, { contract: "Enrollment" as const, name, args });
      return (await submit(server, "relay", request, token)).code;
    };
    const noShow = (args: unknown[]) =>
      ({ contract: "Enrollment", name: "reportNoShow", args }) as const;
    const token = await server.signIn(site);
    const { trialId } = stage.story;
    const absent = [trialId, number("nobody")];
    // The contract's own word: the server has let it through.
    expect(await asked(site, "reportNoShow", absent, token)).toBe("UnknownParticipant");
    expect(await asked(anyone, "reportNoShow", absent, tokens.anyone)).toBe("NotAccredited");
    const elsewhere = [keccak256("0x01"), number("nobody")];
    expect(await asked(site, "reportNoShow", elsewhere, token)).toBe("NotAccredited");
    expect(await asked(site, "enroll", [trialId, [number("x")]], token)).toBe("NotAccredited");
    const cutShort = interfaceOf("Enrollment").getFunction("reportNoShow")!.selector;
    const short = await forward(site, noShow(absent), { data: cutShort });
    expect((await submit(server, "relay", short, token)).code).toBe("NotAccredited");
    const call = { contract: "TrialRegistry" as const, name: "close", args: [trialId] };
    const request = await forward(site, call);
    expect((await submit(server, "relay", request, token)).code).toBe("NotAccredited");
  });
});

describe("an attested record", () => {
  test("is anchored by the clinic's signature, once", async () => {
    const { clinic } = stage.actors;
    const { chainId, addresses } = stage.chain.deployment;
    const attestation = {
      commitment: number("attested record"),
      clinic: clinic.address,
      deadline: BigInt((await stage.world.now()) + 3_600),
    };
    const domain = recordDomain(chainId, addresses.RecordRegistry);
    const signature = await clinic.signTypedData(domain, RECORD_ATTESTATION_TYPES, attestation);
    const forged = { ...attestation, commitment: number("another"), signature };
    expect((await submit(server, "submitAttestedRecord", forged)).code).toBe("InvalidSignature");
    const input = { ...attestation, signature };
    const first = await submit(server, "submitAttestedRecord", input);
    expect((await server.settle(first.id)).state).toBe("FINAL");
    expect((await submit(server, "submitAttestedRecord", input)).id).toBe(first.id);
  });
});

describe("a batch", () => {
  const leaves = [1, 2, 3, 4, 5].map((i) => number(`leaf ${i}`));
  const publish = (input: { root: bigint; leaves: bigint[] }, token: string) =>
    server.ask(
      `mutation ($root: Field!, $leaves: [Field!]!) { publishBatch(root: $root, leaves: $leaves) {
        __typename ... on Refusal { code details { value } } } }`,
      { root: String(input.root), leaves: input.leaves.map(String) },
      token,
    );

  test("is published only as it was anchored, and only by its clinic", async () => {
    const { root } = buildTree(leaves);
    const words = leaves.map(() => "uint256");
    const leavesHash = keccak256(AbiCoder.defaultAbiCoder().encode(words, leaves));
    const early = await publish({ root, leaves }, tokens.clinic);
    expect(early.data.publishBatch.code).toBe("NotAnchored");
    await stage.world.as("clinic").records.anchorBatch(root, leaves.length, leavesHash, "");
    const foreign = await publish({ root, leaves }, tokens.sponsor);
    expect(foreign.data.publishBatch.code).toBe("NotYourLeaf");
    const reordered = await publish({ root, leaves: leaves.toReversed() }, tokens.clinic);
    expect(reordered.data.publishBatch.code).toBe("MalformedInput");
    const right = await publish({ root, leaves }, tokens.clinic);
    expect(right.data.publishBatch.__typename).toBe("Batch");
    const { data } = await server.ask("query ($root: Field!) { batch(root: $root) { leaves } }", {
      root: String(root),
    });
    expect(data.batch.leaves).toEqual(leaves.map(String));
  });

  test("whose leaves do not have the anchored root is refused", async () => {
    const words = leaves.map(() => "uint256");
    const leavesHash = keccak256(AbiCoder.defaultAbiCoder().encode(words, leaves));
    const root = number("a root of nothing");
    await stage.world.as("clinic").records.anchorBatch(root, leaves.length, leavesHash, "");
    const { data } = await publish({ root, leaves }, tokens.clinic);
    expect(data.publishBatch).toMatchObject({
      code: "MalformedInput",
      details: [{ value: "root" }],
    });
  });
});

describe("a document", () => {
  const upload = (content: string, token?: string) =>
    server.ask(
      `mutation ($content: String!) { uploadDocument(mediaType: "application/json", content: $content) {
        __typename ... on Document { hash } ... on Refusal { code } } }`,
      { content },
      token,
    );

  test("of a sponsor is kept under the hash of its bytes", async () => {
    const content = '{"title":"Prüfung"}';
    const { data } = await upload(content, tokens.sponsor);
    expect(data.uploadDocument.hash).toBe(hashDocument(content));
    const read = await server.ask(
      "query ($hash: Bytes32!) { document(hash: $hash) { content mediaType } }",
      { hash: hashDocument(content) },
    );
    expect(read.data.document).toEqual({ content, mediaType: "application/json" });
  });

  test("of anyone else is refused", async () => {
    expect((await upload("{}", tokens.clinic)).data.uploadDocument.code).toBe("NotAccredited");
    expect((await upload("{}")).errors[0]?.extensions?.code).toBe("NotSignedIn");
  });
});
