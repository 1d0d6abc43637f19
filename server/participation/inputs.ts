// What the mutations take. Scalars refuse anything not canonical; shapes are bounded here.
import { z } from "zod";
import { builder } from "../schema/builder.ts";
import { points, signature } from "../schema/proofs.ts";

const ConsentProofInput = builder.inputType("ConsentProofInput", {
  description:
    "A Semaphore v4 proof of depth 20, without what the contract knows (message and scope).",
  fields: (t) => ({
    pseudonym: t.field({ type: "Field", description: "The proof's nullifier." }),
    groupRoot: t.field({ type: "Field", description: "The proof's merkleTreeRoot." }),
    points: t.field({
      type: ["Uint"],
      description: "The packed proof: 8 numbers.",
      validate: points,
    }),
  }),
});

const parts = z.array(z.any()).min(1).max(4);

const ScreeningPartInput = builder.inputType("ScreeningPartInput", {
  description: "The proof of one part of a version's criteria, about one record.",
  fields: (t) => ({
    issuerTag: t.field({
      type: "Field",
      description: "The proof's issuerTag: equal for all records of one clinic.",
    }),
    recordsRoot: t.field({ type: "Field", description: "The registry's root proved against." }),
    asOf: t.field({ type: "Field", description: "The day proved for." }),
    points: t.field({
      type: ["Uint"],
      description:
        "The proof's 8 coordinates in Solidity's order (statement/proof/proof.ts toCalldata).",
      validate: points,
    }),
  }),
});

export const ScreeningInput = builder.inputType("ScreeningInput", {
  description:
    "A screening, or a re-screening under an approved amendment. Scope, message and criteria hashes are known.",
  fields: (t) => ({
    trialId: t.field({ type: "Bytes32", description: "The trial." }),
    version: t.field({ type: "UInt32", description: "The trial's current version." }),
    nullifier: t.field({ type: "Field", description: "The nullifier of all its proofs." }),
    participantCommitment: t.field({
      type: "Field",
      description: "Bound by the message of all its proofs.",
    }),
    parts: t.field({
      type: [ScreeningPartInput],
      description: "One for each criteria hash of the version, in their order.",
      validate: parts,
    }),
  }),
});

const ConsentStatementInput = builder.inputType("ConsentStatementInput", {
  description:
    "The statement whose hash is the proof's message: statement/trial/consent.ts, field by field.",
  fields: (t) => ({
    trialId: t.field({ type: "Bytes32", description: "The trial." }),
    version: t.field({ type: "UInt32", description: "The version whose form is consented to." }),
    formHash: t.field({ type: "Bytes32", description: "Hash of the consent form." }),
    permissions: t.field({ type: "UInt32", description: "Permissions given, a bit each." }),
    siteId: t.field({ type: "UInt32", description: "The site chosen." }),
    validUntil: t.field({
      type: "Uint",
      description: "Unix time at which it lapses, a whole day (UTC); 0 in a withdrawal.",
    }),
    givenBy: t.int({
      description: "1 self, 2 representative, 3 assent with parent; 0 in a withdrawal.",
    }),
    sequence: t.field({ type: "Uint", description: "Strictly greater than the one before." }),
    decision: t.int({ description: "1 grant, 2 withdraw." }),
    submitBy: t.field({
      type: "Uint",
      description: "Unix time, a whole day (UTC), today's or the next two; 0 in a withdrawal.",
    }),
    withdrawalCodeHash: t.field({
      type: "Bytes32",
      description: "Hash of the printed withdrawal code.",
    }),
  }),
});

export const ConsentInput = builder.inputType("ConsentInput", {
  description: "A consent statement with its proof.",
  fields: (t) => ({
    statement: t.field({ type: ConsentStatementInput, description: "The statement." }),
    proof: t.field({ type: ConsentProofInput, description: "Proof whose message is its hash." }),
  }),
});

const CodeWithdrawalInput = builder.inputType("CodeWithdrawalInput", {
  description: "Withdrawal by the printed code, when the wallet is lost.",
  fields: (t) => ({
    trialId: t.field({ type: "Bytes32", description: "The trial." }),
    pseudonym: t.field({ type: "Field", description: "Printed beside the code." }),
    code: t.field({
      type: "Bytes32",
      description: "The code. It becomes public and does nothing else.",
    }),
  }),
});

const SiteActFields = builder.inputType("SignedSiteActInput", {
  description:
    "What a site signed (EIP-712) about a participant: statement/trial/consent.ts SiteAct.",
  fields: (t) => ({
    trialId: t.field({ type: "Bytes32", description: "The trial." }),
    pseudonym: t.field({ type: "Field", description: "The participant." }),
    siteId: t.field({ type: "UInt32", description: "The participant's site." }),
    arriveBy: t.field({
      type: "Uint",
      description: "Names the enrollment: the participant's arriveBy in Unix time, 0 before any.",
    }),
    evidence: t.field({
      type: "Bytes32",
      description: "Hash of what the site keeps on file, or zero.",
    }),
    deadline: t.field({
      type: "Uint",
      description: "Unix time after which the signature is void.",
    }),
    signature: t.field({
      type: "Bytes",
      description: "The site's signature.",
      validate: signature,
    }),
  }),
});

const SiteActName = builder.enumType("SiteAct", {
  description: "Acts of a site; each is its own EIP-712 type.",
  values: {
    ARRIVAL: { value: "Arrival", description: "The person came and was checked: on-study." },
    SCREEN_FAILURE: { value: "ScreenFailure", description: "Ineligible at the site." },
    COMPLETION: { value: "Completion", description: "Finished: off-study." },
  } as const,
});

export const SiteActInput = builder.inputType("SiteActInput", {
  description: "An act of a site.",
  fields: (t) => ({
    act: t.field({ type: SiteActName, description: "Which one." }),
    signed: t.field({ type: SiteActFields, description: "What was signed." }),
  }),
});

const SuccessorProofInput = builder.inputType("SuccessorProofInput", {
  description: "The successor's own eligibility, under the hashes that a version has for that.",
  fields: (t) => ({
    version: t.field({ type: "UInt32", description: "The trial's current version." }),
    parts: t.field({
      type: [ScreeningPartInput],
      description: "One for each successor hash of the version, in their order.",
      validate: parts,
    }),
  }),
});

export const SuccessionInput = builder.inputType("SuccessionInput", {
  description:
    "A site retires a lost pseudonym and admits the same person's new wallet, which proves that it is eligible too.",
  fields: (t) => ({
    trialId: t.field({ type: "Bytes32", description: "The trial." }),
    pseudonym: t.field({ type: "Field", description: "The lost pseudonym." }),
    siteId: t.field({ type: "UInt32", description: "Its site." }),
    successorNullifier: t.field({
      type: "Field",
      description: "The new wallet's screening nullifier.",
    }),
    successorCommitment: t.field({ type: "Field", description: "The new participant commitment." }),
    code: t.field({
      type: "Bytes32",
      description:
        "The printed withdrawal code; zero once on study, where the site's word is enough.",
    }),
    proof: t.field({ type: SuccessorProofInput, description: "The successor's proofs." }),
    deadline: t.field({
      type: "Uint",
      description: "Unix time after which the signature is void.",
    }),
    signature: t.field({
      type: "Bytes",
      description: "The site's signature.",
      validate: signature,
    }),
  }),
});

export const WithdrawalInput = builder.inputType("WithdrawalInput", {
  description: "A withdrawal in exactly one of three ways.",
  isOneOf: true,
  fields: (t) => ({
    byProof: t.field({
      type: ConsentInput,
      required: false,
      description: "A withdrawing statement with its proof.",
    }),
    byCode: t.field({
      type: CodeWithdrawalInput,
      required: false,
      description: "By the printed code.",
    }),
    bySite: t.field({
      type: SiteActFields,
      required: false,
      description: "By the site's signature.",
    }),
  }),
});
