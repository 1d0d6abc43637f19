// Every public operation of the server, for work.ts: what it asks for is the dearest of its kind.
import { getIntrospectionQuery } from "graphql";
import { readVerificationKey } from "../../circuits/artifacts/read.ts";
import { toCalldata } from "../../circuits/statement/proof/proof.ts";
import { askServer } from "../support/server.ts";
import { bytes32 } from "../support/world.ts";

export type Operation = {
  readonly name: string;
  readonly ask: () => Promise<unknown>;
  /** Takes so long that once between two readings will do. */
  readonly isLong?: boolean;
};

export const VERIFY = `mutation ($proofs: [EligibilityProofInput!]!) {
  verifyProofs(circuit: ELIGIBILITY_8, proofs: $proofs) { ... on Verdicts { verdicts } } }`;
const SIGN_IN = `mutation ($message: String!, $signature: Bytes!) {
  signIn(message: $message, signature: $signature) { __typename } }`;
const ADDRESS = `0x${"5a".repeat(20)}`;

/** Points of the key itself: on their curves, in their subgroup, and no proof of anything. */
const key = await readVerificationKey("eligibility-8");
const { vk_alpha_1: alpha, vk_beta_2: beta } = key;
const points = toCalldata({
  pi_a: alpha,
  pi_b: beta,
  pi_c: alpha,
  protocol: "groth16",
  curve: "bn128",
}).map(String);
export const wellFormed = { points, signals: Array<string>(7).fill("1") };
export const part = { issuerTag: "1", recordsRoot: "1", asOf: "1", points };

export function operationsOf(
  url: string,
  { trialId, terms }: { readonly trialId: string; readonly terms: string },
): Operation[] {
  const post = (query: string, variables?: object) => () =>
    askServer(url, { query, ...(variables && { variables }) });
  const get =
    (path: string, init: RequestInit = {}) =>
    async () =>
      (await fetch(url + path, init)).arrayBuffer();
  const packed = { headers: { "accept-encoding": "br" } };
  const plain = { headers: { "accept-encoding": "identity" } };
  const verify = (count: number) => post(VERIFY, { proofs: Array(count).fill(wellFormed) });
  const queries: Record<string, string> = {
    trials: "{ trials(first: 200) { edges { node { protocolNumber status sponsor } } } }",
    trial: '{ trial(protocolNumber: "CZ-2030-001") { status currentVersion board } }',
    "nested pages": `{ trials(first: 50) { edges { node {
      participants(first: 200) { edges { node { pseudonym } } } } } } }`,
    publicState: `{ publicState(trialId: "${trialId}") { blockNumber } }`,
    recordsState: "{ recordsState { blockNumber root leaves { value } roots { root } } }",
    batch: '{ batch(root: "1") { root } }',
    document: `{ document(hash: "${bytes32("none")}") { content } }`,
    accreditations: "{ accreditations(first: 200) { edges { node { account } } } }",
    events: "{ events(first: 200) { edges { node { id name arguments { name value } } } } }",
    submission: '{ submission(id: "none") { state } }',
    deployment: "{ deployment { chainId } }",
    artifacts: "{ artifacts { sha256 } }",
    "artifacts, ten aliases": `{ ${Array.from({ length: 10 }, (_, i) => `a${i}: artifacts { sha256 }`).join(" ")} }`,
    me: "{ me { address } }",
    introspection: getIntrospectionQuery(),
    "2,000 tokens": `{ ${"me { address } ".repeat(490)} }`,
    createSignInNonce: "mutation { createSignInNonce }",
  };
  const screening = { trialId, version: 1, nullifier: "1", participantCommitment: "1" };
  const act = { trialId, pseudonym: "1", siteId: 1, arriveBy: "0", evidence: bytes32("1") };
  const signed = { deadline: "1", signature: `0x${"5a".repeat(65)}` };
  const inputs: Record<string, [type: string, input: object]> = {
    submitScreening: ["Screening", { ...screening, parts: Array(4).fill(part) }],
    submitAttestedRecord: ["AttestedRecord", { commitment: "1", clinic: ADDRESS, ...signed }],
    submitSiteAct: ["SiteAct", { act: "ARRIVAL", signed: { ...act, ...signed } }],
    submitWithdrawal: ["Withdrawal", { byCode: { trialId, pseudonym: "1", code: bytes32("1") } }],
  };
  return [
    ...Object.entries(queries).map(([name, query]) => ({ name, ask: post(query) })),
    ...Object.entries(inputs).map(([name, [type, input]]) => ({
      name,
      ask: post(`mutation ($i: ${type}Input!) { ${name}(input: $i) { __typename } }`, { i: input }),
    })),
    {
      name: "signIn",
      ask: post(SIGN_IN, { message: "x".repeat(4000), signature: signed.signature }),
    },
    { name: "verifyProofs, 1 false", ask: verify(1) },
    { name: "verifyProofs, 100 false", ask: verify(100), isLong: true },
    { name: "a body of 1.4 MB", ask: post("{ me { address } }", { x: "x".repeat(1_400_000) }) },
    { name: "/state/records", ask: get("/state/records") },
    { name: "/state/trials/", ask: get(`/state/trials/${trialId}`) },
    { name: "/state/segments/", ask: get(`/state/segments/${trialId}/${terms}`) },
    { name: "the same, unpacked", ask: get(`/state/segments/${trialId}/${terms}`, plain) },
    { name: "/deployment.json", ask: get("/deployment.json") },
    {
      name: "an artifact, packed",
      ask: get("/artifacts/eligibility-32.zkey", packed),
      isLong: true,
    },
    {
      name: "an artifact, unpacked",
      ask: get("/artifacts/eligibility-32.zkey", plain),
      isLong: true,
    },
    { name: "its head", ask: get("/artifacts/eligibility-32.zkey", { method: "HEAD", ...plain }) },
    { name: "nothing there", ask: get("/nothing") },
  ];
}
